"""Customer satisfaction: the share of the two best answers of five, 0 to 1."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.measures.intervals import (
    Estimate,
    mean_estimate,
    moments,
    share_estimate,
)
from feedback.measures.scales import Scale, ScoreClass, class_counts, distribution


@dataclass(frozen=True, kw_only=True)
class Satisfaction(Estimate):
    """The share of the answers 4 and 5, with what that share alone would hide.

    `mean` is in points of the scale, 1..5; `distribution` counts the answers of each
    point, worst first.
    """

    mean: Estimate
    distribution: Mapping[int, int]


def satisfaction(
    counts: Mapping[int, int], scale: Scale = Scale.CSAT
) -> Satisfaction | None:
    """Return the share of answers of 4 and 5 with its Wilson interval.

    Args:
        counts: answers per point of 1..5.
        scale: CSAT, or stars, which are read in the same way.

    Returns:
        The share, the mean and the distribution; None without an answer.

    Raises:
        ValueError: the scale is not one of five points, a point is not on it, or a
            count is below 0.
    """
    if scale not in {Scale.CSAT, Scale.STARS}:
        raise ValueError(f"{scale} is not a satisfaction scale")
    answers = distribution(scale, counts)
    share = share_estimate(
        class_counts(scale, counts)[ScoreClass.HIGH], sum(answers.values())
    )
    mean = mean_estimate(moments(answers), lowest=scale.lowest, highest=scale.highest)
    if share is None or mean is None:
        return None
    return Satisfaction(
        value=share.value,
        low=share.low,
        high=share.high,
        n=share.n,
        mean=mean,
        distribution=answers,
    )
