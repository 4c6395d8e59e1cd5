"""Have the triggers look at the events that wait, some hundred at a time.

What comes of an event, the invitations it leads to and the mark that it was looked at
are one transaction: a kill leaves the event waiting, or all of it done.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from feedback.collection.contacts import Met, recognise_many
from feedback.collection.facts import known_facts, write_facts
from feedback.collection.incoming import IncomingEvent, read_customer
from feedback.collection.matching import (
    Outcome,
    Reach,
    TriggerRule,
    due_moment,
    judge,
)
from feedback.collection.models import (
    IS_WAITING,
    Contact,
    Event,
    EventOutcome,
    Invitation,
)
from feedback.collection.owing import owe_planning
from feedback.collection.past import read_past
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import (
    Channel,
    EventState,
    InvitationState,
    OutcomeKind,
)
from feedback.collection.triggers import rules_for
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing
from feedback.surveys.conditions import Facts

EVENTS_AT_ONCE = 500
#: what comes of an event that nobody listens to
NO_TRIGGER = Outcome(kind=OutcomeKind.NO_TRIGGER, reason="no_trigger")
#: what comes of an event that made the rules fail: the log has the reason
NOT_UNDERSTOOD = Outcome(kind=OutcomeKind.HELD_BACK, reason="not_understood")


@dataclass(frozen=True, kw_only=True)
class House:
    """What taking events needs to know of the installation."""

    #: language of people of whom none is known
    locale: str
    #: two letters; where phone numbers without `+` are from
    country: str
    secret: str
    #: ways out that are not set up
    closed: frozenset[Channel] = frozenset()


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A contact as the rules see it."""

    id: int
    name: str | None
    locale: str | None
    persona: str | None
    attributes: Mapping[str, Any]
    reach: Reach
    past: Mapping[str, Any] = field(default_factory=dict)


def waiting_events(session: Session, *, most: int = EVENTS_AT_ONCE) -> list[int]:
    """Return the numbers of events that wait and that nobody else has in hand."""
    return list(
        session.scalars(
            select(Event.id)
            .where(IS_WAITING)
            .order_by(Event.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    )


def take(
    session: Session, numbers: Sequence[int], house: House, *, now: datetime
) -> int:
    """Have the triggers look at these events; return how many there were.

    Each event that still waits is recognised, judged by every trigger of its type,
    and gets one outcome a trigger, or `no_trigger`. A fixed number of statements,
    whatever the number of events.
    """
    events = _read(session, numbers)
    if not events:
        return 0
    contacts = recognise_many(
        session,
        [
            Met(customer=one.customer, occurred_at=one.occurred_at)
            for one in events.values()
        ],
        now=now,
        country=house.country,
    )
    rules = rules_for(session, {one.type for one in events.values()})
    known = _read_contacts(session, contacts, rules, house, now=now)
    outcomes: list[dict[str, Any]] = []
    invitations: list[dict[str, Any]] = []
    for (number, event), contact_id in zip(events.items(), contacts, strict=True):
        contact = known.get(contact_id) if contact_id is not None else None
        listening = rules.get(event.type, ())
        if not listening:
            outcomes.append(_outcome(number, None, NO_TRIGGER, now))
        facts = _facts(event, contact)
        for trigger in listening:
            found = judge(
                trigger, event, facts, contact.reach if contact else None, now=now
            )
            outcomes.append(_outcome(number, trigger, found, now))
            if found.channel is not None and contact is not None:
                row = _invitation(number, event, trigger, contact, found.channel, now)
                row["locale"] = contact.locale or house.locale
                row["facts"] = {} if trigger.anonymous else write_facts(facts)
                invitations.append(row)
    insert_missing(
        session,
        Invitation,
        invitations,
        key=[Invitation.origin_key],
        returning=Invitation.id,
    )
    owe_planning(session, [row["due_at"] for row in invitations], now=now)
    _conclude(session, outcomes, dict(zip(events, contacts, strict=True)))
    return len(events)


def give_up_on(session: Session, number: int, *, now: datetime) -> None:
    """Give an event that made the rules fail its outcome, so that others go on."""
    _conclude(session, [_outcome(number, None, NOT_UNDERSTOOD, now)], {number: None})


def _read(session: Session, numbers: Sequence[int]) -> dict[int, IncomingEvent]:
    rows = session.execute(
        select(
            Event.id,
            Event.source,
            Event.event_id,
            Event.type,
            Event.occurred_at,
            Event.customer,
            Event.data,
        )
        .where(Event.id.in_(numbers), Event.state == EventState.RECEIVED)
        .order_by(Event.id)
        .with_for_update()
    )
    return {
        row.id: IncomingEvent(
            source=row.source,
            id=row.event_id,
            type=row.type,
            occurred_at=row.occurred_at,
            customer=read_customer(row.customer),
            data=row.data,
        )
        for row in rows
    }


def _read_contacts(
    session: Session,
    contacts: Sequence[int | None],
    rules: Mapping[str, Sequence[TriggerRule]],
    house: House,
    *,
    now: datetime,
) -> dict[int, _Known]:
    if not rules:
        return {}
    numbers = sorted({one for one in contacts if one is not None})
    rows = session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.locale,
            Contact.persona,
            Contact.attributes,
            Contact.email,
            Contact.phone,
            Contact.preferred_channel,
        ).where(Contact.id.in_(numbers))
    ).all()
    stopped = stopped_among(
        session,
        [one for row in rows for one in (row.email, row.phone) if one],
        secret=house.secret,
    )
    looks_back = any(
        condition.subject == "past"
        for of_type in rules.values()
        for trigger in of_type
        if trigger.rule
        for condition in trigger.rule.conditions
    )
    past = read_past(session, numbers, now=now) if looks_back else {}
    return {
        row.id: _Known(
            id=row.id,
            name=row.name,
            locale=row.locale,
            persona=row.persona,
            attributes=row.attributes,
            reach=Reach(
                addresses={
                    channel: address
                    for channel, address in (
                        (Channel.EMAIL, row.email),
                        (Channel.SMS, row.phone),
                    )
                    if address
                },
                stopped=stopped,
                closed=house.closed,
                preferred=row.preferred_channel,
            ),
            past=past.get(row.id, {}),
        )
        for row in rows
    }


