"""Mails to people of the house that a case wants them."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.notices import queue_mail


def notify(
    session: Session, case: str, person: Account, why: str, *, now: datetime
) -> None:
    """Owe a mail that a case wants somebody: `overdue` or `assigned`.

    The mail says no more than that there is a case: what the customer said and who it
    is stand in the page, for those who may see it.
    """
    queue_mail(
        session,
        "case_notice",
        to=person.email,
        locale=person.locale,
        now=now,
        context={"name": person.name, "case": case, "why": why},
    )
