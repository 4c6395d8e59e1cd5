"""How much new further interviews are likely to bring: richness from incidence.

Each interview is a sample, each theme a species that is met in it or not. With m
interviews, Q1 themes met in exactly one and Q2 in exactly two:

- richness by Chao2, bias-corrected (Chao 2005): S + (m-1)/m * Q1(Q1-1) / (2(Q2+1));
- coverage by Good and Turing for incidence (Chao and Jost 2012, as iNEXT);
- extrapolation by Colwell et al. 2012: the k-th further interview is expected to bring
  Q0 r (1-r)^(k-1) new themes, where r = Q1 / (Q1 + m Q0) and Q0 is what Chao2 says is
  still unseen.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

#: below so many interviews nothing is estimated
FEWEST = 5
#: an interview that is expected to bring fewer new themes is not worth holding for that
WORTH = 0.5
#: no more are ever proposed
MOST_PROPOSED = 50


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What one interview brought: themes new in it, and known since then."""

    new: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Saturation:
    """How near to having heard everything a series of interviews is.

    Attributes:
        curve: one point for each interview, in their order.
        known: themes met so far.
        once: themes met in exactly one interview.
        estimated: themes that there are to meet, at least; None below five interviews.
        coverage: share (0 to 1) of what the next interview speaks of that is known;
            None below five interviews, or without a theme.
        next_new: new themes that the next interview is expected to bring.
        more: further interviews that are each expected to bring half a new theme at
            least, 50 at most; None below five.
    """

    curve: tuple[CurvePoint, ...]
    known: int
    once: int
    estimated: float | None
    coverage: float | None
    next_new: float | None
    more: int | None


def saturation(interviews: Sequence[AbstractSet[str]]) -> Saturation:
    """Return how near to saturation these interviews are, themes by interview."""
    met = Counter(theme for themes in interviews for theme in themes)
    m = len(interviews)
    once = sum(1 for n in met.values() if n == 1)
    twice = sum(1 for n in met.values() if n == 2)
    if m < FEWEST:
        return Saturation(
            curve=_curve(interviews),
            known=len(met),
            once=once,
            estimated=None,
            coverage=None,
            next_new=None,
            more=None,
        )
    unseen = (m - 1) / m * once * (once - 1) / (2 * (twice + 1))
    share = once / (once + m * unseen) if unseen else 0.0
    return Saturation(
        curve=_curve(interviews),
        known=len(met),
        once=once,
        estimated=len(met) + unseen,
        coverage=_coverage(m, met.total(), once, twice),
        next_new=unseen * share,
        more=_worth(unseen, share),
    )


def _curve(interviews: Sequence[AbstractSet[str]]) -> tuple[CurvePoint, ...]:
    known: set[str] = set()
    points = []
    for themes in interviews:
        new = len(set(themes) - known)
        known |= themes
        points.append(CurvePoint(new=new, known=len(known)))
    return tuple(points)


def _coverage(m: int, incidences: int, once: int, twice: int) -> float | None:
    if not incidences:
        return None
    if not once:
        return 1.0
    if twice:
        unseen = (m - 1) * once / ((m - 1) * once + 2 * twice)
    else:
        unseen = (m - 1) * (once - 1) / ((m - 1) * (once - 1) + 2)
    return 1 - once / incidences * unseen


def _worth(unseen: float, share: float) -> int:
    expected, more = unseen * share, 0
    while expected >= WORTH and more < MOST_PROPOSED:
        more += 1
        expected *= 1 - share
    return more
