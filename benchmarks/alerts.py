"""Whether alerts find what was planted in the demonstration, and how long looks take.

The two years of the demonstration are replayed day by day, without any analysis of
texts: what each customer tells is known. One round has the demonstration's own seed,
the others differ in nothing but chance. A planted change is *visible* from the day on
which somebody who knows where, what and since when would see it: the exact binomial
chance of as many complaints since it began, at the share of the year before, is below
one in a thousand. `--folder` replays the counts of an analysed demonstration as well.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
from scipy.special import betainc

from feedback import schema
from feedback.config import Settings
from feedback.core.periods import add_months
from feedback.db.session import Database
from feedback.demo.company import JOURNEYS, draw_journeys
from feedback.demo.history import MONTHS, SEED, Stance, Storyteller
from feedback.demo.rates import PLANTED, Planted
from feedback.insights.alerts.series import read_series
from feedback.insights.segments import find_span
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.control import Counts
from feedback.measures.monitoring import WEEK, Signal, Watch, Way

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")
ROUNDS = 12
#: what is planted and can be seen: the other two stories change no rate
CHANGES = {"improvement_that_works": Way.DOWN, "friction_that_grows": Way.UP}
#: changes as the same story brings them elsewhere, so that an alert there is right
ALSO = {("baguette", "carte-de-fidelite", "queue_wait")}
VISIBLE_BELOW = 0.001
Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Complaints and verbatims by journey, touchpoint, theme and day from a Monday."""

    first: date
    days: int
    hits: Mapping[Key, Counts]
    bases: Mapping[tuple[str, str], Counts]

    def journey(self, key: str) -> tuple[list[Key], Counts, Counts]:
        """Return the series of one journey."""
        keys = sorted(one for one in self.hits if one[0] == key)
        return (
            keys,
            np.array([self.hits[one] for one in keys]),
            np.array([self.bases[one[:2]] for one in keys]),
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """An alert of a replay; `day` is the last one that was known."""

    key: Key
    day: date
    way: Way
    began: date
    signal: Signal


def tell(journeys: Iterable[JourneyMap], *, now: datetime, seed: int) -> Told:
    """Count what the customers of the demonstration tell, by day."""
    first = add_months(now.date(), -MONTHS)
    first += timedelta(days=-first.weekday() % WEEK)
    days = (now.date() - first).days + 1
    hits: dict[Key, Counts] = {}
    bases: dict[tuple[str, str], Counts] = {}
    for journey in journeys:
        points = {point.id: point.key for point in journey.touchpoints}
        stories = Storyteller(journey, zone=ZONE, seed=seed).stories(until=now)
        for one, told in stories:
            day = (one.said_at.astimezone(ZONE).date() - first).days
            if not one.texts or not 0 <= day < days:
                continue
            place = (journey.key, points[one.touchpoint_id])
            bases.setdefault(place, np.zeros(days))[day] += 1
            if told.stance is Stance.FRICTION and told.theme:
                hits.setdefault((*place, told.theme), np.zeros(days))[day] += 1
    return Told(first=first, days=days, hits=hits, bases=bases)


def replay(told: Told) -> Iterator[Found]:
    """Look at every day, as the daily job does; yield each alert when it is raised.

    An alert stays open until its share is back, or for half a year.
    """
    for journey in JOURNEYS:
        keys, hits, bases = told.journey(journey)
        since = np.zeros(len(keys), np.int64)
        after = np.zeros(len(keys), np.int64)
        opened: dict[int, tuple[int, Signal]] = {}
        watch = Watch(hits, bases, since=since)
        for day in range(1, told.days + 1):
            for series, (seen, signal) in list(opened.items()):
                if watch.is_back(signal, day):
                    del opened[series]
                    after[series] = day
                elif day - seen > 26 * WEEK:
                    del opened[series]
                    since[series], after[series] = signal.began, day
            for signal in watch.look(day, after=after):
                if signal.series not in opened:
                    opened[signal.series] = (day, signal)
                    yield Found(
                        key=keys[signal.series],
                        day=told.first + timedelta(days=day - 1),
                        way=signal.way,
                        began=told.first + timedelta(days=signal.began),
                        signal=signal,
                    )


def visible_from(told: Told, planted: Planted, *, since: date, way: Way) -> date | None:
    """Return the day from which a change could be seen, None when it never could."""
    key = (planted.journey, planted.touchpoint, planted.theme)
    hits, bases = told.hits[key], told.bases[key[:2]]
    start = (since - told.first).days
    year = slice(max(0, start - 364), start)
    share = hits[year].sum() / bases[year].sum()
    for day in range(start, told.days):
        x, n = hits[start : day + 1].sum(), bases[start : day + 1].sum()
        if way is Way.UP:
            chance = betainc(x, n - x + 1, share) if x else 1.0
        else:
            chance = betainc(n - x, x + 1, 1 - share) if x < n else 1.0
        if chance < VISIBLE_BELOW:
            return told.first + timedelta(days=day)
    return None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one planted change: three days, as far as they came."""

    story: str
    began: date
    visible: date | None
    found: date | None

    @property
    def days_after_visible(self) -> int | None:
        """Days from when it could be seen to the alert."""
        if self.found is None or self.visible is None:
            return None
        return (self.found - self.visible).days


def judge(told: Told, *, now: datetime) -> tuple[list[Verdict], list[Found]]:
    """Replay, and tell planted changes from false alerts."""
    found = list(replay(told))
    verdicts, right = [], set()
    for planted in PLANTED:
        way = CHANGES.get(planted.story)
        if way is None:
            continue
        key = (planted.journey, planted.touchpoint, planted.theme)
        since = add_months(now.date(), planted.month - MONTHS)
        mine = [one for one in found if one.key == key and one.way is way]
        first = next((one for one in mine if one.day >= since), None)
        right |= {id(one) for one in mine if one.day >= since}
        verdicts.append(
            Verdict(
                story=planted.story,
                began=since,
                visible=visible_from(told, planted, since=since, way=way),
                found=first.day if first else None,
            )
        )
    right |= {id(one) for one in found if one.key in ALSO and one.way is Way.UP}
    return verdicts, [one for one in found if id(one) not in right]


def draw(folder: Path) -> list[JourneyMap]:
    """Draw the journeys of the demonstration in a scratch database."""
    database = Database(Settings(data_dir=folder).database)
    schema.metadata.create_all(database.engine)
    with database.transaction() as session:
        draw_journeys(session, now=NOW)
        journeys = [get_map(session, key) for key in JOURNEYS]
    database.dispose()
    return journeys


def read_analysed(folder: Path) -> tuple[Told, datetime]:
    """Read the counts of an analysed demonstration."""
    database = Database(Settings(data_dir=folder).database)
    hits: dict[Key, Counts] = {}
    bases: dict[tuple[str, str], Counts] = {}
    with database.transaction(writes=False) as session:
        journeys = [get_map(session, key) for key in JOURNEYS]
        spans = [find_span(session, one.id) for one in journeys]
        last = max(one.until for one in spans if one) - timedelta(days=1)
        first = add_months(last, -MONTHS)
        first += timedelta(days=-first.weekday() % WEEK)
        for journey in journeys:
            points = {point.id: point.key for point in journey.touchpoints}
            series = read_series(session, journey, today=last)
            cut = (first - series.first).days
            for row, (point, theme) in enumerate(series.keys):
                place = (journey.key, points[point])
                hits[(*place, theme)] = series.hits[row, cut:]
                bases[place] = series.bases[row, cut:]
    database.dispose()
    told = Told(first=first, days=(last - first).days + 1, hits=hits, bases=bases)
    return told, datetime.combine(last, datetime.min.time(), UTC)


def print_round(name: str, told: Told, *, now: datetime) -> int:
    """Print one replay in full; return how many alerts were false."""
    verdicts, false = judge(told, now=now)
    for one in verdicts:
        print(
            f"| {name} | {one.story} | {one.began} | {one.visible or 'never'} | "
            f"{one.found or 'not'} | "
            f"{'–' if one.days_after_visible is None else one.days_after_visible} |"
        )
    for wrong in false:
        words = ", ".join(wrong.key)
        print(f"| {name} | false: {words}, {wrong.way} | | | {wrong.day} | |")
    return len(false)


def time_looks() -> None:
    """Print how long two years of looks take: 50 touchpoints, 25 themes each."""
    rng = np.random.default_rng(1)
    points, themes, days = 50, 25, 2 * 364
    bases = np.repeat(
        rng.poisson(rng.uniform(1, 8, points)[:, None], (points, days)), themes, 0
    )
    hits = rng.binomial(bases, rng.uniform(0.01, 0.2, points * themes)[:, None])
    print("\n| looks | series | wall clock | processor | memory |")
    print("|---|---|---|---|---|")
    for name, step in (("every week", WEEK), ("every day", 1)):
        wall, processor = time.perf_counter(), time.process_time()
        watch = Watch(hits.astype(np.float64), bases.astype(np.float64))
        looks = [watch.look(day) for day in range(step, days + 1, step)]
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"| {len(looks)}, {name} | {len(hits):,} | {wall:.1f} s | "
            f"{processor:.1f} s | {memory} MB |"
        )


def main() -> None:
    """Replay, count and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="data of an analysed demonstration")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    print("| data | what | planted | visible | alert | days after visible |")
    print("|---|---|---|---|---|---|")
    if asked.folder is not None:
        analysed, now = read_analysed(asked.folder)
        print_round("analysed", analysed, now=now)
    with tempfile.TemporaryDirectory() as scratch:
        journeys = draw(Path(scratch))
    print_round("demonstration", tell(journeys, now=NOW, seed=SEED), now=NOW)
    late: dict[str, list[int]] = {}
    found, wrong, visible = 0, [], 0
    for seed in range(asked.rounds):
        verdicts, false = judge(tell(journeys, now=NOW, seed=seed), now=NOW)
        wrong.append(len(false))
        for one in verdicts:
            visible += one.visible is not None
            found += one.found is not None
            if one.days_after_visible is not None:
                late.setdefault(one.story, []).append(one.days_after_visible)
    print(f"\nOther seeds, {asked.rounds}: false alerts in two years {sorted(wrong)};")
    print(f"planted changes found {found} of {2 * asked.rounds}, visible {visible}.")
    for story, days in late.items():
        soon = sum(one <= 14 for one in days)
        print(
            f"{story}: days after visible {sorted(days)}, median {median(days)}, "
            f"within two weeks {soon} of {len(days)}"
        )
    time_looks()


if __name__ == "__main__":
    main()
