"""The rating scales, their bounds and what each point of them means."""

from collections.abc import Mapping
from enum import StrEnum


class Scale(StrEnum):
    """A rating scale of whole points, on which more is always better."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    STARS = "stars"

    @property
    def lowest(self) -> int:
        """The worst answer: 0 for NPS, 1 for the others."""
        return _BOUNDS[self][0]

    @property
    def highest(self) -> int:
        """The best answer: 10 for NPS, 7 for CES, 5 for CSAT and stars."""
        return _BOUNDS[self][1]

    @property
    def points(self) -> range:
        """Every answer that the scale allows, worst first."""
        return range(self.lowest, self.highest + 1)


class ScoreClass(StrEnum):
    """The three classes of a scale; for NPS detractor, passive and promoter."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


_BOUNDS = {
    Scale.NPS: (0, 10),
    Scale.CSAT: (1, 5),
    Scale.CES: (1, 7),
    Scale.STARS: (1, 5),
}

# First point of the middle class, first point of the high class.
_CLASS_STARTS = {
    Scale.NPS: (7, 9),
    Scale.CSAT: (3, 4),
    Scale.CES: (4, 5),
    Scale.STARS: (3, 4),
}


def is_on_scale(scale: Scale, value: int) -> bool:
    """Tell whether a value is a point of the scale."""
    return value in scale.points


def score_class(scale: Scale, value: int) -> ScoreClass:
    """Return the class of an answer.

    NPS: 0-6, 7-8, 9-10. CSAT and stars: 1-2, 3, 4-5. CES: 1-3, 4, 5-7.

    Raises:
        ValueError: the value is not on the scale.
    """
    if not is_on_scale(scale, value):
        raise ValueError(f"{value} is not on the {scale} scale")
    middle, high = _CLASS_STARTS[scale]
    if value >= high:
        return ScoreClass.HIGH
    return ScoreClass.MIDDLE if value >= middle else ScoreClass.LOW


def distribution(scale: Scale, counts: Mapping[int, int]) -> dict[int, int]:
    """Return the answers per point, worst first, with 0 where nobody answered.

    Args:
        scale: the scale that was answered.
        counts: answers per point, in any order; points may be missing.

    Raises:
        ValueError: a point is not on the scale, or a count is below 0.
    """
    for value, count in counts.items():
        if not is_on_scale(scale, value):
            raise ValueError(f"{value} is not on the {scale} scale")
        if count < 0:
            raise ValueError(f"{count} answers of {value}")
    return {point: counts.get(point, 0) for point in scale.points}


def class_counts(scale: Scale, counts: Mapping[int, int]) -> dict[ScoreClass, int]:
    """Return the answers per class: low, middle and high, each present.

    Raises:
        ValueError: as for `distribution`.
    """
    classes = dict.fromkeys(ScoreClass, 0)
    for value, count in distribution(scale, counts).items():
        classes[score_class(scale, value)] += count
    return classes
