"""Reads of appeals, as frozen data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Contact
from feedback.core.errors import NotFound
from feedback.interviews.models import Appeal, Interview, Invitee, Slot
from feedback.interviews.terms import InviteeState, Way

MOST = 200


@dataclass(frozen=True, kw_only=True)
class AppealOnList:
    """An appeal on a line, with what came of it."""

    public_id: str
    name: str
    created_at: datetime
    is_closed: bool
    asked: int
    slots: int
    taken: int


@dataclass(frozen=True, kw_only=True)
class SlotRead:
    """A slot, and the customer who has it by their public id; None while free."""

    starts_at: datetime
    contact: str | None
    name: str | None
    interview: str | None


@dataclass(frozen=True, kw_only=True)
class AppealRead:
    """An appeal with its slots; `states` counts those who were asked."""

    id: int
    public_id: str
    journey_id: int
    name: str
    subject_fr: str
    subject_en: str
    way: Way
    place: str
    minutes: int
    is_closed: bool
    slots: tuple[SlotRead, ...]
    states: dict[InviteeState, int]


def list_appeals(session: Session, journey_id: int) -> tuple[AppealOnList, ...]:
    """List the appeals of a journey, the newest first; 200 at most."""
    asked = select(func.count()).where(Invitee.appeal_id == Appeal.id)
    slots = select(func.count()).where(Slot.appeal_id == Appeal.id)
    rows = session.execute(
        select(
            Appeal,
            asked.scalar_subquery(),
            slots.scalar_subquery(),
            slots.where(Slot.invitee_id.is_not(None)).scalar_subquery(),
        )
        .where(Appeal.journey_id == journey_id)
        .order_by(Appeal.id.desc())
        .limit(MOST)
    )
    return tuple(
        AppealOnList(
            public_id=row.public_id,
            name=row.name,
            created_at=row.created_at,
            is_closed=row.closed_at is not None,
            asked=n_asked,
            slots=n_slots,
            taken=n_taken,
        )
        for row, n_asked, n_slots, n_taken in rows
    )


def get_appeal(session: Session, public_id: str) -> AppealRead:
    """Return an appeal.

    Raises:
        NotFound: `appeal`.
    """
    row = session.scalar(select(Appeal).where(Appeal.public_id == public_id))
    if row is None:
        raise NotFound("appeal")
    slots = session.execute(
        select(Slot.starts_at, Invitee.contact, Contact.name, Interview.public_id)
        .outerjoin(Invitee, Invitee.id == Slot.invitee_id)
        .outerjoin(Contact, Contact.public_id == Invitee.contact)
        .outerjoin(Interview, Interview.id == Invitee.interview_id)
        .where(Slot.appeal_id == row.id)
        .order_by(Slot.starts_at)
        .limit(MOST)
    )
    states = session.execute(
        select(Invitee.state, func.count())
        .where(Invitee.appeal_id == row.id)
        .group_by(Invitee.state)
    )
    return AppealRead(
        id=row.id,
        public_id=row.public_id,
        journey_id=row.journey_id,
        name=row.name,
        subject_fr=row.subject_fr,
        subject_en=row.subject_en,
        way=row.way,
        place=row.place,
        minutes=row.minutes,
        is_closed=row.closed_at is not None,
        slots=tuple(
            SlotRead(starts_at=at, contact=contact, name=name, interview=interview)
            for at, contact, name, interview in slots
        ),
        states={row[0]: row[1] for row in states},
    )
