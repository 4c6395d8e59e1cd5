"""Make the counts again from what was said.

A day is counted from the raw rows, its month as the sum of its days. Both are
replaced, never added to, so counting twice changes nothing and the order in which
days are counted does not matter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    distinct,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from feedback.core.periods import Period, month_of
from feedback.insights.models import (
    Grain,
    OccasionCount,
    RatingCount,
    ThemeCount,
    VerbatimCount,
)
from feedback.journey.models import Journey
from feedback.voice.mentions import counted_theme, that_stand
from feedback.voice.models import Feedback, Mention, Rating, StaleDay, Verbatim
from feedback.voice.taxonomy import Stance, Themes, polarities_of, read_themes

Days = Sequence[date]

#: what is counted apart in every cube
_SHARED = ("journey_id", "touchpoint_id", "channel", "persona_id", "language", "source")
_SHARED_COLUMNS = tuple(getattr(Feedback, name) for name in _SHARED)


@dataclass(frozen=True, kw_only=True)
class _Cube:
    """How one cube is made: what it counts apart, what it sums, and from where."""

    model: type[Any]
    own: tuple[str, ...]
    sums: tuple[str, ...]
    of_days: Callable[[int, Days, Themes], Select[Any]]


def refresh_days(session: Session, journey_id: int, days: Iterable[date]) -> None:
    """Count these days of a journey again, and the months that they lie in.

    In the caller's transaction, which must have flushed what it changed. A caller
    at the same moment waits until this transaction ends.
    """
    for month, part in _by_month(days).items():
        _wait_for_turn(session, journey_id)
        _recount(session, journey_id, month, part)


def stale_months(session: Session, journey_id: int) -> tuple[Period, ...]:
    """List the months in which days must be counted again, oldest first."""
    days = session.scalars(
        select(StaleDay.day)
        .where(StaleDay.journey_id == journey_id)
        .distinct()
        .order_by(StaleDay.day)
    )
    return tuple(_by_month(days))


def refresh_stale(session: Session, journey_id: int, month: Period) -> None:
    """Count the days of a month again that are marked, and unmark them.

    The marks are taken first: what is marked after that is seen by the next turn.
    """
    _wait_for_turn(session, journey_id)
    marked = session.scalars(
        delete(StaleDay)
        .where(
            StaleDay.journey_id == journey_id,
            StaleDay.day >= month.since,
            StaleDay.day < month.until,
        )
        .returning(StaleDay.day)
    )
    days = sorted(set(marked))
    if days:
        _recount(session, journey_id, month, days)


def _by_month(days: Iterable[date]) -> dict[Period, list[date]]:
    months: dict[Period, list[date]] = defaultdict(list)
    for day in sorted(set(days)):
        months[month_of(day)].append(day)
    return months


def _wait_for_turn(session: Session, journey_id: int) -> None:
    """Let one transaction at a time count a journey.

    Two that replace the same rows would each keep their own. SQLite has one writer
    anyway and knows no such lock.
    """
    session.execute(
        select(Journey.id)
        .where(Journey.id == journey_id)
        .with_for_update(key_share=True)
    )


def _recount(session: Session, journey_id: int, month: Period, days: Days) -> None:
    themes = read_themes(session)
    for cube in _CUBES:
        _replace(
            session,
            cube,
            [
                cube.model.journey_id == journey_id,
                cube.model.grain == Grain.DAY,
                cube.model.start.in_(days),
            ],
            cube.of_days(journey_id, days, themes),
        )
        _replace(
            session,
            cube,
            [
                cube.model.journey_id == journey_id,
                cube.model.grain == Grain.MONTH,
                cube.model.start == month.since,
            ],
            _of_month(cube, journey_id, month),
        )


def _replace(
    session: Session,
    cube: _Cube,
    rows: list[ColumnElement[bool]],
    counted: Select[Any],
) -> None:
    names = [*_SHARED, *cube.own, "grain", "start", "n", *cube.sums]
    session.execute(delete(cube.model).where(*rows))
    session.execute(insert(cube.model).from_select(names, counted))


def _of_month(cube: _Cube, journey_id: int, month: Period) -> Select[Any]:
    model = cube.model
    apart = [getattr(model, name) for name in (*_SHARED, *cube.own)]
    return (
        select(
            *apart,
            _grain(Grain.MONTH),
            literal(month.since, model.start.type),
            func.sum(model.n),
            *(func.sum(getattr(model, name)) for name in cube.sums),
        )
        .where(
            model.journey_id == journey_id,
            model.grain == Grain.DAY,
            model.start >= month.since,
            model.start < month.until,
        )
        .group_by(*apart)
    )


def _grain(grain: Grain) -> ColumnElement[Grain]:
    return literal(grain, RatingCount.grain.type)


def _on(journey_id: int, days: Days) -> list[ColumnElement[bool]]:
    return [Feedback.journey_id == journey_id, Feedback.day.in_(days)]


def _ratings(journey_id: int, days: Days, _themes: Themes) -> Select[Any]:
    apart = (*_SHARED_COLUMNS, Rating.scale, Rating.value)
    return (
        select(*apart, _grain(Grain.DAY), Feedback.day, func.count())
        .join(Rating, Rating.feedback_id == Feedback.id)
        .where(*_on(journey_id, days))
        .group_by(*apart, Feedback.day)
    )


def _occasions(journey_id: int, days: Days, _themes: Themes) -> Select[Any]:
    emotion = Feedback.emotion
    return (
        select(
            *_SHARED_COLUMNS,
            _grain(Grain.DAY),
            Feedback.day,
            func.count(),
            func.count(emotion),
            func.coalesce(func.sum(emotion), 0.0),
            func.coalesce(func.sum(emotion * emotion), 0.0),
        )
        .where(*_on(journey_id, days))
        .group_by(*_SHARED_COLUMNS, Feedback.day)
    )


def _verbatims(journey_id: int, days: Days, themes: Themes) -> Select[Any]:
    apart = (*_SHARED_COLUMNS, Verbatim.feeling, Feedback.score_class)
    has_theme = exists().where(Mention.verbatim_id == Verbatim.id, *that_stand(themes))
    return (
        select(
            *apart,
            _grain(Grain.DAY),
            Feedback.day,
            func.count(),
            func.sum(case((has_theme, 1), else_=0)),
        )
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .where(*_on(journey_id, days), Verbatim.feeling.is_not(None))
        .group_by(*apart, Feedback.day)
    )


def _spoken(journey_id: int, days: Days, themes: Themes) -> Select[Any]:
    stance = case(
        (Mention.polarity.in_(polarities_of(Stance.PRAISE)), Stance.PRAISE.value),
        else_=Stance.FRICTION.value,
    ).label("taken")
    # Hidden themes are counted as well, so that they can be shown again at once.
    apart = (*_SHARED_COLUMNS, counted_theme(themes))
    also = (Verbatim.feeling, Feedback.score_class)
    return (
        select(
            *apart,
            stance,
            *also,
            _grain(Grain.DAY),
            Feedback.day,
            func.count(distinct(Verbatim.id)),
        )
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .join(Mention, Mention.verbatim_id == Verbatim.id)
        .where(
            *_on(journey_id, days),
            Verbatim.feeling.is_not(None),
            Mention.rejected.is_(False),
        )
        .group_by(*apart, stance, *also, Feedback.day)
    )


_CUBES = (
    _Cube(model=RatingCount, own=("scale", "value"), sums=(), of_days=_ratings),
    _Cube(
        model=OccasionCount,
        own=(),
        sums=("felt", "total", "squares"),
        of_days=_occasions,
    ),
    _Cube(
        model=VerbatimCount,
        own=("feeling", "score_class"),
        sums=("themed",),
        of_days=_verbatims,
    ),
    _Cube(
        model=ThemeCount,
        own=("theme_key", "stance", "feeling", "score_class"),
        sums=(),
        of_days=_spoken,
    ),
)
