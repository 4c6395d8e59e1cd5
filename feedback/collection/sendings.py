"""Messages that are owed: which are due, at which pace, taken in hand.

Each is taken in hand and that is committed before it is handed over; what came of it
is committed right after; see `settling`. So a process that is killed leaves one
message in hand at most.

Locks are taken in the order invitation, sending, as wherever both are changed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session

from feedback.collection.addresses import find_zone
from feedback.collection.facts import read_facts
from feedback.collection.invitations import new_token
from feedback.collection.letters import Letter, links_to
from feedback.collection.matching import STOPPED
from feedback.collection.models import Contact, Invitation, Sending
from feedback.collection.outcomes import note_held_back
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.config import Settings
from feedback.surveys.models import Survey, SurveyState, SurveyVersion
from feedback.surveys.queries import questionnaire_of

#: longer than any server is waited for
IN_HAND = timedelta(minutes=10)
#: what is in hand for longer than this slows nobody down
LONGEST_ANSWER = timedelta(minutes=1)
#: number of the locks that workers hold on PostgreSQL while they count
_PACE_LOCK = 0x5EED

#: states of an invitation in which a message of a kind is wanted
_WANTED = {
    SendingKind.INVITATION: frozenset({InvitationState.QUEUED}),
    SendingKind.REMINDER: frozenset({InvitationState.SENT, InvitationState.STARTED}),
    SendingKind.THANKS: frozenset({InvitationState.COMPLETE}),
}
#: why it is not, in the others
_UNWANTED = {
    InvitationState.STARTED: "answered",
    InvitationState.COMPLETE: "answered",
    InvitationState.REFUSED: "opted_out",
    InvitationState.EXPIRED: "too_late",
    InvitationState.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One message in hand, with all that it is made of."""

    id: int
    public_id: str
    #: of whoever holds it
    owner: str
    kind: SendingKind
    channel: Channel
    #: this one included
    attempts: int
    #: Message-ID, the same for every attempt
    message_id: str
    invitation_id: int
    #: mail address or phone number
    to: str
    letter: Letter


