"""Customers as the house sees them: found, told apart, and what they asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.collection.addresses import clean_phone
from feedback.collection.erasure import forget_contact
from feedback.collection.models import (
    Contact,
    ContactIdentity,
    CustomerRequest,
    Event,
    Invitation,
    Response,
)
from feedback.collection.stop_list import stop_address, stopped_among
from feedback.collection.terms import (
    Channel,
    InvitationState,
    RequestKind,
    ResponseState,
    StopReason,
)
from feedback.core.errors import Conflict, NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.db.audit import record
from feedback.surveys.models import Survey

#: of each kind, the newest
MOST_ON_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class CustomerOnList:
    """A customer by name and marks."""

    public_id: str
    name: str | None
    customer: str | None
    email: str | None
    phone: str | None
    newest_event_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class EventOfCustomer:
    """Something that happened to them."""

    public_id: str
    type: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class InvitationOfCustomer:
    """One time that they were to be asked."""

    public_id: str
    survey: str
    survey_name: str
    anonymous: bool
    channel: Channel
    state: InvitationState
    reason: str | None
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ResponseOfCustomer:
    """What they answered, except in anonymous surveys."""

    public_id: str
    survey: str
    survey_name: str
    state: ResponseState
    saved_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Customer(CustomerOnList):
    """A customer with what is kept of them, the newest first."""

    locale: str | None
    time_zone: str | None
    preferred_channel: Channel | None
    persona: str | None
    attributes: Mapping[str, Any]
    #: address to the reason why it is written to no more
    stopped: Mapping[str, StopReason]
    events: tuple[EventOfCustomer, ...]
    invitations: tuple[InvitationOfCustomer, ...]
    responses: tuple[ResponseOfCustomer, ...]


@dataclass(frozen=True, kw_only=True)
class RequestRead:
    """What a customer asked of the house."""

    public_id: str
    kind: RequestKind
    #: as typed, else what the contact is called; None when nobody knows
    name: str | None
    reach: str | None
    #: public id of the contact; None when it is gone or was never known
    contact: str | None
    survey_name: str | None
    created_at: datetime
    handled_at: datetime | None


def list_customers(
    session: Session, wanted: PageRequest, *, looked_for: str = "", country: str = "FR"
) -> Page[CustomerOnList]:
    """List customers, the newest first, or those whose mark or name begins so."""
    query = select(Contact)
    sought = looked_for.strip()
    if sought:
        phone = clean_phone(sought, country=country)
        marks = select(ContactIdentity.contact_id).where(
            ContactIdentity.value.in_({sought, sought.lower(), phone or sought})
        )
        begins = sought.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        query = query.where(
            or_(
                Contact.id.in_(marks),
                Contact.name.ilike(f"{begins}%", escape="\\"),
                Contact.email.ilike(f"{begins}%", escape="\\"),
            )
        )
    rows = session.scalars(
        query.order_by(Contact.id.desc()).offset(wanted.offset).limit(wanted.size + 1)
    )
    return page_of([CustomerOnList(**_on_list(row)) for row in rows], wanted)


def get_customer(
    session: Session, public_id: str, *, secret: str, most: int = MOST_ON_PAGE
) -> Customer:
    """Return a customer with the newest of what is kept, at most so many of each.

    Raises:
        NotFound: `contact`.
    """
    return _customer(session, _contact(session, public_id), secret, most)


def stop_customer(
    session: Session,
    public_id: str,
    *,
    actor_id: int | None,
    now: datetime,
    secret: str,
) -> None:
    """Ask a customer nothing any more, by any channel.

    Raises:
        NotFound: `contact`.
    """
    contact = _contact(session, public_id)
    for address in _addresses(contact):
        stop_address(session, address, StopReason.OPT_OUT, now=now, secret=secret)
    record(session, "contact_stopped", public_id, actor_id=actor_id, now=now)


def list_requests(
    session: Session, wanted: PageRequest, *, handled: bool = False
) -> Page[RequestRead]:
    """List what customers asked for: what waits, the oldest first, or what was done."""
    order = CustomerRequest.handled_at.desc() if handled else CustomerRequest.created_at
    rows = session.execute(
        select(CustomerRequest, Contact, Survey.name)
        .outerjoin(Contact, Contact.id == CustomerRequest.contact_id)
        .outerjoin(Survey, Survey.id == CustomerRequest.survey_id)
        .where(CustomerRequest.handled_at.is_not(None) == handled)
        .order_by(order, CustomerRequest.id)
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_request(*row) for row in rows], wanted)


def _request(
    asked: CustomerRequest, contact: Contact | None, survey_name: str | None
) -> RequestRead:
    return RequestRead(
        public_id=asked.public_id,
        kind=asked.kind,
        name=asked.name or (None if contact is None else _called(contact)),
        reach=asked.reach,
        contact=None if contact is None else contact.public_id,
        survey_name=survey_name,
        created_at=asked.created_at,
        handled_at=asked.handled_at,
    )


def handle_request(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Mark a request as done; a customer who asked to be forgotten is forgotten.

    Raises:
        NotFound: `request`.
        Conflict: `request_handled`.
    """
    asked = session.scalar(
        select(CustomerRequest)
        .where(CustomerRequest.public_id == public_id)
        .with_for_update()
    )
    if asked is None:
        raise NotFound("request")
    if asked.handled_at is not None:
        raise Conflict("request_handled")
    asked.handled_at, asked.handled_by = now, actor_id
    session.flush()
    contact = asked.contact_id and session.get(Contact, asked.contact_id)
    if asked.kind == RequestKind.ERASURE and contact:
        forget_contact(session, contact.public_id, actor_id=actor_id, now=now)
    else:
        record(
            session,
            "request_handled",
            asked.kind.value,
            actor_id=actor_id,
            now=now,
        )


