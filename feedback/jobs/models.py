"""Job and Schedule: the work owed, now and again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class JobState(StrEnum):
    """Where a job stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(PublicId, CreatedAt, Base):
    """One piece of work owed; the row is the truth, whoever carries it."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_claim", "state", "due_at", "id"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: which handler does it, as `voice.annotate`
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.DUE)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: while running: after this moment another worker may take the job
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: host and process that holds the lease
    owner: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    #: at most one job with this key is owed at a time; emptied when it is done
    dedupe_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    last_error: Mapped[str | None] = mapped_column(Text)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Schedule(Base):
    """A job that becomes due again on one day of each month."""

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint("day BETWEEN 1 AND 28", name="day_in_month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: day of the month and hour, in the time zone of the installation
    day: Mapped[int]
    hour: Mapped[int]
    next_due: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
