"""Erase what was said in interviews, and what came of it in voice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.interviews.models import Excerpt, Interview, Invitee, Slot, Turn
from feedback.interviews.terms import InviteeState, TranscriptState
from feedback.voice.erasure import forget_occasions


def erase_words(session: Session, interview: Interview, *, now: datetime) -> int:
    """Delete all words of an interview, and who it was; return the excerpts deleted."""
    keys = session.scalars(
        select(Excerpt.origin_key).where(Excerpt.interview_id == interview.id)
    ).all()
    forget_occasions(session, origin_keys=keys, now=now)
    for table in (Excerpt, Turn):
        session.execute(delete(table).where(table.interview_id == interview.id))
    interview.notes = ""
    interview.notes_revision += 1
    interview.speakers = []
    interview.transcript = TranscriptState.NONE
    interview.transcript_name = None
    interview.contact = None
    interview.alias = ""
    interview.revision += 1
    session.flush()
    return len(keys)


def list_of_contacts(session: Session, contacts: Sequence[str]) -> list[Interview]:
    """Return the interviews of customers, locked in a fixed order."""
    return list(
        session.scalars(
            select(Interview)
            .where(Interview.contact.in_(contacts))
            .order_by(Interview.id)
            .with_for_update()
        )
    )


def forget_who(session: Session, contacts: Sequence[str]) -> None:
    """Keep what these customers said, and no longer who said it."""
    session.execute(
        update(Interview).where(Interview.contact.in_(contacts)).values(contact=None)
    )
    _forget_invitees(session, contacts)


def _forget_invitees(session: Session, contacts: Sequence[str]) -> None:
    """Free the slots of customers who are forgotten, and forget whom was written to."""
    invitees = session.scalars(
        select(Invitee.id).where(Invitee.contact.in_(contacts))
    ).all()
    session.execute(
        update(Slot).where(Slot.invitee_id.in_(invitees)).values(invitee_id=None)
    )
    session.execute(
        update(Invitee)
        .where(Invitee.id.in_(invitees), Invitee.state == InviteeState.SENT)
        .values(state=InviteeState.DECLINED)
    )
    session.execute(
        update(Invitee).where(Invitee.id.in_(invitees)).values(contact=None)
    )
