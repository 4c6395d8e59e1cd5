"""What is kept of a customer in interviews, for those who ask for a copy of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.interviews.consent import find_consent
from feedback.interviews.excerpt_queries import list_excerpts
from feedback.interviews.models import Appeal, Interview, Invitee
from feedback.interviews.queries import get_interview, read_turns
from feedback.interviews.terms import SpeakerRole

#: interviews of one customer
MOST = 100


def export_interviews(session: Session, contact: str) -> dict[str, Any]:
    """Return the interviews of a customer and how they were asked, as JSON.

    Of what was said the customer's own words, masked as they are kept.
    """
    interviews = session.scalars(
        select(Interview.public_id)
        .where(Interview.contact == contact)
        .order_by(Interview.id)
        .limit(MOST)
    ).all()
    asked = session.execute(
        select(Invitee.created_at, Invitee.state, Appeal.name)
        .join(Appeal, Appeal.id == Invitee.appeal_id)
        .where(Invitee.contact == contact)
        .order_by(Invitee.id)
        .limit(MOST)
    )
    return {
        "interviews": [_interview(session, one) for one in interviews],
        "asked_to_talk": [
            {"at": at.isoformat(), "state": state.value, "about": name}
            for at, state, name in asked
        ],
    }


def _interview(session: Session, public_id: str) -> dict[str, Any]:
    read = get_interview(session, public_id)
    consent = find_consent(session, read.id)
    return {
        "held_at": read.held_at.isoformat(),
        "state": read.state.value,
        "called": read.alias,
        "consent": consent
        and {
            "text": consent.text,
            "scopes": [one.value for one in consent.scopes],
            "given_at": consent.given_at.isoformat(),
            "way": consent.way.value,
        },
        "notes": read.notes,
        "said": [
            one.text
            for one in read_turns(session, read.id)
            if one.role is SpeakerRole.CUSTOMER
        ],
        "excerpts": [
            {"text": one.text, "comment": one.comment}
            for one in list_excerpts(session, read.id)
        ],
    }
