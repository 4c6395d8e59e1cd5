"""Invite one person by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.collection.facts import known_facts, write_facts
from feedback.collection.invitations import new_token
from feedback.collection.models import Asking, Contact, Invitation
from feedback.collection.owing import owe_planning
from feedback.collection.policy import lock_policy
from feedback.collection.terms import Channel, InvitationState
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.ids import new_public_id
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey, SurveyState

LONGEST_WAIT = timedelta(days=60)
LONGEST_LIFE_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation made by hand; `token` only for a link that is handed over."""

    id: int
    public_id: str
    token: str | None


def invite(
    session: Session,
    survey_id: int,
    *,
    contact_id: int,
    channel: Channel,
    locale: str,
    now: datetime,
    touchpoint_id: int | None = None,
    due_at: datetime | None = None,
    expires_after_days: int = 14,
    priority: int = 5,
) -> Invited:
    """Invite one contact by hand, at the survey's own touchpoint unless one is given.

    By mail or text message it is planned like any other: the policy says when it
    goes, and whether. A link is handed over by whoever asked for it: its token is
    returned, once, and the asking counts in the ledger.

    Raises:
        NotFound: `survey`, `contact`, `touchpoint`.
        Conflict: `survey_not_open`.
        Invalid: `channel: no_address`, when the contact cannot be reached by it;
            `due_at` (60 days at most), `expires_after_days`, `priority: out_of_range`.
    """
    survey = session.get(Survey, survey_id)
    if survey is None or survey.archived_at is not None:
        raise NotFound("survey")
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound("contact")
    if survey.state != SurveyState.OPEN:
        raise Conflict("survey_not_open")
    if not can_be_reached(contact, channel):
        raise Invalid({"channel": "no_address"})
    due_at = max(due_at or now, now)
    _check_bounds(due_at, expires_after_days, priority, now=now)
    public_id = new_public_id()
    is_link = channel == Channel.LINK
    invitation = Invitation(
        public_id=public_id,
        origin_key=f"hand:{public_id}",
        journey_id=survey.journey_id,
        survey_id=survey.id,
        touchpoint_id=_touchpoint_of(session, survey, touchpoint_id),
        contact_id=contact.id,
        channel=channel,
        locale=locale,
        state=InvitationState.SENT if is_link else InvitationState.PLANNED,
        priority=priority,
        due_at=due_at,
        expires_at=due_at + timedelta(days=expires_after_days),
        sent_at=now if is_link else None,
        facts={} if survey.anonymous else _facts(contact),
        created_at=now,
    )
    session.add(invitation)
    session.flush()
    token = _hand_over(session, invitation, contact.id, now=now) if is_link else None
    if not is_link:
        owe_planning(session, [due_at], now=now)
    return Invited(id=invitation.id, public_id=public_id, token=token)


def _hand_over(
    session: Session, invitation: Invitation, contact_id: int, *, now: datetime
) -> str:
    """Count a link as an asking; return its token."""
    lock_policy(session)
    session.add(
        Asking(
            contact_id=contact_id,
            survey_id=invitation.survey_id,
            channel=Channel.LINK,
            asked_at=now,
        )
    )
    return new_token(session, invitation.id)


def can_be_reached(contact: Contact, channel: Channel) -> bool:
    """Tell whether a contact can be asked so: by mail, text message or a link."""
    match channel:
        case Channel.EMAIL:
            return contact.email is not None
        case Channel.SMS:
            return contact.phone is not None
    return channel == Channel.LINK


def _check_bounds(
    due_at: datetime, expires_after_days: int, priority: int, *, now: datetime
) -> None:
    faults = {}
    if due_at > now + LONGEST_WAIT:
        faults["due_at"] = "out_of_range"
    if not 1 <= expires_after_days <= LONGEST_LIFE_DAYS:
        faults["expires_after_days"] = "out_of_range"
    if not 1 <= priority <= 9:
        faults["priority"] = "out_of_range"
    if faults:
        raise Invalid(faults)


def _facts(contact: Contact) -> dict[str, object]:
    return write_facts(
        known_facts(
            language=contact.locale,
            persona=contact.persona,
            attributes={"name": contact.name, **contact.attributes},
        )
    )


def _touchpoint_of(session: Session, survey: Survey, touchpoint_id: int | None) -> int:
    if touchpoint_id is None:
        return survey.touchpoint_id
    point = session.get(Touchpoint, touchpoint_id)
    if point is None or point.journey_id != survey.journey_id:
        raise NotFound("touchpoint")
    return point.id
