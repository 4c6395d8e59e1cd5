"""Calls of which no event came: counted by hour, sender and reason, no content kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import UnusedDelivery
from feedback.db.inserts import insert_missing

#: how long the counts are kept
KEPT = timedelta(days=30)
MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class UnusedRead:
    """How often one sender's calls came to nothing for one reason, in one hour."""

    #: `source:` and its public id, or `key:` and that of the key
    sender: str
    #: lower_snake: why
    code: str
    #: the field at fault, empty for the whole
    place: str
    is_refused: bool
    count: int
    last_at: datetime


def note_unused(
    session: Session,
    sender: str,
    faults: Mapping[str, str],
    *,
    is_refused: bool,
    now: datetime,
) -> None:
    """Count a call of which no event came.

    `faults` are codes by place; a place in a list loses its number, so that a
    thousand faulty events are one line.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    for place, code in sorted({_unnumbered(item) for item in faults.items()}):
        row = {
            "sender": sender,
            "hour": hour,
            "code": code,
            "place": place,
            "is_refused": is_refused,
            "count": 0,
            "last_at": now,
        }
        columns = UnusedDelivery
        key = [columns.sender, columns.hour, columns.code, columns.place]
        insert_missing(session, UnusedDelivery, [row], key=key, returning=columns.id)
        session.execute(
            update(UnusedDelivery)
            .where(
                columns.sender == sender,
                columns.hour == hour,
                columns.code == code,
                columns.place == place,
            )
            .values(count=columns.count + 1, last_at=now)
        )
    session.execute(delete(UnusedDelivery).where(UnusedDelivery.last_at < now - KEPT))


def list_unused(
    session: Session, *, sender: str | None = None, since: datetime
) -> tuple[UnusedRead, ...]:
    """List what came to nothing since a moment, the newest 50 lines."""
    statement = (
        select(UnusedDelivery)
        .where(UnusedDelivery.last_at >= since)
        .order_by(UnusedDelivery.last_at.desc(), UnusedDelivery.id.desc())
        .limit(MOST_SHOWN)
    )
    if sender is not None:
        statement = statement.where(UnusedDelivery.sender == sender)
    return tuple(
        UnusedRead(
            sender=row.sender,
            code=row.code,
            place=row.place,
            is_refused=row.is_refused,
            count=row.count,
            last_at=row.last_at,
        )
        for row in session.scalars(statement)
    )


def _unnumbered(fault: tuple[str, str]) -> tuple[str, str]:
    place, code = fault
    first, _, rest = place.partition(".")
    return (rest if first.isdigit() else place)[:120], code[:60]
