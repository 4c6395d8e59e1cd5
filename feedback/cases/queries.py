"""Read cases: the list, one with its history, who may own one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Permission, Role, allows
from feedback.cases.models import CaseEntry, CustomerCase
from feedback.cases.terms import (
    OPEN_STATES,
    CaseReason,
    CaseState,
    EntryKind,
    RootCause,
)
from feedback.collection.models import Contact, CustomerRequest
from feedback.collection.terms import RequestKind
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.journey.models import Journey, Touchpoint
from feedback.measures.scales import Scale
from feedback.voice.models import Rating, Verbatim

MOST_PEOPLE = 200
MOST_ENTRIES = 500
MOST_TEXTS = 20
MOST_BESIDE = 20


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases are wanted; None is all."""

    #: a CaseState, "open", or "all"
    state: str = "open"
    reason: CaseReason | None = None
    journey: str = ""
    #: public id of a person, "none" for nobody, "" for all
    owner: str = ""
    team: str = ""
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseOnList:
    """A case without what the customer said, and without who it is."""

    public_id: str
    journey: str
    journey_names: Mapping[str, str]
    touchpoint_names: Mapping[str, str]
    reason: CaseReason
    state: CaseState
    owner: str | None
    owner_name: str | None
    team: str
    opened_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    has_contact: bool

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been solved by now."""
        return self.state is not CaseState.RESOLVED and self.due_at < now


@dataclass(frozen=True, kw_only=True)
class Said:
    """One text of the occasion, masked."""

    public_id: str
    question: str | None
    text: str
    feeling: str


@dataclass(frozen=True, kw_only=True)
class EntryRead:
    """One line of the history."""

    at: datetime
    author: str | None
    kind: EntryKind
    words: str
    details: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CaseRead(CaseOnList):
    """A case with what was said, and all that happened since."""

    id: int
    contact: str | None
    language: str | None
    answered_at: datetime | None
    root_cause: RootCause | None
    action: str
    reopened: int
    revision: int
    ratings: tuple[tuple[Scale, int], ...]
    texts: tuple[Said, ...]
    entries: tuple[EntryRead, ...]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Who the customer is and how they are reached; for those who may see it."""

    contact: str | None
    name: str | None
    email: str | None
    phone: str | None
    locale: str | None
    #: as typed with the wish to be called back
    wish_name: str | None
    wish_reach: str | None

    @property
    def address(self) -> str | None:
        """The mail address to reply to, None when there is none."""
        if self.wish_reach and "@" in self.wish_reach:
            return self.wish_reach.strip()
        return self.email


@dataclass(frozen=True, kw_only=True)
class Handler:
    """Somebody who may own a case."""

    id: int
    public_id: str
    name: str
    email: str
    locale: str


def list_cases(
    session: Session, wanted: PageRequest, looked_for: CaseFilter, *, now: datetime
) -> Page[CaseOnList]:
    """List cases, those due first at the top; closed ones the newest first."""
    query = _filtered(_selected(), looked_for, now=now)
    if looked_for.state == CaseState.RESOLVED:
        query = query.order_by(CustomerCase.resolved_at.desc(), CustomerCase.id.desc())
    else:
        query = query.order_by(CustomerCase.due_at, CustomerCase.id)
    rows = session.execute(query.offset(wanted.offset).limit(wanted.size + 1))
    return page_of([CaseOnList(**_on_list(*row)) for row in rows], wanted)


def count_by_state(session: Session) -> Mapping[CaseState, int]:
    """Return how many cases stand where; every state named."""
    rows = session.execute(
        select(CustomerCase.state, func.count()).group_by(CustomerCase.state)
    )
    return {**dict.fromkeys(CaseState, 0), **{row[0]: row[1] for row in rows}}


def count_overdue(session: Session, *, now: datetime) -> int:
    """Return how many open cases are past their due date."""
    return (
        session.scalar(
            select(func.count())
            .select_from(CustomerCase)
            .where(CustomerCase.state.in_(OPEN_STATES), CustomerCase.due_at < now)
        )
        or 0
    )


