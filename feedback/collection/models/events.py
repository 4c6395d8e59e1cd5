"""What happened to a customer, and the triggers that listen."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, literal
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.collection.terms import EventState, OutcomeKind, SourceKind
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class EventSource(PublicId, CreatedAt, Base):
    """A system that sends webhooks."""

    __tablename__ = "event_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    #: the signing secret, encrypted under the installation's secret
    sealed_secret: Mapped[str] = mapped_column(Text)
    #: how its JSON becomes an event; empty for the kinds that are known
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    last_received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UnusedDelivery(Base):
    """Calls of which no event came, counted by hour, sender and reason.

    Nothing of what they held is kept: some are forged.
    """

    __tablename__ = "unused_delivery"
    __table_args__ = (
        UniqueConstraint("sender", "hour", "code", "place"),
        Index(None, "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: `source:` and its public id, or `key:` and that of the key
    sender: Mapped[str] = mapped_column(String(40))
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
    #: lower_snake: why
    code: Mapped[str] = mapped_column(String(60))
    #: the field at fault, empty for the whole
    place: Mapped[str] = mapped_column(String(120), default="")
    #: refused, or believed and of no use, as a topic that nobody asked for
    is_refused: Mapped[bool]
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(PublicId, Base):
    """Something that happened to a customer, told by another system."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index(None, "received_at"),
        Index(None, "contact_id"),
        Index(
            "ix_event_waiting",
            "id",
            sqlite_where=sql_text("state = 'received'"),
            postgresql_where=sql_text("state = 'received'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: `source` and `id` of CloudEvents: together they name the event
    source: Mapped[str] = mapped_column(String(255))
    event_id: Mapped[str] = mapped_column(String(255))
    #: as `order.delivered`
    type: Mapped[str] = mapped_column(String(120))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: who it happened to; see events.py
    customer: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    event_source_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_source.id", ondelete="SET NULL")
    )
    state: Mapped[EventState] = mapped_column(
        enum_type(EventState), default=EventState.RECEIVED
    )


#: written out, not as a parameter: else no database can know that the index on
#: waiting events holds all that is asked for
IS_WAITING = Event.state == literal(
    EventState.RECEIVED, Event.state.type, literal_execute=True
)


class Trigger(PublicId, CreatedAt, Base):
    """An event at a touchpoint becomes an invitation."""

    __tablename__ = "trigger"
    __table_args__ = (Index(None, "event_type"), Index(None, "survey_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    name: Mapped[str] = mapped_column(String(255))
    event_type: Mapped[str] = mapped_column(String(120))
    #: a rule of surveys.conditions on event, attribute, language, persona, past
    rule: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    #: channels in the order in which they are tried
    channels: Mapped[list[str]] = mapped_column(JsonValue)
    delay_minutes: Mapped[int] = mapped_column(default=0)
    #: {"days": [0..6], "from": "09:00", "to": "19:00"}, None: the policy's alone
    window: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    #: share of the events that are taken, 0 to 1
    share: Mapped[float] = mapped_column(default=1.0)
    #: no more invitations once so many were completed
    quota: Mapped[int | None]
    #: 1 to 9, the larger first
    priority: Mapped[int] = mapped_column(default=5)
    expires_after_days: Mapped[int] = mapped_column(default=14)
    #: days after the invitation, as [3, 7]
    reminders: Mapped[list[int]] = mapped_column(JsonValue, default=list)
    thanks: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_on: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventOutcome(Base):
    """What came of an event at one trigger, and why."""

    __tablename__ = "event_outcome"
    __table_args__ = (
        Index(None, "event_id"),
        Index(None, "trigger_id", "kind"),
        UniqueConstraint("event_id", "trigger_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    trigger_id: Mapped[int | None] = mapped_column(
        ForeignKey("trigger.id", ondelete="CASCADE")
    )
    kind: Mapped[OutcomeKind] = mapped_column(enum_type(OutcomeKind))
    #: lower_snake code; words are the edges'
    reason: Mapped[str] = mapped_column(String(60))
    #: what fills the words, as the condition that was not met
    detail: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
