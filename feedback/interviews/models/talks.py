"""Interviews, what was agreed to, what was said, and what was taken from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.interviews.terms import (
    ConsentWay,
    InterviewState,
    TranscriptState,
    Way,
)


class Interview(PublicId, CreatedAt, Base):
    """One talk with one customer."""

    __tablename__ = "interview"
    __table_args__ = (
        Index(None, "journey_id", "held_at"),
        Index(None, "contact"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    phase_id: Mapped[int | None] = mapped_column(
        ForeignKey("phase.id", ondelete="SET NULL")
    )
    persona_id: Mapped[int | None] = mapped_column(
        ForeignKey("persona.id", ondelete="SET NULL")
    )
    #: numbers of touchpoints that it is about
    touchpoint_ids: Mapped[list[int]] = mapped_column(JsonValue, default=list)
    #: what the participant is called in the house; never their name
    alias: Mapped[str] = mapped_column(String(120))
    #: public id of the customer, where they are one; kept without a foreign key, so
    #: that the erasure of a customer finds the interview afterwards
    contact: Mapped[str | None] = mapped_column(String(12))
    researcher_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    guide_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview_guide_version.id")
    )
    #: `fr` or `en`
    language: Mapped[str] = mapped_column(String(8))
    way: Mapped[Way] = mapped_column(enum_type(Way))
    #: when it takes or took place
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[InterviewState] = mapped_column(
        enum_type(InterviewState), default=InterviewState.PLANNED
    )
    revision: Mapped[int] = mapped_column(default=0)
    #: what is written during the talk; emptied when it becomes turns
    notes: Mapped[str] = mapped_column(Text, default="")
    notes_revision: Mapped[int] = mapped_column(default=0)
    transcript: Mapped[TranscriptState] = mapped_column(
        enum_type(TranscriptState), default=TranscriptState.NONE
    )
    #: name of the file, None of notes
    transcript_name: Mapped[str | None] = mapped_column(String(255))
    #: [{"label", "role"}]; turns name them by their place
    speakers: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)


class Consent(CreatedAt, Base):
    """What a participant agreed to, in the words that they agreed to."""

    __tablename__ = "interview_consent"
    __table_args__ = (Index(None, "interview_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(
        ForeignKey("interview.id", ondelete="CASCADE")
    )
    text: Mapped[str] = mapped_column(Text)
    #: ConsentScope values
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[ConsentWay] = mapped_column(enum_type(ConsentWay))
    #: who noted it; None when the participant gave it on a page
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Turn(Base):
    """What one speaker said until another one spoke."""

    __tablename__ = "interview_turn"
    __table_args__ = (UniqueConstraint("interview_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(
        ForeignKey("interview.id", ondelete="CASCADE")
    )
    #: from 1
    position: Mapped[int]
    #: place in `interview.speakers`, from 0
    speaker: Mapped[int]
    #: seconds since the beginning, where the source says so
    seconds: Mapped[int | None]
    #: phase that was marked while notes were taken
    phase_id: Mapped[int | None] = mapped_column(
        ForeignKey("phase.id", ondelete="SET NULL")
    )
    #: as it was said; emptied for good as soon as it is masked
    original: Mapped[str | None] = mapped_column(Text)
    #: personal data masked; None until then
    text: Mapped[str | None] = mapped_column(Text)
    #: what the analysis proposes; see analysing.Proposal
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)


class Excerpt(PublicId, CreatedAt, Base):
    """Words of a participant that matter: an occasion in voice."""

    __tablename__ = "interview_excerpt"
    __table_args__ = (
        Index(None, "interview_id"),
        CheckConstraint("first_turn <= last_turn", name="turns_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(
        ForeignKey("interview.id", ondelete="CASCADE")
    )
    first_turn: Mapped[int]
    #: characters of the first and of the last turn, end excluded
    first_character: Mapped[int]
    last_turn: Mapped[int]
    last_character: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    persona_id: Mapped[int | None] = mapped_column(
        ForeignKey("persona.id", ondelete="SET NULL")
    )
    #: [{"theme", "polarity"}] as the researcher decided
    themes: Mapped[list[dict[str, str]]] = mapped_column(JsonValue, default=list)
    #: as the researcher decided; None leaves it to the analysis
    feeling: Mapped[str | None] = mapped_column(String(40))
    #: what the researcher thinks of it
    comment: Mapped[str] = mapped_column(Text, default="")
    #: what the analysis proposed when it was marked; see analysing.Proposal
    proposal: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    #: of its occasion in voice
    origin_key: Mapped[str] = mapped_column(String(64), unique=True)
    revision: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
