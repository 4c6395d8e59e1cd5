"""Invitations, what is sent for them, and open links."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    literal,
)
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.collection.terms import (
    Channel,
    InvitationState,
    LinkKind,
    SendingKind,
    SendingState,
)
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type

#: conditions of invitations that something is still to be done about
PLANNED = sql_text("state = 'planned'")
UNANSWERED = sql_text("state IN ('queued', 'sent', 'unknown')")


class Invitation(PublicId, CreatedAt, Base):
    """One person asked once, about one occasion.

    Of an anonymous survey it keeps whether it was answered, and no moment of it.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("origin_key"),
        Index(None, "contact_id"),
        Index(None, "trigger_id", "state"),
        Index(None, "survey_id", "state"),
        Index(None, "event_id"),
        Index(
            "ix_invitation_planned",
            "due_at",
            sqlite_where=PLANNED,
            postgresql_where=PLANNED,
        ),
        Index(
            "ix_invitation_unanswered",
            "expires_at",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: what makes it the same one when it is planned again
    origin_key: Mapped[str] = mapped_column(String(80))
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    trigger_id: Mapped[int | None] = mapped_column(
        ForeignKey("trigger.id", ondelete="SET NULL")
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="SET NULL")
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    locale: Mapped[str] = mapped_column(String(8))
    state: Mapped[InvitationState] = mapped_column(
        enum_type(InvitationState), default=InvitationState.PLANNED
    )
    #: lower_snake code: why held back, failed, bounced
    reason: Mapped[str | None] = mapped_column(String(60))
    priority: Mapped[int] = mapped_column(default=5)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: what is known, for conditions and piping: attributes, event data, persona
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


#: written out, not as parameters: else no database can know that the index on these
#: invitations holds all that is asked for
IS_PLANNED = Invitation.state == literal(
    InvitationState.PLANNED, Invitation.state.type, literal_execute=True
)
IS_UNANSWERED = Invitation.state.in_(
    bindparam(
        "unanswered",
        [InvitationState.QUEUED, InvitationState.SENT, InvitationState.UNKNOWN],
        Invitation.state.type,
        expanding=True,
        literal_execute=True,
    )
)


class InvitationToken(Base):
    """The SHA-256 of a secret that stands in a link; each message has its own."""

    __tablename__ = "invitation_token"
    __table_args__ = (Index(None, "invitation_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE")
    )


class Sending(PublicId, Base):
    """One message to one person: handed over once, or marked unknown."""

    __tablename__ = "sending"
    __table_args__ = (
        UniqueConstraint("invitation_id", "kind", "number"),
        Index(None, "state", "due_at"),
        # counted before each mail when they are throttled
        Index(None, "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE")
    )
    kind: Mapped[SendingKind] = mapped_column(enum_type(SendingKind))
    #: 0, and for reminders from 1
    number: Mapped[int] = mapped_column(default=0)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    state: Mapped[SendingState] = mapped_column(
        enum_type(SendingState), default=SendingState.DUE
    )
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    #: the process that holds it, and until when it may
    owner: Mapped[str | None] = mapped_column(String(120))
    in_hand_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Message-ID of a mail, number of a text message at the gateway
    message_id: Mapped[str | None] = mapped_column(String(255))
    error: Mapped[str | None] = mapped_column(String(500))


class OpenLink(PublicId, CreatedAt, Base):
    """A link that anybody may follow: posted, printed as a QR code, kiosk, widget."""

    __tablename__ = "open_link"
    __table_args__ = (Index(None, "survey_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[LinkKind] = mapped_column(enum_type(LinkKind))
    #: what stands in the address
    slug: Mapped[str] = mapped_column(String(32), unique=True)
    #: sites that may show the widget, as `https://shop.example`
    origins: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
