"""The changes of a journey as they are read, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.journey.models import Revision
from feedback.journey.plan import Names

_PARTS = {"phase": "phases", "persona": "personas"}


@dataclass(frozen=True, kw_only=True)
class RecordedChange:
    """One change: who, when, what was done to what."""

    number: int
    at: datetime
    #: None for a command, or somebody who is gone
    author: str | None
    #: lower_snake, as `touchpoint_moved`
    action: str
    #: names of the part that was changed, as they were afterwards; empty for the
    #: whole journey
    names: Names
    #: number of the revision that was gone back to
    restored: int | None


def list_changes(
    session: Session, journey_id: int, wanted: PageRequest
) -> Page[RecordedChange]:
    """List the changes of a journey, newest first."""
    rows = session.execute(
        _changes(journey_id)
        .order_by(Revision.number.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_change(row.Revision, row.name) for row in rows], wanted)


def get_change(session: Session, journey_id: int, number: int) -> RecordedChange:
    """Return one change of a journey.

    Raises:
        NotFound: `revision`.
    """
    row = session.execute(
        _changes(journey_id).where(Revision.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("revision", number=number)
    return _change(row.Revision, row.name)


def _changes(journey_id: int) -> Select[Revision, str]:
    return (
        select(Revision, Account.name)
        .outerjoin(Account, Account.id == Revision.author_id)
        .where(Revision.journey_id == journey_id)
    )


def _change(row: Revision, author: str | None) -> RecordedChange:
    return RecordedChange(
        number=row.number,
        at=row.created_at,
        author=author,
        action=row.action,
        names=_names(row.snapshot, row.action, row.subject),
        restored=int(row.subject) if row.action == "map_restored" else None,
    )


def _names(snapshot: Mapping[str, Any], action: str, key: str) -> Names:
    what, _, _ = action.partition("_")
    parts = (
        [point for phase in snapshot["phases"] for point in phase["touchpoints"]]
        if what == "touchpoint"
        else snapshot.get(_PARTS.get(what, ""), [])
    )
    names: list[Names] = [part["names"] for part in parts if part["key"] == key]
    return names[0] if names else {}
