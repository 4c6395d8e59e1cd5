"""One improvement as its page reads it, with what hangs on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.improvements.draft import Origin
from feedback.improvements.impact import is_quick_win, usual_impact
from feedback.improvements.models import (
    Improvement,
    ImprovementChange,
    ImprovementComment,
    ImprovementPlace,
    ImprovementTask,
)
from feedback.improvements.terms import MOST_TASKS, OPEN, SourceKind, State
from feedback.journey.models import Journey

#: impacts that the usual one is told from
_MOST_IMPACTS = 5000
MOST_COMMENTS = 200


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do."""

    public_id: str
    words: str
    is_done: bool
    assignee: str | None


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody said."""

    public_id: str
    at: datetime
    author: str | None
    words: str


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One change: who, when, what was done; details are field to [before, after]."""

    at: datetime
    author: str | None
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ImprovementRead:
    """One improvement with its tasks and comments."""

    id: int
    public_id: str
    journey_id: int
    journey_key: str
    title: str
    what: str
    theme_key: str | None
    touchpoint_ids: tuple[int, ...]
    owner_id: int | None
    owner: str | None
    team: str
    due_on: date | None
    effort: int
    reach: int | None
    expected_change: str
    state: State
    source_kind: SourceKind
    source_ref: str
    impact: float
    impact_basis: Mapping[str, Any]
    is_quick_win: bool
    author: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    revision: int
    tasks: tuple[Task, ...]
    comments: tuple[Comment, ...]


def get_improvement(session: Session, public_id: str) -> ImprovementRead:
    """Return one improvement.

    Raises:
        NotFound: `improvement`.
    """
    row = session.execute(
        select(Improvement, Journey.key)
        .join(Journey, Journey.id == Improvement.journey_id)
        .where(Improvement.public_id == public_id, Journey.archived_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("improvement")
    one, key = row
    names = names_of(session, [one.owner_id, one.author_id])
    usual = usual_impacts(session, [one.journey_id])
    return ImprovementRead(
        id=one.id,
        public_id=one.public_id,
        journey_id=one.journey_id,
        journey_key=key,
        title=one.title,
        what=one.what,
        theme_key=one.theme_key,
        touchpoint_ids=_places(session, one.id),
        owner_id=one.owner_id,
        owner=names.get(one.owner_id),
        team=one.team,
        due_on=one.due_on,
        effort=one.effort,
        reach=one.reach,
        expected_change=one.expected_change,
        state=one.state,
        source_kind=one.source_kind,
        source_ref=one.source_ref,
        impact=one.impact,
        impact_basis=one.impact_basis,
        is_quick_win=stands_out(one, usual),
        author=names.get(one.author_id),
        created_at=one.created_at,
        started_at=one.started_at,
        ended_at=one.ended_at,
        revision=one.revision,
        tasks=_tasks(session, one.id),
        comments=_comments(session, one.id),
    )


def list_history(
    session: Session, improvement_id: int, page: PageRequest
) -> Page[HistoryLine]:
    """List what was done to an improvement, newest first."""
    rows = session.execute(
        select(ImprovementChange, Account.name)
        .outerjoin(Account, Account.id == ImprovementChange.author_id)
        .where(ImprovementChange.improvement_id == improvement_id)
        .order_by(ImprovementChange.id.desc())
        .offset(page.offset)
        .limit(page.size + 1)
    )
    return page_of(
        [
            HistoryLine(
                at=row.created_at, author=name, action=row.action, details=row.details
            )
            for row, name in rows
        ],
        page,
    )


def stands_out(one: Improvement, usual: Mapping[int, float]) -> bool:
    """Tell whether an open improvement is a quick win beside the usual impacts."""
    return one.state in OPEN and is_quick_win(
        one.impact, one.effort, usual.get(one.journey_id, 0.0)
    )


def usual_impacts(session: Session, journey_ids: Iterable[int]) -> Mapping[int, float]:
    """Return the median impact of the open improvements of each journey."""
    rows = session.execute(
        select(Improvement.journey_id, Improvement.impact)
        .where(
            Improvement.journey_id.in_(list(journey_ids)), Improvement.state.in_(OPEN)
        )
        .limit(_MOST_IMPACTS)
    )
    impacts: dict[int, list[float]] = {}
    for journey_id, impact in rows:
        impacts.setdefault(journey_id, []).append(impact)
    return {key: usual_impact(found) for key, found in impacts.items()}


def names_of(session: Session, account_ids: Iterable[int | None]) -> dict[Any, str]:
    """Return the names of people by their numbers."""
    rows = session.execute(
        select(Account.id, Account.name).where(
            Account.id.in_({one for one in account_ids if one is not None})
        )
    )
    return {row[0]: row[1] for row in rows}


def _places(session: Session, improvement_id: int) -> tuple[int, ...]:
    return tuple(
        session.scalars(
            select(ImprovementPlace.touchpoint_id)
            .where(ImprovementPlace.improvement_id == improvement_id)
            .order_by(ImprovementPlace.touchpoint_id)
        )
    )


def _tasks(session: Session, improvement_id: int) -> tuple[Task, ...]:
    rows = session.execute(
        select(ImprovementTask, Account.name)
        .outerjoin(Account, Account.id == ImprovementTask.assignee_id)
        .where(ImprovementTask.improvement_id == improvement_id)
        .order_by(ImprovementTask.position, ImprovementTask.id)
        .limit(MOST_TASKS)
    )
    return tuple(
        Task(
            public_id=row.public_id,
            words=row.words,
            is_done=row.is_done,
            assignee=name,
        )
        for row, name in rows
    )


def _comments(session: Session, improvement_id: int) -> tuple[Comment, ...]:
    rows = session.execute(
        select(ImprovementComment, Account.name)
        .outerjoin(Account, Account.id == ImprovementComment.author_id)
        .where(ImprovementComment.improvement_id == improvement_id)
        .order_by(ImprovementComment.id.desc())
        .limit(MOST_COMMENTS)
    ).all()
    return tuple(
        Comment(
            public_id=row.public_id, at=row.created_at, author=name, words=row.words
        )
        for row, name in reversed(rows)
    )


def is_taken_up(session: Session, origin: Origin) -> bool:
    """Tell whether an improvement came of this already."""
    found = select(Improvement.id).where(
        Improvement.source_kind == origin.kind, Improvement.source_ref == origin.ref
    )
    return session.scalar(found.limit(1)) is not None
