"""Dates at which nothing was done."""

import numpy as np

from feedback.measures.effects import judge
from feedback.measures.effects.placebo import MOST, candidates
from feedback.measures.effects.weeks import split
from tests.measures.effects.histories import THROUGH, drawn, monday, plan


def test_a_step_of_its_own_before_the_start_is_seen_there() -> None:
    rng = np.random.default_rng(5)
    weeks = drawn(rng, [0.0] * 30 + [2.0] * 30 + [0.0] * 20)

    placebo = judge(plan(60), weeks, through=THROUGH).placebo

    assert placebo is not None
    largest = max(placebo.dates, key=lambda one: abs(one.effect))
    assert abs((largest.day - monday(30)).days) <= 28
    assert placebo.found >= 1


def test_quiet_weeks_show_no_change_and_none_as_large_as_a_true_one() -> None:
    rng = np.random.default_rng(6)
    weeks = drawn(rng, [0.0] * 60 + [1.5] * 20)

    placebo = judge(plan(60), weeks, through=THROUGH).placebo

    assert placebo is not None
    assert len(placebo.dates) == MOST
    assert placebo.found <= 1
    days = [one.day for one in placebo.dates]
    assert days == sorted(days)
    assert days[-1] <= monday(56)


def test_dates_have_eight_weeks_before_them_and_four_from_them_on() -> None:
    rng = np.random.default_rng(6)

    def places(count: int) -> list[int]:
        sides = split(plan(count), drawn(rng, [0.0] * count), through=THROUGH)
        return candidates(sides.weeks.without_after())

    assert places(0) == []
    assert places(11) == []
    assert places(12) == [8]
    assert places(14) == [8, 9, 10]


def test_below_twelve_weeks_before_there_is_no_placebo() -> None:
    rng = np.random.default_rng(6)

    verdict = judge(plan(10), drawn(rng, [0.0] * 20), through=THROUGH)

    assert verdict.segmented is not None
    assert verdict.placebo is None
