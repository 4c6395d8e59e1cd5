"""CustomerCase, its history, the settings of cases, and templates of reply."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.cases.terms import CaseReason, CaseState, EntryKind, RootCause
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class CustomerCase(PublicId, Base):
    """One customer who is to be answered about one thing that they said."""

    __tablename__ = "customer_case"
    __table_args__ = (
        Index(None, "state", "due_at", "id"),
        Index(None, "journey_id", "opened_at"),
        Index(None, "contact"),
        Index(None, "owner_id", "state"),
        Index(None, "feedback_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    #: the occasion that it is about, as voice names it: one case for each
    origin_key: Mapped[str] = mapped_column(String(64), unique=True)
    #: None until the occasion is recorded, and when it was erased
    feedback_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback.id", ondelete="SET NULL")
    )
    response_id: Mapped[int | None] = mapped_column(
        ForeignKey("response.id", ondelete="SET NULL")
    )
    #: public id of the contact, None when nobody knows who it was; it outlives the
    #: contact by the moment in which the case is emptied
    contact: Mapped[str | None] = mapped_column(String(12))
    language: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[CaseReason] = mapped_column(enum_type(CaseReason))
    state: Mapped[CaseState] = mapped_column(enum_type(CaseState))
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    team: Mapped[str] = mapped_column(String(120), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: minutes of working time from the opening, by the calendar of that moment
    answer_minutes: Mapped[int | None]
    close_minutes: Mapped[int | None]
    #: whether it was closed by its due date, the last time that it was closed
    in_time: Mapped[bool | None]
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    root_cause: Mapped[RootCause | None] = mapped_column(enum_type(RootCause))
    #: what was done about it, in words; asked at closing
    action: Mapped[str] = mapped_column(Text, default="")
    reopened: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)


class CaseEntry(CreatedAt, Base):
    """One line of the history of a case; only ever added to."""

    __tablename__ = "case_entry"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("customer_case.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    #: as typed; emptied when the customer is erased
    words: Mapped[str] = mapped_column(Text, default="")
    #: what changed: field to before and after, as codes
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


class CaseSettings(Base):
    """When the house works, what opens a case, who hears of what is late; one row."""

    __tablename__ = "case_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    #: see hours.to_json
    calendar: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    #: journey key to what opens a case there; see settings.py
    rules: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    escalate_to: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )


class CaseTemplate(PublicId, CreatedAt, Base):
    """A reply to begin with, in one language."""

    __tablename__ = "case_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
