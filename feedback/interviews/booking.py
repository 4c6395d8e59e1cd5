"""What a person who was asked to talk does by their link: take a slot, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.notices import InlineFile, queue_mail
from feedback.collection.models import Contact
from feedback.core.errors import Conflict, NotFound
from feedback.i18n.formats import format_moment
from feedback.interviews.appeals import token_hash
from feedback.interviews.calendar import MEDIA_TYPE, Appointment, calendar_of
from feedback.interviews.consent import ConsentGiven, give_consent
from feedback.interviews.models import Appeal, Interview, Invitee, Slot
from feedback.interviews.planning import (
    InterviewDraft,
    cancel_interview,
    create_interview,
)
from feedback.interviews.terms import (
    ConsentScope,
    ConsentWay,
    InterviewState,
    InviteeState,
    Way,
)
from feedback.jobs.ledger import enqueue

#: slots that are shown, and how long before it one can be taken
MOST_SHOWN = 60
SOONEST = timedelta(hours=2)
FILE_NAME = "interview.ics"
REMIND = "interviews.remind"
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class FreeSlot:
    """A moment that can be taken."""

    public_id: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class InviteeRead:
    """What a person sees by their link: what it is about, what is free, what is theirs.

    `appointment` is None until they took a slot.
    """

    id: int
    public_id: str
    locale: str
    state: InviteeState
    subject_fr: str
    subject_en: str
    minutes: int
    way: Way
    place: str
    consent_fr: str
    consent_en: str
    researcher: str | None
    is_closed: bool
    appointment: datetime | None
    changes: int
    slots: tuple[FreeSlot, ...]

    def subject(self, language: str) -> str:
        """Return what the talk is about."""
        return self.subject_fr if language == "fr" else self.subject_en

    def consent(self, language: str) -> str:
        """Return what they are asked to agree to."""
        return self.consent_fr if language == "fr" else self.consent_en


def find_invitee(session: Session, token: str, *, now: datetime) -> InviteeRead | None:
    """Return who a link belongs to, None of an unknown one."""
    found = session.execute(
        select(Invitee, Appeal, Account.name)
        .join(Appeal, Appeal.id == Invitee.appeal_id)
        .outerjoin(Account, Account.id == Appeal.researcher_id)
        .where(Invitee.token_hash == token_hash(token))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.Invitee.contact is None:
        return None
    invitee, appeal, researcher = found
    taken = session.scalar(select(Slot).where(Slot.invitee_id == invitee.id))
    free = session.scalars(
        select(Slot)
        .where(
            Slot.appeal_id == appeal.id,
            Slot.invitee_id.is_(None),
            Slot.starts_at > now + SOONEST,
        )
        .order_by(Slot.starts_at)
        .limit(MOST_SHOWN)
    )
    return InviteeRead(
        id=invitee.id,
        public_id=invitee.public_id,
        locale=invitee.locale,
        state=invitee.state,
        subject_fr=appeal.subject_fr,
        subject_en=appeal.subject_en,
        minutes=appeal.minutes,
        way=appeal.way,
        place=appeal.place,
        consent_fr=appeal.consent_fr,
        consent_en=appeal.consent_en,
        researcher=researcher,
        is_closed=appeal.closed_at is not None,
        appointment=taken.starts_at if taken else None,
        changes=invitee.changes,
        slots=tuple(
            FreeSlot(public_id=one.public_id, starts_at=one.starts_at) for one in free
        ),
    )


def take_slot(
    session: Session,
    token: str,
    slot: str,
    *,
    language: str,
    scopes: tuple[ConsentScope, ...],
    link: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Take a slot: an interview is planned, with the consent that was given online.

    Of two who take one slot the first has it. The same slot once more changes nothing.

    Raises:
        NotFound: `invitee`, `slot`.
        Conflict: `slot_taken`, also of one that is over; `appeal_closed`;
            `slot_chosen`, when they have another one already.
    """
    invitee, appeal = _locked(session, token)
    mine = session.scalar(select(Slot).where(Slot.invitee_id == invitee.id))
    if mine is not None:
        if mine.public_id == slot:
            return
        raise Conflict("slot_chosen")
    if appeal.closed_at is not None:
        raise Conflict("appeal_closed")
    starts_at = session.scalar(
        update(Slot)
        .where(
            Slot.public_id == slot,
            Slot.appeal_id == appeal.id,
            Slot.invitee_id.is_(None),
            Slot.starts_at > now,
        )
        .values(invitee_id=invitee.id)
        .returning(Slot.starts_at)
    )
    if starts_at is None:
        raise Conflict("slot_taken")
    invitee.state = InviteeState.ACCEPTED
    invitee.changes += 1
    interview = create_interview(
        session,
        appeal.journey_id,
        InterviewDraft(
            alias=f"P-{invitee.public_id[:5]}",
            held_at=starts_at,
            language=language,
            way=appeal.way,
            phase_id=appeal.phase_id,
            contact=invitee.contact,
            researcher_id=appeal.researcher_id,
        ),
        actor_id=None,
        now=now,
    )
    row = session.scalars(
        select(Interview).where(Interview.public_id == interview)
    ).one()
    row.guide_version_id = appeal.guide_version_id
    invitee.interview_id = row.id
    if scopes:
        words = appeal.consent_fr if language == "fr" else appeal.consent_en
        given = ConsentGiven(
            text=words, scopes=scopes, given_at=now, way=ConsentWay.ONLINE
        )
        give_consent(session, interview, given, author_id=None, now=now)
    session.flush()
    _confirm(
        session, invitee, appeal, starts_at, language, link=link, now=now, zone=zone
    )


