"""Opt out: a person is written to no more, by any survey and channel."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.collection.invitations import ENDED, cancel_sendings, move
from feedback.collection.models import Contact, ContactIdentity, Invitation
from feedback.collection.outcomes import note_held_back
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import IdentityKind, InvitationState, StopReason
from feedback.core.errors import Conflict

NOT_ENDED = frozenset(InvitationState) - ENDED
#: how often it is looked again when the contact is joined to another at this moment
MOST_ROUNDS = 5


def refuse(session: Session, invitation_id: int, *, now: datetime, secret: str) -> None:
    """Opt out: the contact is written to no more, by any survey and channel.

    Every address that is known of the contact goes on the stop list. This
    invitation becomes refused unless it has ended; what else is planned or queued
    for the contact is held back as `opted_out`, and no reminder is sent. Done
    twice, it changes nothing more.
    """
    contact = _hold_contact(session, invitation_id)
    move(session, invitation_id, NOT_ENDED, state=InvitationState.REFUSED)
    if contact is None:
        cancel_sendings(session, [invitation_id])
        return
    for address in _addresses(session, contact):
        stop_address(session, address, StopReason.OPT_OUT, now=now, secret=secret)
    open_ones = session.scalars(
        select(Invitation.id)
        .where(Invitation.contact_id == contact.id, Invitation.state.in_(NOT_ENDED))
        .order_by(Invitation.id)
    ).all()
    held = session.scalars(
        update(Invitation)
        .where(
            Invitation.id.in_(open_ones),
            Invitation.state.in_([InvitationState.PLANNED, InvitationState.QUEUED]),
        )
        .values(state=InvitationState.HELD_BACK, reason="opted_out")
        .returning(Invitation.id)
    ).all()
    note_held_back(session, held, "opted_out", now=now)
    cancel_sendings(session, [invitation_id, *open_ones])


def _hold_contact(session: Session, invitation_id: int) -> Contact | None:
    """Read the contact of an invitation, held so that it is not joined to another."""
    for _ in range(MOST_ROUNDS):
        contact_id = session.scalar(
            select(Invitation.contact_id).where(Invitation.id == invitation_id)
        )
        if contact_id is None:
            return None
        contact = session.scalar(
            select(Contact)
            .where(Contact.id == contact_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        if contact is not None:
            return contact
    raise Conflict("changed_meanwhile")


def _addresses(session: Session, contact: Contact) -> Sequence[str]:
    known = session.scalars(
        select(ContactIdentity.value).where(
            ContactIdentity.contact_id == contact.id,
            ContactIdentity.kind != IdentityKind.CUSTOMER,
        )
    ).all()
    now_used = [one for one in (contact.email, contact.phone) if one]
    return sorted({*known, *now_used})
