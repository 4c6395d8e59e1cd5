"""Segments: which feedback a figure speaks of, and how an address says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Invalid
from feedback.core.periods import Period, add_months, month_of, parse_period
from feedback.insights.models import Grain, OccasionCount
from feedback.journey.queries import JourneyMap
from feedback.voice.models import Feedback, Source
from feedback.voice.selection import VerbatimFilter
from feedback.voice.taxonomy import Stance

#: how many months are offered one by one
OFFERED_MONTHS = 24


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The feedback of one journey in one period, of one kind or of all.

    None asks for everything; an empty tuple of touchpoints for nothing. `language`
    is what the source or the analysis said, `source` how the feedback came in. What was
    said in interviews is told apart: it belongs to a segment that asks for that source
    alone.
    """

    journey_id: int
    period: Period
    touchpoint_ids: tuple[int, ...] | None = None
    channel: str | None = None
    persona_id: int | None = None
    language: str | None = None
    source: str | None = None

    @property
    def previous(self) -> "Segment":
        """The same in the period just before, to compare with."""
        return replace(self, period=self.period.previous())


@dataclass(frozen=True, kw_only=True)
class ParsedSegment:
    """A segment as an address asked for it.

    `dropped` names the parameters that said nothing known; they are left out and
    the reader is told, since an old link should still open.
    """

    segment: Segment
    dropped: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PeriodChoices:
    """The periods that hold feedback, the newest first."""

    #: what is shown to a person who has not chosen
    recent: Period
    months: tuple[Period, ...]
    quarters: tuple[Period, ...]
    years: tuple[Period, ...]
    #: the twelve months to the newest one, where there are more
    last_year: Period | None
    everything: Period

    def __contains__(self, period: Period) -> bool:
        """Tell whether a period is one of those offered."""
        offered = (*self.months, *self.quarters, *self.years)
        return period in (*offered, self.recent, self.last_year, self.everything)


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What feedback of a journey can be told apart by, each sorted."""

    channels: tuple[str, ...]
    languages: tuple[str, ...]
    sources: tuple[str, ...]


def parse_segment(
    arguments: Mapping[str, str], journey_map: JourneyMap, *, default: Period
) -> ParsedSegment:
    """Read the segment out of the parameters of an address.

    Understood are `period`, `phase`, `touchpoint`, `channel`, `persona`, `language`
    and `source`; the others are not looked at. A touchpoint says more than a phase:
    given both, the phase is only checked to hold it.
    """
    asked = {name: arguments.get(name, "").strip() for name in _NAMES}
    period = _read_period(asked["period"])
    places, wrong_places = _read_places(asked, journey_map)
    personas = {persona.key: persona.id for persona in journey_map.personas}
    persona_id = personas.get(asked["persona"])
    source = asked["source"] if asked["source"] in set(Source) else None
    understood = {
        "period": period is not None,
        "persona": persona_id is not None,
        "source": source is not None,
        "channel": len(asked["channel"]) <= 40,
        "language": len(asked["language"]) <= 8,
    }
    dropped = {name for name, good in understood.items() if asked[name] and not good}
    return ParsedSegment(
        segment=Segment(
            journey_id=journey_map.id,
            period=period or default,
            touchpoint_ids=places,
            channel=_kept("channel", asked, dropped),
            persona_id=persona_id,
            language=_kept("language", asked, dropped),
            source=source,
        ),
        dropped=tuple(name for name in _NAMES if name in dropped | wrong_places),
    )


def address_of(segment: Segment, journey_map: JourneyMap) -> dict[str, str]:
    """Return the parameters that `parse_segment` reads as this segment."""
    personas = {persona.id: persona.key for persona in journey_map.personas}
    said = {
        "period": str(segment.period),
        **_places_of(segment, journey_map),
        "channel": segment.channel,
        "persona": segment.persona_id and personas.get(segment.persona_id),
        "language": segment.language,
        "source": segment.source,
    }
    return {name: str(value) for name, value in said.items() if value}


def verbatims_of(
    segment: Segment,
    *,
    theme: str | None = None,
    stance: Stance | None = None,
    with_interviews: bool = False,
) -> VerbatimFilter:
    """Return the filter of the verbatims that a segment counts.

    Those of interviews are not among them unless the segment asks for these, or they
    are wanted too.
    """
    everything = with_interviews or segment.source is not None
    return VerbatimFilter(
        journey_id=segment.journey_id,
        period=segment.period,
        touchpoint_ids=segment.touchpoint_ids,
        channel=segment.channel,
        persona_id=segment.persona_id,
        language=segment.language,
        source=segment.source,
        without_source=None if everything else Source.INTERVIEW,
        theme=theme,
        stance=stance,
    )


def find_span(session: Session, journey_id: int) -> Period | None:
    """Return the days from the first to the last with feedback, None without any."""
    within = Feedback.journey_id == journey_id
    first = session.scalar(select(func.min(Feedback.day)).where(within))
    last = session.scalar(select(func.max(Feedback.day)).where(within))
    if first is None or last is None:
        return None
    return Period(first, last + timedelta(days=1))


def list_facets(session: Session, journey_id: int) -> Facets:
    """List the channels, languages and sources that feedback of a journey has."""
    model = OccasionCount
    found = session.execute(
        select(model.channel, model.language, model.source)
        .where(model.journey_id == journey_id, model.grain == Grain.MONTH)
        .distinct()
    ).all()
    channels, languages, sources = zip(*found, strict=True) if found else ((), (), ())
    return Facets(
        channels=tuple(sorted(set(channels))),
        languages=tuple(sorted({code for code in languages if code})),
        sources=tuple(sorted(set(sources))),
    )


def default_period(span: Period | None, *, today: date) -> Period:
    """Return the newest three months with feedback; this month when there is none.

    One month is a small base at most touchpoints; a year hides what has changed.
    """
    if span is None:
        return month_of(today)
    newest = month_of(span.until - timedelta(days=1))
    first = max(span.since.replace(day=1), add_months(newest.since, -2))
    return Period(first, newest.until)


def period_choices(span: Period) -> PeriodChoices:
    """Return the periods to choose from, given the days that hold feedback."""
    months = [month_of(first) for first in span.months()]
    newest = months[-1]
    year = Period(add_months(newest.since, -11), newest.until)
    return PeriodChoices(
        recent=default_period(span, today=span.since),
        months=tuple(reversed(months[-OFFERED_MONTHS:])),
        quarters=_distinct(_calendar(month, 3) for month in reversed(months)),
        years=_distinct(_calendar(month, 12) for month in reversed(months)),
        last_year=year if len(months) > 1 else None,
        everything=Period(months[0].since, newest.until),
    )


_NAMES = ("period", "phase", "touchpoint", "channel", "persona", "language", "source")


def _kept(name: str, asked: Mapping[str, str], dropped: set[str]) -> str | None:
    return None if name in dropped else asked[name] or None


def _read_period(text: str) -> Period | None:
    try:
        return parse_period(text)
    except Invalid:
        return None


def _read_places(
    asked: Mapping[str, str], journey_map: JourneyMap
) -> tuple[tuple[int, ...] | None, set[str]]:
    phases = {
        phase.key: tuple(point.id for point in phase.touchpoints)
        for phase in journey_map.phases
    }
    points = {point.key: point.id for point in journey_map.touchpoints}
    of_phase = phases.get(asked["phase"])
    point = points.get(asked["touchpoint"])
    wrong = {
        name
        for name, known in (("phase", phases), ("touchpoint", points))
        if asked[name] and asked[name] not in known
    }
    if point is None:
        return of_phase, wrong
    if of_phase is not None and point not in of_phase:
        wrong.add("phase")
    return (point,), wrong


def _places_of(segment: Segment, journey_map: JourneyMap) -> dict[str, str]:
    wanted = segment.touchpoint_ids
    if wanted is None:
        return {}
    for phase in journey_map.phases:
        if tuple(point.id for point in phase.touchpoints) == wanted:
            only = len(wanted) == 1
            key = {"touchpoint": phase.touchpoints[0].key} if only else {}
            return {"phase": phase.key, **key}
    keys = [point.key for point in journey_map.touchpoints if point.id in wanted]
    return {"touchpoint": keys[0]} if len(keys) == 1 else {}


def _calendar(month: Period, length: int) -> Period:
    """Return the run of `length` months, counted from January, that holds a month."""
    first = month.since
    start = date(first.year, (first.month - 1) // length * length + 1, 1)
    return Period(start, add_months(start, length))


def _distinct(periods: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(dict.fromkeys(periods))