def _facts(event: IncomingEvent, contact: _Known | None) -> Facts:
    told = {"type": event.type, "source": event.source, **event.data}
    if contact is None:
        return known_facts(event=told)
    return known_facts(
        language=contact.locale,
        persona=contact.persona,
        attributes={"name": contact.name, **contact.attributes},
        event=told,
        past=contact.past,
    )


def _outcome(
    event_id: int, trigger: TriggerRule | None, found: Outcome, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "trigger_id": trigger.id if trigger else None,
        "kind": found.kind,
        "reason": found.reason,
        "detail": dict(found.detail),
        "decided_at": now,
    }


def _invitation(
    event_id: int,
    event: IncomingEvent,
    trigger: TriggerRule,
    contact: _Known,
    channel: Channel,
    now: datetime,
) -> dict[str, Any]:
    name = f"{trigger.public_id}\n{event.source}\n{event.id}"
    due_at = due_moment(trigger, event, now=now)
    return {
        "public_id": new_public_id(),
        "origin_key": f"event:{hashlib.sha256(name.encode()).hexdigest()}",
        "journey_id": trigger.journey_id,
        "survey_id": trigger.survey_id,
        "touchpoint_id": trigger.touchpoint_id,
        "trigger_id": trigger.id,
        "event_id": event_id,
        "contact_id": contact.id,
        "channel": channel,
        "state": InvitationState.PLANNED,
        "priority": trigger.priority,
        "due_at": due_at,
        "expires_at": due_at + trigger.lifetime,
        "created_at": now,
    }


def _conclude(
    session: Session,
    outcomes: Sequence[Mapping[str, Any]],
    contacts: Mapping[int, int | None],
) -> None:
    # the events are held and were waiting: none of them has an outcome yet
    session.connection().execute(insert(EventOutcome), list(outcomes))
    session.execute(
        update(Event),
        [
            {"id": number, "contact_id": contact, "state": EventState.PROCESSED}
            for number, contact in contacts.items()
        ],
    )
