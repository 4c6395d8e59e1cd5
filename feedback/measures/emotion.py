"""The emotion curve: how people felt at a phase or touchpoint, -2 to 2.

The point is computed, never drawn by hand. One occasion is a person at a touchpoint
at a moment. Each of its ratings is laid on a line from -2 (worst answer) to 2 (best
answer) and the mean of these is taken. Each of its verbatims counts 1.5 if positive,
-1.5 if negative, 0 if neutral or mixed, nothing if unrated, and the mean of these is
taken. The emotion of the occasion is the mean of the two, or the one there is. The
point of the curve is the mean over the occasions, each counted once, however many
questions it answered, with its t interval.

A label tells which way somebody leans and not how far. 1.5 is where those stand, on
average, who tick one of the two best answers of five (1 and 2 on this line).
"""

from collections.abc import Iterable, Mapping
from statistics import fmean
from types import MappingProxyType

from feedback.measures.intervals import Estimate, Moments, mean_estimate
from feedback.measures.scales import Scale, is_on_scale

LOWEST = -2.0
HIGHEST = 2.0

#: Emotion of a verbatim by the label of its feeling; `unrated` is left out.
FEELING_EMOTIONS: Mapping[str, float] = MappingProxyType(
    {"positive": 1.5, "neutral": 0.0, "mixed": 0.0, "negative": -1.5}
)


def rating_emotion(scale: Scale, value: int) -> float:
    """Return a rating on the line from -2, its worst answer, to 2, its best.

    Raises:
        ValueError: the value is not on the scale.
    """
    if not is_on_scale(scale, value):
        raise ValueError(f"{value} is not on the {scale} scale")
    place = (value - scale.lowest) / (scale.highest - scale.lowest)
    return LOWEST + (HIGHEST - LOWEST) * place


def occasion_emotion(
    ratings: Iterable[tuple[Scale, int]], feelings: Iterable[str]
) -> float | None:
    """Return the emotion of one occasion, -2..2, None if nothing tells of it.

    Args:
        ratings: scale and answer of each rating.
        feelings: label of each verbatim; `unrated` and unknown ones tell nothing.

    Raises:
        ValueError: a rating is not on its scale.
    """
    rated = [rating_emotion(scale, value) for scale, value in ratings]
    felt = [FEELING_EMOTIONS[label] for label in feelings if label in FEELING_EMOTIONS]
    sides = [fmean(side) for side in (rated, felt) if side]
    return fmean(sides) if sides else None


def emotion_point(occasions: Moments) -> Estimate | None:
    """Return the point of the curve with its t interval, cut at -2 and 2.

    Args:
        occasions: number, sum and sum of squares of the emotions of occasions.

    Returns:
        The mean emotion, or None without an occasion.
    """
    return mean_estimate(occasions, lowest=LOWEST, highest=HIGHEST)
