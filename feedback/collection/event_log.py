"""The log of events: what came, which triggers met it, what came of it and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from feedback.collection.addresses import clean_phone
from feedback.collection.models import (
    Contact,
    ContactIdentity,
    Event,
    EventOutcome,
    EventSource,
    Invitation,
    Trigger,
)
from feedback.collection.terms import Channel, EventState, InvitationState, OutcomeKind
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.surveys.models import Survey

MOST_TYPES = 100


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Which events are looked for; what is empty does not matter."""

    type: str = ""
    #: public id of the connected system
    source: str = ""
    kind: OutcomeKind | None = None
    #: an event's id, there or here
    looked_for: str = ""
    #: whether customer numbers and addresses may be looked for too
    in_customers: bool = False


@dataclass(frozen=True, kw_only=True)
class InvitationStep:
    """Where an invitation stands that came of an event."""

    public_id: str
    state: InvitationState
    #: lower_snake, also of one that was moved to a later moment
    reason: str | None
    channel: Channel
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OutcomeRead:
    """What came of an event at one trigger."""

    kind: OutcomeKind
    #: lower_snake code
    reason: str
    #: what fills the words
    detail: Mapping[str, Any]
    decided_at: datetime
    #: public id; None when no trigger listens
    trigger: str | None
    trigger_name: str | None
    survey: str | None
    survey_name: str | None
    invitation: InvitationStep | None


@dataclass(frozen=True, kw_only=True)
class EventOnLog:
    """An event, without its data."""

    public_id: str
    source: str
    #: name of the connected system, None for one that calls with a key
    source_name: str | None
    event_id: str
    type: str
    occurred_at: datetime
    received_at: datetime
    state: EventState
    #: what the event says of the customer: `name`, `email`, `id` ...
    customer: Mapping[str, Any]
    #: public id of the contact; None before the triggers have looked
    contact: str | None
    outcomes: tuple[OutcomeRead, ...]


@dataclass(frozen=True, kw_only=True)
class EventStory(EventOnLog):
    """An event with everything that it said."""

    data: Mapping[str, Any] = field(default_factory=dict)


def list_events(
    session: Session, wanted: PageRequest, looked_for: LogFilter | None = None
) -> Page[EventOnLog]:
    """List the events, the newest first; three statements whatever their number."""
    statement = (
        _narrowed(_placed(), looked_for or LogFilter())
        .order_by(Event.received_at.desc(), Event.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    rows = session.execute(statement).all()
    outcomes = _outcomes(session, [row[0].id for row in rows])
    found = [EventOnLog(**_shown(row, outcomes[row[0].id])) for row in rows]
    return page_of(found, wanted)


def get_event(session: Session, public_id: str) -> EventStory:
    """Return one event with what came of it.

    Raises:
        NotFound: `event`.
    """
    row = session.execute(_placed().where(Event.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("event")
    outcomes = _outcomes(session, [row[0].id])
    return EventStory(**_shown(row, outcomes[row[0].id]), data=row[0].data)


def list_types(session: Session) -> tuple[str, ...]:
    """List the types that came or are listened to, at most 100, sorted."""
    came = select(Event.type).distinct().limit(MOST_TYPES)
    wanted = select(Trigger.event_type).where(Trigger.archived_at.is_(None)).distinct()
    found = {*session.scalars(came), *session.scalars(wanted.limit(MOST_TYPES))}
    return tuple(sorted(found)[:MOST_TYPES])


def has_events(session: Session) -> bool:
    """Tell whether any event ever came."""
    return session.scalar(select(Event.id).limit(1)) is not None


def _placed() -> Select[*tuple[Any, ...]]:
    return (
        select(Event, EventSource.name, Contact.public_id)
        .outerjoin(EventSource, EventSource.id == Event.event_source_id)
        .outerjoin(Contact, Contact.id == Event.contact_id)
    )


def _narrowed(
    statement: Select[*tuple[Any, ...]], wanted: LogFilter
) -> Select[*tuple[Any, ...]]:
    if wanted.type:
        statement = statement.where(Event.type == wanted.type)
    if wanted.source:
        statement = statement.where(EventSource.public_id == wanted.source)
    if wanted.kind is not None:
        met = EventOutcome.kind == wanted.kind
        statement = statement.where(
            exists().where(EventOutcome.event_id == Event.id, met)
        )
    if wanted.looked_for:
        named = [
            Event.event_id == wanted.looked_for,
            Event.public_id == wanted.looked_for,
        ]
        if wanted.in_customers:
            marks = _marks(wanted.looked_for)
            known = select(ContactIdentity.contact_id).where(
                ContactIdentity.value.in_(marks)
            )
            named.append(Event.contact_id.in_(known))
        statement = statement.where(or_(*named))
    return statement


def _marks(text: str) -> list[str]:
    """Return how a mark could be kept that somebody typed."""
    phone = clean_phone(text, country="FR")
    return [text, text.lower(), *([phone] if phone else [])]


def _outcomes(
    session: Session, numbers: Sequence[int]
) -> Mapping[int, list[OutcomeRead]]:
    found: dict[int, list[OutcomeRead]] = defaultdict(list)
    if not numbers:
        return found
    invitations = {
        (one.event_id, one.trigger_id): one
        for one in session.scalars(
            select(Invitation).where(Invitation.event_id.in_(numbers))
        )
    }
    rows = session.execute(
        select(
            EventOutcome,
            Trigger.public_id,
            Trigger.name,
            Survey.public_id,
            Survey.name,
        )
        .outerjoin(Trigger, Trigger.id == EventOutcome.trigger_id)
        .outerjoin(Survey, Survey.id == Trigger.survey_id)
        .where(EventOutcome.event_id.in_(numbers))
        .order_by(EventOutcome.event_id, EventOutcome.id)
    )
    for outcome, trigger, trigger_name, survey, survey_name in rows:
        invitation = invitations.get((outcome.event_id, outcome.trigger_id))
        found[outcome.event_id].append(
            OutcomeRead(
                kind=outcome.kind,
                reason=outcome.reason,
                detail=outcome.detail,
                decided_at=outcome.decided_at,
                trigger=trigger,
                trigger_name=trigger_name,
                survey=survey,
                survey_name=survey_name,
                invitation=_step(invitation) if invitation is not None else None,
            )
        )
    return found


def _step(invitation: Invitation) -> InvitationStep:
    return InvitationStep(
        public_id=invitation.public_id,
        state=invitation.state,
        reason=invitation.reason,
        channel=invitation.channel,
        due_at=invitation.due_at,
        sent_at=invitation.sent_at,
    )


def _shown(row: Any, outcomes: Sequence[OutcomeRead]) -> dict[str, Any]:
    event, source_name, contact = row
    return {
        "public_id": event.public_id,
        "source": event.source,
        "source_name": source_name,
        "event_id": event.event_id,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "state": event.state,
        "customer": event.customer,
        "contact": contact,
        "outcomes": tuple(outcomes),
    }
