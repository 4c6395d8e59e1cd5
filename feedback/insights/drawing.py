"""The emotion curve as an SVG drawing: paths on a plane, no text and no colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedback.measures.emotion import HIGHEST, LOWEST
from feedback.measures.evidence import Base
from feedback.measures.intervals import Estimate

#: width of a column and height of the whole, in units of the drawing
COLUMN = 100
HEIGHT = 100


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One column of the curve; `estimate` is None where nothing may be printed."""

    estimate: Estimate | None
    base: Base


@dataclass(frozen=True, kw_only=True)
class Drop:
    """A point of the drawing with the whisker of its interval."""

    point: str
    whisker: str
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The paths of a curve; the y axis runs from the best emotion to the worst.

    `bands` and `lines` join neighbours; `bridges` lead over columns without a figure
    and are to be dashed, since nothing was measured there.
    """

    width: int
    height: int
    zero: str
    bands: tuple[str, ...]
    lines: tuple[str, ...]
    bridges: tuple[str, ...]
    drops: tuple[Drop, ...]


def emotion_curve(points: Sequence[CurvePoint]) -> Curve:
    """Draw the emotion of the phases in order, each in the middle of its column.

    The line leaves every point horizontally, so that it never shows an emotion
    beyond those of the two points that it joins.
    """
    drawn = [
        (index, point.estimate, point.base is Base.SMALL)
        for index, point in enumerate(points)
        if point.estimate is not None
    ]
    bands, lines, bridges = [], [], []
    for (left, one, _), (right, other, _) in pairwise(drawn):
        a, b = _middle(left), _middle(right)
        path = f"M{a} {_y(one.value)}" + _bend(a, b, one.value, other.value)
        if right - left > 1:
            bridges.append(path)
            continue
        lines.append(path)
        bands.append(
            f"M{a} {_y(one.high)}"
            + _bend(a, b, one.high, other.high)
            + f"V{_y(other.low)}"
            + _bend(b, a, other.low, one.low)
            + "Z"
        )
    return Curve(
        width=COLUMN * max(1, len(points)),
        height=HEIGHT,
        zero=f"M0 {_y(0)}H{COLUMN * max(1, len(points))}",
        bands=tuple(bands),
        lines=tuple(lines),
        bridges=tuple(bridges),
        drops=tuple(
            Drop(
                point=f"M{_middle(index)} {_y(estimate.value)}h0",
                whisker=f"M{_middle(index)} {_y(estimate.high)}V{_y(estimate.low)}",
                is_small=is_small,
            )
            for index, estimate, is_small in drawn
        ),
    )


def _middle(column: int) -> int:
    return COLUMN * column + COLUMN // 2


def _y(emotion: float) -> float:
    return round(HEIGHT * (HIGHEST - emotion) / (HIGHEST - LOWEST), 1)


def _bend(start: int, end: int, first: float, last: float) -> str:
    half = (start + end) // 2
    return f"C{half} {_y(first)} {half} {_y(last)} {end} {_y(last)}"
