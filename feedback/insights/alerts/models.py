"""Alerts as they were raised, who muted them, and who gets them by mail."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.measures.monitoring import Way


class AlertKind(StrEnum):
    """What an alert is about."""

    #: a theme is complained of more, or less, at a touchpoint
    SHARE = "share"
    #: customers speak much more of something that no theme holds
    WORDS = "words"
    #: many very unhappy customers at a touchpoint
    UNHAPPY = "unhappy"


class Ending(StrEnum):
    """Why an alert is closed."""

    #: the figure is back where it was
    BACK = "back"
    #: it has stayed for half a year: what is usual now
    SETTLED = "settled"
    #: the theme or the touchpoint is watched no more
    GONE = "gone"


class Alert(PublicId, CreatedAt, Base):
    """Something that has changed; `created_at` is when it was seen.

    Figures are those of that moment and never change.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("slot"),
        Index(None, "journey_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    touchpoint_id: Mapped[int | None] = mapped_column(
        ForeignKey("touchpoint.id", ondelete="CASCADE")
    )
    kind: Mapped[AlertKind] = mapped_column(enum_type(AlertKind))
    #: what it is about while it is open: there is one open alert of each
    slot: Mapped[str | None] = mapped_column(String(160))
    theme_key: Mapped[str | None] = mapped_column(String(60))
    way: Mapped[Way] = mapped_column(enum_type(Way))
    #: of words: the language, the keys by which the group is known again, as shown
    language: Mapped[str | None] = mapped_column(String(8))
    signature: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    shown: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    began_on: Mapped[date]
    #: since it began, and in the time before that says what is usual
    hits: Mapped[int]
    n: Mapped[int]
    usual_hits: Mapped[int]
    usual_n: Mapped[int]
    p: Mapped[float]
    adjusted_p: Mapped[float]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending: Mapped[Ending | None] = mapped_column(enum_type(Ending))
    muted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: the last day on which it is muted
    muted_until: Mapped[date | None]
    mute_reason: Mapped[str | None] = mapped_column(String(500))
    muted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: counts what people changed, so that nobody overwrites what they have not seen
    revision: Mapped[int] = mapped_column(default=1)


class AlertSubscription(CreatedAt, Base):
    """A person who gets the new alerts of a journey by mail, once a day at most."""

    __tablename__ = "alert_subscription"
    __table_args__ = (UniqueConstraint("journey_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
