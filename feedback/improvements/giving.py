"""Tell people by mail what they were given to do."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.notices import queue_mail
from feedback.improvements.models import Improvement

#: template of the mail
GIVEN = "improvement_given"


def tell_of_gift(
    session: Session,
    row: Improvement,
    account_id: int,
    *,
    task: str,
    author_id: int | None,
    now: datetime,
) -> None:
    """Owe a mail to who was given an improvement, or one task of it."""
    person = session.get_one(Account, account_id)
    giver = session.get(Account, author_id) if author_id is not None else None
    queue_mail(
        session,
        GIVEN,
        to=person.email,
        locale=person.locale,
        now=now,
        context={
            "name": person.name,
            "giver": giver.name if giver else "",
            "title": row.title,
            "task": task,
            "path": f"/improvements/{row.public_id}",
        },
    )
