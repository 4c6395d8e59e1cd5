"""Receive events: kept once, in whatever order they come, looked at afterwards."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from feedback.collection.addresses import has_unseen
from feedback.collection.event_types import is_event_type
from feedback.collection.incoming import CustomerData, IncomingEvent, write_customer
from feedback.collection.models import Event
from feedback.collection.owing import owe_taking
from feedback.collection.terms import EventState
from feedback.core.errors import Invalid
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing

__all__ = [
    "CustomerData",
    "IncomingEvent",
    "Receipt",
    "faults_of",
    "receive",
]

LONGEST_DATA = 64 * 1024
LONGEST_CUSTOMER = 16 * 1024
LONGEST_NAME = 255
#: clocks of other systems may go ahead so much
AHEAD = timedelta(days=1)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
DEEPEST = 20
LARGEST_BITS = 1024


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was kept of an event: from now on it gets its outcome."""

    source: str
    id: str
    public_id: str
    #: False: it was there already, and nothing of it has changed
    is_new: bool


def receive(
    session: Session,
    events: Sequence[IncomingEvent],
    *,
    now: datetime,
    event_source_id: int | None = None,
) -> tuple[Receipt, ...]:
    """Keep events, and owe that the triggers look at them; a receipt for each.

    All of them or none. An event is known by source and id: delivered again, it
    changes nothing. It may come late and in any order.

    Args:
        session: the caller's transaction; the events are acknowledged by its commit.
        events: up to a thousand.
        now: the present moment.
        event_source_id: the webhook by which they came.

    Raises:
        Invalid: as `faults_of`; with several events each field begins with the place
            of its event, as `3.data`.
    """
    faults = {
        f"{place}.{name}" if len(events) > 1 else name: code
        for place, event in enumerate(events)
        for name, code in faults_of(event, now=now).items()
    }
    if faults:
        raise Invalid(faults)
    rows = {
        (one.source, one.id): _row(one, now, event_source_id)
        for one in reversed(events)
    }
    added = insert_missing(
        session,
        Event,
        [rows[key] for key in sorted(rows)],
        key=[Event.source, Event.event_id],
        returning=Event.public_id,
    )
    if added:
        owe_taking(session, now=now)
    known = {key: row["public_id"] for key, row in rows.items()}
    if len(added) < len(rows):
        known |= _already_there(session, list(rows))
    new = set(added)
    receipts = []
    for one in events:
        public_id = known[one.source, one.id]
        receipts.append(
            Receipt(
                source=one.source,
                id=one.id,
                public_id=public_id,
                is_new=public_id in new,
            )
        )
        new.discard(public_id)
    return tuple(receipts)


def faults_of(event: IncomingEvent, *, now: datetime) -> Mapping[str, str]:
    """Return why an event cannot be kept: one code per field, nothing when it can.

    `source`, `id`: `missing`, `too_long`, `control_characters`; `type: bad_type`;
    `time: in_the_future` (by more than a day), `time: not_a_moment` (before 1970);
    `data`, `data.customer`: `too_large` (64 KB, 16 KB), `not_storable` (the
    character NUL, half a character, a number that is none, objects too deep).
    """
    faults = {
        name: code
        for name, text in (("source", event.source), ("id", event.id))
        if (code := _fault_of_name(text))
    }
    if not is_event_type(event.type):
        faults["type"] = "bad_type"
    if event.occurred_at > now + AHEAD:
        faults["time"] = "in_the_future"
    elif event.occurred_at < EARLIEST:
        faults["time"] = "not_a_moment"
    for name, value, longest in (
        ("data", event.data, LONGEST_DATA),
        ("data.customer", write_customer(event.customer), LONGEST_CUSTOMER),
    ):
        if not _is_storable(value, DEEPEST):
            faults[name] = "not_storable"
        elif len(json.dumps(value, ensure_ascii=False).encode()) > longest:
            faults[name] = "too_large"
    return faults


def _fault_of_name(text: str) -> str | None:
    if not text:
        return "missing"
    if len(text) > LONGEST_NAME:
        return "too_long"
    return "control_characters" if has_unseen(text) else None


def _is_storable(value: object, levels: int) -> bool:
    """Tell whether JSON of either database can hold a value."""
    if isinstance(value, str):
        return "\0" not in value and _is_whole(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if value is None or isinstance(value, int):
        return value is None or value.bit_length() <= LARGEST_BITS
    if not levels:
        return False
    if isinstance(value, Mapping):
        return all(
            isinstance(name, str)
            and _is_storable(name, levels)
            and _is_storable(one, levels - 1)
            for name, one in value.items()
        )
    return isinstance(value, list | tuple) and all(
        _is_storable(one, levels - 1) for one in value
    )


def _is_whole(text: str) -> bool:
    """Tell whether every character of a text is one, and not half of one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _row(
    event: IncomingEvent, now: datetime, event_source_id: int | None
) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "received_at": now,
        "customer": write_customer(event.customer),
        "data": dict(event.data),
        "event_source_id": event_source_id,
        "state": EventState.RECEIVED,
    }


def _already_there(
    session: Session, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    rows = session.execute(
        select(Event.source, Event.event_id, Event.public_id).where(
            tuple_(Event.source, Event.event_id).in_(keys)
        )
    )
    return {(source, event_id): public_id for source, event_id, public_id in rows}
