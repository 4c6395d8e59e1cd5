"""The history of a case, and what every change of one begins with."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cases.models import CaseEntry, CustomerCase
from feedback.cases.terms import EntryKind
from feedback.core.errors import Conflict, Invalid, NotFound

LONGEST_WORDS = 5000


def hold_case(
    session: Session, public_id: str, *, revision: int | None = None
) -> CustomerCase:
    """Return a case that nobody else changes meanwhile.

    Raises:
        NotFound: `case`.
        Conflict: `changed_meanwhile`, when `revision` is no longer the newest.
    """
    case = session.scalar(
        select(CustomerCase)
        .where(CustomerCase.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound("case")
    if revision is not None and case.revision != revision:
        raise Conflict("changed_meanwhile")
    return case


def add_entry(
    session: Session,
    case: CustomerCase,
    kind: EntryKind,
    *,
    author_id: int | None,
    now: datetime,
    words: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the history of a case."""
    session.add(
        CaseEntry(
            case_id=case.id,
            author_id=author_id,
            kind=kind,
            words=words,
            details=dict(details or {}),
            created_at=now,
        )
    )
    session.flush()


def clean_words(words: str) -> str:
    """Return what somebody typed, without blanks around it.

    Raises:
        Invalid: `words`: `missing`, `too_long`.
    """
    clean = words.replace("\r\n", "\n").strip()
    if not clean:
        raise Invalid({"words": "missing"})
    if len(clean) > LONGEST_WORDS:
        raise Invalid({"words": "too_long"})
    return clean


def whole_minutes(time: timedelta) -> int:
    """Return a time in whole minutes."""
    return int(time.total_seconds() // 60)
