"""Invitations: their secrets, who they are for, and the states they go through.

Every change of state is one statement that names the states it starts from, so that
of two who change at once the first wins, and nothing follows an end.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from feedback.collection.facts import read_facts
from feedback.collection.models import (
    Contact,
    Event,
    Invitation,
    InvitationToken,
    Sending,
    Trigger,
)
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.core.errors import Conflict, NotFound
from feedback.journey.models import Touchpoint
from feedback.surveys.conditions import Facts
from feedback.surveys.models import Survey, SurveyState, SurveyVersion

#: 256 bits: nobody guesses one
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

#: nothing follows these
ENDED = frozenset(
    {
        InvitationState.COMPLETE,
        InvitationState.REFUSED,
        InvitationState.EXPIRED,
        InvitationState.WITHDRAWN,
        InvitationState.HELD_BACK,
    }
)
#: the person may hold a link; a mail that bounced may have been handed on
ANSWERABLE = frozenset(
    {
        InvitationState.QUEUED,
        InvitationState.SENT,
        InvitationState.UNKNOWN,
        InvitationState.BOUNCED,
        InvitationState.FAILED,
        InvitationState.STARTED,
    }
)
# Made once: to make a statement anew takes longer than to run it, and these run
# while somebody waits for the next page.
_INVITATION = cast("Table", Invitation.__table__)
_ONE = _INVITATION.c.id == bindparam("invitation")
_STARTED = (
    update(_INVITATION)
    .where(
        _ONE,
        or_(
            *(
                _INVITATION.c.state == state
                for state in sorted(ANSWERABLE - {InvitationState.STARTED})
            )
        ),
    )
    .values(state=InvitationState.STARTED, started_at=bindparam("moment"))
    .returning(_INVITATION.c.id)
)
_SENDING = cast("Table", Sending.__table__)
_ASKS = (
    _SENDING.c.state == SendingState.DUE,
    _SENDING.c.kind != SendingKind.THANKS,
)
_COMPLETE = (
    update(_INVITATION)
    .where(_ONE, or_(*(_INVITATION.c.state == state for state in sorted(ANSWERABLE))))
    .values(
        state=InvitationState.COMPLETE, reason=None, completed_at=bindparam("moment")
    )
    .returning(
        exists()
        .where(_SENDING.c.invitation_id == bindparam("invitation"), *_ASKS)
        .label("is_asked_again")
    )
)
_CANCEL = (
    update(_SENDING)
    .where(_SENDING.c.invitation_id == bindparam("invitation"), *_ASKS)
    .values(state=SendingState.CANCELLED)
)


@dataclass(frozen=True, kw_only=True)
class InvitationRead:
    """An invitation with what its pages say of it."""

    id: int
    public_id: str
    state: InvitationState
    #: lower_snake code: why held back, failed, bounced
    reason: str | None
    channel: Channel
    locale: str
    expires_at: datetime
    sent_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    #: for conditions and piping; empty of an anonymous survey
    facts: Facts
    contact_id: int | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    journey_id: int
    touchpoint_id: int
    touchpoint_names: Mapping[str, str]
    survey_id: int
    survey_public_id: str
    survey_name: str
    survey_state: SurveyState
    anonymous: bool
    #: the version that is answered now; None of a survey never published
    version_id: int | None
    version_number: int | None
    version_checksum: str | None
    #: rule and occasion, for "why was I asked?"; None when invited by hand
    trigger_name: str | None
    event_type: str | None
    event_occurred_at: datetime | None

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the link has had its time."""
        return self.state == InvitationState.EXPIRED or self.expires_at <= now

    def can_be_answered(self, now: datetime) -> bool:
        """Tell whether an answer is taken: not ended, not expired, survey open."""
        return (
            self.state in ANSWERABLE
            and not self.is_expired(now)
            and self.survey_state == SurveyState.OPEN
            and self.version_id is not None
        )


