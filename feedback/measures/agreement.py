"""Agreement: how far two raters say the same beyond what chance would make them.

Two raters put the same n things into the same categories, each alone. They agree on a
share `o` of them; two raters who say each category as often as these, and know
nothing, would agree on a share `e`. Kappa is `(o - e) / (1 - e)` (Cohen 1960): 1 when
they always agree, 0 when they agree as often as chance, below 0 when less.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot, sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

from feedback.measures.comparison import SIGNIFICANT_BELOW
from feedback.measures.evidence import ENOUGH_FROM
from feedback.measures.intervals import NORMAL_95, Estimate, share_estimate

#: Below this many things that a rater called positive, kappa hangs on single ones.
POSITIVES_FROM = 5

#: what one rater said, and what the other did, each pair with how often it occurred
Pairs = Mapping[tuple[Any, Any], int]


class Strength(StrEnum):
    """What a kappa is called, after Landis and Koch (1977)."""

    POOR = "poor"
    SLIGHT = "slight"
    FAIR = "fair"
    MODERATE = "moderate"
    SUBSTANTIAL = "substantial"
    ALMOST_PERFECT = "almost_perfect"


_STRENGTHS = (
    (0.8, Strength.ALMOST_PERFECT),
    (0.6, Strength.SUBSTANTIAL),
    (0.4, Strength.MODERATE),
    (0.2, Strength.FAIR),
    (0.0, Strength.SLIGHT),
)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Kappa with its 95 % interval, cut at -1 and 1, and its standard error.

    `observed` and `expected` are the shares on which the two agree, and on which
    chance alone would have them agree.
    """

    kappa: Estimate
    error: float
    observed: float
    expected: float


@dataclass(frozen=True, kw_only=True)
class Decline:
    """How far a kappa fell below the best of the earlier ones, beyond chance.

    `fallen` is above 0; `low` and `high` are its interval.
    """

    fallen: float
    low: float
    high: float


def cohens_kappa(pairs: Pairs) -> Agreement | None:
    """Return the agreement of two raters on n things, with a large-sample interval.

    The standard error is that of Fleiss, Cohen and Everitt (1969), as Fleiss, Levin
    and Paik (2003) print it (18.15). It is 0 where the two agree on everything; the
    lower bound of Wilson's interval of the share agreed on then stands in for the
    interval.

    Args:
        pairs: how many things got one category from the one rater and one from the
            other.

    Returns:
        None without anything rated, and when both raters named one and the same
        category only: chance would have them agree on everything.

    Raises:
        ValueError: a count is below 0.
    """
    found = _shares(pairs)
    if found is None:
        return None
    kappa = _kappa(found)
    if found.observed == 1:
        agreed = share_estimate(found.n, found.n)
        lowest = agreed.low if agreed else 0.0
        low = (lowest - found.expected) / (1 - found.expected)
        return _agreement(kappa, low, kappa, found, error=0.0)
    error = _large_sample_error(pairs, found, kappa)
    half = NORMAL_95 * error
    return _agreement(kappa, kappa - half, kappa + half, found, error=error)


def pooled_kappa(parts: Sequence[Pairs]) -> Agreement | None:
    """Return the agreement over many decisions, several of them on each thing.

    Decisions on one thing are not independent. The standard error is therefore that
    of the jackknife which leaves out one thing, with all its decisions, at a time
    (Efron and Tibshirani 1993, 11.5). The base is the number of things.

    Args:
        parts: the decisions on each thing.

    Returns:
        None where `cohens_kappa` has none, also when a single thing keeps it from
        that, and with fewer than two things.
    """
    total: Counter[tuple[Any, Any]] = Counter()
    for part in parts:
        total.update(part)
    whole = _shares(total)
    if whole is None or len(parts) < 2:
        return None
    left = [_shares(_without(total, part)) for part in parts]
    known = [_kappa(one) for one in left if one is not None]
    if len(known) < len(parts):
        return None
    n = len(parts)
    centre = sum(known) / n
    error = sqrt((n - 1) / n * sum((one - centre) ** 2 for one in known))
    kappa, half = _kappa(whole), NORMAL_95 * error
    shares = whole._replace(n=n)
    return _agreement(kappa, kappa - half, kappa + half, shares, error=error)


