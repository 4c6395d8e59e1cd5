"""Customer effort: the mean agreement, 1 to 7, that it was made easy.

The scale is that of CES 2.0 (2013), on which more is easier. Three reductions of it
are in use; here it is the mean, with the share of 5 to 7 beside it. The scale of 2010
(1 to 5, less is better) is another measure and is not read here.
"""

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
class Effort(Estimate):
    """The mean in points of the scale, 1..7, and the share who found it easy.

    `easy` is the share of the answers 5 to 7, 0..1; `distribution` counts the answers
    of each point, worst first.
    """

    easy: Estimate
    distribution: Mapping[int, int]


def effort(counts: Mapping[int, int]) -> Effort | None:
    """Return the mean of the answers with its t interval, cut at 1 and 7.

    Args:
        counts: answers per point of 1..7, 7 being the easiest.

    Returns:
        The mean, the share of 5 to 7 with its Wilson interval and the distribution;
        None without an answer.

    Raises:
        ValueError: a point is not on the scale, or a count is below 0.
    """
    scale = Scale.CES
    answers = distribution(scale, counts)
    mean = mean_estimate(moments(answers), lowest=scale.lowest, highest=scale.highest)
    easy = share_estimate(
        class_counts(scale, counts)[ScoreClass.HIGH], sum(answers.values())
    )
    if mean is None or easy is None:
        return None
    return Effort(
        value=mean.value,
        low=mean.low,
        high=mean.high,
        n=mean.n,
        easy=easy,
        distribution=answers,
    )
