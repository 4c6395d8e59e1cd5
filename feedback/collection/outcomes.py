"""What came of events, put right when their invitations are held back later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import EventOutcome, Invitation
from feedback.collection.terms import OutcomeKind


def note_held_back(
    session: Session, invitation_ids: Sequence[int], reason: str, *, now: datetime
) -> None:
    """Have the log of events say why these invitations were not sent."""
    events = select(Invitation.event_id).where(Invitation.id.in_(invitation_ids))
    of_these = exists().where(
        Invitation.id.in_(invitation_ids),
        Invitation.event_id == EventOutcome.event_id,
        Invitation.trigger_id == EventOutcome.trigger_id,
    )
    session.execute(
        update(EventOutcome)
        .where(EventOutcome.event_id.in_(events), of_these)
        .values(kind=OutcomeKind.HELD_BACK, reason=reason, detail={}, decided_at=now)
        .execution_options(synchronize_session=False)
    )
