"""AutomationRule, and what came of each of its looks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.automation.terms import Outcome
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.happenings.types import HappeningType


class AutomationRule(PublicId, CreatedAt, Base):
    """When this happens and conditions hold, do that."""

    __tablename__ = "automation_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[HappeningType] = mapped_column(enum_type(HappeningType))
    #: see surveys.conditions; None is always
    conditions: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    #: see drafts.Action
    action: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    is_on: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)


class AutomationRun(Base):
    """One look of one rule at one happening: once, however often it is told."""

    __tablename__ = "automation_run"
    __table_args__ = (
        UniqueConstraint("rule_id", "happening_id"),
        Index(None, "rule_id", "outcome", "id"),
        Index(None, "happening_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(
        ForeignKey("automation_rule.id", ondelete="CASCADE")
    )
    happening_id: Mapped[int] = mapped_column(
        ForeignKey("happening.id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome))
    #: lower_snake: why it was refused or has failed
    reason: Mapped[str] = mapped_column(String(60), default="")
