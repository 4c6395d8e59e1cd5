"""Survey, its drafts and its published versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class SurveyState(StrEnum):
    """Whether a survey can be answered."""

    #: never published
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Survey(PublicId, CreatedAt, Base):
    """One questionnaire of a journey: a draft, and the versions made of it."""

    __tablename__ = "survey"
    __table_args__ = (Index(None, "journey_id"), Index(None, "touchpoint_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    #: what it is mostly asked about; a trigger or a link may name another
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    #: title in the default language, for lists
    name: Mapped[str] = mapped_column(String(255))
    state: Mapped[SurveyState] = mapped_column(
        enum_type(SurveyState), default=SurveyState.DRAFT
    )
    #: who took part and what was answered are kept apart; fixed once published
    anonymous: Mapped[bool] = mapped_column(default=False)
    #: the questionnaire being written; see questionnaire.py
    draft: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: number of the newest edit; each change names the one it was made on, so that
    #: the later of two people is told
    revision: Mapped[int] = mapped_column(default=0)
    #: number of the version that is answered now
    version: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SurveyEdit(CreatedAt, Base):
    """One edit of a draft, to be undone and done again.

    What one person types into one question within a few seconds is one edit.
    """

    __tablename__ = "survey_edit"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    #: the revision that this edit led to
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: lower_snake, as `question_moved`
    action: Mapped[str] = mapped_column(String(60))
    #: key of the question, page or ending that was edited; empty for the whole
    subject: Mapped[str] = mapped_column(String(60), default="")
    #: the draft before the edit; of an edit that was undone, the draft with it
    before: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    is_undone: Mapped[bool] = mapped_column(default=False)


class SurveyVersion(Base):
    """A published questionnaire; it never changes."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: SHA-256 of the document, to show that it never changed
    checksum: Mapped[str] = mapped_column(String(64))
    #: keys of questions whose words, scale or choices differ from the version before:
    #: their trend breaks here
    breaks: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
