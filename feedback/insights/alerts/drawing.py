"""A control chart as SVG paths: limits, what is usual, the weeks, those outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.measures.control import ControlChart, ControlPoint

WEEK_WIDTH, HEIGHT = 20, 100
_TOPS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True)
class ControlDrawing:
    """Paths on a plane of `width` by `height`; `top` is the share at its top.

    `began` is the line of the week in which the change began, None when not shown.
    """

    width: int
    height: int
    top: float
    limits: str
    usual: str
    weeks: str
    points: tuple[str, ...]
    outside: tuple[str, ...]
    began: str | None


def draw_control_chart(chart: ControlChart, *, began: int) -> ControlDrawing:
    """Draw the weeks of a chart in order.

    Args:
        chart: the weeks with their limits.
        began: place of the week in which the change began.
    """
    top = _top(chart.points)
    width = WEEK_WIDTH * max(1, len(chart.points))

    def y(share: float) -> float:
        return round(HEIGHT * (1 - min(share, top) / top), 1)

    drawn = [
        (f"{_x(week)} {y(point.share)}", point.is_outside)
        for week, point in enumerate(chart.points)
        if point.share is not None
    ]
    is_shown = 0 <= began < len(chart.points)
    return ControlDrawing(
        width=width,
        height=HEIGHT,
        top=top,
        limits=_limits(chart.points, y),
        usual=f"M0 {y(chart.usual)}H{width}",
        weeks="M" + "L".join(place for place, _ in drawn) if drawn else "",
        points=tuple(f"M{place}h0" for place, outside in drawn if not outside),
        outside=tuple(f"M{place}h0" for place, outside in drawn if outside),
        began=f"M{began * WEEK_WIDTH} 0V{HEIGHT}" if is_shown else None,
    )


def _x(week: int) -> int:
    return week * WEEK_WIDTH + WEEK_WIDTH // 2


def _top(points: Sequence[ControlPoint]) -> float:
    highest = max(
        (point.share for point in points if point.share is not None), default=0.0
    )
    limit = max((point.high for point in points if point.high is not None), default=0)
    # limits of a week with few answers reach far: they may be cut, no week is
    wanted = max(highest, min(limit, 2 * highest or limit))
    return next((top for top in _TOPS if wanted <= top), 1.0)


def _limits(points: Sequence[ControlPoint], y: Callable[[float], float]) -> str:
    """Return one band for each run of weeks that have limits, in steps."""
    band = ""
    for week, point in enumerate(points):
        if point.low is None or point.high is None:
            continue
        left = week * WEEK_WIDTH
        band += f"M{left} {y(point.high)}h{WEEK_WIDTH}V{y(point.low)}h-{WEEK_WIDTH}Z"
    return band
