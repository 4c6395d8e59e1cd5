"""Before against after: the difference, its interval and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import erfc, hypot, sqrt
from statistics import NormalDist

from scipy.special import stdtr, stdtrit

from feedback.measures.evidence import ENOUGH_FROM
from feedback.measures.intervals import (
    NORMAL_95,
    Estimate,
    Moments,
    moments,
    share_estimate,
)
from feedback.measures.nps import NetPromoterScore, net_promoter_score
from feedback.measures.scales import Scale, ScoreClass, class_counts, distribution

#: A change is called one below this probability of chance alone.
SIGNIFICANT_BELOW = 0.05
#: Standard normal quantile of 80 % power, 0.8416.
NORMAL_POWER_80 = NormalDist().inv_cdf(0.80)
#: Below this expected count the normal approximation of shares gives way to Fisher.
FISHER_BELOW = 5


class Change(StrEnum):
    """What may be said; up and down speak of the figure, not of good and bad."""

    UP = "up"
    DOWN = "down"
    NONE_DETECTABLE = "none_detectable"
    NOT_ENOUGH_DATA = "not_enough_data"


class Method(StrEnum):
    """The test that a comparison rests on."""

    NPS_Z = "nps_z"
    TWO_PROPORTION_Z = "two_proportion_z"
    FISHER = "fisher"
    WELCH_T = "welch_t"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two independent samples of one measure, the later less the earlier.

    Values, difference, interval and the smallest detectable difference are in the
    unit of the measure. What cannot be computed, for want of answers, is None.

    Attributes:
        before: figure of the earlier sample.
        after: figure of the later sample.
        n_before: answers of the earlier sample.
        n_after: answers of the later sample.
        difference: after less before.
        low: lower bound of the 95 % interval of the difference.
        high: upper bound.
        statistic: z or t of the test; None for Fisher, which has none.
        p: two-sided probability of such a difference by chance alone.
        adjusted_p: the same among many comparisons, once `judge_together` has been
            asked; None before.
        smallest_detectable: the true difference that samples of this size would
            show four times in five.
        method: the test that the statistic and p are from.
        change: what may be said.
    """

    before: float | None
    after: float | None
    n_before: int
    n_after: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    statistic: float | None = None
    p: float | None = None
    adjusted_p: float | None = None
    smallest_detectable: float | None = None
    method: Method
    change: Change = Change.NOT_ENOUGH_DATA


def compare(
    scale: Scale, before: Mapping[int, int], after: Mapping[int, int]
) -> Comparison:
    """Compare the headline figure of a scale: NPS, share of top boxes or mean.

    Args:
        scale: the scale that was answered on both sides.
        before: answers per point in the earlier period.
        after: answers per point in the later period.

    Raises:
        ValueError: a point is not on the scale, or a count is below 0.
    """
    if scale is Scale.NPS:
        return compare_nps(net_promoter_score(before), net_promoter_score(after))
    earlier, later = distribution(scale, before), distribution(scale, after)
    if scale is Scale.CES:
        return compare_means(moments(earlier), moments(later))
    return compare_shares(
        hits_before=class_counts(scale, earlier)[ScoreClass.HIGH],
        n_before=sum(earlier.values()),
        hits_after=class_counts(scale, later)[ScoreClass.HIGH],
        n_after=sum(later.values()),
    )


def compare_nps(
    before: NetPromoterScore | None, after: NetPromoterScore | None
) -> Comparison:
    """Compare two scores of independent samples by a z test, in points.

    The plain standard errors are used. Where neither side varies these are 0, and the
    adjusted ones stand in; the smallest detectable difference always rests on the
    adjusted ones.
    """
    if before is None or after is None:
        return _incomparable(Method.NPS_Z, before, after)
    difference = after.value - before.value
    adjusted = hypot(before.adjusted_error, after.adjusted_error)
    error = hypot(before.standard_error, after.standard_error) or adjusted
    z = difference / error
    p = _two_sided(z)
    return Comparison(
        before=before.value,
        after=after.value,
        n_before=before.n,
        n_after=after.n,
        difference=difference,
        low=difference - NORMAL_95 * error,
        high=difference + NORMAL_95 * error,
        statistic=z,
        p=p,
        smallest_detectable=smallest_detectable(adjusted),
        method=Method.NPS_Z,
        change=_verdict(difference, p, before.n, after.n),
    )


