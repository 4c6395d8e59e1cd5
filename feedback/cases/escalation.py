"""Cases that are late: told once, to who is named and to the owner."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.cases.models import CaseEntry, CaseSettings, CustomerCase
from feedback.cases.notices import notify
from feedback.cases.terms import OPEN_STATES, EntryKind
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.jobs.ledger import enqueue

ESCALATE = "cases.escalate"
AT_ONCE = 100


def owe_escalation(session: Session, *, now: datetime) -> None:
    """Owe the telling of cases that are late; part of the sweep of every worker."""
    late = session.scalar(
        select(CustomerCase.id)
        .where(
            CustomerCase.state.in_(OPEN_STATES),
            CustomerCase.due_at < now,
            CustomerCase.escalated_at.is_(None),
        )
        .limit(1)
    )
    if late is not None:
        enqueue(session, ESCALATE, {}, due_at=now, dedupe_key=ESCALATE)


def escalate(session: Session, *, now: datetime) -> int:
    """Tell of the cases that are late and were not told of; 100 at most.

    Each is told of once, unless its due date is moved. Returns how many.
    """
    cases = session.scalars(
        select(CustomerCase)
        .where(
            CustomerCase.state.in_(OPEN_STATES),
            CustomerCase.due_at < now,
            CustomerCase.escalated_at.is_(None),
        )
        .order_by(CustomerCase.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    named = session.scalar(select(CaseSettings.escalate_to).limit(1))
    for case in cases:
        case.escalated_at = now
        told = [one for one in dict.fromkeys((named, case.owner_id)) if one]
        people = session.scalars(
            select(Account).where(Account.id.in_(told), Account.active)
        ).all()
        for person in people:
            notify(session, case.public_id, person, "overdue", now=now)
        session.add(
            CaseEntry(
                case_id=case.id,
                kind=EntryKind.ESCALATED,
                details={"to": sorted(person.name for person in people)},
                created_at=now,
            )
        )
        tell(
            session,
            HappeningType.CASE_OVERDUE,
            f"case/{case.public_id}",
            {
                "case": case.public_id,
                "reason": case.reason.value,
                "due_at": case.due_at.isoformat(),
                "is_answered": case.answered_at is not None,
                "has_owner": case.owner_id is not None,
                "team": case.team,
            },
            now=now,
        )
    return len(cases)
