"""Estimates: a figure with the 95 % interval that its sample leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from scipy.special import stdtrit

#: Standard normal quantile of a two-sided 95 % interval, 1.959964.
NORMAL_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure, its 95 % interval and the number of answers behind it.

    The unit of `value`, `low` and `high` is that of the measure: points for NPS, a
    share of 0..1 for CSAT, scale points for a mean. `low <= value <= high`, always.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Moments:
    """What a mean and its interval need to know of a sample, in three sums."""

    n: int
    total: float
    total_squares: float

    @property
    def mean(self) -> float | None:
        """The mean, or None without an observation."""
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """The unbiased variance, or None below two observations."""
        if self.n < 2:
            return None
        # Rounding may carry the difference of two near sums a hair below zero.
        squares = max(0.0, self.total_squares - self.total**2 / self.n)
        return squares / (self.n - 1)


def moments(counts: Mapping[int, int]) -> Moments:
    """Return the sums of a histogram of answers per value."""
    return Moments(
        n=sum(counts.values()),
        total=sum(value * count for value, count in counts.items()),
        total_squares=sum(value**2 * count for value, count in counts.items()),
    )


def share_estimate(hits: int, n: int) -> Estimate | None:
    """Return the share of hits among n, 0..1, with its Wilson interval.

    Wilson (1927) stays inside 0..1 and keeps a width when nobody or everybody is a
    hit. None when n is 0.

    Raises:
        ValueError: hits are not within 0..n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits among {n}")
    if n == 0:
        return None
    share = hits / n
    z2 = NORMAL_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 * sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    # At 0 and at n the bound is the share itself, which rounding may just miss.
    return Estimate(
        value=share,
        low=min(share, max(0.0, centre - half)),
        high=max(share, min(1.0, centre + half)),
        n=n,
    )


def mean_estimate(sample: Moments, *, lowest: float, highest: float) -> Estimate | None:
    """Return the mean with its t interval, cut at the ends of the scale.

    One observation says nothing of its own variance: the interval is then the whole
    scale. None without an observation.

    Args:
        sample: sums of the observations.
        lowest: the lowest value that an observation can take.
        highest: the highest one.
    """
    mean, variance = sample.mean, sample.variance
    if mean is None:
        return None
    if variance is None:
        return Estimate(value=mean, low=lowest, high=highest, n=sample.n)
    half = float(stdtrit(sample.n - 1, 0.975)) * sqrt(variance / sample.n)
    return Estimate(
        value=mean,
        low=min(mean, max(lowest, mean - half)),
        high=max(mean, min(highest, mean + half)),
        n=sample.n,
    )
