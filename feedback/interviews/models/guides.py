"""Guides, and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.interviews.terms import Stage


class Guide(PublicId, CreatedAt, Base):
    """What is asked in an interview, in every language."""

    __tablename__ = "interview_guide"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: of a guide that came with the product
    shipped_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    stage: Mapped[Stage] = mapped_column(enum_type(Stage))
    #: number of the newest version
    revision: Mapped[int] = mapped_column(default=1)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GuideVersion(CreatedAt, Base):
    """A guide as it once stood; never changed."""

    __tablename__ = "interview_guide_version"
    __table_args__ = (UniqueConstraint("guide_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(
        ForeignKey("interview_guide.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    #: see guides.GuideText
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