def get_case(session: Session, public_id: str) -> CaseRead:
    """Return a case with what was said and its history.

    Raises:
        NotFound: `case`.
    """
    row = session.execute(
        _selected().where(CustomerCase.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("case")
    case: CustomerCase = row[0]
    ratings = session.execute(
        select(Rating.scale, Rating.value)
        .where(Rating.feedback_id == case.feedback_id)
        .order_by(Rating.id)
        .limit(MOST_TEXTS)
    )
    texts = session.scalars(
        select(Verbatim)
        .where(Verbatim.feedback_id == case.feedback_id, Verbatim.text.is_not(None))
        .order_by(Verbatim.id)
        .limit(MOST_TEXTS)
    )
    return CaseRead(
        **_on_list(*row),
        id=case.id,
        contact=case.contact,
        language=case.language,
        answered_at=case.answered_at,
        root_cause=case.root_cause,
        action=case.action,
        reopened=case.reopened,
        revision=case.revision,
        ratings=tuple((one.scale, one.value) for one in ratings),
        texts=tuple(
            Said(
                public_id=one.public_id,
                question=one.question,
                text=one.text or "",
                feeling=str(one.feeling),
            )
            for one in texts
        ),
        entries=_entries(session, case.id),
    )


def list_beside(session: Session, case: CaseRead) -> tuple[CaseOnList, ...]:
    """List the other cases of the same customer, the newest first."""
    if case.contact is None:
        return ()
    rows = session.execute(
        _selected()
        .where(CustomerCase.contact == case.contact, CustomerCase.id != case.id)
        .order_by(CustomerCase.id.desc())
        .limit(MOST_BESIDE)
    )
    return tuple(CaseOnList(**_on_list(*row)) for row in rows)


def find_case(session: Session, verbatim: str) -> str | None:
    """Return the public id of the case about a verbatim, None without one."""
    return session.scalar(
        select(CustomerCase.public_id)
        .join(Verbatim, Verbatim.feedback_id == CustomerCase.feedback_id)
        .where(Verbatim.public_id == verbatim)
    )


def get_reach(session: Session, case: CaseRead) -> Reach:
    """Return who the customer of a case is; only for those who may see contacts."""
    contact = None
    if case.contact is not None:
        contact = session.scalar(
            select(Contact).where(Contact.public_id == case.contact)
        )
    wish = session.scalar(
        select(CustomerRequest)
        .join(CustomerCase, CustomerCase.response_id == CustomerRequest.response_id)
        .where(CustomerCase.id == case.id, CustomerRequest.kind == RequestKind.CALLBACK)
        .order_by(CustomerRequest.id.desc())
        .limit(1)
    )
    return Reach(
        contact=contact.public_id if contact else None,
        name=contact.name if contact else None,
        email=contact.email if contact else None,
        phone=contact.phone if contact else None,
        locale=contact.locale if contact else None,
        wish_name=wish.name if wish else None,
        wish_reach=wish.reach if wish else None,
    )


def list_handlers(session: Session) -> tuple[Handler, ...]:
    """List those who may own a case, by name, 200 at most."""
    roles = [role for role in Role if allows(role, Permission.HANDLE_CASES)]
    rows = session.scalars(
        select(Account)
        .where(Account.active, Account.role.in_(roles))
        .order_by(Account.name, Account.id)
        .limit(MOST_PEOPLE)
    )
    return tuple(
        Handler(
            id=row.id,
            public_id=row.public_id,
            name=row.name,
            email=row.email,
            locale=row.locale,
        )
        for row in rows
    )


def list_teams(session: Session) -> tuple[str, ...]:
    """List the teams that stand on cases, by name, 200 at most."""
    rows = session.scalars(
        select(CustomerCase.team)
        .where(CustomerCase.team != "")
        .distinct()
        .order_by(CustomerCase.team)
        .limit(MOST_PEOPLE)
    )
    return tuple(rows)


def _entries(session: Session, case_id: int) -> tuple[EntryRead, ...]:
    rows = session.execute(
        select(CaseEntry, Account.name)
        .outerjoin(Account, Account.id == CaseEntry.author_id)
        .where(CaseEntry.case_id == case_id)
        .order_by(CaseEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    return tuple(
        EntryRead(
            at=row.created_at,
            author=author,
            kind=row.kind,
            words=row.words,
            details=row.details,
        )
        for row, author in rows
    )


def _selected() -> Select[*tuple[Any, ...]]:
    return (
        select(CustomerCase, Journey, Touchpoint.names, Account)
        .join(Journey, Journey.id == CustomerCase.journey_id)
        .join(Touchpoint, Touchpoint.id == CustomerCase.touchpoint_id)
        .outerjoin(Account, Account.id == CustomerCase.owner_id)
    )


def _filtered(
    query: Select[*tuple[Any, ...]], looked_for: CaseFilter, *, now: datetime
) -> Select[*tuple[Any, ...]]:
    if looked_for.state == "open":
        query = query.where(CustomerCase.state.in_(OPEN_STATES))
    elif looked_for.state != "all":
        query = query.where(CustomerCase.state == CaseState(looked_for.state))
    if looked_for.reason is not None:
        query = query.where(CustomerCase.reason == looked_for.reason)
    if looked_for.journey:
        query = query.where(Journey.key == looked_for.journey)
    if looked_for.owner == "none":
        query = query.where(CustomerCase.owner_id.is_(None))
    elif looked_for.owner:
        query = query.where(Account.public_id == looked_for.owner)
    if looked_for.team:
        query = query.where(CustomerCase.team == looked_for.team)
    if looked_for.overdue:
        late = CustomerCase.state.in_(OPEN_STATES) & (CustomerCase.due_at < now)
        closed_late = CustomerCase.in_time.is_(False)
        query = query.where(or_(late, closed_late))
    return query


def _on_list(
    case: CustomerCase,
    journey: Journey,
    touchpoint_names: Mapping[str, str],
    owner: Account | None,
) -> dict[str, Any]:
    return {
        "public_id": case.public_id,
        "journey": journey.key,
        "journey_names": journey.names,
        "touchpoint_names": touchpoint_names,
        "reason": case.reason,
        "state": case.state,
        "owner": owner.public_id if owner else None,
        "owner_name": owner.name if owner else None,
        "team": case.team,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "resolved_at": case.resolved_at,
        "has_contact": case.contact is not None,
    }
