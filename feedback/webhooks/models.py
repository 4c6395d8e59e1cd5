"""WebhookEndpoint, what it is owed, and every attempt at it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.webhooks.calling import Failure
from feedback.webhooks.terms import DeliveryState, Stopped


class WebhookEndpoint(PublicId, CreatedAt, Base):
    """An address that is told of some kinds of happenings."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    #: HappeningType values; those of rules come beside them
    types: Mapped[list[str]] = mapped_column(JsonValue)
    #: signing secrets, encrypted under the installation's secret
    sealed_secret: Mapped[str] = mapped_column(Text)
    #: signs as well until then, so that a receiver may change without a gap
    sealed_previous: Mapped[str | None] = mapped_column(Text)
    previous_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped: Mapped[Stopped | None] = mapped_column(enum_type(Stopped))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: first attempts wait for this moment after a call that nobody answered
    resting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: calls in a row that nobody answered
    silent_calls: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)


class WebhookDelivery(PublicId, CreatedAt, Base):
    """One happening on its way to one endpoint, once however often it is told."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "happening_id"),
        Index(None, "endpoint_id", "state", "id"),
        Index(None, "happening_id"),
        Index(None, "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_endpoint.id", ondelete="CASCADE")
    )
    happening_id: Mapped[int] = mapped_column(
        ForeignKey("happening.id", ondelete="CASCADE")
    )
    state: Mapped[DeliveryState] = mapped_column(enum_type(DeliveryState))
    #: what is sent, byte for byte the same at each attempt
    body: Mapped[str] = mapped_column(Text)
    #: attempts of this round; a replay begins anew
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookAttempt(Base):
    """One call, and what came of it."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index(None, "delivery_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_delivery.id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None when it arrived
    failure: Mapped[Failure | None] = mapped_column(enum_type(Failure))
    status: Mapped[int | None]
    #: first characters of the answer
    said: Mapped[str] = mapped_column(String(500))
