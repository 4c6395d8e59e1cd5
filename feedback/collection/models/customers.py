"""Customers: who they are, how often they were asked, what they asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.collection.terms import Channel, IdentityKind, RequestKind, StopReason
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class Contact(PublicId, CreatedAt, Base):
    """A customer, as the events named them."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: the customer number of the shop or CRM
    customer: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    #: E.164, as `+33612345678`
    phone: Mapped[str | None] = mapped_column(String(32))
    locale: Mapped[str | None] = mapped_column(String(8))
    #: IANA name; the installation's when unknown
    time_zone: Mapped[str | None] = mapped_column(String(60))
    preferred_channel: Mapped[Channel | None] = mapped_column(enum_type(Channel))
    #: key of a persona of the journey that asks
    persona: Mapped[str | None] = mapped_column(String(60))
    attributes: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    #: moment of the newest event; an older event that comes late changes nothing
    newest_event_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactIdentity(Base):
    """One mark by which a customer is recognised."""

    __tablename__ = "contact_identity"
    __table_args__ = (UniqueConstraint("kind", "value"), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE")
    )
    kind: Mapped[IdentityKind] = mapped_column(enum_type(IdentityKind))
    #: normalised: an address folded, a phone number in E.164
    value: Mapped[str] = mapped_column(String(320))


class StoppedAddress(CreatedAt, Base):
    """An address that is written to no more; it outlives the contact.

    The address itself is not kept: its HMAC-SHA256 under the installation's secret.
    """

    __tablename__ = "stopped_address"

    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[StopReason] = mapped_column(enum_type(StopReason))


class Asking(Base):
    """The fatigue ledger: one line for each time that a person is asked."""

    __tablename__ = "asking"
    __table_args__ = (Index(None, "contact_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE")
    )
    #: None: asked to talk, not to answer a survey
    survey_id: Mapped[int | None] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE")
    )
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CollectionPolicy(Base):
    """How often and when people may be asked; one row."""

    __tablename__ = "collection_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    #: see policy.py
    rules: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class CustomerRequest(PublicId, CreatedAt, Base):
    """What a customer asked of the house: to be called back, to be forgotten."""

    __tablename__ = "customer_request"
    __table_args__ = (Index(None, "kind", "handled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(enum_type(RequestKind))
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    survey_id: Mapped[int | None] = mapped_column(
        ForeignKey("survey.id", ondelete="SET NULL")
    )
    #: of a wish to be called, from a survey that is not anonymous
    response_id: Mapped[int | None] = mapped_column(
        ForeignKey("response.id", ondelete="SET NULL")
    )
    name: Mapped[str | None] = mapped_column(String(255))
    #: phone number or mail address, as typed
    reach: Mapped[str | None] = mapped_column(String(320))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