def strength(kappa: float) -> Strength:
    """Return what Landis and Koch call a kappa; the bounds belong to the lower name."""
    if kappa < 0:
        return Strength.POOR
    return next((name for bound, name in _STRENGTHS if kappa > bound), Strength.SLIGHT)


def can_be_told(*, n: int, positives: int) -> bool:
    """Tell whether a kappa of present or absent rests on enough.

    Args:
        n: things that both rated.
        positives: those that at least one of them called present.
    """
    return n >= ENOUGH_FROM and positives >= POSITIVES_FROM


def decline(newest: Agreement, earlier: Sequence[Agreement]) -> Decline | None:
    """Return how far the newest kappa fell below the best of the earlier ones.

    The samples are independent, so the standard error of the difference is the root
    of the sum of both squares. The test is two-sided at 5 %, shared among the earlier
    ones (Bonferroni): the best of ten is high by luck alone.

    Returns:
        None when it fell by no more than chance explains, or nothing came before.
    """
    if not earlier:
        return None
    best = max(earlier, key=lambda one: one.kappa.value)
    fallen = best.kappa.value - newest.kappa.value
    level = SIGNIFICANT_BELOW / len(earlier)
    half = NormalDist().inv_cdf(1 - level / 2) * hypot(best.error, newest.error)
    if fallen <= 0 or fallen <= half:
        return None
    return Decline(fallen=fallen, low=fallen - half, high=fallen + half)


class _Shares(NamedTuple):
    """Shares agreed on, as seen and by chance, and what each rater said how often."""

    n: int
    observed: float
    expected: float
    one: Mapping[Hashable, float]
    other: Mapping[Hashable, float]


def _shares(pairs: Pairs) -> _Shares | None:
    if any(count < 0 for count in pairs.values()):
        raise ValueError("a count below 0")
    n = sum(pairs.values())
    one: Counter[Hashable] = Counter()
    other: Counter[Hashable] = Counter()
    agreed = 0
    for (left, right), count in pairs.items():
        one[left] += count
        other[right] += count
        agreed += count if left == right else 0
    by_chance = sum(count * other[name] for name, count in one.items())
    if by_chance == n * n:
        return None
    return _Shares(
        n=n,
        observed=agreed / n,
        expected=by_chance / n**2,
        one={name: count / n for name, count in one.items()},
        other={name: count / n for name, count in other.items()},
    )


def _kappa(shares: _Shares) -> float:
    return (shares.observed - shares.expected) / (1 - shares.expected)


def _large_sample_error(pairs: Pairs, shares: _Shares, kappa: float) -> float:
    seen = 0.0
    for (left, right), count in pairs.items():
        share = count / shares.n
        both = shares.other.get(left, 0.0) + shares.one.get(right, 0.0)
        weight = (1 - kappa) * both
        seen += share * ((1 - weight) if left == right else weight) ** 2
    by_chance = (kappa - shares.expected * (1 - kappa)) ** 2
    # Rounding may carry the difference of two near sums a hair below zero.
    variance = max(0.0, seen - by_chance)
    return sqrt(variance / shares.n) / (1 - shares.expected)


def _without(total: Pairs, part: Pairs) -> Pairs:
    return {pair: count - part.get(pair, 0) for pair, count in total.items()}


def _agreement(
    kappa: float, low: float, high: float, shares: _Shares, *, error: float
) -> Agreement:
    return Agreement(
        kappa=Estimate(
            value=kappa,
            low=min(kappa, max(-1.0, low)),
            high=max(kappa, min(1.0, high)),
            n=shares.n,
        ),
        error=error,
        observed=shares.observed,
        expected=shares.expected,
    )