def give_up(session: Session, token: str, *, now: datetime) -> None:
    """Free the slot of somebody, or note that they want none; a second time is fine.

    Raises:
        NotFound: `invitee`.
    """
    invitee, _ = _locked(session, token)
    session.execute(
        update(Slot).where(Slot.invitee_id == invitee.id).values(invitee_id=None)
    )
    interview = invitee.interview_id and session.get(Interview, invitee.interview_id)
    if interview and interview.state == InterviewState.PLANNED:
        cancel_interview(session, interview.public_id, actor_id=None, now=now)
        invitee.state = InviteeState.CANCELLED
        invitee.changes += 1
    elif not interview:
        invitee.state = InviteeState.DECLINED
    invitee.interview_id = None
    session.flush()


def appointment_of(
    invitee: InviteeRead, language: str, *, link: str, now: datetime
) -> str | None:
    """Return the appointment as a file of a calendar, None without one."""
    if invitee.appointment is None:
        return None
    return calendar_of(
        Appointment(
            uid=f"{invitee.public_id}@feedback",
            starts_at=invitee.appointment,
            minutes=invitee.minutes,
            summary=invitee.subject(language),
            description=link,
            place=invitee.place,
            url=link,
            changes=invitee.changes,
        ),
        now=now,
    )


def _confirm(
    session: Session,
    invitee: Invitee,
    appeal: Appeal,
    starts_at: datetime,
    language: str,
    *,
    link: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    email = session.scalar(
        select(Contact.email).where(Contact.public_id == invitee.contact)
    )
    if not email:
        return
    subject = appeal.subject_fr if language == "fr" else appeal.subject_en
    file = calendar_of(
        Appointment(
            uid=f"{invitee.public_id}@feedback",
            starts_at=starts_at,
            minutes=appeal.minutes,
            summary=subject,
            description=link,
            place=appeal.place,
            url=link,
            changes=invitee.changes,
        ),
        now=now,
    )
    context = {
        "subject_words": subject,
        "when": format_moment(starts_at, language, zone=zone),
        "minutes": appeal.minutes,
        "place": appeal.place,
        "link": link,
    }
    queue_mail(
        session,
        "interview_appointment",
        to=email,
        locale=language,
        now=now,
        context=context,
        inline=[InlineFile(name=FILE_NAME, type=MEDIA_TYPE, text=file)],
    )
    if starts_at - now > REMIND_BEFORE:
        enqueue(
            session,
            REMIND,
            {"invitee": invitee.public_id, "changes": invitee.changes} | context,
            due_at=starts_at - REMIND_BEFORE,
        )


def remind(session: Session, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Write once more, unless the appointment was given up or changed since."""
    invitee = session.scalar(
        select(Invitee).where(Invitee.public_id == payload["invitee"]).with_for_update()
    )
    if (
        invitee is None
        or invitee.state != InviteeState.ACCEPTED
        or invitee.changes != payload["changes"]
        or invitee.reminded_at is not None
    ):
        return
    invitee.reminded_at = now
    email = session.scalar(
        select(Contact.email).where(Contact.public_id == invitee.contact)
    )
    if email:
        names = ("subject_words", "when", "minutes", "place", "link")
        queue_mail(
            session,
            "interview_reminder",
            to=email,
            locale=invitee.locale,
            now=now,
            context={name: payload[name] for name in names},
        )


def _locked(session: Session, token: str) -> tuple[Invitee, Appeal]:
    invitee = session.scalar(
        select(Invitee)
        .where(Invitee.token_hash == token_hash(token), Invitee.contact.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if invitee is None:
        raise NotFound("invitee")
    return invitee, session.get_one(Appeal, invitee.appeal_id)
