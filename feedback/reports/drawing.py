"""How every chart is drawn: sizes, tones, axes, and the SVG that comes of it.

Vega-Lite lays a chart out with fixed margins and labels made here, so that its bytes
depend neither on the fonts of the machine nor on its language. The SVG carries no
style attribute, no style element and no identifier: a page may show it under a
strict content policy, and two of them on one page cannot collide.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Any, Literal

import altair as alt
import vl_convert
from markupsafe import Markup

from feedback.measures.evidence import ENOUGH_FROM

#: The tones of a chart on paper; pages in the dark exchange them by style sheet.
INK = "#17212B"
MUTED = "#56616E"
FAINT = "#D9D5CB"
ACCENT = "#0B5F66"
GREY = "#9AA1A9"

FONT = "Inter"
FONT_SIZE = 11
#: px: the width between the margins of an A4 page
WIDTH = 656
#: Ticks of an axis lie at these multiples of a power of ten.
_STEPS = (1, 2, 5, 10)

Row = dict[str, Any]
_CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": FONT,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "labelFontSize": FONT_SIZE,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelPadding": 6,
        "domain": False,
        "ticks": False,
        "grid": False,
        "title": None,
    },
    "text": {"fontSize": FONT_SIZE, "fill": INK},
}
# What Vega writes for scripts and for readers of single marks: the chart has one
# description of its own, and the marks would be read out one by one.
_NOISE = re.compile(r' (?:class|role|pointer-events|aria-[a-z]+)="[^"]*"')
_HEAD = re.compile(r"<svg [^>]*>")


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures of a chart: `rows` as they are, shares 0..1, `shown` in words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    shown: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart, what it says in words, and its figures."""

    svg: Markup
    text: str
    table: Table


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The outer size of a chart and its margins around the plot, in px."""

    width: int = WIDTH
    height: int = 190
    left: int = 44
    right: int = 96
    top: int = 14
    bottom: int = 34

    @property
    def plot(self) -> dict[str, int]:
        """Width and height of the plot itself."""
        return {
            "width": self.width - self.left - self.right,
            "height": self.height - self.top - self.bottom,
        }


def layer(rows: Sequence[Row]) -> alt.Chart:
    """Return an empty layer over rows of its own."""
    return alt.Chart(alt.InlineData(values=list(rows)))


def draw(layers: Sequence[alt.Chart], frame: Frame, *, text: str) -> Markup:
    """Return the layers as one SVG whose title is its description in words.

    Args:
        layers: drawn one over the other, the first lowest.
        frame: size and margins; nothing is laid out by the size of a label.
        text: what a person who does not see the chart is told.
    """
    chart = alt.layer(*layers).properties(
        **frame.plot,
        padding={
            "left": frame.left,
            "right": frame.right,
            "top": frame.top,
            "bottom": frame.bottom,
        },
        autosize=alt.AutoSizeParams(type="none"),
    )
    spec = chart.to_dict() | {"config": _CONFIG}
    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{frame.width}" '
        f'height="{frame.height}" viewBox="0 0 {frame.width} {frame.height}">'
        f"<title>{escape(text)}</title>"
    )
    clean = _HEAD.sub("", _NOISE.sub("", drawn), count=1)
    return Markup(head + clean)  # noqa: S704 - Vega escapes the labels it was given


def tone_of(n: int) -> str:
    """Return the tone of a figure that rests on so many answers."""
    return ACCENT if n >= ENOUGH_FROM else GREY


def whiskers(base: alt.Chart, along: Literal["x", "y"]) -> list[alt.Chart]:
    """Return the intervals `low`..`high` of rows, along one axis."""
    # A pale edge, so that the whisker is seen where it crosses a dark bar.
    halo = base.mark_rule(color="#FFFFFF", strokeWidth=3.6)
    bar = base.mark_rule(color=INK, strokeWidth=1.2)
    cap = base.mark_tick(
        color=INK,
        thickness=1.2,
        size=7,
        orient="vertical" if along == "x" else "horizontal",
    )
    return [
        halo.encode(**{along: "low:Q", f"{along}2": "high:Q"}),
        bar.encode(**{along: "low:Q", f"{along}2": "high:Q"}),
        cap.encode(**{along: "low:Q"}),
        cap.encode(**{along: "high:Q"}),
    ]


def ticks(low: float, high: float, *, at_most: int = 5) -> list[float]:
    """Return round values that span low..high, so many or fewer, 0 among them."""
    high = high if high > low else low + 1
    power = 10.0 ** floor(log10((high - low) / at_most))
    for step in (power * factor for factor in _STEPS):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first + 1 <= at_most + 1:
            break
    return [round(number * step, 10) for number in range(first, last + 1)]


def value_axis(values: Mapping[float, str]) -> alt.Axis:
    """Return an axis with faint lines at these values and their labels in words."""
    return alt.Axis(
        values=list(values),
        # Otherwise Vega leaves some of them out where it finds the axis short.
        tickCount=len(values),
        labelExpr=_lookup({_key(value): text for value, text in values.items()}),
        grid=True,
        gridColor=FAINT,
        gridWidth=1,
    )


def name_axis(names: Mapping[str, str | Sequence[str]], **options: Any) -> alt.Axis:
    """Return an axis of categories with a label, of one or more lines, for each."""
    return alt.Axis(labelExpr=_lookup(names), labelAngle=0, **options)


def _lookup(table: Mapping[str, str | Sequence[str]]) -> str:
    """Return a Vega expression that finds the label of `datum.value`."""
    return f"{json.dumps(table)}[toString(datum.value)]"


def _key(value: float) -> str:
    """Return a number as the expression language writes it."""
    return str(int(value)) if value == int(value) else repr(value)
