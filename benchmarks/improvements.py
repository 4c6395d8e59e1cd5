"""The board with five hundred improvements: p50 and p95 over real HTTP.

Prints a table in Markdown. Each page is asked for from one web process on this machine,
one request after the other, in turn, so that a slow moment falls on all.
"""

import argparse
import statistics
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.serving import add_analyst, serve
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.periods import local_day
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import JOURNEYS, draw_journeys
from feedback.demo.history import write_history
from feedback.improvements.draft import ImprovementDraft
from feedback.improvements.service import create_improvement, put_into
from feedback.improvements.standing import lock_improvement
from feedback.improvements.tasks import add_task
from feedback.improvements.terms import State
from feedback.journey.queries import get_map
from feedback.voice.taxonomy import list_themes

#: what a person waits for without noticing
WANTED_MS = 200
PAGES = {
    "board": "/improvements/",
    "board of a journey": "/improvements/?journey=baguette",
    "board of a theme": "/improvements/?theme=queue_wait",
    "list": "/improvements/?view=list",
    "list, last page": "/improvements/?view=list&page=20",
}


def fill(session: Session, count: int, settings: Settings) -> None:
    """Note so many improvements, spread over journeys, themes and states."""
    now = SystemClock().now()
    today = local_day(now, settings.zone)
    themes = list_themes(session)
    maps = [get_map(session, key) for key in JOURNEYS]
    for number in range(count):
        journey = maps[number % len(maps)]
        points = journey.touchpoints
        made = create_improvement(
            session,
            journey.id,
            ImprovementDraft(
                title=f"Improvement number {number}, with a title of usual length",
                what="What will be done, in a sentence or two. " * 3,
                theme_key=themes[number % len(themes)].key,
                touchpoint_ids=(
                    points[number % len(points)].id,
                    points[(number + 1) % len(points)].id,
                ),
                due_on=today + timedelta(days=number % 90),
                effort=1 + number % 5,
            ),
            author_id=None,
            now=now,
            today=today,
        )
        row = lock_improvement(session, made.public_id)
        put_into(session, row, list(State)[number % 5], author_id=None, now=now)
        for task in range(number % 4):
            add_task(session, made.public_id, f"Task {task}", author_id=None, now=now)


def main() -> None:
    """Measure every page and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--runs", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings.database)
        migrate.upgrade(database)
        with database.transaction() as session:
            draw_journeys(session, now=SystemClock().now())
            write_history(
                session, now=SystemClock().now(), zone=settings.zone, months=2
            )
            fill(session, asked.count, settings)
        add_analyst(settings, database)
        database.dispose()
        with serve(Path(folder)) as server:
            times: dict[str, list[float]] = {name: [] for name in PAGES}
            for path in PAGES.values():
                server.get(path)
            for _ in range(asked.runs):
                for name, path in PAGES.items():
                    times[name].append(server.milliseconds(path))
    print(f"| page, {asked.count} improvements | p50 | p95 | wanted |")
    print("|---|---|---|---|")
    for name, found in times.items():
        p95 = statistics.quantiles(found, n=20)[18]
        print(
            f"| {name} | {statistics.median(found):.0f} ms | {p95:.0f} ms "
            f"| under {WANTED_MS} ms |"
        )


if __name__ == "__main__":
    main()
