"""Journey, Phase, Touchpoint, Persona, and the history of their changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.journey.terms import Brake, Kind

__all__ = ["Brake", "Journey", "Kind", "Persona", "Phase", "Revision", "Touchpoint"]


class Journey(PublicId, CreatedAt, Base):
    """One customer journey, of one offer."""

    __tablename__ = "journey"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: name in addresses, commands and files; never changes
    key: Mapped[str] = mapped_column(String(60), unique=True)
    #: locale to text, in these three
    names: Mapped[dict[str, str]] = mapped_column(JsonValue)
    offers: Mapped[dict[str, str]] = mapped_column(JsonValue)
    #: number of the newest revision; forms carry it so that the later of two
    #: people is told
    revision: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Phase(Base):
    """One stage of the journey, in its order."""

    __tablename__ = "phase"
    __table_args__ = (UniqueConstraint("journey_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(60))
    names: Mapped[dict[str, str]] = mapped_column(JsonValue)
    position: Mapped[int]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Touchpoint(Base):
    """Where the customer meets the company."""

    __tablename__ = "touchpoint"
    __table_args__ = (
        UniqueConstraint("journey_id", "key"),
        Index(None, "phase_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    names: Mapped[dict[str, str]] = mapped_column(JsonValue)
    #: key of a known channel, or the word that somebody typed; see channels
    channel: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    is_moment_of_truth: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Persona(Base):
    """A typical customer, with what moves and what holds back."""

    __tablename__ = "persona"
    __table_args__ = (UniqueConstraint("journey_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(60))
    names: Mapped[dict[str, str]] = mapped_column(JsonValue)
    #: [{"fr": ..., "en": ...}]
    motivations: Mapped[list[dict[str, str]]] = mapped_column(JsonValue, default=list)
    #: [{"brake": Brake, "fr": ..., "en": ...}]
    brakes: Mapped[list[dict[str, str]]] = mapped_column(JsonValue, default=list)
    position: Mapped[int]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Revision(CreatedAt, Base):
    """One change of a journey, with the whole map as it stood afterwards."""

    __tablename__ = "journey_revision"
    __table_args__ = (UniqueConstraint("journey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: lower_snake, as `touchpoint_moved`
    action: Mapped[str] = mapped_column(String(60))
    #: key of what was changed, number of the revision gone back to, or nothing for
    #: the journey itself; names are in the snapshot, in both languages
    subject: Mapped[str] = mapped_column(String(255))
    #: the map as `exchange.py` writes it, to undo to
    snapshot: Mapped[dict[str, Any]] = mapped_column(JsonValue)
