"""People and what they did, as an administrator reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.db.audit import list_acts


class Standing(StrEnum):
    """Whether a person can log in."""

    INVITED = "invited"
    """Has not chosen a password yet."""
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person with an account."""

    id: int
    public_id: str
    name: str
    email: str
    role: Role
    locale: str
    standing: Standing
    has_second_factor: bool
    #: recovery codes of the second factor that were not used yet
    recovery_codes: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line of the log of acts, with the name of who did it."""

    at: datetime
    #: None when it was done on the command line or the person is gone
    actor: str | None
    action: str
    subject: str
    details: Mapping[str, Any]


def list_people(session: Session, wanted: PageRequest) -> Page[Person]:
    """List everybody by name, closed accounts too."""
    rows = session.scalars(
        select(Account)
        .order_by(Account.name, Account.id)
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_as_read(row) for row in rows], wanted)


def get_person(session: Session, public_id: str) -> Person:
    """Return one person.

    Raises:
        NotFound: `account`.
    """
    return _found(session, Account.public_id == public_id)


def get_person_by_id(session: Session, account_id: int) -> Person:
    """Return the person with this number.

    Raises:
        NotFound: `account`.
    """
    return _found(session, Account.id == account_id)


def get_person_by_email(session: Session, email: str) -> Person:
    """Return the person who logs in with this address, in whatever case.

    Raises:
        NotFound: `account`.
    """
    return _found(session, Account.email == email.strip().lower())


def list_history(session: Session, wanted: PageRequest) -> Page[Act]:
    """List what people did, newest first, with their names."""
    page = list_acts(session, wanted)
    actors = {act.actor_id for act in page.items if act.actor_id is not None}
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(actors))
    )
    names = dict(rows.all())
    return Page(
        items=tuple(
            Act(
                at=act.at,
                actor=names.get(act.actor_id) if act.actor_id is not None else None,
                action=act.action,
                subject=act.subject,
                details=act.details,
            )
            for act in page.items
        ),
        number=page.number,
        has_next=page.has_next,
    )


def _found(session: Session, condition: Any) -> Person:
    account = session.scalar(select(Account).where(condition))
    if account is None:
        raise NotFound("account")
    return _as_read(account)


def _as_read(account: Account) -> Person:
    return Person(
        id=account.id,
        public_id=account.public_id,
        name=account.name,
        email=account.email,
        role=account.role,
        locale=account.locale,
        standing=_standing(account),
        has_second_factor=account.tf_primary_method is not None,
        recovery_codes=len(account.mf_recovery_codes or []),
        created_at=account.created_at,
    )


def _standing(account: Account) -> Standing:
    if not account.active:
        return Standing.CLOSED
    return Standing.ACTIVE if account.password else Standing.INVITED
