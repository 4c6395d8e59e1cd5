"""How cases end: closed, opened again, emptied when their customer is forgotten."""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.cases.history import add_entry, clean_words, hold_case, whole_minutes
from feedback.cases.hours import worked
from feedback.cases.models import CaseEntry, CustomerCase
from feedback.cases.settings import read_settings
from feedback.cases.terms import CaseState, EntryKind, RootCause
from feedback.collection.customers import handle_request
from feedback.collection.models import CustomerRequest
from feedback.collection.terms import RequestKind
from feedback.core.errors import Conflict, Invalid
from feedback.happenings.service import tell
from feedback.happenings.types import Cause, HappeningType


def resolve(
    session: Session,
    public_id: str,
    *,
    root_cause: str,
    action: str,
    revision: int,
    author_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    cause: Cause | None = None,
) -> None:
    """Close a case, with where it came from and what was done about it.

    A wish to be called back that waits is done with it.

    Raises:
        NotFound: `case`.
        Conflict: `changed_meanwhile`, `case_resolved`.
        Invalid: `root_cause`: `missing`; `action`: `missing`, `too_long`.
    """
    faults = {}
    if root_cause not in set(RootCause):
        faults["root_cause"] = "missing"
    try:
        done = clean_words(action)
    except Invalid as error:
        faults["action"] = error.fields["words"]
        done = ""
    if faults:
        raise Invalid(faults)
    case = hold_case(session, public_id, revision=revision)
    if case.state is CaseState.RESOLVED:
        raise Conflict("case_resolved")
    calendar = read_settings(session, zone=zone).calendar
    case.state, case.resolved_at = CaseState.RESOLVED, now
    case.close_minutes = whole_minutes(worked(calendar, case.opened_at, now))
    case.in_time = now <= case.due_at
    case.root_cause, case.action = RootCause(root_cause), done
    case.revision += 1
    details = {"root_cause": root_cause}
    kind = EntryKind.RESOLVED
    add_entry(
        session, case, kind, author_id=author_id, now=now, words=done, details=details
    )
    _handle_wish(session, case.response_id, actor_id=author_id, now=now)
    tell(
        session,
        HappeningType.CASE_CLOSED,
        f"case/{public_id}",
        {
            "case": public_id,
            "reason": case.reason.value,
            "root_cause": root_cause,
            "in_time": case.in_time,
            "working_minutes": case.close_minutes,
            "reopened": case.reopened,
        },
        now=now,
        cause=cause,
    )


def reopen(
    session: Session,
    public_id: str,
    reason: str,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> None:
    """Open a closed case again, with the reason; its due date stays.

    Raises:
        NotFound: `case`.
        Conflict: `changed_meanwhile`, `case_open`.
        Invalid: `words`: `missing`, `too_long`.
    """
    clean = clean_words(reason)
    case = hold_case(session, public_id, revision=revision)
    if case.state is not CaseState.RESOLVED:
        raise Conflict("case_open")
    case.state, case.resolved_at = CaseState.IN_PROGRESS, None
    case.in_time = case.close_minutes = None
    case.reopened += 1
    case.revision += 1
    add_entry(
        session, case, EntryKind.REOPENED, author_id=author_id, now=now, words=clean
    )


def empty_cases(session: Session, contacts: list[str]) -> int:
    """Empty what was written in the cases of customers who are forgotten.

    The cases stay as counts: when, why, how long, root cause. Returns how many.
    """
    numbers = session.scalars(
        select(CustomerCase.id).where(CustomerCase.contact.in_(contacts))
    ).all()
    session.execute(
        update(CaseEntry).where(CaseEntry.case_id.in_(numbers)).values(words="")
    )
    session.execute(
        update(CustomerCase)
        .where(CustomerCase.id.in_(numbers))
        .values(contact=None, action="")
    )
    return len(numbers)


def _handle_wish(
    session: Session, response_id: int | None, *, actor_id: int | None, now: datetime
) -> None:
    if response_id is None:
        return
    waiting = session.scalars(
        select(CustomerRequest.public_id).where(
            CustomerRequest.response_id == response_id,
            CustomerRequest.kind == RequestKind.CALLBACK,
            CustomerRequest.handled_at.is_(None),
        )
    ).all()
    for one in waiting:
        with suppress(Conflict):
            handle_request(session, one, actor_id=actor_id, now=now)
