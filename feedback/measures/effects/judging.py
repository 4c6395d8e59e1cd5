"""The verdict on an improvement."""

from collections.abc import Sequence
from datetime import date

from feedback.measures.comparison import SIGNIFICANT_BELOW
from feedback.measures.effects.differences import difference_in_differences
from feedback.measures.effects.placebo import placebo
from feedback.measures.effects.plan import EffectPlan, Week
from feedback.measures.effects.results import (
    DifferenceInDifferences,
    Method,
    Segmented,
    TwoPeriod,
    Verdict,
    VerdictKind,
)
from feedback.measures.effects.segmented import segmented
from feedback.measures.effects.two_period import two_period
from feedback.measures.effects.weeks import split


def judge(
    plan: EffectPlan,
    treated: Sequence[Week],
    comparison: Sequence[Week] | None = None,
    *,
    through: date,
) -> Verdict:
    """Return what may be said of an improvement, and what every method says.

    The verdict is that of the segmented model, or of the difference in differences
    where there is a comparison with enough answers whose trend was parallel.

    Args:
        plan: what was laid down before the start.
        treated: weeks of the measure, in order, without gaps; may be none.
        comparison: the same of what the improvement did not touch.
        through: the last day whose answers are there; later weeks do not count.

    Raises:
        ValueError: weeks do not follow each other by seven days.
    """
    sides = split(plan, treated, through=through)
    two = two_period(sides.before, sides.after)
    primary: tuple[Method, TwoPeriod | Segmented | DifferenceInDifferences | None]
    primary = Method.TWO_PERIOD, two
    regressed = did = placebos = None
    if sides.are_enough:
        regressed, mixture = segmented(sides)
        primary, weeks = (Method.SEGMENTED, regressed), sides.weeks
        other = split(plan, comparison or (), through=through)
        against = difference_in_differences(sides, other)
        if against:
            did = against[0]
            if did.parallel:
                primary = Method.DIFFERENCE_IN_DIFFERENCES, did
                _, weeks, mixture = against
        placebos = placebo(weeks, mixture) if mixture else None
    method, found = primary
    return Verdict(
        kind=_kind(plan, found) if sides.are_enough else VerdictKind.NOT_ENOUGH_DATA,
        change_course=sides.are_enough and _falls_short(plan, found),
        primary=method,
        effect=found.effect if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        smallest_detectable=found.smallest_detectable if found else None,
        n_before=sides.before.n,
        n_after=sides.after.n,
        weeks_before=sides.weeks.count_before,
        weeks_after=sides.weeks.count_after,
        two_period=two,
        segmented=regressed,
        difference_in_differences=did,
        placebo=placebos,
    )


def _kind(
    plan: EffectPlan, found: TwoPeriod | Segmented | DifferenceInDifferences | None
) -> VerdictKind:
    if found is None or found.p >= SIGNIFICANT_BELOW:
        return VerdictKind.NONE_DETECTABLE
    if (found.effect > 0) == plan.higher_is_better:
        return VerdictKind.IMPROVED
    return VerdictKind.WORSENED


def _falls_short(
    plan: EffectPlan, found: TwoPeriod | Segmented | DifferenceInDifferences | None
) -> bool:
    if found is None or found.smallest_detectable is None:
        return False
    best = found.high if plan.higher_is_better else -found.low
    return best < plan.smallest_that_matters
