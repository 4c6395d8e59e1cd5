"""The sums from which every figure is made, read from the cubes.

Four queries a segment, whatever its size: whole months are read from the months,
the days at the edges of a period from the days.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from feedback.core.periods import Period, cover
from feedback.insights.models import (
    Grain,
    OccasionCount,
    RatingCount,
    ThemeCount,
    VerbatimCount,
)
from feedback.insights.segments import Segment
from feedback.measures.intervals import Moments
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.taxonomy import Stance

NO_EMOTION = Moments(n=0, total=0.0, total_squares=0.0)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was said somewhere in some time, counted.

    Attributes:
        occasions: how many times somebody told of a contact.
        ratings: answers per point, by scale.
        emotions: sums of the emotions of the occasions that have one.
        feelings: verbatims by feeling; only those that are analysed.
        themed: verbatims in which at least one theme was found.
        themes: verbatims by theme and stance, each counted once in each.
    """

    occasions: int = 0
    ratings: Mapping[Scale, Mapping[int, int]] = field(default_factory=dict)
    emotions: Moments = NO_EMOTION
    feelings: Mapping[Feeling, int] = field(default_factory=dict)
    themed: int = 0
    themes: Mapping[tuple[str, Stance], int] = field(default_factory=dict)

    @property
    def verbatims(self) -> int:
        """How many verbatims were analysed."""
        return sum(self.feelings.values())

    @property
    def rated(self) -> int:
        """How many of them have a feeling that could be told."""
        return self.verbatims - self.feelings.get(Feeling.UNRATED, 0)


NOTHING = Counts()


def gather(session: Session, segment: Segment) -> dict[int, Counts]:
    """Return the counts of a segment by touchpoint; those without any are left out."""
    found = _gather(session, segment, by_month=False)
    return {touchpoint_id: counts for (touchpoint_id, _), counts in found.items()}


def gather_months(session: Session, segment: Segment) -> dict[date, Counts]:
    """Return the counts of a segment by the first day of the month.

    The period must be made of whole months.
    """
    parts: dict[date, list[Counts]] = defaultdict(list)
    for (_, month), counts in _gather(session, segment, by_month=True).items():
        parts[month].append(counts)
    return {month: pool(counted) for month, counted in parts.items()}


def last_days(session: Session, segment: Segment) -> dict[int, date]:
    """Return the last day with an occasion by touchpoint, where there is one."""
    model = OccasionCount
    rows = session.execute(
        select(model.touchpoint_id, func.max(model.start))
        .where(
            *_chosen(model, segment),
            model.grain == Grain.DAY,
            model.start >= segment.period.since,
            model.start < segment.period.until,
        )
        .group_by(model.touchpoint_id)
    )
    return {row[0]: row[1] for row in rows}


def pool(parts: Iterable[Counts]) -> Counts:
    """Return several counts as one: every answer weighs the same, wherever given."""
    occasions = themed = 0
    ratings: dict[Scale, Counter[int]] = defaultdict(Counter)
    feelings: Counter[Feeling] = Counter()
    themes: Counter[tuple[str, Stance]] = Counter()
    emotions = NO_EMOTION
    for part in parts:
        occasions += part.occasions
        themed += part.themed
        emotions = _add(emotions, part.emotions)
        feelings.update(part.feelings)
        themes.update(part.themes)
        for scale, answers in part.ratings.items():
            ratings[scale].update(answers)
    return Counts(
        occasions=occasions,
        ratings=ratings,
        emotions=emotions,
        feelings=feelings,
        themed=themed,
        themes=themes,
    )


def _add(one: Moments, other: Moments) -> Moments:
    return Moments(
        n=one.n + other.n,
        total=one.total + other.total,
        total_squares=one.total_squares + other.total_squares,
    )


_Cell = tuple[int, date]


def _gather(
    session: Session, segment: Segment, *, by_month: bool
) -> dict[_Cell, Counts]:
    """Count by touchpoint, and by month when asked; else under the period's start."""
    read = _Reader(session, segment, by_month=by_month)
    found: dict[_Cell, dict[str, Any]] = defaultdict(dict)
    for cell, n, felt, total, squares in read.rows(
        OccasionCount, sums=("n", "felt", "total", "squares")
    ):
        found[cell]["occasions"] = n
        found[cell]["emotions"] = Moments(n=felt, total=total, total_squares=squares)
    for cell, scale, value, n in read.rows(RatingCount, own=("scale", "value")):
        ratings = found[cell].setdefault("ratings", defaultdict(dict))
        ratings[scale][value] = n
    for cell, feeling, n, themed in read.rows(
        VerbatimCount, own=("feeling",), sums=("n", "themed")
    ):
        found[cell].setdefault("feelings", {})[feeling] = n
        found[cell]["themed"] = found[cell].get("themed", 0) + themed
    for cell, theme, stance, n in read.rows(ThemeCount, own=("theme_key", "stance")):
        found[cell].setdefault("themes", {})[theme, stance] = n
    return {cell: Counts(**parts) for cell, parts in found.items()}


@dataclass(frozen=True)
class _Reader:
    session: Session
    segment: Segment
    by_month: bool

    def rows(
        self, model: type[Any], *, own: Sequence[str] = (), sums: Sequence[str] = ("n",)
    ) -> Iterable[tuple[Any, ...]]:
        """Yield (cell, own values ..., sums ...) for one cube."""
        apart = [getattr(model, name) for name in own]
        where = [model.touchpoint_id, *([model.start] if self.by_month else [])]
        found: Sequence[Any] = self.session.execute(
            select(*where, *apart, *(func.sum(getattr(model, name)) for name in sums))
            .where(*_chosen(model, self.segment), _within(model, self.segment.period))
            .group_by(*where, *apart)
        ).all()
        for row in found:
            start = row[1] if self.by_month else self.segment.period.since
            yield ((row[0], start), *row[len(where) :])


def _chosen(model: type[Any], segment: Segment) -> list[ColumnElement[bool]]:
    wanted = [model.journey_id == segment.journey_id]
    if segment.touchpoint_ids is not None:
        wanted.append(model.touchpoint_id.in_(segment.touchpoint_ids))
    wanted += [
        getattr(model, name) == value
        for name in ("channel", "persona_id", "language", "source")
        if (value := getattr(segment, name)) is not None
    ]
    return wanted


def _within(model: type[Any], period: Period) -> ColumnElement[bool]:
    parts = cover(period)
    runs = [(Grain.MONTH, run) for run in parts.months]
    runs += [(Grain.DAY, run) for run in parts.days]
    return or_(
        false(),
        *(
            and_(
                model.grain == grain, model.start >= run.since, model.start < run.until
            )
            for grain, run in runs
        ),
    )
