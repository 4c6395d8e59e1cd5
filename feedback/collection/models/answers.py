"""What people answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.collection.terms import Channel, ResponseState
from feedback.db.base import Base
from feedback.db.mixins import PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type

#: condition of a response that voice does not know yet
UNRECORDED = sql_text("recorded_at IS NULL")


class Response(PublicId, Base):
    """What one person answered, page by page.

    Of an anonymous survey it knows neither invitation nor contact nor moment: the
    day alone.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("invitation_id"),
        UniqueConstraint("key_hash"),
        Index(None, "survey_id", "state", "day"),
        Index(None, "touchpoint_id"),
        Index(None, "contact_id"),
        Index(None, "open_link_id"),
        Index(
            "ix_response_unrecorded",
            "state",
            "id",
            sqlite_where=UNRECORDED,
            postgresql_where=UNRECORDED,
        ),
        CheckConstraint(
            "NOT is_anonymous OR (invitation_id IS NULL AND contact_id IS NULL "
            "AND saved_at IS NULL)",
            name="anonymous_by_structure",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the secret with which the page goes on; see responses.py
    key_hash: Mapped[str] = mapped_column(String(64))
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL")
    )
    open_link_id: Mapped[int | None] = mapped_column(ForeignKey("open_link.id"))
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    #: answered by somebody of the house to try it; counted nowhere
    is_test: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[ResponseState] = mapped_column(enum_type(ResponseState))
    #: question key to answer; see surveys.answers
    answers: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    #: share of the shown questions that had an answer when the newest page was left,
    #: 0 to 1
    answered_share: Mapped[float] = mapped_column(default=0.0)
    #: page key to seconds spent on it; a page that was left is here
    seconds: Mapped[dict[str, float]] = mapped_column(JsonValue, default=dict)
    #: question key to seconds until its answer, as the script of the page tells them
    question_seconds: Mapped[dict[str, float]] = mapped_column(JsonValue, default=dict)
    #: what was known, for conditions and piping; empty when anonymous
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    #: Flag values
    flags: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    #: key of the ending that was shown
    ending: Mapped[str | None] = mapped_column(String(60))
    day: Mapped[date]
    #: moment of the last page; None when anonymous
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: when voice took it over; the day alone when anonymous
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
