"""Add people, change their role, close their account."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.core.errors import NotFound


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    locale: str,
    now: datetime,
    password_hash: str | None = None,
) -> int:
    """Add a person and return their number.

    Without a password hash the person cannot log in before choosing a password by
    a link.
    """
    account = Account(
        email=email.strip().lower(),
        name=name.strip(),
        role=role,
        locale=locale,
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account.id


def change_locale(session: Session, account_id: int, locale: str) -> None:
    """Change the language that a person reads."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account")
    account.locale = locale
