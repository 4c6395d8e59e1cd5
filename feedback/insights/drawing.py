"""Curves as SVG drawings: paths on a plane, no text and no colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedback.measures.emotion import HIGHEST, LOWEST
from feedback.measures.evidence import Base
from feedback.measures.intervals import Estimate

#: width of a column and height of the whole, in units of the drawing
COLUMN = 100
HEIGHT = 100
_TOPS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One column of a curve; `estimate` is None where nobody answered."""

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
    """The paths of a curve on a plane of `width` by `height`.

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
    """Draw the emotion of the phases in order, each in the middle of its column."""
    return draw_curve(points, lowest=LOWEST, highest=HIGHEST)


def draw_curve(points: Sequence[CurvePoint], *, lowest: float, highest: float) -> Curve:
    """Draw figures in order, between the values at the foot and at the top.

    What may not be printed is left out. The line leaves every point horizontally, so
    that it never shows a value beyond those of the two points that it joins.
    """
    plane = _Plane(lowest=lowest, highest=highest)
    drawn = [
        (index, point.estimate, point.base is Base.SMALL)
        for index, point in enumerate(points)
        if point.estimate is not None and point.base is not Base.HIDDEN
    ]
    bands, lines, bridges = [], [], []
    for (left, one, _), (right, other, _) in pairwise(drawn):
        path = plane.line(left, one.value, right, other.value)
        if right - left > 1:
            bridges.append(path)
        else:
            lines.append(path)
            bands.append(plane.band(left, one, other))
    width = COLUMN * max(1, len(points))
    return Curve(
        width=width,
        height=HEIGHT,
        zero=f"M0 {plane.y(0)}H{width}",
        bands=tuple(bands),
        lines=tuple(lines),
        bridges=tuple(bridges),
        drops=tuple(
            Drop(
                point=f"M{_middle(index)} {plane.y(estimate.value)}h0",
                whisker=f"M{_middle(index)} {plane.y(estimate.high)}"
                f"V{plane.y(estimate.low)}",
                is_small=is_small,
            )
            for index, estimate, is_small in drawn
        ),
    )


def top_of_axis(estimates: Iterable[Estimate]) -> float:
    """Return the round share, 0..1, below which all intervals stay."""
    highest = max((estimate.high for estimate in estimates), default=0.0)
    return next((top for top in _TOPS if highest <= top), 1.0)


@dataclass(frozen=True, kw_only=True)
class _Plane:
    lowest: float
    highest: float

    def y(self, value: float) -> float:
        return round(HEIGHT * (self.highest - value) / (self.highest - self.lowest), 1)

    def line(self, left: int, first: float, right: int, last: float) -> str:
        a, b = _middle(left), _middle(right)
        return f"M{a} {self.y(first)}{self._bend(a, b, first, last)}"

    def band(self, left: int, one: Estimate, other: Estimate) -> str:
        a, b = _middle(left), _middle(left + 1)
        return (
            f"M{a} {self.y(one.high)}{self._bend(a, b, one.high, other.high)}"
            f"V{self.y(other.low)}{self._bend(b, a, other.low, one.low)}Z"
        )

    def _bend(self, start: int, end: int, first: float, last: float) -> str:
        half = (start + end) // 2
        return f"C{half} {self.y(first)} {half} {self.y(last)} {end} {self.y(last)}"


def _middle(column: int) -> int:
    return COLUMN * column + COLUMN // 2
