"""What else happened on a journey: campaigns, strikes, prices; noted by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.periods import EARLIEST, LATEST
from feedback.improvements.models import ExternalEvent
from feedback.improvements.terms import EventKind

LONGEST_WORDS = 200
MOST_EVENTS = 500


@dataclass(frozen=True, kw_only=True)
class HappenedBeside:
    """One thing that happened, from its first day to its last."""

    public_id: str
    kind: EventKind
    words: str
    starts_on: date
    ends_on: date
    author: str | None
    created_at: datetime


def note_event(
    session: Session,
    journey_id: int,
    *,
    kind: EventKind,
    words: str,
    starts_on: date,
    ends_on: date | None,
    author_id: int | None,
    now: datetime,
) -> str:
    """Note that something happened, and return its public id.

    Raises:
        Invalid: `words: missing`, `too_long`; `starts_on: out_of_range`; `ends_on:
            ends_before_start`.
        Conflict: `too_many_events`.
    """
    typed, faults = words.strip(), {}
    if not typed:
        faults["words"] = "missing"
    elif len(typed) > LONGEST_WORDS:
        faults["words"] = "too_long"
    if not EARLIEST <= starts_on < LATEST:
        faults["starts_on"] = "out_of_range"
    if ends_on is not None and not starts_on <= ends_on < LATEST:
        faults["ends_on"] = "ends_before_start"
    if faults:
        raise Invalid(faults)
    there = session.scalar(
        select(func.count()).where(ExternalEvent.journey_id == journey_id)
    )
    if (there or 0) >= MOST_EVENTS:
        raise Conflict("too_many_events")
    row = ExternalEvent(
        journey_id=journey_id,
        kind=kind,
        words=typed,
        starts_on=starts_on,
        ends_on=ends_on,
        author_id=author_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def remove_event(session: Session, journey_id: int, public_id: str) -> None:
    """Take an event back.

    Raises:
        NotFound: `external_event`.
    """
    gone = session.scalar(
        delete(ExternalEvent)
        .where(
            ExternalEvent.journey_id == journey_id,
            ExternalEvent.public_id == public_id,
        )
        .returning(ExternalEvent.id)
    )
    if gone is None:
        raise NotFound("external_event")


def list_events(
    session: Session, journey_id: int, *, since: date | None = None
) -> tuple[HappenedBeside, ...]:
    """List what happened, the earliest first; with `since`, what ended later."""
    last = func.coalesce(ExternalEvent.ends_on, ExternalEvent.starts_on)
    chosen = [ExternalEvent.journey_id == journey_id]
    if since is not None:
        chosen.append(last >= since)
    rows = session.execute(
        select(ExternalEvent, Account.name)
        .outerjoin(Account, Account.id == ExternalEvent.author_id)
        .where(*chosen)
        .order_by(ExternalEvent.starts_on, ExternalEvent.id)
        .limit(MOST_EVENTS)
    )
    return tuple(
        HappenedBeside(
            public_id=row.public_id,
            kind=row.kind,
            words=row.words,
            starts_on=row.starts_on,
            ends_on=row.ends_on or row.starts_on,
            author=name,
            created_at=row.created_at,
        )
        for row, name in rows
    )
