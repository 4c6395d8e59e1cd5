"""Improvement, its tasks, comments and history, its plan, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.improvements.terms import EventKind, NoticeState, SourceKind, State


class Improvement(PublicId, CreatedAt, Base):
    """Something that is done for the customers, from the idea to its outcome."""

    __tablename__ = "improvement"
    __table_args__ = (
        Index("ix_improvement_board", "state", "priority", "id"),
        Index(None, "journey_id", "theme_key"),
        Index(None, "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    title: Mapped[str] = mapped_column(String(200))
    #: what will be done, as typed
    what: Mapped[str] = mapped_column(Text)
    theme_key: Mapped[str | None] = mapped_column(String(60))
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    team: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None]
    #: 1, small, to 5, large
    effort: Mapped[int]
    #: customers whom it touches in a month, as somebody reckoned
    reach: Mapped[int | None]
    expected_change: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[State] = mapped_column(enum_type(State), default=State.IDEA)
    source_kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    source_ref: Mapped[str] = mapped_column(String(120), default="")
    #: complaints a month; see impact.py
    impact: Mapped[float] = mapped_column(default=0.0)
    #: impact by effort: the board is sorted by it
    priority: Mapped[float] = mapped_column(default=0.0)
    #: what the impact rests on
    impact_basis: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    revision: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImprovementPlace(Base):
    """A touchpoint at which the improvement is to be felt."""

    __tablename__ = "improvement_place"
    __table_args__ = (Index(None, "touchpoint_id"),)

    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    touchpoint_id: Mapped[int] = mapped_column(
        ForeignKey("touchpoint.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


class ImprovementTask(PublicId, Base):
    """One thing to do."""

    __tablename__ = "improvement_task"
    __table_args__ = (Index(None, "improvement_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    words: Mapped[str] = mapped_column(String(300))
    is_done: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    position: Mapped[int]


class ImprovementComment(PublicId, CreatedAt, Base):
    """What somebody said of an improvement; comments are only added."""

    __tablename__ = "improvement_comment"
    __table_args__ = (Index(None, "improvement_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    words: Mapped[str] = mapped_column(Text)


class ImprovementMention(Base):
    """A person named in a comment, until they say that they have seen it."""

    __tablename__ = "improvement_mention"
    __table_args__ = (
        UniqueConstraint("comment_id", "account_id"),
        Index(None, "account_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("improvement_comment.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImprovementChange(CreatedAt, Base):
    """One line of the history of an improvement."""

    __tablename__ = "improvement_change"
    __table_args__ = (Index(None, "improvement_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: lower_snake, as `state_changed`
    action: Mapped[str] = mapped_column(String(60))
    #: field to [before, after]
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


class ImprovementPlan(CreatedAt, Base):
    """A plan as it was locked, or an edit of it: kept, never replaced.

    Number 1 is the original. Until it is locked it can be rewritten; an edit is locked
    as it is made.
    """

    __tablename__ = "improvement_plan"
    __table_args__ = (UniqueConstraint("improvement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: canonical JSON, byte for byte what the hash is of
    content: Mapped[str] = mapped_column(Text)
    #: of `content`, once it is locked
    sha256: Mapped[str | None] = mapped_column(String(64))
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: why it was edited; empty for the original
    reason: Mapped[str] = mapped_column(Text, default="")


class ImprovementVerdict(PublicId, CreatedAt, Base):
    """What the figures say of an improvement up to a day, by one plan."""

    __tablename__ = "improvement_verdict"
    __table_args__ = (Index(None, "improvement_id", "through", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    plan_number: Mapped[int]
    #: SHA-256 of the plan that it was computed by
    plan_sha256: Mapped[str] = mapped_column(String(64))
    #: weeks that end by this day count
    through: Mapped[date]
    #: one of the four
    kind: Mapped[str] = mapped_column(String(40))
    change_course: Mapped[bool] = mapped_column(default=False)
    #: everything that was computed
    figures: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: the weekly series that it was computed from
    inputs: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: SHA-256 of plan and inputs: the same again is the same verdict
    snapshot: Mapped[str] = mapped_column(String(64))


class ExternalEvent(PublicId, CreatedAt, Base):
    """Something that happened beside the improvements, noted by hand."""

    __tablename__ = "external_event"
    __table_args__ = (Index(None, "journey_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind))
    words: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    #: the last day; None when it lasted one day
    ends_on: Mapped[date | None]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )


class OutcomeMessage(CreatedAt, Base):
    """What customers are told of an improvement; confirmed once."""

    __tablename__ = "outcome_message"

    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    #: by language
    words: Mapped[dict[str, str]] = mapped_column(JsonValue)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutcomeNotice(CreatedAt, Base):
    """One customer who was told, or held back; each at most once."""

    __tablename__ = "outcome_notice"
    __table_args__ = (
        UniqueConstraint("improvement_id", "contact_id"),
        Index(None, "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvement.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE")
    )
    state: Mapped[NoticeState] = mapped_column(enum_type(NoticeState))
    #: why it was held back, lower_snake
    reason: Mapped[str | None] = mapped_column(String(60))
