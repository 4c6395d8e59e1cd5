"""Net promoter score in points, -100 to 100."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from feedback.measures.intervals import NORMAL_95, Estimate
from feedback.measures.scales import Scale, ScoreClass, class_counts


@dataclass(frozen=True, kw_only=True)
class NetPromoterScore(Estimate):
    """A score in points, with its interval and the three classes behind it.

    `standard_error` is the plain one, in points; it is 0 when all are of one class.
    `adjusted_error` is that of the adjusted Wald interval, and never 0.
    """

    promoters: int
    passives: int
    detractors: int
    standard_error: float
    adjusted_error: float


def net_promoter_score(counts: Mapping[int, int]) -> NetPromoterScore | None:
    """Return the share of promoters less the share of detractors, in points.

    Args:
        counts: answers per point of 0..10: 9 and 10 promote, 0 to 6 detract. Only
            people who gave a number count; who skipped the question is not in n.

    Returns:
        The score with its adjusted Wald interval, or None without an answer.

    Raises:
        ValueError: a point is not on the scale, or a count is below 0.
    """
    classes = class_counts(Scale.NPS, counts)
    return score_of_classes(
        promoters=classes[ScoreClass.HIGH],
        passives=classes[ScoreClass.MIDDLE],
        detractors=classes[ScoreClass.LOW],
    )


def score_of_classes(
    *, promoters: int, passives: int, detractors: int
) -> NetPromoterScore | None:
    """Return the score of people counted by class, or None without anybody.

    The interval is the adjusted Wald (Rocks 2016, arXiv:1601.07235): 3/4 of a
    promoter, 3/4 of a detractor and 3/2 of a passive are added, and the result cut
    at -100 and 100. The plain interval has no width when all are of one class.

    The score keeps its own value, and the interval is widened to it in the small
    samples where the adjusted bounds would leave it out.

    Raises:
        ValueError: a count is below 0.
    """
    if min(promoters, passives, detractors) < 0:
        raise ValueError("a count is below 0")
    n = promoters + passives + detractors
    if n == 0:
        return None
    points, error = _score_and_error(promoters, detractors, n)
    centre, adjusted = _score_and_error(promoters + 0.75, detractors + 0.75, n + 3)
    return NetPromoterScore(
        value=points,
        low=min(points, max(-100.0, centre - NORMAL_95 * adjusted)),
        high=max(points, min(100.0, centre + NORMAL_95 * adjusted)),
        n=n,
        promoters=promoters,
        passives=passives,
        detractors=detractors,
        standard_error=error,
        adjusted_error=adjusted,
    )


def _score_and_error(
    promoters: float, detractors: float, n: float
) -> tuple[float, float]:
    """Return a score and its standard error, in points."""
    score = (promoters - detractors) / n
    variance = max(0.0, (promoters + detractors) / n - score**2)
    return 100 * score, 100 * sqrt(variance / n)
