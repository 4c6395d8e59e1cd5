"""Look for people to talk with: an appeal with its slots, and whom it is sent to."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.notices import queue_mail
from feedback.collection.models import Asking, Contact
from feedback.collection.policy import lock_policy
from feedback.collection.terms import Channel
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.ids import new_public_id
from feedback.db.audit import record
from feedback.db.inserts import insert_missing
from feedback.i18n.locales import choose
from feedback.interviews.candidates import refusals_of
from feedback.interviews.guides import use_guide
from feedback.interviews.models import Appeal, Invitee, Slot
from feedback.interviews.terms import InviteeState, Way
from feedback.journey.models import Phase

TOKEN_BYTES = 32
MOST_SLOTS = 200
MOST_AT_ONCE = 100
LONGEST_NAME, LONGEST_SUBJECT, LONGEST_PLACE, LONGEST_TEXT = 120, 200, 500, 5_000
LATEST = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class AppealDraft:
    """An appeal as somebody makes it; subject and consent in both languages."""

    name: str
    subject_fr: str
    subject_en: str
    way: Way
    place: str
    minutes: int
    consent_fr: str
    consent_en: str
    slots: tuple[datetime, ...]
    phase_id: int | None = None
    guide: str | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of asking people: how many were written to, and who was not."""

    sent: int
    held_back: int


def create_appeal(
    session: Session,
    journey_id: int,
    draft: AppealDraft,
    *,
    author_id: int,
    now: datetime,
) -> str:
    """Make an appeal with its slots; return its public id.

    Raises:
        Invalid: one code per field: `missing`, `too_long`; `minutes: out_of_range`;
            `slots`: `missing`, `in_the_past`, `too_many_slots`; `phase:
            unknown_choice`.
        NotFound: `guide`.
    """
    faults = _faults(session, journey_id, draft, now=now)
    if faults:
        raise Invalid(faults)
    appeal = Appeal(
        public_id=new_public_id(),
        journey_id=journey_id,
        phase_id=draft.phase_id,
        guide_version_id=draft.guide and use_guide(session, draft.guide, now=now),
        researcher_id=author_id,
        name=draft.name,
        subject_fr=draft.subject_fr,
        subject_en=draft.subject_en,
        way=draft.way,
        place=draft.place,
        minutes=draft.minutes,
        consent_fr=draft.consent_fr,
        consent_en=draft.consent_en,
        created_at=now,
    )
    session.add(appeal)
    session.flush()
    insert_missing(
        session,
        Slot,
        [
            {
                "public_id": new_public_id(),
                "appeal_id": appeal.id,
                "starts_at": moment,
            }
            for moment in sorted(set(draft.slots))
        ],
        key=[Slot.appeal_id, Slot.starts_at],
        returning=Slot.id,
    )
    record(session, "appeal_made", draft.name, actor_id=author_id, now=now)
    return appeal.public_id


def close_appeal(session: Session, public_id: str, *, now: datetime) -> None:
    """Let nobody take a slot any more; appointments stay.

    Raises:
        NotFound: `appeal`.
    """
    appeal = find_appeal(session, public_id)
    appeal.closed_at = appeal.closed_at or now
    session.flush()


def ask_to_talk(
    session: Session,
    public_id: str,
    contacts: Sequence[str],
    *,
    base_url: str,
    secret: str,
    locale: str,
    now: datetime,
) -> Asked:
    """Write to customers who are ready to talk, once each, with a choice of slots.

    Each is a line in the ledger of fatigue. Who opted out, was asked too often, or has
    no mail address is held back.

    Args:
        session: the caller's transaction.
        public_id: of the appeal.
        contacts: public ids of customers, 100 at most.
        base_url: where the links lead.
        secret: of the installation, for the stop list.
        locale: language of those of whom none is known.
        now: the moment of asking.

    Raises:
        NotFound: `appeal`.
        Conflict: `appeal_closed`.
    """
    appeal = find_appeal(session, public_id)
    if appeal.closed_at is not None:
        raise Conflict("appeal_closed")
    lock_policy(session)
    people = session.scalars(
        select(Contact)
        .where(Contact.public_id.in_(contacts[:MOST_AT_ONCE]))
        .order_by(Contact.id)
    ).all()
    refusals = refusals_of(session, people, appeal_id=appeal.id, now=now, secret=secret)
    asked = [one for one in people if one.id not in refusals]
    for contact in asked:
        _write_to(session, appeal, contact, base_url=base_url, locale=locale, now=now)
    session.flush()
    return Asked(sent=len(asked), held_back=len(refusals))


def find_appeal(session: Session, public_id: str) -> Appeal:
    """Return the row of an appeal, locked.

    Raises:
        NotFound: `appeal`.
    """
    found = session.scalar(
        select(Appeal).where(Appeal.public_id == public_id).with_for_update()
    )
    if found is None:
        raise NotFound("appeal")
    return found


def token_hash(token: str) -> str:
    """Return the SHA-256 under which a token is kept, in hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _write_to(
    session: Session,
    appeal: Appeal,
    contact: Contact,
    *,
    base_url: str,
    locale: str,
    now: datetime,
) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    spoken = choose(contact.locale, [locale])
    session.add(
        Invitee(
            public_id=new_public_id(),
            appeal_id=appeal.id,
            contact=contact.public_id,
            token_hash=token_hash(token),
            locale=spoken,
            state=InviteeState.SENT,
            changes=0,
            created_at=now,
        )
    )
    session.add(
        Asking(
            contact_id=contact.id, survey_id=None, channel=Channel.EMAIL, asked_at=now
        )
    )
    queue_mail(
        session,
        "interview_invitation",
        to=contact.email or "",
        locale=spoken,
        now=now,
        context={
            "name": contact.name,
            "subject_words": appeal.subject_fr if spoken == "fr" else appeal.subject_en,
            "minutes": appeal.minutes,
            "link": f"{base_url}/t/{token}",
        },
    )


def _faults(
    session: Session, journey_id: int, draft: AppealDraft, *, now: datetime
) -> dict[str, str]:
    faults: dict[str, str] = {}
    bounds = {
        "name": (draft.name, LONGEST_NAME),
        "subject_fr": (draft.subject_fr, LONGEST_SUBJECT),
        "subject_en": (draft.subject_en, LONGEST_SUBJECT),
        "consent_fr": (draft.consent_fr, LONGEST_TEXT),
        "consent_en": (draft.consent_en, LONGEST_TEXT),
    }
    for name, (text, longest) in bounds.items():
        if not text.strip():
            faults[name] = "missing"
        elif len(text) > longest:
            faults[name] = "too_long"
    if len(draft.place) > LONGEST_PLACE:
        faults["place"] = "too_long"
    if not 10 <= draft.minutes <= 240:
        faults["minutes"] = "out_of_range"
    if not draft.slots:
        faults["slots"] = "missing"
    elif len(draft.slots) > MOST_SLOTS:
        faults["slots"] = "too_many_slots"
    elif not all(now < one < now + LATEST for one in draft.slots):
        faults["slots"] = "in_the_past"
    phase = draft.phase_id and session.get(Phase, draft.phase_id)
    if draft.phase_id and (not phase or phase.journey_id != journey_id):
        faults["phase"] = "unknown_choice"
    return faults