def list_due(
    session: Session, channel: Channel, *, now: datetime, most: int
) -> list[int]:
    """Return the numbers of messages that are due, the longest due first."""
    return list(
        session.scalars(
            select(Sending.id)
            .where(
                Sending.state == SendingState.DUE,
                Sending.due_at <= now,
                Sending.channel == channel,
            )
            .order_by(Sending.due_at)
            .limit(most)
        )
    )


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many messages may go in a stretch of time, all workers together."""

    #: 0: no limit
    most: int
    within: timedelta


def pace_of(channel: Channel, settings: Settings) -> Pace:
    """Return the pace that the settings allow a channel."""
    if channel == Channel.EMAIL:
        return Pace(most=settings.mails_per_minute, within=timedelta(minutes=1))
    return Pace(most=settings.texts_per_second, within=timedelta(seconds=1))


def next_free_moment(
    session: Session, channel: Channel, pace: Pace, *, now: datetime
) -> datetime:
    """Return when a further message of a channel may go, `now` when at once.

    What went within the stretch counts, and what any worker has taken in hand within
    a minute: what is in hand for longer was lost with its worker. On PostgreSQL others
    who ask wait until the caller's transaction ends.
    """
    if not pace.most:
        return now
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:kind, hashtext(:channel))"),
            {"kind": _PACE_LOCK, "channel": channel},
        )
    in_hand = session.scalar(
        select(func.count()).where(
            Sending.state == SendingState.IN_HAND,
            Sending.channel == channel,
            Sending.in_hand_until > now + IN_HAND - LONGEST_ANSWER,
        )
    )
    # the one that must be as old as the stretch is long before another may go
    place = pace.most - (in_hand or 0) - 1
    if place < 0:
        return now + pace.within / pace.most
    nth = session.scalar(
        select(Sending.sent_at)
        .where(Sending.sent_at > now - pace.within, Sending.channel == channel)
        .order_by(Sending.sent_at.desc())
        .offset(place)
        .limit(1)
    )
    return now if nth is None else nth + pace.within


def take(
    session: Session, sending_id: int, *, owner: str, now: datetime, settings: Settings
) -> Taken | None:
    """Take one message in hand; the caller commits before handing it over.

    What is no longer wanted is cancelled with its reason instead: the person has
    answered or opted out, the time has passed, the survey was closed, the address is
    stopped or gone. Returns None then, and when somebody else has it.
    """
    row = session.execute(_due(sending_id, now)).one_or_none()
    if row is None:
        return None
    to = row.email if row.channel == Channel.EMAIL else row.phone
    reason = _reason_against(row, now) or _reason_against_address(session, to, settings)
    if reason is not None:
        _cancel(session, row, reason, now=now)
        return None
    domain = settings.mail_from.rpartition("@")[2]
    message_id = row.message_id or f"<{row.public_id}@{domain}>"
    attempts = session.execute(
        update(Sending)
        .where(Sending.id == sending_id, Sending.state == SendingState.DUE)
        .values(
            state=SendingState.IN_HAND,
            owner=owner,
            in_hand_until=now + IN_HAND,
            attempts=Sending.attempts + 1,
            message_id=message_id,
        )
        .returning(Sending.attempts)
    ).scalar_one_or_none()
    if attempts is None:
        return None
    return Taken(
        id=sending_id,
        public_id=row.public_id,
        owner=owner,
        kind=row.kind,
        channel=row.channel,
        attempts=attempts,
        message_id=message_id,
        invitation_id=row.invitation_id,
        to=to,
        letter=_letter(session, row, settings),
    )


def _due(sending_id: int, now: datetime) -> Select[Any]:
    return (
        select(
            Sending.id,
            Sending.public_id,
            Sending.kind,
            Sending.channel,
            Sending.message_id,
            Sending.invitation_id,
            Invitation.state,
            Invitation.locale,
            Invitation.expires_at,
            Invitation.facts,
            Contact.name,
            Contact.email,
            Contact.phone,
            Contact.time_zone,
            Survey.anonymous,
            Survey.state.label("survey_state"),
            Survey.archived_at,
            SurveyVersion.id.label("version_id"),
            SurveyVersion.checksum,
        )
        .join(Invitation, Invitation.id == Sending.invitation_id)
        .join(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(
            SurveyVersion,
            (SurveyVersion.survey_id == Survey.id)
            & (SurveyVersion.number == Survey.version),
        )
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .where(
            Sending.id == sending_id,
            Sending.state == SendingState.DUE,
            Sending.due_at <= now,
        )
        # who answers at this moment is not waited for: it is tried again later
        .with_for_update(of=Invitation, skip_locked=True)
    )


def _reason_against(row: Any, now: datetime) -> str | None:
    """Return why a message is no longer wanted, None when it is."""
    if row.state not in _WANTED[row.kind]:
        return _UNWANTED.get(row.state, "not_sent")
    if row.kind == SendingKind.THANKS:
        return None
    if row.expires_at <= now:
        return "too_late"
    is_open = row.survey_state == SurveyState.OPEN and row.archived_at is None
    return None if is_open and row.version_id is not None else "survey_closed"


def _reason_against_address(
    session: Session, to: str | None, settings: Settings
) -> str | None:
    if to is None:
        return "no_address"
    stopped = stopped_among(session, [to], secret=settings.secret())
    return STOPPED[stopped[to]] if to in stopped else None


def _cancel(session: Session, row: Any, reason: str, *, now: datetime) -> None:
    session.execute(
        update(Sending)
        .where(Sending.id == row.id, Sending.state == SendingState.DUE)
        .values(state=SendingState.CANCELLED, error=reason)
    )
    if row.kind == SendingKind.INVITATION:
        session.execute(
            update(Invitation)
            .where(
                Invitation.id == row.invitation_id,
                Invitation.state == InvitationState.QUEUED,
            )
            .values(state=InvitationState.HELD_BACK, reason=reason)
        )
        note_held_back(session, [row.invitation_id], reason, now=now)


def _letter(session: Session, row: Any, settings: Settings) -> Letter:
    token = new_token(session, row.invitation_id)
    return Letter(
        kind=row.kind,
        questionnaire=questionnaire_of(session, row.version_id, row.checksum),
        known={} if row.anonymous else read_facts(row.facts),
        locale=row.locale,
        name=None if row.anonymous else row.name,
        anonymous=row.anonymous,
        started=row.state == InvitationState.STARTED,
        expires_at=row.expires_at,
        zone=find_zone(row.time_zone) or settings.zone,
        links=links_to(settings.base_url, token),
    )
