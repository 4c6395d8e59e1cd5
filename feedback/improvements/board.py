"""Improvements as the board and the list show them, the highest priority first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from feedback.core.pagination import Page, PageRequest, page_of
from feedback.improvements.models import (
    Improvement,
    ImprovementPlace,
    ImprovementTask,
    ImprovementVerdict,
)
from feedback.improvements.queries import names_of, stands_out, usual_impacts
from feedback.improvements.terms import State
from feedback.journey.models import Journey, Touchpoint

#: cards of a column that are shown at once
COLUMN_SIZE = 12


@dataclass(frozen=True, kw_only=True)
class BoardFilter:
    """Which improvements are wanted; None asks for all."""

    journey: str | None = None
    theme: str | None = None
    owner_id: int | None = None
    #: key of a touchpoint of the journey
    touchpoint: str | None = None
    state: State | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """An improvement on the board or in the list."""

    id: int
    public_id: str
    title: str
    journey_key: str
    journey_names: Mapping[str, str]
    theme_key: str | None
    state: State
    owner: str | None
    team: str
    due_on: date | None
    effort: int
    #: complaints a month; see impact.py
    impact: float
    is_quick_win: bool
    #: names of the first touchpoint, and how many there are
    place: Mapping[str, str]
    places: int
    tasks_done: int
    tasks: int
    revision: int
    #: kind of the newest verdict
    verdict: str | None
    change_course: bool


@dataclass(frozen=True, kw_only=True)
class Column:
    """One state of the board; `total` counts beyond the cards that are shown."""

    state: State
    cards: Page[Card]
    total: int


def list_improvements(
    session: Session, wanted: BoardFilter, page: PageRequest
) -> Page[Card]:
    """List improvements, the highest priority first."""
    rows = session.execute(
        _chosen(wanted)
        .order_by(Improvement.priority.desc(), Improvement.id)
        .offset(page.offset)
        .limit(page.size + 1)
    ).all()
    return page_of(_cards(session, rows), page)


def read_board(
    session: Session, wanted: BoardFilter, pages: Mapping[State, int]
) -> tuple[Column, ...]:
    """Return the columns of the board, each with one page of its cards.

    A fixed number of queries: one a column, and four for what stands on the cards.
    """
    chosen = {
        state: session.execute(
            _chosen(wanted)
            .where(Improvement.state == state)
            .order_by(Improvement.priority.desc(), Improvement.id)
            .offset((max(1, pages.get(state, 1)) - 1) * COLUMN_SIZE)
            .limit(COLUMN_SIZE + 1)
        ).all()
        for state in State
    }
    cards = {
        card.id: card
        for card in _cards(session, [row for rows in chosen.values() for row in rows])
    }
    totals = _totals(session, wanted)
    return tuple(
        Column(
            state=state,
            cards=page_of(
                [cards[row.Improvement.id] for row in rows],
                PageRequest(number=pages.get(state, 1), size=COLUMN_SIZE),
            ),
            total=totals.get(state, 0),
        )
        for state, rows in chosen.items()
    )


def newest_verdicts(
    session: Session, improvement_ids: Iterable[int]
) -> Mapping[int, tuple[str, bool]]:
    """Return the kind of the newest verdict of each, and whether to change course."""
    model = ImprovementVerdict
    newest = (
        select(func.max(model.id))
        .where(model.improvement_id.in_(list(improvement_ids)))
        .group_by(model.improvement_id)
    )
    rows = session.execute(
        select(model.improvement_id, model.kind, model.change_course).where(
            model.id.in_(newest)
        )
    )
    return {number: (kind, change) for number, kind, change in rows}


def _chosen(wanted: BoardFilter) -> Select[Improvement, str, dict[str, str]]:
    asked: list[ColumnElement[bool]] = [Journey.archived_at.is_(None)]
    if wanted.journey is not None:
        asked.append(Journey.key == wanted.journey)
    if wanted.theme is not None:
        asked.append(Improvement.theme_key == wanted.theme)
    if wanted.owner_id is not None:
        asked.append(Improvement.owner_id == wanted.owner_id)
    if wanted.state is not None:
        asked.append(Improvement.state == wanted.state)
    if wanted.touchpoint is not None:
        asked.append(
            Improvement.id.in_(
                select(ImprovementPlace.improvement_id)
                .join(Touchpoint, Touchpoint.id == ImprovementPlace.touchpoint_id)
                .where(Touchpoint.key == wanted.touchpoint)
            )
        )
    return (
        select(Improvement, Journey.key, Journey.names)
        .join(Journey, Journey.id == Improvement.journey_id)
        .where(*asked)
    )


def _totals(session: Session, wanted: BoardFilter) -> Mapping[State, int]:
    found = _chosen(wanted).subquery()
    rows = session.execute(
        select(found.c.state, func.count()).group_by(found.c.state)
    ).all()
    return {State(state): n for state, n in rows}


def _cards(session: Session, rows: Sequence[Any]) -> list[Card]:
    found = [row.Improvement for row in rows]
    ids = [one.id for one in found]
    names = names_of(session, [one.owner_id for one in found])
    places, tasks = _first_places(session, ids), _task_counts(session, ids)
    verdicts = newest_verdicts(session, ids)
    usual = usual_impacts(session, {one.journey_id for one in found})
    cards = []
    for row in rows:
        one = row.Improvement
        there = places.get(one.id, [])
        done, of = tasks.get(one.id, (0, 0))
        verdict = verdicts.get(one.id)
        cards.append(
            Card(
                id=one.id,
                public_id=one.public_id,
                title=one.title,
                journey_key=row.key,
                journey_names=row.names,
                theme_key=one.theme_key,
                state=one.state,
                owner=names.get(one.owner_id),
                team=one.team,
                due_on=one.due_on,
                effort=one.effort,
                impact=one.impact,
                is_quick_win=stands_out(one, usual),
                place=there[0] if there else {},
                places=len(there),
                tasks_done=done,
                tasks=of,
                revision=one.revision,
                verdict=verdict[0] if verdict else None,
                change_course=bool(verdict and verdict[1]),
            )
        )
    return cards


def _first_places(
    session: Session, ids: Sequence[int]
) -> Mapping[int, list[Mapping[str, str]]]:
    rows = session.execute(
        select(ImprovementPlace.improvement_id, Touchpoint.names)
        .join(Touchpoint, Touchpoint.id == ImprovementPlace.touchpoint_id)
        .where(ImprovementPlace.improvement_id.in_(ids))
        .order_by(Touchpoint.position, Touchpoint.id)
    )
    found: dict[int, list[Mapping[str, str]]] = {}
    for number, names in rows:
        found.setdefault(number, []).append(names)
    return found


def _task_counts(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    model = ImprovementTask
    rows = session.execute(
        select(
            model.improvement_id,
            func.count().filter(model.is_done),
            func.count(),
        )
        .where(model.improvement_id.in_(ids))
        .group_by(model.improvement_id)
    )
    return {number: (done, of) for number, done, of in rows}
