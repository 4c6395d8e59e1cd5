"""The charts of pages and report: an SVG, the same in words, the same as a table.

Each shows its 95 % intervals, as a band or as whiskers, greys what rests on a small
base and leaves out what rests on fewer than ten answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_n
from feedback.insights.words import SHARE, score_words
from feedback.measures.evidence import PRINTED_FROM
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.scales import Scale, ScoreClass, distribution, score_class
from feedback.reports.drawing import (
    ACCENT,
    GREY,
    INK,
    MUTED,
    TEXT,
    TONE,
    Chart,
    Frame,
    Table,
    at_x,
    draw,
    layer,
    name_axis,
    ticks,
    tone_of,
    value_axis,
    whiskers,
)
from feedback.reports.trends import COLUMNS, Line, MonthFigure, draw_trend

_ROW_HEIGHT = 30
_TONES = {ScoreClass.LOW: MUTED, ScoreClass.MIDDLE: GREY, ScoreClass.HIGH: ACCENT}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A named share, 0..1."""

    label: str
    estimate: Estimate


def score_trend(
    figures: Sequence[MonthFigure],
    *,
    scale: Scale,
    name: str,
    locale: str,
    frame: Frame | None = None,
) -> Chart:
    """Draw the headline figure of a scale month by month, with its interval as band.

    Args:
        figures: one for each month in order, empty months included.
        scale: tells the unit; a line stands at zero where a score crosses it.
        name: of the score, as readers know it.
        locale: `fr` or `en`.
        frame: size of the chart.
    """
    return draw_trend(
        [Line(name=name, figures=figures)],
        score_words(scale),
        locale=locale,
        frame=frame or Frame(right=56),
    )


def feeling_shares(
    negative: Sequence[MonthFigure],
    positive: Sequence[MonthFigure],
    *,
    locale: str,
    frame: Frame | None = None,
) -> Chart:
    """Draw the shares of negative and of positive verbatims month by month."""
    lines = [
        Line(
            name=gettext(locale, "Negative verbatims"),
            label=gettext(locale, "negative"),
            figures=negative,
        ),
        Line(
            name=gettext(locale, "Positive verbatims"),
            label=gettext(locale, "positive"),
            figures=positive,
            leads=False,
        ),
    ]
    return draw_trend(lines, SHARE, locale=locale, frame=frame or Frame())


def friction_bars(
    bars: Sequence[Bar], *, name: str, locale: str, frame: Frame | None = None
) -> Chart:
    """Draw shares as bars in the order given, with whiskers for their intervals.

    Args:
        bars: labels of up to about forty letters.
        name: what the shares are of.
        locale: `fr` or `en`.
        frame: size of the chart; its height follows the number of bars.
    """
    drawn = [bar for bar in bars if bar.estimate.n >= PRINTED_FROM]
    frame = frame or Frame(
        left=262, right=116, top=2, bottom=22, height=24 + _ROW_HEIGHT * len(drawn)
    )
    rows = [
        {
            **_row(bar, tone_of(bar.estimate.n)),
            "key": f"{index:02d}",
            "text": f"{SHARE.value(bar.estimate.value, locale)}\N{EM SPACE}"
            f"{format_n(bar.estimate.n, locale)}",
        }
        for index, bar in enumerate(drawn)
    ]
    names = {f"{index:02d}": bar.label for index, bar in enumerate(drawn)}
    y = alt.Y(
        "key:N",
        axis=name_axis(names, labelColor=INK),
        scale=alt.Scale(domain=list(names)),
    )
    scale, axis = _share_axis(drawn, locale)
    x = alt.X("value:Q", scale=scale, axis=axis)
    base = layer(rows).encode(y=y)
    layers = [
        base.mark_bar(height=15).encode(x, TONE),
        *whiskers(base, "x"),
        base.mark_text(align="left").encode(at_x(frame.plot["width"] + 10), TEXT),
    ]
    text = f"{name}. {_words(drawn, locale)}"
    table = _table(drawn, name, locale)
    return Chart(svg=draw(layers, frame, text=text), text=text, table=table)


def score_distribution(
    counts: Mapping[int, int],
    *,
    scale: Scale,
    name: str,
    locale: str,
    frame: Frame | None = None,
) -> Chart | None:
    """Draw the share of answers at each point of a scale; None below ten answers.

    The three classes of the scale have three tones, from dark grey to the accent.
    """
    answers = distribution(scale, counts)
    n = sum(answers.values())
    if n < PRINTED_FROM:
        return None
    frame = frame or Frame(height=150, left=44, right=4, top=18, bottom=22)
    bars = [
        Bar(label=str(point), estimate=estimate)
        for point, count in answers.items()
        if (estimate := share_estimate(count, n)) is not None
    ]
    rows = [
        {
            **_row(bar, _TONES[score_class(scale, int(bar.label))]),
            "key": bar.label,
            "text": SHARE.value(bar.estimate.value, locale),
        }
        for bar in bars
    ]
    names = {bar.label: bar.label for bar in bars}
    x = alt.X(
        "key:N",
        axis=name_axis(names, labelColor=INK),
        scale=alt.Scale(domain=list(names), padding=0.2),
    )
    share_scale, axis = _share_axis(bars, locale, at_most=3)
    y = alt.Y("value:Q", scale=share_scale, axis=axis)
    base = layer(rows).encode(x=x)
    layers = [
        base.mark_bar().encode(y, TONE),
        *whiskers(base, "y"),
        base.mark_text(dy=-8).encode(alt.Y("high:Q"), TEXT),
    ]
    text = f"{name}, {format_n(n, locale)}. {_words(bars, locale)}"
    table = _table(bars, gettext(locale, "Answer"), locale)
    return Chart(svg=draw(layers, frame, text=text), text=text, table=table)


def _row(bar: Bar, tone: str) -> dict[str, str | float]:
    estimate = bar.estimate
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "tone": tone,
    }


def _share_axis(
    bars: Sequence[Bar], locale: str, *, at_most: int = 5
) -> tuple[alt.Scale, alt.Axis]:
    highest = max((bar.estimate.high for bar in bars), default=1.0)
    places = ticks(0, highest, at_most=at_most)
    names = {place: SHARE.value(place, locale) for place in places}
    return alt.Scale(domain=[0, places[-1]]), value_axis(names)


def _words(bars: Sequence[Bar], locale: str) -> str:
    return " ".join(
        gettext(
            locale,
            "%(label)s: %(share)s (%(interval)s).",
            label=bar.label,
            share=SHARE.value(bar.estimate.value, locale),
            interval=SHARE.interval(bar.estimate, locale),
        )
        for bar in bars
    )


def _table(bars: Sequence[Bar], name: str, locale: str) -> Table:
    return Table(
        header=(
            name,
            *(gettext(locale, word) for word in COLUMNS[2:]),
        ),
        rows=tuple(
            (
                bar.label,
                bar.estimate.value,
                bar.estimate.low,
                bar.estimate.high,
                bar.estimate.n,
            )
            for bar in bars
        ),
        shown=tuple(
            (
                bar.label,
                SHARE.value(bar.estimate.value, locale),
                SHARE.interval(bar.estimate, locale),
                str(bar.estimate.n),
            )
            for bar in bars
        ),
    )
