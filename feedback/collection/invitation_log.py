"""Invitations as pages read them: who was to be asked, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from feedback.collection.models import Contact, Event, Invitation, Sending, Trigger
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey

_Found = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class InvitationFilter:
    """Which invitations are looked for; what is None does not matter."""

    journey_id: int | None = None
    #: public ids
    survey: str | None = None
    trigger: str | None = None
    contact: str | None = None
    channel: Channel | None = None
    state: InvitationState | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationOnList:
    """One asking of one person, and where it stands."""

    public_id: str
    state: InvitationState
    #: lower_snake: why held back, moved, failed
    reason: str | None
    channel: Channel
    locale: str
    priority: int
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    #: these three of surveys that are not anonymous alone
    opened_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
    survey: str
    survey_name: str
    anonymous: bool
    touchpoint_names: Mapping[str, str]
    #: None when invited by hand
    trigger: str | None
    trigger_name: str | None
    #: public id of the event
    event: str | None
    event_type: str | None
    #: None of who was forgotten
    contact: str | None
    contact_name: str | None
    contact_email: str | None


@dataclass(frozen=True, kw_only=True)
class MessageRead:
    """One message of an invitation."""

    public_id: str
    kind: SendingKind
    #: 0, and for reminders from 1
    number: int
    channel: Channel
    state: SendingState
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str | None


@dataclass(frozen=True, kw_only=True)
class InvitationStory(InvitationOnList):
    """An invitation with its messages, the oldest first."""

    messages: tuple[MessageRead, ...]


def list_invitations(
    session: Session, wanted: PageRequest, looked_for: InvitationFilter | None = None
) -> Page[InvitationOnList]:
    """List invitations, the newest first; one statement."""
    rows = session.execute(
        _narrowed(_invitations(), looked_for or InvitationFilter())
        .order_by(Invitation.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([InvitationOnList(**_invitation(row)) for row in rows], wanted)


def get_invitation(session: Session, public_id: str) -> InvitationStory:
    """Return an invitation with its messages.

    Raises:
        NotFound: `invitation`.
    """
    row = session.execute(
        _invitations().where(Invitation.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("invitation")
    messages = session.scalars(
        select(Sending).where(Sending.invitation_id == row[0].id).order_by(Sending.id)
    )
    return InvitationStory(
        **_invitation(row),
        messages=tuple(
            MessageRead(
                public_id=one.public_id,
                kind=one.kind,
                number=one.number,
                channel=one.channel,
                state=one.state,
                due_at=one.due_at,
                sent_at=one.sent_at,
                attempts=one.attempts,
                error=one.error,
            )
            for one in messages
        ),
    )


def _invitations() -> Select[*_Found]:
    return (
        select(
            Invitation,
            Survey.public_id,
            Survey.name,
            Survey.anonymous,
            Touchpoint.names,
            Trigger.public_id,
            Trigger.name,
            Event.public_id,
            Event.type,
            Contact.public_id,
            Contact.name,
            Contact.email,
        )
        .join(Survey, Survey.id == Invitation.survey_id)
        .join(Touchpoint, Touchpoint.id == Invitation.touchpoint_id)
        .outerjoin(Trigger, Trigger.id == Invitation.trigger_id)
        .outerjoin(Event, Event.id == Invitation.event_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
    )


def _narrowed(query: Select[*_Found], wanted: InvitationFilter) -> Select[*_Found]:
    pairs = (
        (Invitation.journey_id, wanted.journey_id),
        (Survey.public_id, wanted.survey),
        (Trigger.public_id, wanted.trigger),
        (Contact.public_id, wanted.contact),
        (Invitation.channel, wanted.channel),
        (Invitation.state, wanted.state),
        (Invitation.reason, wanted.reason),
    )
    for column, value in pairs:
        if value is not None:
            query = query.where(column == value)
    return query


def _invitation(row: Row[*_Found]) -> dict[str, Any]:
    one: Invitation = row[0]
    kept = (
        "public_id",
        "state",
        "reason",
        "channel",
        "locale",
        "priority",
        "due_at",
        "expires_at",
        "sent_at",
        "opened_at",
        "started_at",
        "completed_at",
        "created_at",
    )
    beside = (
        "survey",
        "survey_name",
        "anonymous",
        "touchpoint_names",
        "trigger",
        "trigger_name",
        "event",
        "event_type",
        "contact",
        "contact_name",
        "contact_email",
    )
    return {name: getattr(one, name) for name in kept} | dict(
        zip(beside, row[1:], strict=True)
    )
