"""The weekly figure that a plan measures, read from the counts by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from feedback.improvements.plan import Plan
from feedback.improvements.terms import MeasureKind
from feedback.insights.models import (
    Grain,
    RatingCount,
    ThemeCount,
    VerbatimCount,
    not_picked,
)
from feedback.journey.models import Persona, Touchpoint
from feedback.measures.effects import Week
from feedback.measures.intervals import Moments, moments
from feedback.measures.scales import Scale, ScoreClass, score_class
from feedback.voice.taxonomy import Stance, read_themes

WEEK = timedelta(days=7)
#: weeks that are looked at, before the start and after it
MOST_BEFORE, MOST_AFTER = 156, 156


@dataclass(frozen=True, kw_only=True)
class Series:
    """The weeks of a plan, without gaps, and those of its comparison if it has one."""

    treated: tuple[Week, ...]
    comparison: tuple[Week, ...] | None


def monday_of(day: date) -> date:
    """Return the Monday of the week that holds a day."""
    return day - timedelta(days=day.weekday())


def read_series(
    session: Session, journey_id: int, plan: Plan, *, through: date
) -> Series:
    """Return the weekly figure of a plan, whole weeks that end by `through` only.

    It begins with the first whole week that has an answer. A week without any has no
    observation. All is read from the counts; no text is.
    """
    last = monday_of(through + timedelta(days=1)) - WEEK
    since = monday_of(plan.starts_on) - MOST_BEFORE * WEEK
    last = min(last, monday_of(plan.starts_on) + MOST_AFTER * WEEK)
    reader = _Reader(session, journey_id, plan, since=since, until=last + WEEK)
    treated = reader.weeks(plan.touchpoints)
    comparison = reader.weeks(plan.comparison) if plan.comparison else None
    return Series(treated=treated, comparison=comparison)


class _Reader:
    def __init__(
        self,
        session: Session,
        journey_id: int,
        plan: Plan,
        *,
        since: date,
        until: date,
    ) -> None:
        self._session, self._journey_id, self._plan = session, journey_id, plan
        self._since, self._until = since, until

    def weeks(self, keys: Iterable[str]) -> tuple[Week, ...]:
        days = self._days(tuple(keys))
        if not days:
            return ()
        by_week: dict[date, Moments] = defaultdict(lambda: _NOTHING)
        for day, found in days.items():
            by_week[monday_of(day)] = _plus(by_week[monday_of(day)], found)
        first = min(days)
        # a week that begins before the first answer may be half of one
        start = monday_of(first) if first.weekday() == 0 else monday_of(first) + WEEK
        weeks = []
        while start < self._until:
            weeks.append(Week(start=start, moments=by_week[start]))
            start += WEEK
        return tuple(weeks)

    def _days(self, keys: tuple[str, ...]) -> Mapping[date, Moments]:
        if self._plan.kind is MeasureKind.SCORE:
            return self._scores(keys)
        return self._shares(keys)

    def _scores(self, keys: tuple[str, ...]) -> Mapping[date, Moments]:
        scale = self._plan.scale
        assert scale is not None  # noqa: S101 - a plan of a score has one
        model = RatingCount
        rows = self._session.execute(
            select(model.start, model.value, func.sum(model.n))
            .where(*self._chosen(model, keys), model.scale == scale)
            .group_by(model.start, model.value)
        )
        counts: dict[date, dict[int, int]] = defaultdict(dict)
        for day, value, n in rows:
            counts[day][value] = n
        return {day: score_moments(scale, found) for day, found in counts.items()}

    def _shares(self, keys: tuple[str, ...]) -> Mapping[date, Moments]:
        themes = read_themes(self._session)
        wanted = themes.end(self._plan.theme_key or "")
        all_rows = self._session.execute(
            select(VerbatimCount.start, func.sum(VerbatimCount.n))
            .where(*self._chosen(VerbatimCount, keys))
            .group_by(VerbatimCount.start)
        )
        verbatims = {day: int(n) for day, n in all_rows}
        model = ThemeCount
        rows = self._session.execute(
            select(model.start, func.sum(model.n))
            .where(
                *self._chosen(model, keys),
                model.theme_key.in_(themes.sources(wanted)),
                model.stance == Stance.FRICTION,
            )
            .group_by(model.start)
        )
        hits = {day: int(n) for day, n in rows}
        return {
            day: share_moments(min(hits.get(day, 0), n), n)
            for day, n in verbatims.items()
        }

    def _chosen(
        self, model: type[Any], keys: tuple[str, ...]
    ) -> Sequence[ColumnElement[bool]]:
        """Return the conditions of the population, and of the days."""
        points = select(Touchpoint.id).where(
            Touchpoint.journey_id == self._journey_id, Touchpoint.key.in_(keys)
        )
        chosen: list[ColumnElement[bool]] = [
            model.journey_id == self._journey_id,
            not_picked(model),
            model.grain == Grain.DAY,
            model.start >= self._since,
            model.start < self._until,
            model.touchpoint_id.in_(points),
        ]
        if self._plan.persona is not None:
            personas = select(Persona.id).where(
                Persona.journey_id == self._journey_id,
                Persona.key == self._plan.persona,
            )
            chosen.append(model.persona_id.in_(personas))
        if self._plan.language is not None:
            chosen.append(model.language == self._plan.language)
        return chosen


_NOTHING = Moments(n=0, total=0.0, total_squares=0.0)
_POINTS = {ScoreClass.HIGH: 100, ScoreClass.MIDDLE: 0, ScoreClass.LOW: -100}


def score_moments(scale: Scale, counts: Mapping[int, int]) -> Moments:
    """Return the sums of answers in the unit of the headline figure of their scale.

    NPS: 100 for a promoter, -100 for a detractor, so that the mean is the score. CSAT
    and stars: 1 for the answers 4 and 5, so that it is their share. CES: the points.
    """
    if scale is Scale.CES:
        return moments(counts)
    worth: dict[int, int] = defaultdict(int)
    for value, n in counts.items():
        found = score_class(scale, value)
        if scale is Scale.NPS:
            worth[_POINTS[found]] += n
        else:
            worth[int(found is ScoreClass.HIGH)] += n
    return moments(worth)


def share_moments(hits: int, n: int) -> Moments:
    """Return the sums of `hits` ones among `n` zeros and ones."""
    return Moments(n=n, total=float(hits), total_squares=float(hits))


def _plus(one: Moments, other: Moments) -> Moments:
    return Moments(
        n=one.n + other.n,
        total=one.total + other.total,
        total_squares=one.total_squares + other.total_squares,
    )
