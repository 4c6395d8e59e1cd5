"""Control charts of a share: what is usual, and which weeks fall out of it.

A p-chart (Shewhart): limits at `p ± 3 sqrt(p (1 - p) / n)` around the share of earlier
weeks. Weeks of feedback often vary more than a coin would, because customers of one
week live the same incidents: the limits are then widened as Laney (2002) does, by how
far the earlier weeks scattered. Where few answers are expected a normal limit errs, so
whether a week is outside is told by the exact tail.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, chdtri

Counts = NDArray[np.float64]

#: chance on either side of limits that lie three standard errors away
BEYOND = 0.00135
#: scatter beyond that of a coin is believed where chance has it once in twenty
_SCATTER = 0.05


@dataclass(frozen=True, kw_only=True)
class ControlPoint:
    """A week of a chart; shares are 0..1 and None in a week without a verbatim."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    is_outside: bool


@dataclass(frozen=True, kw_only=True)
class ControlChart:
    """Weeks, oldest first, against what is usual.

    Attributes:
        usual: share of the weeks that the limits were made from.
        n: verbatims of those weeks.
        scatter: variance of those weeks over that of a coin, at least 1.
        points: the weeks.
    """

    usual: float
    n: int
    scatter: float
    points: tuple[ControlPoint, ...]


def scatter(hits: Counts, bases: Counts) -> Counts:
    """Return how much more shares vary from week to week than a coin would, from 1 on.

    Pearson's statistic over its degrees of freedom, of weeks and of four weeks at a
    time, the larger of the two: what hangs together over weeks shows in the latter.
    1 where chance alone scatters as much once in twenty.

    Args:
        hits: of each series and week, series by row.
        bases: the same shape; a week without any is left out.
    """
    found = _dispersion(hits, bases)
    months = hits.shape[1] // 4
    if months < 5:
        return found
    kept = hits.shape[1] - 4 * months
    shape = (len(hits), months, 4)
    return np.maximum(
        found,
        _dispersion(
            hits[:, kept:].reshape(shape).sum(2), bases[:, kept:].reshape(shape).sum(2)
        ),
    )


def _dispersion(hits: Counts, bases: Counts) -> Counts:
    n = bases.sum(1, keepdims=True)
    share = np.divide(hits.sum(1, keepdims=True), n, out=np.zeros(n.shape), where=n > 0)
    expected = bases * share * (1 - share)
    squares = np.divide(
        (hits - bases * share) ** 2,
        expected,
        out=np.zeros(hits.shape),
        where=expected > 0,
    )
    freedom = np.maximum((expected > 0).sum(1) - 1, 1)
    chance = chdtri(freedom, _SCATTER)
    total = squares.sum(1)
    return np.where(total > chance, np.maximum(total / freedom, 1.0), 1.0)


def control_chart(
    hits: Counts, bases: Counts, *, usual_hits: Counts, usual_bases: Counts
) -> ControlChart | None:
    """Lay weeks against the limits of earlier ones; None when those hold no verbatim.

    Args:
        hits: verbatims that speak of the theme, of each week to show.
        bases: all verbatims of those weeks.
        usual_hits: the same of the weeks that say what is usual.
        usual_bases: all verbatims of those.
    """
    n = int(usual_bases.sum())
    if not n:
        return None
    usual = float(usual_hits.sum()) / n
    spread = float(scatter(usual_hits[None, :], usual_bases[None, :])[0])
    return ControlChart(
        usual=usual,
        n=n,
        scatter=spread,
        points=tuple(
            _point(int(hit), int(base), usual, spread)
            for hit, base in zip(hits, bases, strict=True)
        ),
    )


def _point(hits: int, n: int, usual: float, spread: float) -> ControlPoint:
    if not n:
        return ControlPoint(
            hits=0, n=0, share=None, low=None, high=None, is_outside=False
        )
    half = 3 * sqrt(usual * (1 - usual) * spread / n)
    # with scatter, so many answers tell no more than fewer independent ones would
    known, heard = max(1, round(n / spread)), min(round(hits / spread), n)
    heard = min(heard, known)
    above = float(bdtrc(heard - 1, known, usual)) if heard else 1.0
    below = float(bdtr(heard, known, usual))
    return ControlPoint(
        hits=hits,
        n=n,
        share=hits / n,
        low=max(0.0, usual - half),
        high=min(1.0, usual + half),
        is_outside=min(above, below) < BEYOND,
    )
