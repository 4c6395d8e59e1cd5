"""Shares by touchpoint, theme and day, as far back as somebody may have to look."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.insights.models import Grain, ThemeCount, VerbatimCount, not_picked
from feedback.journey.queries import JourneyMap
from feedback.measures.control import ControlChart, Counts, control_chart
from feedback.measures.monitoring import USUAL_WEEKS, WEEK, Watch
from feedback.voice.taxonomy import Stance, read_themes

#: what is said of a day depends on so many weeks before it, those of last year included
WEEKS = 160
#: weeks of a chart before an alert began, and in all
_BEFORE, _SHOWN = 26, 60

#: a touchpoint by its number, and a theme by its key
Key = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Series:
    """Complaints of each theme at each touchpoint, and all verbatims there, by day.

    `first` is a Monday; the last day is `today`.
    """

    first: date
    today: date
    keys: tuple[Key, ...]
    hits: Counts
    bases: Counts

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.today - self.first).days + 1

    def place(self, day: date) -> int:
        """Return the place of a day, within those that there are."""
        return min(max((day - self.first).days, 0), self.days)

    def day(self, place: int) -> date:
        """Return the day of a place."""
        return self.first + timedelta(days=place)

    def watch(self, since: Mapping[Key, date]) -> Watch:
        """Watch all of them; `since` is from when another level holds."""
        places = [self.place(since[key]) if key in since else 0 for key in self.keys]
        return Watch(self.hits, self.bases, since=np.array(places, np.int64))

    def chart(self, key: Key, *, began_on: date) -> tuple[date, ControlChart | None]:
        """Lay the weeks around the beginning of an alert against those before.

        Returns the first day of the first week, a Monday, and the chart.
        """
        if key not in self.keys:
            return self.first, None
        row = self.keys.index(key)
        weeks = self.days // WEEK
        began = self.place(began_on) // WEEK
        first = max(0, began - _BEFORE, weeks - _SHOWN)
        usual = slice(max(0, began - USUAL_WEEKS), began)
        hits, bases = (
            counts[row, : weeks * WEEK].reshape(weeks, WEEK).sum(1)
            for counts in (self.hits, self.bases)
        )
        chart = control_chart(
            hits[first:],
            bases[first:],
            usual_hits=hits[usual],
            usual_bases=bases[usual],
        )
        return self.day(first * WEEK), chart


def read_series(
    session: Session,
    journey_map: JourneyMap,
    *,
    today: date,
    only: Collection[Key] | None = None,
) -> Series:
    """Read the counts of a journey by day; those of `only` when it is given.

    Of themes that are hidden, and of touchpoints that are archived, there are none.
    """
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    points = {point.id for point in journey_map.touchpoints}
    if only is not None:
        points &= {point for point, _ in only}
    bases = _bases(session, journey_map.id, first, today)
    hits = _hits(session, journey_map.id, first, today)
    wanted = sorted(
        key for key in hits if key[0] in points and (only is None or key in only)
    )
    shape = (len(wanted), (today - first).days + 1)
    empty = np.zeros(shape[1])
    return Series(
        first=first,
        today=today,
        keys=tuple(wanted),
        hits=np.array([hits[key] for key in wanted]).reshape(shape),
        bases=np.array([bases.get(key[0], empty) for key in wanted]).reshape(shape),
    )


def _bases(
    session: Session, journey_id: int, first: date, today: date
) -> dict[int, Counts]:
    model = VerbatimCount
    found: dict[int, Counts] = {}
    for point, day, n in session.execute(
        select(model.touchpoint_id, model.start, func.sum(model.n))
        .where(
            model.journey_id == journey_id,
            not_picked(model),
            model.grain == Grain.DAY,
            model.start >= first,
            model.start <= today,
        )
        .group_by(model.touchpoint_id, model.start)
    ):
        row = found.setdefault(point, np.zeros((today - first).days + 1))
        row[(day - first).days] = n
    return found


def _hits(
    session: Session, journey_id: int, first: date, today: date
) -> dict[Key, Counts]:
    model, themes = ThemeCount, read_themes(session)
    found: dict[Key, Counts] = {}
    for point, kept, day, n in session.execute(
        select(model.touchpoint_id, model.theme_key, model.start, func.sum(model.n))
        .where(
            model.journey_id == journey_id,
            not_picked(model),
            model.grain == Grain.DAY,
            model.start >= first,
            model.start <= today,
            model.stance == Stance.FRICTION,
        )
        .group_by(model.touchpoint_id, model.theme_key, model.start)
    ):
        theme = themes.current(kept)
        if theme is not None:
            row = found.setdefault((point, theme), np.zeros((today - first).days + 1))
            # a theme that took another in may be told of twice by one verbatim
            row[(day - first).days] += n
    return found
