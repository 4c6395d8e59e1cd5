"""Desk: the journey, the segment and the choices that a page of figures stands on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import flash, request, url_for

from feedback.core.errors import Invalid
from feedback.core.periods import Period, local_day
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_date, format_month, format_period
from feedback.insights.segments import (
    ParsedSegment,
    PeriodChoices,
    Segment,
    address_of,
    default_period,
    find_span,
    list_facets,
    parse_segment,
    period_choices,
)
from feedback.journey.channels import channel_name
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.evidence import FRESH_FOR
from feedback.voice.highlighting import cut
from feedback.voice.queries import VerbatimInList
from feedback.voice.taxonomy import theme_name
from feedback.voice.wording import language_name, source_name
from feedback.web.context import current_session, locale, now, settings
from feedback.web.language import gettext, named

FILTERS = {
    "period": mark("Period"),
    "phase": mark("Phase"),
    "touchpoint": mark("Touchpoint"),
    "persona": mark("Persona"),
    "channel": mark("Channel"),
    "language": mark("Language"),
    "source": mark("Source"),
}
Option = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every page of this blueprint stands on: a journey, a segment, choices.

    `canonical` is the address to go to instead, when two dates were typed.
    """

    journey: JourneyMap
    segment: Segment
    dropped: tuple[str, ...]
    span: Period | None
    today: date
    address: Mapping[str, str]
    choices: PeriodChoices | None
    channels: tuple[Option, ...]
    languages: tuple[Option, ...]
    sources: tuple[Option, ...]
    canonical: str | None

    @property
    def personas(self) -> tuple[Option, ...]:
        """The personas to choose from."""
        return tuple((one.key, named(one.names)) for one in self.journey.personas)

    @property
    def periods(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """The periods to choose from, in groups with a title."""
        if self.choices is None:
            return ()
        whole = [(self.choices.everything, gettext("Since the beginning"))]
        if self.choices.last_year is not None:
            whole.insert(0, (self.choices.last_year, gettext("Last twelve months")))
        if self.segment.period not in self.choices:
            chosen = self.segment.period
            whole.append((chosen, format_period(chosen, locale())))
        recent = (str(self.choices.recent), gettext("Latest three months"))
        return (
            (gettext("Recent"), (recent,)),
            (gettext("Months"), period_options(self.choices.months)),
            (gettext("Quarters"), period_options(self.choices.quarters)),
            (gettext("Years"), period_options(self.choices.years)),
            (
                gettext("Longer"),
                tuple((str(period), label) for period, label in whole),
            ),
        )

    @property
    def last_day(self) -> date:
        """The last day of the period, as people name it."""
        return self.segment.period.until - timedelta(days=1)

    @property
    def newest(self) -> Period:
        """The newest months with feedback."""
        return default_period(self.span, today=self.today)

    @property
    def is_old(self) -> bool:
        """Whether nothing has come in for so long that figures speak of the past."""
        return self.span is not None and self.today - self.span.until > FRESH_FOR

    @property
    def is_filtered(self) -> bool:
        """Whether the address asks for less than the whole period."""
        return bool(set(self.address) - {"period"})

    @property
    def dropped_names(self) -> str:
        """The parameters that said nothing known, in words."""
        return ", ".join(gettext(FILTERS[name]) for name in self.dropped)

    @property
    def newest_day(self) -> date:
        """The last day with feedback; today when there is none."""
        return self.span.until - timedelta(days=1) if self.span else self.today

    @property
    def unfiltered(self) -> str:
        """The address of the same period without any filter."""
        period = str(self.segment.period)
        return url_for("dashboards.map_page", key=self.journey.key, period=period)

    def url(self, endpoint: str = "dashboards.map_page", **changed: str | None) -> str:
        """Return the address of a page in this segment, with something changed."""
        return _url(endpoint, self.journey, {**self.address, **changed})

    def verbatims(self, **changed: str | None) -> str:
        """Return the address of the verbatims behind a figure."""
        return self.url("explorer.index", **changed)

    def verbatim(self, one: VerbatimInList) -> str:
        """Return the address of one verbatim."""
        return url_for("explorer.index", key=self.journey.key, verbatim=one.public_id)

    def theme(self, theme: str, **changed: str | None) -> str:
        """Return the address of the page of a theme."""
        return self.url("dashboards.theme_page", theme=theme, **changed)


def open_desk(key: str) -> Desk:
    """Return the desk of a journey in the segment that the address asks for.

    Raises:
        NotFound: `journey`.
    """
    session = current_session()
    journey = get_map(session, key)
    span = find_span(session, journey.id)
    today = local_day(now(), settings().zone)
    parsed = parse_segment(
        request.args, journey, default=default_period(span, today=today)
    )
    facets = list_facets(session, journey.id)
    return Desk(
        journey=journey,
        segment=parsed.segment,
        dropped=parsed.dropped,
        span=span,
        today=today,
        address=address_of(parsed.segment, journey),
        choices=period_choices(span) if span else None,
        channels=tuple((one, channel_name(one, locale())) for one in facets.channels),
        languages=tuple(
            (one, language_name(one, locale())) for one in facets.languages
        ),
        sources=tuple((one, source_name(one, locale())) for one in facets.sources),
        canonical=_typed_dates(parsed, journey),
    )


def _typed_dates(parsed: ParsedSegment, journey: JourneyMap) -> str | None:
    """Return the address with the period of two typed dates, both included."""
    first, last = request.args.get("first"), request.args.get("last")
    if first is None or last is None:
        return None
    segment = parsed.segment
    try:
        until = date.fromisoformat(last) + timedelta(days=1)
        segment = replace(segment, period=Period(date.fromisoformat(first), until))
    except (ValueError, OverflowError, Invalid):
        flash(gettext("The first of two dates must not be after the second."))
    assert request.endpoint is not None  # noqa: S101 - a view is running
    return _url(
        request.endpoint,
        journey,
        {**(request.view_args or {}), **address_of(segment, journey)},
    )


def _url(endpoint: str, journey: JourneyMap, values: Mapping[str, Any]) -> str:
    return url_for(endpoint, **{"key": journey.key, **values})


def period_options(periods: Iterable[Period]) -> tuple[Option, ...]:
    """Return periods to choose from: what stands in the address, and its words."""
    return tuple((str(one), _period_label(one)) for one in periods)


def _period_label(period: Period) -> str:
    if period.is_month:
        return format_period(period, locale())
    if period.since.month == 1 and period.until.month == 1:
        return str(period.since.year)
    last = period.until - timedelta(days=1)
    ends = (format_month(day, locale(), short=True) for day in (period.since, last))
    return " – ".join(ends)


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """Some of a text; `sign` and `label` tell the theme that it speaks of, if any."""

    text: str
    sign: str | None = None
    label: str | None = None


def segments_of(verbatim: VerbatimInList) -> tuple[TextPart, ...]:
    """Cut a text at its themes; words of several themes carry the names of all."""
    return tuple(
        TextPart(
            text=part.text,
            sign=part.polarity and part.polarity.value,
            label=", ".join(
                theme_name(current_session(), key, locale()) for key in part.themes
            )
            or None,
        )
        for part in cut(verbatim.text, verbatim.mentions)
    )


def place_of(journey: JourneyMap, verbatim: VerbatimInList) -> str:
    """Return where and when something was said, in words."""
    names = {point.id: named(point.names) for point in journey.touchpoints}
    day = format_date(verbatim.day, locale(), length="medium")
    return ", ".join(filter(None, (names.get(verbatim.touchpoint_id), day)))
