"""What the pages of interviews show: names for numbers, transcripts cut at excerpts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedback.core.errors import NotFound
from feedback.i18n.catalogs import mark
from feedback.interviews.excerpt_queries import ExcerptRead
from feedback.interviews.guides import GuideRead, get_guide_of_version
from feedback.interviews.queries import InterviewRead, SpeakerRead
from feedback.interviews.spans import SaidTurn
from feedback.interviews.terms import InterviewState, SpeakerRole, Stage
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.web.context import current_session
from feedback.web.language import gettext, named

STATES = {
    InterviewState.PLANNED: mark("To come"),
    InterviewState.HELD: mark("Held"),
    InterviewState.CANCELLED: mark("Cancelled"),
    InterviewState.WITHDRAWN: mark("Consent taken back"),
}
STAGES = {
    Stage.DISCOVERY: mark("Discovery"),
    Stage.EVALUATION: mark("Evaluation"),
    Stage.DECISION: mark("Decision"),
    Stage.AFTER_SALES: mark("After sales"),
    Stage.LOYALTY: mark("Loyalty"),
}
ROLES = {
    SpeakerRole.CUSTOMER: mark("Customer"),
    SpeakerRole.INTERVIEWER: mark("Interviewer"),
    SpeakerRole.OTHER: mark("Somebody else"),
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some of a turn; `excerpt` is the id of the excerpt that it lies in."""

    text: str
    excerpt: str | None


@dataclass(frozen=True, kw_only=True)
class ShownTurn:
    """A turn as the page shows it; `clock` is the time since the beginning."""

    position: int
    who: str
    is_customer: bool
    clock: str
    phase: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Names of the phases, touchpoints and personas of a journey by their numbers."""

    phases: Mapping[int, str]
    touchpoints: Mapping[int, str]
    personas: Mapping[int, str]
    #: number of the phase of each touchpoint
    phase_of: Mapping[int, int]


def journey_of(journey_id: int) -> JourneyMap:
    """Return the map of a journey by its number, with its archived parts.

    Raises:
        NotFound: `journey`, also of an archived one.
    """
    for one in list_journeys(current_session()):
        if one.id == journey_id:
            return get_map(current_session(), one.key, archived=True)
    raise NotFound("journey")


def guide_of(interview: InterviewRead) -> GuideRead | None:
    """Return the guide of an interview in the version that it is held by, if any."""
    if interview.guide_version_id is None:
        return None
    return get_guide_of_version(current_session(), interview.guide_version_id)


def places_of(journey: JourneyMap) -> Places:
    """Return what the parts of a journey are called, archived ones too if read."""
    return Places(
        phases={one.id: named(one.names) for one in journey.phases},
        touchpoints={one.id: named(one.names) for one in journey.touchpoints},
        personas={one.id: named(one.names) for one in journey.personas},
        phase_of={one.id: one.phase_id for one in journey.touchpoints},
    )


def show_turns(
    interview: InterviewRead,
    turns: Sequence[SaidTurn],
    excerpts: Sequence[ExcerptRead],
    places: Places,
) -> tuple[ShownTurn, ...]:
    """Return the turns of an interview, cut where excerpts begin and end."""
    names = speaker_names(interview.speakers, interview.alias)
    return tuple(
        ShownTurn(
            position=turn.position,
            who=names[turn.speaker],
            is_customer=turn.role is SpeakerRole.CUSTOMER,
            clock=clock(turn.seconds),
            phase=places.phases.get(turn.phase_id or 0, ""),
            pieces=_cut(turn, excerpts),
        )
        for turn in turns
    )


def speaker_names(speakers: Sequence[SpeakerRead], alias: str) -> tuple[str, ...]:
    """Return what each speaker is called on the page."""
    return tuple(
        alias
        if one.role is SpeakerRole.CUSTOMER
        else gettext(ROLES[one.role])
        if one.role
        else one.label or gettext("Speaker %(number)s", number=place)
        for place, one in enumerate(speakers, start=1)
    )


def clock(seconds: int | None) -> str:
    """Return a time since the beginning as `12:05` or `1:02:05`, empty without one."""
    if seconds is None:
        return ""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _cut(turn: SaidTurn, excerpts: Sequence[ExcerptRead]) -> tuple[Piece, ...]:
    if turn.role is not SpeakerRole.CUSTOMER:
        return (Piece(text=turn.text, excerpt=None),)
    spans = [
        (*bounds, one.public_id)
        for one in excerpts
        if (bounds := _bounds(turn, one)) is not None
    ]
    edges = sorted(
        {
            0,
            len(turn.text),
            *(edge for first, last, _ in spans for edge in (first, last)),
        }
    )
    return tuple(
        Piece(
            text=turn.text[start:end],
            excerpt=next(
                (key for first, last, key in spans if first <= start and end <= last),
                None,
            ),
        )
        for start, end in pairwise(edges)
        if start < end
    )


def _bounds(turn: SaidTurn, one: ExcerptRead) -> tuple[int, int] | None:
    span = one.span
    if not span.first_turn <= turn.position <= span.last_turn:
        return None
    start = span.first_character if turn.position == span.first_turn else 0
    end = span.last_character if turn.position == span.last_turn else len(turn.text)
    return min(start, len(turn.text)), min(end, len(turn.text))
