"""A figure month by month: one line or two, each with its interval as a band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import altair as alt

from feedback.i18n.catalogs import gettext, mark, ngettext
from feedback.i18n.formats import Unit, format_month, format_n
from feedback.insights.words import Written
from feedback.measures.evidence import PRINTED_FROM
from feedback.measures.intervals import Estimate
from feedback.reports.drawing import (
    ACCENT,
    GREY,
    MUTED,
    RANGE,
    TEXT,
    TONE,
    Chart,
    Frame,
    Row,
    Table,
    at_x,
    at_y,
    draw,
    layer,
    name_axis,
    ticks,
    tone_of,
    value_axis,
)

#: px between the middles of two labels that stand one over the other
_LABEL_GAP = 14
#: px below which a month has one letter
_NARROW = 32
#: of a table of figures
COLUMNS = (
    mark("Figure"),
    mark("Month"),
    mark("Value"),
    mark("Low"),
    mark("High"),
    mark("n"),
)
#: Where a line has no figure, it is cut; nothing is guessed in between.
_CUT: Final = "break-paths-show-path-domains"


@dataclass(frozen=True, kw_only=True)
class MonthFigure:
    """A figure of one month, None without an answer; `month` is its first day."""

    month: date
    estimate: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A series to draw; the one that leads has the accent, the other is dashed."""

    name: str
    figures: Sequence[MonthFigure]
    #: what stands at the end of the line, after the last figure
    label: str = ""
    leads: bool = True

    @property
    def tone(self) -> str:
        """The colour of the line and of its name."""
        return ACCENT if self.leads else MUTED

    @property
    def printed(self) -> list[tuple[date, Estimate]]:
        """The months with enough answers to be drawn."""
        return [
            (one.month, one.estimate)
            for one in self.figures
            if one.estimate is not None and one.estimate.n >= PRINTED_FROM
        ]


def draw_trend(
    lines: Sequence[Line], written: Written, *, locale: str, frame: Frame
) -> Chart:
    """Draw lines over the same months, each with its last figure at its end.

    Args:
        lines: of the same months, in order and without gaps between them.
        written: unit of the figures; shares have their axis begin at 0.
        locale: `fr` or `en`.
        frame: size; the names need some 100 px on the right.
    """
    months = [figure.month for figure in lines[0].figures]
    places = _places(lines, written)
    scale = alt.Scale(domain=[places[0], places[-1]], zero=False)
    names = {place: written.value(place, locale) for place in places}
    x = alt.X(
        "month:O",
        scale=alt.Scale(domain=[month.isoformat() for month in months], padding=0.2),
        axis=name_axis(_month_names(months, frame, locale)),
    )
    y = alt.Y("value:Q", scale=scale, axis=value_axis(names))
    layers = [alt_layer for line in lines for alt_layer in _line_layers(line, x, y)]
    if places[0] < 0 < places[-1]:
        zero = layer([{"value": 0}]).mark_rule(color=MUTED, strokeWidth=1)
        layers.insert(0, zero.encode(y=y))
    unit_px = (places[-1] - places[0]) / frame.plot["height"]
    ends = layer(_ends(lines, written, locale, unit_px))
    layers.append(
        ends.mark_text(align="left", fontWeight=600).encode(
            at_x(frame.plot["width"] + 4),
            alt.Y("value:Q", scale=scale),
            TEXT,
            TONE,
        )
    )
    layers.append(_years(months, x, frame))
    text = " ".join(_words(line, written, locale) for line in lines)
    table = _table(lines, written, locale)
    return Chart(svg=draw(layers, frame, text=text), text=text, table=table)


def _places(lines: Sequence[Line], written: Written) -> list[float]:
    drawn = [estimate for line in lines for _, estimate in line.printed]
    high = max((estimate.high for estimate in drawn), default=1.0)
    if written.unit is Unit.PERCENT:
        return ticks(0, min(1.0, high), at_most=4)
    return ticks(min((one.low for one in drawn), default=0.0), high, at_most=4)


