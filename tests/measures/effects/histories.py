"""Weeks made up for tests."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from feedback.measures.effects import EffectPlan, Week
from feedback.measures.intervals import Moments

FIRST = date(2025, 1, 6)
THROUGH = date(2035, 1, 1)


def monday(week: int) -> date:
    return FIRST + timedelta(weeks=week)


def week_of(index: int, answers: Iterable[float]) -> Week:
    given = list(answers)
    return Week(
        start=monday(index),
        moments=Moments(
            n=len(given),
            total=float(sum(given)),
            total_squares=float(sum(one**2 for one in given)),
        ),
    )


def weeks_of(answers: Sequence[Iterable[float]]) -> list[Week]:
    return [week_of(index, given) for index, given in enumerate(answers)]


def plan(
    start_week: int, *, washout_days: int = 0, matters: float = 5, higher: bool = True
) -> EffectPlan:
    return EffectPlan(
        started_on=monday(start_week),
        washout_days=washout_days,
        smallest_that_matters=matters,
        higher_is_better=higher,
    )


def drawn(
    rng: np.random.Generator, means: Iterable[float], *, answers: int = 30
) -> list[Week]:
    """Weeks of normal answers with variance 1 around these means."""
    return weeks_of([list(rng.normal(mean, 1, answers)) for mean in means])
