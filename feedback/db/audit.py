"""Who changed what: the log that is only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.core.pagination import Page, PageRequest, page_of
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt
from feedback.db.types import JsonValue


class AuditEntry(CreatedAt, Base):
    """One act of one person."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: lower_snake, as `person_invited`
    action: Mapped[str] = mapped_column(String(60))
    #: what it was done to, in words that stay readable when the thing is gone
    subject: Mapped[str] = mapped_column(String(255))
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


@dataclass(frozen=True, kw_only=True)
class RecordedAct:
    """One line of the log, as it is read."""

    at: datetime
    actor_id: int | None
    action: str
    subject: str
    details: Mapping[str, Any]


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    actor_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one act to the log, in the caller's transaction."""
    session.add(
        AuditEntry(
            created_at=now,
            actor_id=actor_id,
            action=action,
            subject=subject[:255],
            details=dict(details or {}),
        )
    )


def list_acts(session: Session, wanted: PageRequest) -> Page[RecordedAct]:
    """List the acts, newest first."""
    rows = session.scalars(
        select(AuditEntry)
        .order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of(
        [
            RecordedAct(
                at=row.created_at,
                actor_id=row.actor_id,
                action=row.action,
                subject=row.subject,
                details=row.details,
            )
            for row in rows
        ],
        wanted,
    )
