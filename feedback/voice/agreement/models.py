"""Rounds of blind labelling, their samples, the labels, and the ledger of quality."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.nlp.annotation import Feeling
from feedback.voice.agreement.judging import Subject


class Round(PublicId, CreatedAt, Base):
    """One sample of a journey and period, for analysts to label each alone."""

    __tablename__ = "agreement_round"
    __table_args__ = (Index(None, "journey_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: the days that the sample is from, `until` excluded
    since: Mapped[date]
    until: Mapped[date]
    #: as many in French as in English, instead of as they come
    by_language: Mapped[bool]
    #: what the sample was drawn with; the same seed draws the same
    seed: Mapped[int]
    #: what the machine said is kept from this moment on
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SampledVerbatim(Base):
    """One verbatim of a round; the machine's answer is kept when the round closes."""

    __tablename__ = "agreement_sample"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        UniqueConstraint("round_id", "verbatim_id"),
        Index(None, "verbatim_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_round.id", ondelete="CASCADE")
    )
    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE")
    )
    #: from 1, the order in which everybody labels
    position: Mapped[int]
    machine_feeling: Mapped[Feeling | None] = mapped_column(enum_type(Feeling))
    #: [[key of the theme, stance]]
    machine_themes: Mapped[list[Any] | None] = mapped_column(JsonValue)
    machine_version: Mapped[str | None] = mapped_column(String(120))


class Part(Base):
    """What one analyst does in a round; when finished, no label changes any more."""

    __tablename__ = "agreement_part"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_round.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Label(Base):
    """What one analyst says of one verbatim of a round."""

    __tablename__ = "agreement_label"
    __table_args__ = (
        UniqueConstraint("sample_id", "account_id"),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_sample.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    feeling: Mapped[Feeling] = mapped_column(enum_type(Feeling))
    #: [[key of the theme, stance]]
    themes: Mapped[list[Any]] = mapped_column(JsonValue)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerEntry(Base):
    """How far the machine agreed with the analysts of a closed round.

    Kept as it was found: verbatims may be deleted afterwards.
    """

    __tablename__ = "agreement_entry"
    __table_args__ = (CheckConstraint("low <= kappa AND kappa <= high", name="within"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("agreement_round.id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[Subject] = mapped_column(enum_type(Subject), primary_key=True)
    kappa: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    error: Mapped[float]
    observed: Mapped[float]
    expected: Mapped[float]
    #: verbatims, and analysts who had finished
    n: Mapped[int]
    analysts: Mapped[int]
