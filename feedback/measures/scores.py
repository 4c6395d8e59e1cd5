"""The headline figure of a scale, whichever scale it is."""

from collections.abc import Mapping

from feedback.measures.ces import Effort, effort
from feedback.measures.csat import Satisfaction, satisfaction
from feedback.measures.nps import NetPromoterScore, net_promoter_score
from feedback.measures.scales import Scale


def score(
    scale: Scale, counts: Mapping[int, int]
) -> NetPromoterScore | Satisfaction | Effort | None:
    """Return NPS in points, CSAT and stars as a share, CES as a mean.

    None without an answer.

    Raises:
        ValueError: a point is not on the scale, or a count is below 0.
    """
    if scale is Scale.NPS:
        return net_promoter_score(counts)
    if scale is Scale.CES:
        return effort(counts)
    return satisfaction(counts, scale)