def _line_layers(line: Line, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    drawn = dict(line.printed)
    rows: list[Row] = []
    for index, figure in enumerate(line.figures):
        estimate = drawn.get(figure.month)
        beside = line.figures[max(0, index - 1) : index + 2]
        rows.append(
            {
                "month": figure.month.isoformat(),
                "value": estimate and estimate.value,
                "low": estimate and estimate.low,
                "high": estimate and estimate.high,
                "tone": line.tone if estimate and tone_of(estimate.n) != GREY else GREY,
                # A band has no width where both neighbours are missing.
                "alone": sum(one.month in drawn for one in beside) == 1,
            }
        )
    base = layer(rows).encode(x=x)
    single = layer([row for row in rows if row["alone"]]).encode(x=x)
    points = layer([row for row in rows if row["value"] is not None]).encode(x=x)
    dash = [1, 0] if line.leads else [5, 3]
    band = base.mark_area(color=line.tone, opacity=0.16, invalid=_CUT)
    return [
        band.encode(*RANGE),
        single.mark_rule(color=line.tone, strokeWidth=1.2).encode(*RANGE),
        base.mark_line(
            color=line.tone, strokeWidth=2, strokeDash=dash, invalid=_CUT
        ).encode(y=y),
        points.mark_point(filled=True, size=26, opacity=1, fill="#FFFFFF").encode(
            y, alt.Stroke("tone:N", scale=None), alt.StrokeWidthValue(1.6)
        ),
    ]


def _ends(
    lines: Sequence[Line], written: Written, locale: str, unit_px: float
) -> list[Row]:
    """Return the labels at the ends of the lines, moved apart where they meet."""
    rows: list[Row] = [
        {
            "value": line.printed[-1][1].value,
            "tone": line.tone,
            "text": f"{written.value(line.printed[-1][1].value, locale)} {line.label}",
        }
        for line in lines
        if line.printed
    ]
    rows.sort(key=lambda row: row["value"])
    if len(rows) == 2:
        missing = _LABEL_GAP * unit_px - (rows[1]["value"] - rows[0]["value"])
        if missing > 0:
            rows[0]["value"] -= missing / 2
            rows[1]["value"] += missing / 2
    return rows


def _month_names(
    months: Sequence[date], frame: Frame, locale: str
) -> Mapping[str, str]:
    """Return short names of months, one letter each where there is little room."""
    narrow = frame.plot["width"] / len(months) < _NARROW
    names = {}
    for month in months:
        short = format_month(month, locale, short=True)
        name = short.replace(str(month.year), "").strip()
        names[month.isoformat()] = name[0].upper() if narrow else name
    return names


def _years(months: Sequence[date], x: alt.X, frame: Frame) -> alt.Chart:
    """Write the year below the first month and below each January."""
    rows = [
        {"month": month.isoformat(), "text": str(month.year)}
        for index, month in enumerate(months)
        if index == 0 or month.month == 1
    ]
    years: alt.Chart = (
        layer(rows)
        .mark_text(color=MUTED)
        .encode(x, at_y(frame.plot["height"] + 27), TEXT)
    )
    return years


def _words(line: Line, written: Written, locale: str) -> str:
    printed = line.printed
    if not printed:
        return gettext(
            locale,
            "%(name)s: in no month were there ten answers.",
            name=line.name,
        )
    (last_month, last) = printed[-1]
    text = gettext(
        locale,
        "%(name)s by month, %(first)s to %(last)s. %(last)s: %(value)s, interval "
        "%(interval)s, %(n)s.",
        name=line.name,
        first=format_month(printed[0][0], locale),
        last=format_month(last_month, locale),
        value=written.value(last.value, locale),
        interval=written.interval(last, locale),
        n=format_n(last.n, locale),
    )
    low = min(printed, key=lambda one: one[1].value)
    high = max(printed, key=lambda one: one[1].value)
    if low[1].value < high[1].value:
        text += " " + gettext(
            locale,
            "Lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s.",
            low=written.value(low[1].value, locale),
            low_month=format_month(low[0], locale),
            high=written.value(high[1].value, locale),
            high_month=format_month(high[0], locale),
        )
    if left_out := len(line.figures) - len(printed):
        text += " " + ngettext(
            locale,
            "%(n)s month has fewer than ten answers and is not drawn.",
            "%(n)s months have fewer than ten answers and are not drawn.",
            left_out,
        )
    return text


def _table(lines: Sequence[Line], written: Written, locale: str) -> Table:
    rows, shown = [], []
    for line in lines:
        for month, estimate in line.printed:
            rows.append(
                (
                    line.name,
                    f"{month:%Y-%m}",
                    estimate.value,
                    estimate.low,
                    estimate.high,
                    estimate.n,
                )
            )
            shown.append(
                (
                    line.name,
                    format_month(month, locale),
                    written.value(estimate.value, locale),
                    written.interval(estimate, locale),
                    str(estimate.n),
                )
            )
    return Table(
        header=tuple(gettext(locale, name) for name in COLUMNS),
        rows=tuple(rows),
        shown=tuple(shown),
    )
