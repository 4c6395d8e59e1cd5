"""The jobs that collection owes: by whoever makes the work, and by who finds it left.

A job whose cause is being committed is passed by until it is. With causes all the time
a single job might never be taken: so there is another one every few seconds, and each
does all that it finds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from feedback.collection.models import (
    IS_PLANNED,
    IS_UNANSWERED,
    IS_WAITING,
    Event,
    Invitation,
    Sending,
)
from feedback.collection.recording import owe_missed
from feedback.collection.terms import SendingState
from feedback.jobs.ledger import enqueue
from feedback.jobs.queries import count_owed

TAKE = "collection.take_events"
PLAN = "collection.plan"
SEND = "collection.send"
EXPIRE = "collection.expire"
SECONDS_A_JOB = 5
#: a mail server may be away for a week
ATTEMPTS_TO_SEND = 200
#: what is due later than this is left to the sweep
AHEAD = timedelta(hours=1)


def owe_taking(session: Session, *, now: datetime) -> None:
    """Owe that the triggers look at the events that wait."""
    enqueue(session, TAKE, {}, due_at=now, dedupe_key=f"{TAKE}:{_share(now)}")


def owe_planning(
    session: Session, moments: Iterable[datetime], *, now: datetime
) -> None:
    """Owe that invitations that are due at these moments are decided about.

    One job for all that are due now, one for each minute of the next hour. What is
    due later the sweep finds when its moment comes.
    """
    due = set(moments)
    if any(moment <= now for moment in due):
        enqueue(session, PLAN, {}, due_at=now, dedupe_key=f"{PLAN}:{_share(now)}")
    later = {_next_minute(one) for one in due if now < one <= now + AHEAD}
    for minute in sorted(later):
        enqueue(
            session, PLAN, {}, due_at=minute, dedupe_key=f"{PLAN}:{minute:%Y%m%d%H%M}"
        )


def owe_sending(session: Session, *, now: datetime) -> None:
    """Owe that the messages that are due are handed over."""
    _owe_sending(session, due_at=now, key=f"{SEND}:{_share(now)}")


def owe_rest(session: Session, *, due_at: datetime) -> None:
    """Owe that the messages which a worker has left are handed over at a moment."""
    _owe_sending(session, due_at=due_at, key=f"{SEND}:rest")


def _owe_sending(session: Session, *, due_at: datetime, key: str) -> None:
    enqueue(
        session,
        SEND,
        {},
        due_at=due_at,
        dedupe_key=key,
        max_attempts=ATTEMPTS_TO_SEND,
    )


def owe_what_is_left(session: Session, *, now: datetime) -> None:
    """Owe what nobody owes: of events, of invitations, of messages.

    Called by the sweep of every worker. Cheap when there is nothing: each question
    reads the first entry of an index.
    """
    oldest = session.scalar(
        select(Event.received_at).where(IS_WAITING).order_by(Event.id).limit(1)
    )
    if oldest is not None and oldest < now - timedelta(seconds=2 * SECONDS_A_JOB):
        owe_taking(session, now=now)
    if _is_there(session, IS_PLANNED, Invitation.due_at <= now):
        owe_planning(session, [now], now=now)
    if _is_there(session, IS_UNANSWERED, Invitation.expires_at <= now):
        enqueue(session, EXPIRE, {}, due_at=now, dedupe_key=EXPIRE)
    owe_missed(session, now=now)
    is_due = _is_there(
        session, Sending.state == SendingState.DUE, Sending.due_at <= now
    )
    is_lost = is_due or _is_there(
        session, Sending.state == SendingState.IN_HAND, Sending.in_hand_until < now
    )
    # while the mail server is away the one job that keeps trying is enough
    if (is_due or is_lost) and not count_owed(session, (SEND,)):
        owe_sending(session, now=now)


def _is_there(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(*conditions))))


def _share(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS_A_JOB


def _next_minute(moment: datetime) -> datetime:
    seconds = -(-moment.timestamp() // 60) * 60
    return datetime.fromtimestamp(seconds, UTC)
