"""What came of a message that was in hand: settled, lost, or sent again.

Nobody gets a message twice by itself: one whose holder is gone becomes unknown, is
counted, and keeps its Message-ID.

Locks are taken in the order invitation, sending, as wherever both are changed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.collection.invitations import ENDED
from feedback.collection.models import Invitation, Sending
from feedback.collection.owing import owe_sending
from feedback.collection.reminders import plan_reminders
from feedback.collection.sendings import Taken
from feedback.collection.sms import HandedText
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import (
    InvitationState,
    SendingKind,
    SendingState,
    StopReason,
)
from feedback.config import Settings
from feedback.core.errors import Conflict, NotFound
from feedback.db.audit import record
from feedback.mail.transport import Handed, Outcome

#: waits after each attempt but the last
WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
MOST_ATTEMPTS = len(WAITS) + 1
LONGEST_ERROR = 500

#: what an invitation becomes with its own message
_BECOMES = {
    SendingState.SENT: InvitationState.SENT,
    SendingState.UNKNOWN: InvitationState.UNKNOWN,
    SendingState.BOUNCED: InvitationState.BOUNCED,
    SendingState.FAILED: InvitationState.FAILED,
}
_NOT_SENT = frozenset(
    {InvitationState.QUEUED, *_BECOMES.values()} - {InvitationState.SENT}
)
#: reason of an invitation of which nobody knows whether it went; it keeps it for good
UNKNOWN = "unknown"
#: messages that may be sent once more by somebody of the house
_REPEATABLE = frozenset(
    {SendingState.UNKNOWN, SendingState.BOUNCED, SendingState.FAILED}
)


def settle(
    session: Session, taken: Taken, handed: Handed, *, now: datetime, settings: Settings
) -> SendingState:
    """Write down what came of a message that was in hand; return where it stands.

    An address at which nobody is reached goes on the stop list, and so does one whose
    owner has told the gateway to stop. What may be taken later is due again after 5
    minutes, 15, 1 hour, 4 and 12; after the sixth attempt it has failed. Who learns
    late what came of a message that was held to be lost is believed.
    """
    state, due_at = _verdict(taken, handed, now)
    _hold(session, taken.invitation_id)
    values: dict[str, Any] = {"state": state, "owner": None, "in_hand_until": None}
    if state == SendingState.SENT:
        values |= {"sent_at": now, "error": None}
    else:
        values |= {"error": handed.reply[:LONGEST_ERROR]}
    if due_at is not None:
        values |= {"due_at": due_at}
    if isinstance(handed, HandedText) and handed.number:
        values |= {"message_id": handed.number}
    if _change_held(session, taken, values):
        _follow(session, taken, state, handed, now=now, settings=settings)
    return state


def _verdict(
    taken: Taken, handed: Handed, now: datetime
) -> tuple[SendingState, datetime | None]:
    match handed.outcome:
        case Outcome.ACCEPTED:
            return SendingState.SENT, None
        case Outcome.REFUSED:
            return SendingState.BOUNCED, None
        case Outcome.UNKNOWN:
            return SendingState.UNKNOWN, None
    if taken.attempts >= MOST_ATTEMPTS:
        return SendingState.FAILED, None
    return SendingState.DUE, now + WAITS[taken.attempts - 1]


def _change_held(session: Session, taken: Taken, values: dict[str, Any]) -> bool:
    """Change a message that its holder took; False when it is held no more."""
    changed = session.execute(
        update(Sending)
        .where(
            Sending.id == taken.id,
            Sending.owner == taken.owner,
            Sending.state.in_([SendingState.IN_HAND, SendingState.UNKNOWN]),
        )
        .values(values)
        .returning(Sending.id)
    ).first()
    return changed is not None


def _hold(session: Session, invitation_id: int) -> None:
    """Hold the invitation first; see the head of this module."""
    session.execute(
        select(Invitation.id).where(Invitation.id == invitation_id).with_for_update()
    )


def _follow(
    session: Session,
    taken: Taken,
    state: SendingState,
    handed: Handed,
    *,
    now: datetime,
    settings: Settings,
) -> None:
    """Do what follows for the invitation and the address."""
    is_stopped = isinstance(handed, HandedText) and handed.is_stopped
    if handed.is_address_dead or is_stopped:
        reason = StopReason.OPT_OUT if is_stopped else StopReason.BOUNCE
        stop_address(session, taken.to, reason, now=now, secret=settings.secret())
    if taken.kind != SendingKind.INVITATION:
        return
    reasons = {
        SendingState.UNKNOWN: UNKNOWN,
        SendingState.BOUNCED: "address_bounced"
        if handed.is_address_dead
        else "refused",
        SendingState.FAILED: "not_taken",
    }
    _move_invitations(session, [taken.invitation_id], state, reasons.get(state))
    if state == SendingState.SENT:
        session.execute(
            update(Invitation)
            .where(Invitation.id == taken.invitation_id)
            .values(sent_at=func.coalesce(Invitation.sent_at, now))
        )
        plan_reminders(session, taken.invitation_id, sent_at=now, zone=settings.zone)


def _move_invitations(
    session: Session, numbers: Sequence[int], state: SendingState, reason: str | None
) -> None:
    """Have invitations follow their messages, unless the person has answered."""
    if state in _BECOMES:
        session.execute(
            update(Invitation)
            .where(Invitation.id.in_(numbers), Invitation.state.in_(_NOT_SENT))
            .values(state=_BECOMES[state], reason=reason)
        )


def fail(session: Session, taken: Taken, error: str, *, reason: str) -> None:
    """Give up a message in hand that was not handed over; `reason` is a code."""
    _hold(session, taken.invitation_id)
    values = {
        "state": SendingState.FAILED,
        "owner": None,
        "in_hand_until": None,
        "error": error[:LONGEST_ERROR],
    }
    if _change_held(session, taken, values) and taken.kind == SendingKind.INVITATION:
        _move_invitations(session, [taken.invitation_id], SendingState.FAILED, reason)


def release(session: Session, taken: Taken) -> None:
    """Lay a message back that was not tried: it is due as before."""
    values = {
        "state": SendingState.DUE,
        "owner": None,
        "in_hand_until": None,
        "attempts": Sending.attempts - 1,
    }
    _change_held(session, taken, values)


def give_up_lost(session: Session, *, now: datetime, most: int = 500) -> int:
    """Mark as unknown what a holder that is gone had in hand; return how many.

    It may have arrived, so it is not repeated by itself. An invitation that was
    answered meanwhile stays so.
    """
    lost = session.execute(
        select(Sending.id, Sending.invitation_id, Sending.kind)
        .join(Invitation, Invitation.id == Sending.invitation_id)
        .where(Sending.state == SendingState.IN_HAND, Sending.in_hand_until < now)
        .order_by(Sending.invitation_id)
        .limit(most)
        .with_for_update(of=Invitation, skip_locked=True)
    ).all()
    changed = set(
        session.scalars(
            update(Sending)
            .where(
                Sending.id.in_([one.id for one in lost]),
                Sending.state == SendingState.IN_HAND,
                Sending.in_hand_until < now,
            )
            # the owner stays: should it come back, it may say what came of it
            .values(state=SendingState.UNKNOWN, error="holder_gone")
            .returning(Sending.id)
        )
    )
    _move_invitations(
        session,
        [
            one.invitation_id
            for one in lost
            if one.id in changed and one.kind == SendingKind.INVITATION
        ],
        SendingState.UNKNOWN,
        UNKNOWN,
    )
    return len(changed)


def send_again(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Owe a message once more that is unknown, bounced or failed.

    Somebody of the house has decided that a second one is better than none. It keeps
    its Message-ID and gets all its attempts again.

    Raises:
        NotFound: `sending`.
        Conflict: `sending_settled`, when it went, is on its way or is not wanted any
            more; `invitation_ended`.
    """
    row = session.execute(
        select(Sending.id, Sending.invitation_id, Sending.kind).where(
            Sending.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("sending")
    _hold(session, row.invitation_id)
    state = session.scalar(
        select(Invitation.state).where(Invitation.id == row.invitation_id)
    )
    if state in ENDED and row.kind != SendingKind.THANKS:
        raise Conflict("invitation_ended")
    changed = session.execute(
        update(Sending)
        .where(Sending.id == row.id, Sending.state.in_(_REPEATABLE))
        .values(state=SendingState.DUE, due_at=now, attempts=0, owner=None, error=None)
        .returning(Sending.id)
    ).first()
    if changed is None:
        raise Conflict("sending_settled")
    if row.kind == SendingKind.INVITATION:
        session.execute(
            update(Invitation)
            .where(Invitation.id == row.invitation_id, Invitation.state.in_(_NOT_SENT))
            .values(state=InvitationState.QUEUED, reason=None)
        )
    record(session, "message_sent_again", public_id, actor_id=actor_id, now=now)
    owe_sending(session, now=now)
