"""The change of the treated less the change of a comparison."""

from math import sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from feedback.measures.comparison import SIGNIFICANT_BELOW
from feedback.measures.effects.drift import Mixture, Model, weigh
from feedback.measures.effects.results import DifferenceInDifferences
from feedback.measures.effects.segmented import SEASONAL, estimate, expected, model
from feedback.measures.effects.weeks import Sides, Weeks, differences
from feedback.measures.intervals import Moments


def difference_in_differences(
    treated: Sides, comparison: Sides
) -> tuple[DifferenceInDifferences, Weeks, Mixture] | None:
    """Return the effect against a comparison, the weekly differences and their mixture.

    The differences of the weeks in which both have answers are weighed like the weeks
    of one measure. None when either has too little, or when nothing varies.
    """
    if not (treated.are_enough and comparison.are_enough):
        return None
    weeks = differences(treated.weeks, comparison.weeks)
    if weeks is None or not weeks.are_enough:
        return None
    mixture, trend = weigh(model(weeks)), parallel_trend(weeks)
    if mixture is None or trend is None:
        return None
    effect, low, high, p, detectable = estimate(mixture)
    plain, error, freedom = of_all_answers(
        (treated.before, treated.after), (comparison.before, comparison.after)
    )
    half = float(stdtrit(freedom, 0.975)) * error
    return (
        DifferenceInDifferences(
            effect=effect,
            low=low,
            high=high,
            p=p,
            smallest_detectable=detectable,
            plain=plain,
            plain_low=plain - half,
            plain_high=plain + half,
            plain_p=2 * float(stdtr(freedom, -abs(plain) / error)),
            parallel_trend_p=trend,
            parallel=trend >= SIGNIFICANT_BELOW,
        ),
        weeks,
        mixture,
    )


def parallel_trend(weeks: Weeks) -> float | None:
    """Return the probability of trends that differ as much before by chance alone."""
    before = weeks.without_after()
    columns = expected(before.starts)
    mixture = weigh(
        Model(
            means=before.means,
            answers=before.answers,
            # what is asked for comes last
            regressors=columns[:, [0, 2, 3, 4, 5, 1]],
            seasonal=np.array([0.0, *SEASONAL, 0.0]),
            squares=before.squares,
            freedom=before.freedom,
        )
    )
    return None if mixture is None else mixture.p


def of_all_answers(
    treated: tuple[Moments, Moments], comparison: tuple[Moments, Moments]
) -> tuple[float, float, float]:
    """Return the difference of two differences of means, its error and freedom.

    As of ordinary least squares on the answers with a dummy for the treated, one for
    after and their product: one variance for all.
    """
    (a, b), (c, d) = treated, comparison
    means = [one.mean or 0.0 for one in (a, b, c, d)]
    freedom = a.n + b.n + c.n + d.n - 4
    squares = sum((one.variance or 0.0) * (one.n - 1) for one in (a, b, c, d))
    error = sqrt(squares / freedom * sum(1 / one.n for one in (a, b, c, d)))
    return (means[1] - means[0]) - (means[3] - means[2]), error, freedom
