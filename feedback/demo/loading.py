"""Load the demonstration company into an empty installation."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.service import add_person
from feedback.core.errors import Conflict
from feedback.demo.company import PEOPLE, DemoPerson, draw_journeys
from feedback.demo.history import write_history


@dataclass(frozen=True, kw_only=True)
class DemoLogIn:
    """A person of the demonstration and the password made for them just now."""

    person: DemoPerson
    password: str


def load(
    session: Session,
    *,
    now: datetime,
    zone: ZoneInfo,
    locale: str,
    hash_password: Callable[[str], str],
) -> tuple[DemoLogIn, ...]:
    """Add the people, the journeys and two years of feedback; return the log-ins.

    The analysis of the feedback is owed to the worker. Passwords are made here and
    stand nowhere else than in what is returned.

    Raises:
        Conflict: `not_empty`, when somebody has an account already.
    """
    if session.scalar(select(Account.id).limit(1)) is not None:
        raise Conflict("not_empty")
    log_ins = tuple(
        DemoLogIn(person=person, password=secrets.token_urlsafe(9)) for person in PEOPLE
    )
    for one in log_ins:
        add_person(
            session,
            email=one.person.email,
            name=one.person.name,
            role=one.person.role,
            locale=locale,
            now=now,
            password_hash=hash_password(one.password),
        )
    draw_journeys(session, now=now)
    write_history(session, now=now, zone=zone)
    return log_ins
