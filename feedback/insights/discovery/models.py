"""The groups of the latest look at what has no theme, and what was decided of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class DiscoveryRun(Base):
    """The latest look at the verbatims of a journey that have no theme."""

    __tablename__ = "discovery_run"
    __table_args__ = (UniqueConstraint("journey_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    #: the period that was looked at, `until` excluded; growth is against the one before
    since: Mapped[date]
    until: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: texts without a theme in the period
    n: Mapped[int]


class DiscoveredGroup(PublicId, Base):
    """One group, with what is needed to show it and to tell its growth."""

    __tablename__ = "discovered_group"
    __table_args__ = (Index(None, "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("discovery_run.id", ondelete="CASCADE")
    )
    language: Mapped[str] = mapped_column(String(8))
    #: [{"key", "shown", "variants"}], the most telling first
    words: Mapped[list[dict[str, object]]] = mapped_column(JsonValue)
    #: its texts, and all analysed texts of its language, in both periods
    hits: Mapped[int]
    of: Mapped[int]
    hits_before: Mapped[int]
    of_before: Mapped[int]


class DiscoveredMember(Base):
    """One of the texts nearest to the centre of a group."""

    __tablename__ = "discovered_member"
    __table_args__ = (Index(None, "verbatim_id"),)

    group_id: Mapped[int] = mapped_column(
        ForeignKey("discovered_group.id", ondelete="CASCADE"), primary_key=True
    )
    #: from 1, the nearest first
    place: Mapped[int] = mapped_column(primary_key=True)
    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE")
    )


class DecisionKind(StrEnum):
    """What became of a group."""

    DISMISSED = "dismissed"
    ACCEPTED = "accepted"
    MERGED = "merged"


class DiscoveryDecision(PublicId, CreatedAt, Base):
    """What an analyst decided of a group; known again by its words at each look."""

    __tablename__ = "discovery_decision"
    __table_args__ = (Index(None, "journey_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[DecisionKind] = mapped_column(enum_type(DecisionKind))
    #: keys of the words, and the words as they were shown
    signature: Mapped[list[str]] = mapped_column(JsonValue)
    shown: Mapped[list[str]] = mapped_column(JsonValue)
    #: the theme that it became, or that took its words
    theme_key: Mapped[str | None] = mapped_column(String(60))
