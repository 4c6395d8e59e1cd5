"""The end of invitations that were not answered in time."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.collection.invitations import cancel_sendings
from feedback.collection.models import IS_UNANSWERED, Invitation
from feedback.collection.terms import InvitationState


def expire_due(session: Session, *, now: datetime, most: int = 500) -> int:
    """End the invitations whose time is over, at most `most`; return how many.

    One that was started stays so, as the answers of a part are kept; one that
    bounced or failed keeps saying that. None of them is answered or reminded any
    more. What was still planned is left to the planning, which says why.
    """
    over = session.scalars(
        select(Invitation.id)
        .where(IS_UNANSWERED, Invitation.expires_at <= now)
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    if not over:
        return 0
    session.execute(
        update(Invitation)
        .where(Invitation.id.in_(over))
        .values(state=InvitationState.EXPIRED)
    )
    cancel_sendings(session, over)
    return len(over)