def new_token(session: Session, invitation_id: int) -> str:
    """Make a secret for a link to an invitation, 43 characters that fit an address.

    Each message gets its own. Only its SHA-256 is kept.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        InvitationToken(token_hash=hash_token(token), invitation_id=invitation_id)
    )
    session.flush()
    return token


def hash_token(token: str) -> str:
    """Return the SHA-256 under which a token is kept, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(session: Session, token: str) -> InvitationRead | None:
    """Return the invitation of a link, whatever its state; None of an unknown one.

    One SELECT. The database compares SHA-256 sums, of which a guess tells nothing.
    """
    if not TOKEN.fullmatch(token):
        return None
    wanted = hash_token(token)
    row = session.execute(
        select(
            InvitationToken.token_hash,
            Invitation,
            Contact.name,
            Contact.email,
            Contact.phone,
            Touchpoint.names,
            Survey.public_id,
            Survey.name,
            Survey.state,
            Survey.anonymous,
            SurveyVersion.id,
            SurveyVersion.number,
            SurveyVersion.checksum,
            Trigger.name,
            Event.type,
            Event.occurred_at,
        )
        .join(Invitation, Invitation.id == InvitationToken.invitation_id)
        .join(Survey, Survey.id == Invitation.survey_id)
        .join(Touchpoint, Touchpoint.id == Invitation.touchpoint_id)
        .outerjoin(
            SurveyVersion,
            (SurveyVersion.survey_id == Survey.id)
            & (SurveyVersion.number == Survey.version),
        )
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Trigger, Trigger.id == Invitation.trigger_id)
        .outerjoin(Event, Event.id == Invitation.event_id)
        .where(InvitationToken.token_hash == wanted)
    ).one_or_none()
    if row is None or not hmac.compare_digest(row[0], wanted):
        return None
    return _as_read(row)


def _as_read(row: Any) -> InvitationRead:
    one: Invitation = row[1]
    return InvitationRead(
        id=one.id,
        public_id=one.public_id,
        state=one.state,
        reason=one.reason,
        channel=one.channel,
        locale=one.locale,
        expires_at=one.expires_at,
        sent_at=one.sent_at,
        started_at=one.started_at,
        completed_at=one.completed_at,
        facts=read_facts(one.facts),
        contact_id=one.contact_id,
        contact_name=row[2],
        contact_email=row[3],
        contact_phone=row[4],
        journey_id=one.journey_id,
        touchpoint_id=one.touchpoint_id,
        touchpoint_names=row[5],
        survey_id=one.survey_id,
        survey_public_id=row[6],
        survey_name=row[7],
        survey_state=row[8],
        anonymous=row[9],
        version_id=row[10],
        version_number=row[11],
        version_checksum=row[12],
        trigger_name=row[13],
        event_type=row[14],
        event_occurred_at=row[15],
    )


def mark_opened(session: Session, invitation_id: int, *, now: datetime) -> None:
    """Note that the link was followed, once; of an anonymous survey nothing is."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.opened_at.is_(None),
            Invitation.state.in_(ANSWERABLE),
            Invitation.survey_id.in_(select(Survey.id).where(~Survey.anonymous)),
        )
        .values(opened_at=now)
    )


def mark_started(
    session: Session, invitation_id: int, *, anonymous: bool, now: datetime
) -> bool:
    """Note that the answering has begun; no moment of it of an anonymous survey.

    Returns whether the state changed: not a second time, and not after an end.
    """
    changed = (
        session.connection()
        .execute(
            _STARTED,
            {"invitation": invitation_id, "moment": None if anonymous else now},
        )
        .first()
    )
    return changed is not None


def mark_complete(
    session: Session, invitation_id: int, *, anonymous: bool, now: datetime
) -> bool:
    """Note that the last page was left; messages that ask are no longer owed.

    Of an anonymous survey the state alone changes, and no moment is kept. Returns
    whether it changed: of two who complete at once, one does.
    """
    connection = session.connection()
    changed = connection.execute(
        _COMPLETE, {"invitation": invitation_id, "moment": None if anonymous else now}
    ).first()
    if changed is None:
        return False
    if changed.is_asked_again:
        connection.execute(_CANCEL, {"invitation": invitation_id})
    return True


def withdraw(session: Session, public_id: str) -> None:
    """Take an invitation back: its link answers no more, nothing more is sent.

    Raises:
        NotFound: `invitation`.
        Conflict: `invitation_ended`.
    """
    invitation_id = session.scalar(
        select(Invitation.id).where(Invitation.public_id == public_id)
    )
    if invitation_id is None:
        raise NotFound("invitation")
    not_ended = frozenset(InvitationState) - ENDED
    if not move(session, invitation_id, not_ended, state=InvitationState.WITHDRAWN):
        raise Conflict("invitation_ended")
    cancel_sendings(session, [invitation_id])


def cancel_sendings(session: Session, invitation_ids: Sequence[int]) -> None:
    """Owe the invitations and reminders no more that have not been handed over."""
    session.execute(
        update(Sending)
        .where(
            Sending.invitation_id.in_(invitation_ids),
            Sending.state == SendingState.DUE,
            Sending.kind != SendingKind.THANKS,
        )
        .values(state=SendingState.CANCELLED)
    )


def move(
    session: Session,
    invitation_id: int,
    from_states: frozenset[InvitationState],
    **values: object,
) -> bool:
    """Change an invitation that stands in one of these states; tell whether it did."""
    changed = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.state.in_(from_states))
        .values(**values)
        .returning(Invitation.id)
    ).first()
    return changed is not None
