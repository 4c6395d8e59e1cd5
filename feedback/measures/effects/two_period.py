"""All answers before against all answers after."""

from feedback.measures.comparison import compare_means
from feedback.measures.effects.results import TwoPeriod
from feedback.measures.intervals import Moments


def two_period(before: Moments, after: Moments) -> TwoPeriod | None:
    """Return the difference by Welch's t; None below two answers on a side."""
    found = compare_means(before, after)
    if (
        found.before is None
        or found.after is None
        or found.difference is None
        or found.low is None
        or found.high is None
        or found.p is None
        or found.smallest_detectable is None
    ):
        return None
    return TwoPeriod(
        before=found.before,
        after=found.after,
        effect=found.difference,
        low=found.low,
        high=found.high,
        p=found.p,
        smallest_detectable=found.smallest_detectable,
    )
