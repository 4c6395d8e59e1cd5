"""Forget a customer: on request with all that they said, after years without it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import (
    Contact,
    CustomerRequest,
    Event,
    EventOutcome,
    Invitation,
    InvitationToken,
    Response,
    Sending,
)
from feedback.collection.terms import ORIGIN, InvitationState, SendingState
from feedback.core.errors import NotFound
from feedback.db.audit import record
from feedback.jobs.ledger import enqueue
from feedback.voice.erasure import forget_customers, forget_occasions

FORGET = "collection.forget"
#: done above: forget these customers (`contacts`), with their `words` or without
FORGET_INTERVIEWS = "interviews.forget"
#: hour of the night at which it is done
FORGET_AT = time(3)
ROWS_AT_ONCE = 500
#: states of an invitation that has not come to its end
OPEN_STATES = (
    InvitationState.PLANNED,
    InvitationState.QUEUED,
    InvitationState.SENT,
    InvitationState.UNKNOWN,
    InvitationState.STARTED,
)


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was deleted of a customer."""

    events: int
    invitations: int
    responses: int
    occasions: int


def forget_contact(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> Forgotten:
    """Erase a customer and all that they said, because they asked for it.

    The contact, its identities, its line in the fatigue ledger, its answers and
    what came of them in voice are deleted, and their interviews are owed the same;
    events and invitations stay as counts, without who and without what. An address
    on the stop list stays there as its HMAC, so that an erased person is not written
    to again. What was said in anonymous surveys cannot be found, and stays. The act
    is in the log of acts, without a name.

    Raises:
        NotFound: `contact`.
    """
    contact = session.scalar(select(Contact).where(Contact.public_id == public_id))
    if contact is None:
        raise NotFound("contact")
    responses = session.scalars(
        select(Response.public_id).where(Response.contact_id == contact.id)
    ).all()
    occasions = forget_occasions(
        session,
        origin_keys=[f"{ORIGIN}{one}" for one in responses],
        customer=contact.customer or contact.public_id,
        now=now,
    )
    session.execute(delete(Response).where(Response.contact_id == contact.id))
    events, invitations = _take_the_person_out(session, [contact.id])
    _empty_requests(session, contact.id, actor_id=actor_id, now=now)
    _owe_elsewhere(session, [public_id], words=True, now=now)
    session.delete(contact)
    session.flush()
    forgotten = Forgotten(
        events=events,
        invitations=invitations,
        responses=len(responses),
        occasions=occasions,
    )
    record(
        session,
        "contact_erased",
        public_id,
        actor_id=actor_id,
        now=now,
        details={"responses": len(responses), "occasions": occasions},
    )
    return forgotten


def forget_silent(session: Session, *, before: datetime, now: datetime) -> int:
    """Forget who the customers were of whom nothing was heard since `before`.

    What they answered stays, without who it was. At most 500 a call; returns how
    many, so that the caller goes on until there are fewer.
    """
    silent = session.execute(
        select(Contact.id, Contact.public_id, Contact.customer)
        .where(
            Contact.created_at < before,
            (Contact.newest_event_at.is_(None)) | (Contact.newest_event_at < before),
        )
        .order_by(Contact.id)
        .limit(ROWS_AT_ONCE)
    ).all()
    numbers = [row.id for row in silent]
    _owe_elsewhere(session, [row.public_id for row in silent], words=False, now=now)
    for answered in session.scalars(
        select(Response).where(Response.contact_id.in_(numbers))
    ):
        answered.answers = {
            key: value
            for key, value in answered.answers.items()
            if not _is_contact_answer(value)
        }
        answered.facts = {}
    session.flush()
    _take_the_person_out(session, numbers)
    forget_customers(session, [row.customer or row.public_id for row in silent])
    session.execute(
        update(CustomerRequest)
        .where(CustomerRequest.contact_id.in_(numbers))
        .values(name=None, reach=None)
    )
    session.execute(delete(Contact).where(Contact.id.in_(numbers)))
    return len(numbers)


def forget_events(session: Session, *, received_before: datetime) -> int:
    """Delete events of long ago with what came of them; at most 500 a call."""
    numbers = session.scalars(
        select(Event.id)
        .where(Event.received_at < received_before)
        .order_by(Event.received_at)
        .limit(ROWS_AT_ONCE)
    ).all()
    session.execute(delete(EventOutcome).where(EventOutcome.event_id.in_(numbers)))
    session.execute(delete(Event).where(Event.id.in_(numbers)))
    return len(numbers)


def owe_forgetting(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe that what is too old is forgotten, once a night.

    Called by the sweep of every worker; a night that is owed already is left alone.
    """
    here = now.astimezone(zone)
    night = datetime.combine(here.date(), FORGET_AT, zone)
    if night <= here:
        night = datetime.combine(here.date() + timedelta(days=1), FORGET_AT, zone)
    enqueue(session, FORGET, {}, due_at=night.astimezone(UTC), dedupe_key=FORGET)


def kept_until(newest: datetime, days: int) -> datetime:
    """Return when a customer of whom nothing more is heard is forgotten."""
    return newest + timedelta(days=days)


def _take_the_person_out(session: Session, contacts: list[int]) -> tuple[int, int]:
    events = session.execute(
        update(Event)
        .where(Event.contact_id.in_(contacts))
        .values(customer={}, data={}, contact_id=None)
        .returning(Event.id)
    ).all()
    invitations = session.scalars(
        select(Invitation.id).where(Invitation.contact_id.in_(contacts))
    ).all()
    for start in range(0, len(invitations), ROWS_AT_ONCE):
        numbers = invitations[start : start + ROWS_AT_ONCE]
        session.execute(
            delete(InvitationToken).where(InvitationToken.invitation_id.in_(numbers))
        )
        session.execute(
            update(Sending)
            .where(
                Sending.invitation_id.in_(numbers), Sending.state == SendingState.DUE
            )
            .values(state=SendingState.CANCELLED, error="erased")
        )
        session.execute(
            update(Invitation)
            .where(Invitation.id.in_(numbers), Invitation.state.in_(OPEN_STATES))
            .values(state=InvitationState.WITHDRAWN, reason="erased")
        )
        session.execute(
            update(Invitation)
            .where(Invitation.id.in_(numbers))
            .values(facts={}, contact_id=None)
        )
    return len(events), len(invitations)


def _owe_elsewhere(
    session: Session, contacts: list[str], *, words: bool, now: datetime
) -> None:
    """Have what is kept above emptied of these customers, and of their `words`."""
    if contacts:
        enqueue(session, "cases.forget", {"contacts": contacts}, due_at=now)
        told = {"contacts": contacts, "words": words}
        enqueue(session, FORGET_INTERVIEWS, told, due_at=now)


def _empty_requests(
    session: Session, contact_id: int, *, actor_id: int | None, now: datetime
) -> None:
    asked = update(CustomerRequest).where(CustomerRequest.contact_id == contact_id)
    session.execute(asked.values(name=None, reach=None))
    session.execute(
        asked.where(CustomerRequest.handled_at.is_(None)).values(
            handled_at=now, handled_by=actor_id
        )
    )


def _is_contact_answer(value: Any) -> bool:
    return isinstance(value, dict) and "consent" in value
