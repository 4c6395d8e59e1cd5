"""Add people, change their role, close their account; each act is logged."""

import secrets
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record

SHORTEST_PASSWORD = 12
LONGEST_NAME = 120


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    locale: str,
    now: datetime,
    password_hash: str | None = None,
    actor_id: int | None = None,
) -> int:
    """Add a person and return their number.

    Without a password hash the person cannot log in before choosing a password by
    a link.

    Raises:
        Invalid: `email: not_an_address`, `email: email_taken` or `name: missing`.
    """
    address = _address(email)
    taken = session.scalar(select(Account.id).where(Account.email == address))
    if taken is not None:
        raise Invalid({"email": "email_taken"})
    account = Account(
        email=address,
        name=_name(name),
        role=role,
        locale=locale,
        password=password_hash,
        active=True,
        fs_uniquifier=_new_uniquifier(),
        created_at=now,
    )
    session.add(account)
    session.flush()
    record(
        session,
        "person_added",
        account.email,
        actor_id=actor_id,
        now=now,
        details={"role": role},
    )
    return account.id


def change_locale(session: Session, account_id: int, locale: str) -> None:
    """Change the language that a person reads."""
    _get(session, account_id).locale = locale


def rename(session: Session, account_id: int, name: str) -> None:
    """Change the name of a person.

    Raises:
        Invalid: `name: missing`.
    """
    _get(session, account_id).name = _name(name)


def change_role(
    session: Session,
    account_id: int,
    role: Role,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Give a person another role; the same one again is no act.

    Raises:
        Conflict: `own_account` when people would change their own role,
            `last_administrator` when nobody would be left to manage people.
    """
    account = _get(session, account_id)
    if account.role == role:
        return
    _check_not_own(account, actor_id)
    if account.role == Role.ADMINISTRATOR:
        _check_not_last_administrator(session, account)
    before, account.role = account.role, role
    record(
        session,
        "role_changed",
        account.email,
        actor_id=actor_id,
        now=now,
        details={"before": before, "after": role},
    )


def close_account(
    session: Session, account_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Keep a person from logging in; their sessions end at once.

    Raises:
        Conflict: `own_account` or `last_administrator`, see change_role.
    """
    account = _get(session, account_id)
    if not account.active:
        return
    _check_not_own(account, actor_id)
    if account.role == Role.ADMINISTRATOR:
        _check_not_last_administrator(session, account)
    account.active = False
    account.fs_uniquifier = _new_uniquifier()
    record(session, "account_closed", account.email, actor_id=actor_id, now=now)


def reopen_account(
    session: Session, account_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Let a person log in again, with the password they had."""
    account = _get(session, account_id)
    if account.active:
        return
    account.active = True
    record(session, "account_reopened", account.email, actor_id=actor_id, now=now)


def set_password(
    session: Session, account_id: int, password_hash: str, *, now: datetime
) -> None:
    """Put a new password on an account; the person's sessions end at once.

    The second factor is taken off: this is the way back in for whoever lost it.
    """
    account = _get(session, account_id)
    account.password = password_hash
    account.fs_uniquifier = _new_uniquifier()
    account.tf_primary_method = account.tf_totp_secret = None
    account.mf_recovery_codes = account.totp_counter = None
    record(session, "password_set", account.email, actor_id=None, now=now)


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account")
    return account


def _check_not_own(account: Account, actor_id: int | None) -> None:
    if account.id == actor_id:
        raise Conflict("own_account")


def _check_not_last_administrator(session: Session, account: Account) -> None:
    # Locked: two administrators who take each other's role must not both succeed.
    administrators = session.scalars(
        select(Account)
        .where(Account.role == Role.ADMINISTRATOR, Account.active)
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if all(one.id == account.id for one in administrators):
        raise Conflict("last_administrator")


def _address(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid({"email": "not_an_address"}) from error
    return found.normalized.lower()


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise Invalid({"name": "missing"})
    return clean[:LONGEST_NAME]


def _new_uniquifier() -> str:
    return secrets.token_hex(32)