def compare_shares(
    *, hits_before: int, n_before: int, hits_after: int, n_after: int
) -> Comparison:
    """Compare two shares of independent samples, each 0..1.

    The test is that of two proportions with pooled variance, or Fisher's exact one
    when an expected count is below 5. The interval is Newcombe's (1998, method 10),
    made of the two Wilson intervals, so it stays inside -1..1 and keeps a width when
    both shares are 0. It may touch 0 where the test just finds a change; the test
    decides.

    Raises:
        ValueError: hits are not within 0..n.
    """
    before = share_estimate(hits_before, n_before)
    after = share_estimate(hits_after, n_after)
    if before is None or after is None:
        return _incomparable(Method.TWO_PROPORTION_Z, before, after)
    difference = after.value - before.value
    hits, n = hits_before + hits_after, n_before + n_after
    method, z = Method.FISHER, None
    if min(hits, n - hits) * min(n_before, n_after) / n < FISHER_BELOW:
        p = _fisher(hits_before, n_before, hits_after, n_after)
    else:
        method = Method.TWO_PROPORTION_Z
        z = difference / _pooled_error(hits / n, n_before, n_after)
        p = _two_sided(z)
    # Agresti and Coull's share, which is never quite 0 or 1.
    planned = (hits + NORMAL_95**2 / 2) / (n + NORMAL_95**2)
    return Comparison(
        before=before.value,
        after=after.value,
        n_before=n_before,
        n_after=n_after,
        difference=difference,
        low=difference - hypot(after.value - after.low, before.high - before.value),
        high=difference + hypot(after.high - after.value, before.value - before.low),
        statistic=z,
        p=p,
        smallest_detectable=smallest_detectable(
            _pooled_error(planned, n_before, n_after)
        ),
        method=method,
        change=_verdict(difference, p, n_before, n_after),
    )


def compare_means(before: Moments, after: Moments) -> Comparison:
    """Compare two means of independent samples by Welch's t test.

    Nothing but the means can be told when a side has fewer than two observations.
    When neither side varies, p is 1 for equal means and 0 for others, the interval
    has no width and the smallest detectable difference is 0.
    """
    means = Comparison(
        before=before.mean,
        after=after.mean,
        n_before=before.n,
        n_after=after.n,
        method=Method.WELCH_T,
    )
    if (
        means.before is None
        or means.after is None
        or before.variance is None
        or after.variance is None
    ):
        return means
    difference = means.after - means.before
    a, b = before.variance / before.n, after.variance / after.n
    error = sqrt(a + b)
    if error:
        # Welch and Satterthwaite's degrees of freedom.
        freedom = (a + b) ** 2 / (a**2 / (before.n - 1) + b**2 / (after.n - 1))
        t = difference / error
        p = 2 * float(stdtr(freedom, -abs(t)))
        half = float(stdtrit(freedom, 0.975)) * error
    else:
        t, half = None, 0.0
        p = 1.0 if difference == 0 else 0.0
    return replace(
        means,
        difference=difference,
        low=difference - half,
        high=difference + half,
        statistic=t,
        p=p,
        smallest_detectable=smallest_detectable(error),
        change=_verdict(difference, p, before.n, after.n),
    )


def smallest_detectable(error: float) -> float:
    """Return the true difference seen four times in five, in the unit of `error`.

    At 80 % power with a two-sided 5 % test: 2.8016 standard errors of the difference.
    """
    return (NORMAL_95 + NORMAL_POWER_80) * error


def smallest_detectable_nps(
    n_before: int, n_after: int, *, variance: float = 0.64
) -> float | None:
    """Return the smallest detectable difference of two scores yet to come, in points.

    Args:
        n_before: answers of the earlier sample.
        n_after: answers expected of the later one.
        variance: of one answer coded -1, 0, 1; 0.64 is usual, 1 the most there is.

    Returns:
        Points, or None when a side has no answers.
    """
    if not n_before or not n_after:
        return None
    return smallest_detectable(100 * sqrt(variance / n_before + variance / n_after))


def change_of(difference: float, *, found: bool) -> Change:
    """Return the way a figure went, given whether a test found that it moved."""
    if not found or difference == 0:
        return Change.NONE_DETECTABLE
    return Change.UP if difference > 0 else Change.DOWN


def _incomparable(
    method: Method, before: Estimate | None, after: Estimate | None
) -> Comparison:
    """Return what can be told when a side has no answer."""
    return Comparison(
        before=before.value if before else None,
        after=after.value if after else None,
        n_before=before.n if before else 0,
        n_after=after.n if after else 0,
        method=method,
    )


def _two_sided(z: float) -> float:
    """Return the probability of a normal deviate at least this far from 0."""
    return erfc(abs(z) / sqrt(2))


def _pooled_error(share: float, n_before: int, n_after: int) -> float:
    """Return the standard error of the difference of two shares that are equal."""
    return sqrt(share * (1 - share) * (1 / n_before + 1 / n_after))


def _fisher(hits_before: int, n_before: int, hits_after: int, n_after: int) -> float:
    """Return the two-sided p of Fisher's exact test."""
    # At first use: scipy.stats takes a second to import, and this case is rare.
    from scipy.stats import fisher_exact  # noqa: PLC0415 - see the line above

    table = [
        [hits_before, n_before - hits_before],
        [hits_after, n_after - hits_after],
    ]
    return float(fisher_exact(table).pvalue)


def _verdict(difference: float, p: float, n_before: int, n_after: int) -> Change:
    """Return what may be said of one comparison by itself."""
    if min(n_before, n_after) < ENOUGH_FROM:
        return Change.NOT_ENOUGH_DATA
    return change_of(difference, found=p < SIGNIFICANT_BELOW)
