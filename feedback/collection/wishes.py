"""What a person who was asked wants of the house: a call, or to be forgotten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from feedback.collection.addresses import clean_name
from feedback.collection.answering import Opened
from feedback.collection.models import Contact, CustomerRequest, Response
from feedback.collection.telling import owe_look
from feedback.collection.terms import RequestKind
from feedback.core.errors import Conflict, Invalid

LONGEST_REACH = 320


@dataclass(frozen=True, kw_only=True)
class Callback:
    """How somebody wants to be called back, as they typed it."""

    name: str
    #: phone number or mail address
    reach: str


def ask_for_callback(
    session: Session, opened: Opened, wish: Callback, *, now: datetime
) -> None:
    """Note that somebody wants to be called back about their response, once.

    Raises:
        Invalid: `reach`: `missing`, `too_long`.
        Conflict: `callback_not_offered`, in an anonymous survey or before the end.
    """
    if opened.anonymous or opened.kept is None or not opened.kept.is_over:
        raise Conflict("callback_not_offered")
    name, reach = clean_name(wish.name), clean_name(wish.reach)
    if reach is None:
        raise Invalid({"reach": "missing"})
    if len(wish.reach) > LONGEST_REACH:
        raise Invalid({"reach": "too_long"})
    # of two taps the second waits here, and sees what the first noted
    held = select(Response.public_id).where(Response.id == opened.kept.id)
    response = session.scalars(held.with_for_update()).one()
    _note_once(
        session,
        CustomerRequest.response_id == opened.kept.id,
        CustomerRequest(
            kind=RequestKind.CALLBACK,
            contact_id=opened.contact_id,
            survey_id=opened.survey_id,
            response_id=opened.kept.id,
            name=name,
            reach=reach,
            created_at=now,
        ),
    )
    owe_look(session, [response], now=now)


def ask_to_be_forgotten(
    session: Session, contact_id: int, *, survey_id: int, now: datetime
) -> None:
    """Note that somebody wants their data deleted; while it waits, once is enough."""
    held = session.scalar(
        select(Contact.id).where(Contact.id == contact_id).with_for_update()
    )
    if held is None:
        return  # has been forgotten already
    _note_once(
        session,
        CustomerRequest.contact_id == contact_id,
        CustomerRequest(
            kind=RequestKind.ERASURE,
            contact_id=contact_id,
            survey_id=survey_id,
            created_at=now,
        ),
    )


def _note_once(
    session: Session, same: ColumnElement[bool], wish: CustomerRequest
) -> None:
    waiting = session.scalar(
        select(CustomerRequest.id)
        .where(
            same,
            CustomerRequest.kind == wish.kind,
            CustomerRequest.handled_at.is_(None),
        )
        .limit(1)
    )
    if waiting is None:
        session.add(wish)
        session.flush()
