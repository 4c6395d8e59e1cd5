"""The trend of a score, broken where its words changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from feedback.collection.results import Grain, QuestionResult, Results, StretchResult
from feedback.core.periods import local_day
from feedback.i18n.formats import format_date, format_month
from feedback.insights.drawing import Curve, CurvePoint, draw_curve
from feedback.insights.words import score_words
from feedback.measures.evidence import Base, base
from feedback.measures.scales import Scale
from feedback.measures.scores import score
from feedback.web.language import gettext

#: what stands at the foot and at the top of the axis
_ENDS = {
    Scale.NPS: (-100.0, 100.0),
    Scale.CSAT: (0.0, 1.0),
    Scale.STARS: (0.0, 1.0),
    Scale.CES: (1.0, 7.0),
}
#: beyond these a label stands beside its line, so that it stays in the drawing
_LEFT, _RIGHT = 0.25, 0.75


@dataclass(frozen=True, kw_only=True)
class Break:
    """Where the words of a question changed."""

    version: int
    day: date
    #: from the left of the drawing, as `37.5%`
    x: str
    #: end of the label that stands there: start, middle or end
    anchor: str


@dataclass(frozen=True, kw_only=True)
class TrendRow:
    """A week or month in words, as long as the question had the same words."""

    label: str
    n: int
    base: Base
    value: str | None
    interval: str | None
    #: the change of words just before it
    after: Break | None


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A score week by week or month by month; a curve for each of its wordings."""

    curves: tuple[Curve, ...]
    breaks: tuple[Break, ...]
    top: str
    bottom: str
    #: whether 0 lies between the two
    has_zero: bool
    first: str
    last: str
    #: the newest first
    rows: tuple[TrendRow, ...]


def draw_trend(
    found: Results, question: QuestionResult, *, zone: ZoneInfo, locale: str
) -> Trend | None:
    """Draw a score over time; None where there are not two figures to join.

    A week or month in which the words changed has two columns: before and after.
    """
    scale = question.scale
    oldest_first = [
        one for one in reversed(question.stretches) if _scale(one) is scale and one.n
    ]
    if scale is None or not oldest_first:
        return None
    columns = _columns(found, oldest_first, zone)
    lines = [
        _line(scale, one, place, columns) for place, one in enumerate(oldest_first)
    ]
    printed = [
        point for line in lines for point in line if point.base is not Base.HIDDEN
    ]
    if len(printed) < 2:
        return None
    low, high = _ENDS[scale]
    how = score_words(scale)
    breaks = {
        column.stretch: _break(oldest_first[column.stretch], place, columns, zone)
        for place, column in enumerate(columns)
        if place and column.stretch > columns[place - 1].stretch
    }
    return Trend(
        curves=tuple(draw_curve(line, lowest=low, highest=high) for line in lines),
        breaks=tuple(breaks.values()),
        top=how.value(high, locale),
        bottom=how.value(low, locale),
        has_zero=low < 0,
        first=start_words(columns[0].start, found.grain, locale),
        last=start_words(columns[-1].start, found.grain, locale),
        rows=_rows(found, scale, oldest_first, breaks, locale),
    )


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A week or month, or the part of it in which a question had the same words."""

    start: date
    #: place of the wording that was asked then, the oldest 0
    stretch: int


def _columns(
    found: Results, stretches: Sequence[StretchResult], zone: ZoneInfo
) -> list[_Column]:
    began = [local_day(one.stretch.since, zone) for one in stretches]
    columns, place = [], 0
    for start in found.starts:
        columns.append(_Column(start=start, stretch=place))
        while place + 1 < len(began) and began[place + 1] < found.grain.after(start):
            place += 1
            column = _Column(start=start, stretch=place)
            if began[place] <= start:
                columns[-1] = column
            else:
                columns.append(column)
    return columns


def start_words(start: date, grain: Grain, locale: str) -> str:
    """Return what a week or month is called."""
    if grain is Grain.MONTH:
        return format_month(start, locale)
    return gettext("week of %(day)s", day=format_date(start, locale, length="medium"))


def _scale(one: StretchResult) -> Scale | None:
    return getattr(one.summary, "scale", None)


def _line(
    scale: Scale, one: StretchResult, place: int, columns: Sequence[_Column]
) -> list[CurvePoint]:
    return [
        _point(
            scale, one.trend.get(column.start, {}) if column.stretch == place else {}
        )
        for column in columns
    ]


def _point(scale: Scale, counts: Mapping[int, int]) -> CurvePoint:
    return CurvePoint(estimate=score(scale, counts), base=base(sum(counts.values())))


def _break(
    one: StretchResult, place: int, columns: Sequence[_Column], zone: ZoneInfo
) -> Break:
    share = place / len(columns)
    anchor = "start" if share < _LEFT else "end" if share > _RIGHT else "middle"
    return Break(
        version=one.stretch.first,
        day=local_day(one.stretch.since, zone),
        x=f"{100 * share:.2f}%",
        anchor=anchor,
    )


def _rows(
    found: Results,
    scale: Scale,
    stretches: Sequence[StretchResult],
    breaks: Mapping[int, Break],
    locale: str,
) -> tuple[TrendRow, ...]:
    how = score_words(scale)
    rows = []
    for place, one in enumerate(stretches):
        after = breaks.get(place)
        for start in found.starts:
            point = _point(scale, one.trend.get(start, {}))
            if point.estimate is None:
                continue
            is_shown = point.base is not Base.HIDDEN
            value = how.value(point.estimate.value, locale)
            interval = how.interval(point.estimate, locale)
            rows.append(
                TrendRow(
                    label=start_words(start, found.grain, locale),
                    n=point.estimate.n,
                    base=point.base,
                    value=value if is_shown else None,
                    interval=interval if is_shown else None,
                    after=after,
                )
            )
            after = None
    return tuple(reversed(rows))
