"""Load the demonstration company into an empty installation."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.accounts.service import add_person
from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.demo.company import JOURNEYS, PEOPLE, DemoPerson, draw_journeys
from feedback.demo.fortnight import ask_customers
from feedback.demo.history import write_history
from feedback.demo.improvements import note_improvements
from feedback.journey.queries import get_journey_id
from feedback.reports.service import subscribe


@dataclass(frozen=True, kw_only=True)
class DemoLogIn:
    """A person of the demonstration and the password made for them just now."""

    person: DemoPerson
    password: str


def load(
    session: Session,
    *,
    settings: Settings,
    now: datetime,
    hash_password: Callable[[str], str],
) -> tuple[DemoLogIn, ...]:
    """Add people, journeys, two years of feedback, surveys, improvements.

    Returns the log-ins.

    Customers were asked for the last two weeks, without a mail. The manager gets the
    report of both journeys each month. The analysis of the feedback is owed to the
    worker. Passwords are made here and stand nowhere else than in what is returned.

    Raises:
        Conflict: `not_empty`, when somebody has an account already.
    """
    if session.scalar(select(Account.id).limit(1)) is not None:
        raise Conflict("not_empty")
    log_ins = tuple(
        DemoLogIn(person=person, password=secrets.token_urlsafe(9)) for person in PEOPLE
    )
    numbers = [
        add_person(
            session,
            email=one.person.email,
            name=one.person.name,
            role=one.person.role,
            locale=settings.locale,
            now=now,
            password_hash=hash_password(one.password),
        )
        for one in log_ins
    ]
    draw_journeys(session, now=now)
    write_history(session, now=now, zone=settings.zone)
    ask_customers(session, settings=settings, now=now)
    (analyst,) = (
        number
        for one, number in zip(log_ins, numbers, strict=True)
        if one.person.role is Role.ANALYST
    )
    note_improvements(
        session,
        locale=settings.locale,
        author_id=analyst,
        now=now,
        zone=settings.zone,
    )
    for one, number in zip(log_ins, numbers, strict=True):
        if one.person.role is Role.MANAGER:
            _send_reports(session, number, settings=settings, now=now)
    return log_ins


def _send_reports(
    session: Session, account_id: int, *, settings: Settings, now: datetime
) -> None:
    for key in JOURNEYS:
        journey_id = get_journey_id(session, key)
        subscribe(session, journey_id, account_id, settings=settings, now=now)