def _customer(session: Session, contact: Contact, secret: str, most: int) -> Customer:
    return Customer(
        **_on_list(contact),
        locale=contact.locale,
        time_zone=contact.time_zone,
        preferred_channel=contact.preferred_channel,
        persona=contact.persona,
        attributes=contact.attributes,
        stopped=stopped_among(session, _addresses(contact), secret=secret),
        events=_events(session, contact.id, most),
        invitations=_invitations(session, contact.id, most),
        responses=_responses(session, contact.id, most),
    )


def _events(session: Session, contact: int, most: int) -> tuple[EventOfCustomer, ...]:
    rows = session.execute(
        select(Event.public_id, Event.type, Event.occurred_at)
        .where(Event.contact_id == contact)
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(most)
    ).mappings()
    return tuple(EventOfCustomer(**row) for row in rows)


def _invitations(
    session: Session, contact: int, most: int
) -> tuple[InvitationOfCustomer, ...]:
    rows = session.execute(
        select(
            Invitation.public_id,
            Survey.public_id.label("survey"),
            Survey.name.label("survey_name"),
            Survey.anonymous,
            Invitation.channel,
            Invitation.state,
            Invitation.reason,
            Invitation.due_at,
            Invitation.sent_at,
        )
        .join(Survey, Survey.id == Invitation.survey_id)
        .where(Invitation.contact_id == contact)
        .order_by(Invitation.id.desc())
        .limit(most)
    ).mappings()
    return tuple(InvitationOfCustomer(**row) for row in rows)


def _responses(
    session: Session, contact: int, most: int
) -> tuple[ResponseOfCustomer, ...]:
    rows = session.execute(
        select(
            Response.public_id,
            Survey.public_id.label("survey"),
            Survey.name.label("survey_name"),
            Response.state,
            Response.saved_at,
        )
        .join(Survey, Survey.id == Response.survey_id)
        .where(Response.contact_id == contact)
        .order_by(Response.id.desc())
        .limit(most)
    ).mappings()
    return tuple(ResponseOfCustomer(**row) for row in rows)


def _on_list(contact: Contact) -> dict[str, Any]:
    return {
        "public_id": contact.public_id,
        "name": contact.name,
        "customer": contact.customer,
        "email": contact.email,
        "phone": contact.phone,
        "newest_event_at": contact.newest_event_at,
        "created_at": contact.created_at,
    }


def _called(contact: Contact) -> str:
    """Return what a customer is called where nothing but one line is shown."""
    known = (contact.name, contact.customer, contact.email, contact.phone)
    return next((one for one in known if one), contact.public_id)


def _addresses(contact: Contact) -> list[str]:
    return [one for one in (contact.email, contact.phone) if one]


def _contact(session: Session, public_id: str) -> Contact:
    found = session.scalar(select(Contact).where(Contact.public_id == public_id))
    if found is None:
        raise NotFound("contact")
    return found
