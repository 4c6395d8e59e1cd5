"""The sums from which every figure is made, read from the cubes.

Four queries a segment, whatever its size: whole months are read from the months,
the days at the edges of a period from the days.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from feedback.core.periods import Period, cover
from feedback.insights.models import (
    Grain,
    OccasionCount,
    RatingCount,
    ThemeCount,
    VerbatimCount,
    not_picked,
)
from feedback.insights.segments import Segment
from feedback.measures.intervals import Moments
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.models import Source
from feedback.voice.taxonomy import Stance, read_themes

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
    """Return the counts of a segment by touchpoint; those without any are left out.

    Interviews are counted apart: only for a segment that asks for them.
    """
    return _gather(session, segment, by="touchpoint_id")


def count_excerpts(session: Session, segment: Segment) -> dict[int, int]:
    """Return how many excerpts of interviews a segment has, by touchpoint.

    None of a segment that asks for another source.
    """
    if segment.source not in {None, Source.INTERVIEW}:
        return {}
    model = OccasionCount
    apart = replace(segment, source=Source.INTERVIEW)
    found: dict[int, int] = defaultdict(int)
    for bounds in _runs(model, segment.period):
        rows = session.execute(
            select(model.touchpoint_id, func.sum(model.n))
            .where(*_chosen(model, apart), *bounds)
            .group_by(model.touchpoint_id)
        )
        for point, n in rows:
            found[point] += n
    return dict(found)


def gather_months(session: Session, segment: Segment) -> dict[date, Counts]:
    """Return the counts of a segment by the first day of the month.

    The period must be made of whole months; those without any are left out.
    """
    return _gather(session, segment, by="start")


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


def _gather(session: Session, segment: Segment, *, by: str) -> dict[Any, Counts]:
    found: dict[Any, dict[str, Any]] = defaultdict(dict)

    def rows(
        model: type[Any], own: Sequence[str] = (), sums: Sequence[str] = ("n",)
    ) -> Sequence[Any]:
        wanted = [getattr(model, name) for name in (by, *own, *sums)]
        # Not one OR over the runs: for that SQLite reads the whole journey.
        parts = union_all(
            *(
                select(*wanted).where(*_chosen(model, segment), *bounds)
                for bounds in _runs(model, segment.period)
            )
        ).subquery()
        apart = [parts.c[name] for name in (by, *own)]
        return session.execute(
            select(*apart, *(func.sum(parts.c[name]) for name in sums)).group_by(*apart)
        ).all()

    sums = ("n", "felt", "total", "squares")
    for cell, n, felt, total, squares in rows(OccasionCount, sums=sums):
        found[cell]["occasions"] = n
        found[cell]["emotions"] = Moments(n=felt, total=total, total_squares=squares)
    for cell, scale, value, n in rows(RatingCount, ("scale", "value")):
        ratings = found[cell].setdefault("ratings", defaultdict(dict))
        ratings[scale][value] = n
    for cell, feeling, n, themed in rows(
        VerbatimCount, ("feeling",), sums=("n", "themed")
    ):
        found[cell].setdefault("feelings", {})[feeling] = n
        found[cell]["themed"] = found[cell].get("themed", 0) + themed
    known = read_themes(session)
    for cell, key, stance, n in rows(ThemeCount, ("theme_key", "stance")):
        theme = known.current(key)
        if theme is not None:
            themes = found[cell].setdefault("themes", Counter())
            themes[theme, stance] += n
    return {cell: Counts(**parts) for cell, parts in found.items()}


def _chosen(model: type[Any], segment: Segment) -> list[ColumnElement[bool]]:
    wanted = [model.journey_id == segment.journey_id]
    if segment.touchpoint_ids is not None:
        wanted.append(model.touchpoint_id.in_(segment.touchpoint_ids))
    wanted += [
        getattr(model, name) == value
        for name in ("channel", "persona_id", "language", "source")
        if (value := getattr(segment, name)) is not None
    ]
    if segment.source is None:
        wanted.append(not_picked(model))
    return wanted


def _runs(model: type[Any], period: Period) -> Iterator[list[ColumnElement[bool]]]:
    """Yield the bounds of each run of months or days that the period is made of."""
    parts = cover(period)
    runs = [(Grain.MONTH, run) for run in parts.months]
    runs += [(Grain.DAY, run) for run in parts.days]
    for grain, run in runs:
        yield [model.grain == grain, model.start >= run.since, model.start < run.until]
