"""Tell what happened, and forget what is long past."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.happenings.models import Happening
from feedback.happenings.types import Cause, HappeningType
from feedback.jobs.ledger import enqueue

SPREAD = "happenings.spread"
#: bytes of JSON; what is told outside stays below 20 kB with its envelope
LARGEST_DATA = 12_000
LONGEST_SUBJECT = 255
FORGOTTEN_AT_ONCE = 500


def tell(
    session: Session,
    kind: HappeningType,
    subject: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    cause: Cause | None = None,
) -> str:
    """Note that something happened, in the caller's transaction, and owe its spreading.

    Args:
        session: the caller's transaction; flushed, never committed here.
        kind: what happened.
        subject: what it happened to: a word and a public id, as `case/PUBLIC_ID`.
        data: what can be known of it, as JSON. It leaves the house: no name or
            address of a person, and no words of a customer.
        now: when it happened.
        cause: by which rules it came about, None when a person or the world did it.

    Returns:
        The public id of the happening.

    Raises:
        ValueError: the data has more than 12,000 bytes, or the subject more than 255
            characters.
    """
    size = len(json.dumps(dict(data), ensure_ascii=False).encode())
    if size > LARGEST_DATA or len(subject) > LONGEST_SUBJECT:
        raise ValueError(f"{kind} {subject[:80]} is too large to be told: {size}")
    row = Happening(
        type=kind,
        subject=subject,
        data=dict(data),
        at=now,
        chain=list(cause.chain) if cause else [],
    )
    session.add(row)
    session.flush()
    enqueue(session, SPREAD, {}, due_at=now, dedupe_key=SPREAD)
    return row.public_id


def take_unspread(session: Session, *, most: int, now: datetime) -> tuple[int, ...]:
    """Return happenings that nobody was told of, oldest first, and mark them told.

    Two workers never both get one: the rows are locked (PostgreSQL) or the writer is
    alone (SQLite).
    """
    numbers = session.scalars(
        select(Happening.id)
        .where(Happening.spread_at.is_(None))
        .order_by(Happening.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Happening).where(Happening.id.in_(numbers)).values(spread_at=now)
    )
    return tuple(numbers)


def forget_happenings(session: Session, *, before: datetime) -> int:
    """Delete happenings of long ago with all that was told of them; 500 at most."""
    numbers = session.scalars(
        select(Happening.id)
        .where(Happening.at < before, Happening.spread_at.is_not(None))
        .order_by(Happening.at)
        .limit(FORGOTTEN_AT_ONCE)
    ).all()
    session.execute(delete(Happening).where(Happening.id.in_(numbers)))
    return len(numbers)
