"""Asking customers to talk: the appeal, its slots, and whom it went to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import UtcDateTime, enum_type
from feedback.interviews.terms import InviteeState, Way


class Appeal(PublicId, CreatedAt, Base):
    """A researcher looks for people to talk with."""

    __tablename__ = "interview_appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    phase_id: Mapped[int | None] = mapped_column(
        ForeignKey("phase.id", ondelete="SET NULL")
    )
    guide_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview_guide_version.id")
    )
    researcher_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: for the lists of the house
    name: Mapped[str] = mapped_column(String(120))
    #: what the talk is about, in the words of the letter; by language
    subject_fr: Mapped[str] = mapped_column(String(200))
    subject_en: Mapped[str] = mapped_column(String(200))
    way: Mapped[Way] = mapped_column(enum_type(Way))
    #: an address of a room, a phone number, a link
    place: Mapped[str] = mapped_column(String(500), default="")
    minutes: Mapped[int]
    #: what participants are asked to agree to; by language
    consent_fr: Mapped[str] = mapped_column(Text)
    consent_en: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Slot(PublicId, Base):
    """A moment that one person can take."""

    __tablename__ = "interview_slot"
    __table_args__ = (UniqueConstraint("appeal_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(
        ForeignKey("interview_appeal.id", ondelete="CASCADE")
    )
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: who has it; nobody has two
    invitee_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview_invitee.id", ondelete="SET NULL"), unique=True
    )


class Invitee(PublicId, CreatedAt, Base):
    """One customer who was asked to talk."""

    __tablename__ = "interview_invitee"
    __table_args__ = (
        UniqueConstraint("appeal_id", "contact"),
        Index(None, "contact"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(
        ForeignKey("interview_appeal.id", ondelete="CASCADE")
    )
    #: public id of the customer; emptied when they are forgotten
    contact: Mapped[str | None] = mapped_column(String(12))
    #: SHA-256 of the secret that stands in the link
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str] = mapped_column(String(8))
    state: Mapped[InviteeState] = mapped_column(
        enum_type(InviteeState), default=InviteeState.SENT
    )
    interview_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview.id", ondelete="SET NULL")
    )
    #: how often the appointment was changed: SEQUENCE of its calendar entry
    changes: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
