"""The weeks after against what the weeks before led to expect."""

from datetime import date
from math import isclose

import numpy as np
from numpy.typing import NDArray

from feedback.measures.comparison import smallest_detectable
from feedback.measures.effects.drift import Array, Mixture, Model, weigh
from feedback.measures.effects.regression import regression
from feedback.measures.effects.results import Segmented
from feedback.measures.effects.weeks import Sides, Weeks
from feedback.measures.intervals import NORMAL_95

DAYS_A_YEAR = 365.2425
#: How much of a season sine and cosine of the year and of the half-year are: the
#: latter is as a rule half as large.
SEASONAL = (1.0, 1.0, 0.5, 0.5)


def season(starts: tuple[date, ...]) -> Array:
    """Return sine and cosine of the year and of the half-year, one row a week."""
    day = np.array([start.toordinal() for start in starts], dtype=float)
    turns = 2 * np.pi * day / DAYS_A_YEAR
    return np.column_stack(
        [np.sin(turns), np.cos(turns), np.sin(2 * turns), np.cos(2 * turns)]
    )


def expected(starts: tuple[date, ...]) -> Array:
    """Return level, trend and season, one row a week; a trend of 1 is one a year."""
    t = np.arange(len(starts)) / 52
    return np.column_stack([np.ones(len(t)), t, season(starts)])


def change(answers: Array, after: NDArray[np.bool_]) -> Array:
    """Return change of slope and step, one row a week.

    The change of slope turns around the middle of the answers after, so that the step
    is the mean effect on these.
    """
    late = after.astype(float)
    t = np.arange(len(late)) / 52
    middle = float((answers * late) @ t) / float(answers @ late)
    return np.column_stack([(t - middle) * late, late])


def model(weeks: Weeks) -> Model:
    """Return the model of the weeks."""
    return Model(
        means=weeks.means,
        answers=weeks.answers,
        regressors=np.column_stack(
            [expected(weeks.starts), change(weeks.answers, weeks.after)]
        ),
        seasonal=np.array([0.0, 0.0, *SEASONAL, 0.0, 0.0]),
        squares=weeks.squares,
        freedom=weeks.freedom,
    )


def segmented(sides: Sides) -> tuple[Segmented, Mixture | None]:
    """Return the effect, and the mixture it is from.

    Where no answer differs from another of its side there is nothing to weigh: the
    effect is plain, and what could have been detected is not known.
    """
    mixture = weigh(model(sides.weeks))
    if mixture is None:
        before, after = sides.before.mean or 0.0, sides.after.mean or 0.0
        effect = 0.0 if isclose(before, after) else after - before
        p = 1.0 if effect == 0 else 0.0
        low = high = effect
        detectable: float | None = None
    else:
        effect, low, high, p, detectable = estimate(mixture)
    return (
        Segmented(
            effect=effect,
            low=low,
            high=high,
            p=p,
            smallest_detectable=detectable,
            regression=regression(sides.weeks),
        ),
        mixture,
    )


def estimate(mixture: Mixture) -> tuple[float, float, float, float, float]:
    """Return effect, low, high, p and smallest detectable effect.

    The last is that of a standard error which would give an interval as wide.
    """
    low, high = (float(bound) for bound in mixture.quantiles(0.025, 0.975))
    detectable = smallest_detectable((high - low) / 2 / NORMAL_95)
    return mixture.mean, low, high, mixture.p, detectable
