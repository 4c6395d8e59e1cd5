"""What people do with an open case: own it, note, reach the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Permission, allows
from feedback.cases.history import add_entry, clean_words, hold_case, whole_minutes
from feedback.cases.hours import worked
from feedback.cases.models import CustomerCase
from feedback.cases.notices import notify
from feedback.cases.settings import read_settings
from feedback.cases.terms import OPEN_STATES, CaseState, EntryKind
from feedback.core.errors import Conflict, Invalid

LONGEST_TEAM = 120
#: a case may not be put off for longer than this
LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """What somebody says of a case, all of it at once."""

    #: public id of a person, "" for nobody
    owner: str
    team: str
    state: CaseState
    due_at: datetime


def change_case(
    session: Session,
    public_id: str,
    change: CaseChange,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> None:
    """Change who owns a case, where it stands and until when it is due.

    Raises:
        NotFound: `case`.
        Conflict: `changed_meanwhile`, when `revision` is no longer the newest;
            `case_resolved`, when it is closed.
        Invalid: `owner`: `account`; `team`: `too_long`; `due_at`: `too_far`;
            `state`: `close_by_form`, as closing asks for more.
    """
    case = hold_case(session, public_id, revision=revision)
    if case.state is CaseState.RESOLVED:
        raise Conflict("case_resolved")
    faults, owner = _faults(session, case, change, now=now)
    if faults:
        raise Invalid(faults)
    after: dict[str, Any] = {
        "owner_id": owner.id if owner else None,
        "team": " ".join(change.team.split()),
        "state": change.state,
        "due_at": change.due_at,
    }
    changed = _differences(session, case, after)
    if not changed:
        return
    if after["due_at"] != case.due_at and after["due_at"] > now:
        case.escalated_at = None
    for name, value in after.items():
        setattr(case, name, value)
    case.revision += 1
    _tell_owner(session, case, changed, author_id=author_id, now=now)
    add_entry(
        session,
        case,
        EntryKind.CHANGED,
        author_id=author_id,
        now=now,
        details=changed,
    )


def assign(
    session: Session,
    public_id: str,
    *,
    owner_id: int | None = None,
    team: str | None = None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Give an open case an owner or a team, whatever else changes meanwhile.

    Raises:
        NotFound: `case`.
        Conflict: `case_resolved`.
    """
    case = hold_case(session, public_id)
    if case.state is CaseState.RESOLVED:
        raise Conflict("case_resolved")
    after: dict[str, Any] = {}
    if owner_id is not None:
        after["owner_id"] = owner_id
    if team is not None:
        after["team"] = team[:LONGEST_TEAM]
    changed = _differences(session, case, after)
    if not changed:
        return
    for name, value in after.items():
        setattr(case, name, value)
    case.revision += 1
    _tell_owner(session, case, changed, author_id=author_id, now=now)
    kind = EntryKind.CHANGED
    add_entry(session, case, kind, author_id=author_id, now=now, details=changed)


def add_note(
    session: Session,
    public_id: str,
    words: str,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Add a note; it stands beside those of others and never in their place.

    Raises:
        NotFound: `case`.
        Invalid: `words`: `missing`, `too_long`.
    """
    clean = clean_words(words)
    case = hold_case(session, public_id)
    add_entry(session, case, EntryKind.NOTE, author_id=author_id, now=now, words=clean)


def note_answer(
    session: Session,
    public_id: str,
    kind: EntryKind,
    words: str,
    *,
    author_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note that the customer was written to or spoken with.

    The first time counts as the answer; a case that nobody had begun is begun.

    Raises:
        NotFound: `case`.
        Invalid: `words`: `missing`, `too_long`.
    """
    clean = clean_words(words)
    case = hold_case(session, public_id)
    if case.answered_at is None:
        calendar = read_settings(session, zone=zone).calendar
        case.answered_at = now
        case.answer_minutes = whole_minutes(worked(calendar, case.opened_at, now))
    if case.state is CaseState.TO_DO:
        case.state = CaseState.IN_PROGRESS
        case.revision += 1
    add_entry(
        session,
        case,
        kind,
        author_id=author_id,
        now=now,
        words=clean,
        details=details or {},
    )


def _faults(
    session: Session, case: CustomerCase, change: CaseChange, *, now: datetime
) -> tuple[dict[str, str], Account | None]:
    faults = {}
    owner = None
    if change.owner:
        owner = session.scalar(
            select(Account).where(Account.public_id == change.owner, Account.active)
        )
        is_kept = owner is not None and owner.id == case.owner_id
        if owner is None or not (
            is_kept or allows(owner.role, Permission.HANDLE_CASES)
        ):
            faults["owner"] = "account"
    if len(" ".join(change.team.split())) > LONGEST_TEAM:
        faults["team"] = "too_long"
    if change.state not in OPEN_STATES:
        faults["state"] = "close_by_form"
    if abs(change.due_at - now) > LONGEST_WAIT and change.due_at != case.due_at:
        faults["due_at"] = "too_far"
    return faults, owner


def _differences(
    session: Session, case: CustomerCase, after: Mapping[str, Any]
) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, value in after.items():
        before = getattr(case, name)
        if before == value:
            continue
        if name == "owner_id":
            changed["owner"] = [_name(session, before), _name(session, value)]
        else:
            changed[name] = [_plain(before), _plain(value)]
    return changed


def _name(session: Session, account_id: int | None) -> str:
    if account_id is None:
        return ""
    return session.scalars(select(Account.name).where(Account.id == account_id)).one()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _tell_owner(
    session: Session,
    case: CustomerCase,
    changed: Mapping[str, Any],
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Mail whom a case was given to, unless they took it themselves."""
    if "owner" in changed and case.owner_id not in {None, author_id}:
        owner = session.get_one(Account, case.owner_id)
        notify(session, case.public_id, owner, "assigned", now=now)
