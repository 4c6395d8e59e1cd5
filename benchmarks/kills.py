"""SIGKILL of web and worker at random during an import; every line once, analysed once.

Starts the product on a scratch folder as `feedback run` does, imports a made-up file
of 20,000 lines, and kills the web server or the worker at random moments until the
import and its analysis are done; the product starts them again. Then the same file
is imported a second time. Prints the counts; ends with exit code 1 when a line is
missing, there twice, or not analysed exactly once.
"""

import argparse
import contextlib
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.serving import free_port, wait_until_up
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys, words
from feedback.jobs.queries import count_owed
from feedback.voice.imports import service
from feedback.voice.imports.queries import get_import
from feedback.voice.models import (
    AnnotationRecord,
    Feedback,
    FeedbackImport,
    Rating,
    Verbatim,
)

JOURNEY = "baguette"
WORK = ("voice.import", "voice.annotate", "insights.refresh")


def write_lines(path: Path, lines: int) -> None:
    """Write a made-up file; some lines are equal to the letter, and count each."""
    rng = random.Random(lines)  # noqa: S311 - no secret
    spoken = words("fr")[JOURNEY]["friction"]
    cores = [core for texts in spoken.values() for core in texts]
    with path.open("w", newline="", encoding="utf-8") as target:
        out = csv.writer(target)
        out.writerow(["date", "touchpoint", "nps", "comment"])
        for _ in range(lines):
            day = f"2026-{rng.randint(1, 9):02}-{rng.randint(1, 28):02}"
            place = rng.choice(["caisse", "comptoir", "vitrine"])
            out.writerow([day, place, rng.randint(0, 10), rng.choice(cores)])


class Product:
    """The product, web and worker, started again when it is no more."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "feedback", "run"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def keep_up(self) -> None:
        """Start it again if it has ended: it gives up when killed too often."""
        if self._process.poll() is not None:
            self._process = self._start()

    def parts(self) -> list[int]:
        """Return the numbers of its processes: the first one, web, worker."""
        return [self._process.pid, *children(self._process.pid)]

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        self._process.terminate()
        self._process.wait(60)


def children(process: int) -> list[int]:
    """Return the processes that a process has started."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in found.split()]


def start_import(database: Database, settings: Settings, path: Path) -> str:
    """Take the file in and start its import, as the page does."""
    now = SystemClock().now()
    with database.transaction() as session, path.open("rb") as source:
        public_id = service.prepare(
            session,
            JOURNEY,
            file_name=path.name,
            source=source,
            settings=settings,
            author_id=None,
            now=now,
        )
        service.start(session, public_id, settings=settings, author_id=None, now=now)
    return public_id


def is_idle(database: Database) -> bool:
    """Whether nothing of the import is owed any more."""
    with database.transaction(writes=False) as session:
        return count_owed(session, WORK) == 0


def kill_until_done(
    database: Database, product: Product, rng: random.Random, *, pause: float
) -> int:
    """Kill a part at random moments until the work is done; return how many kills.

    A worker needs some seconds to load its models: between two kills something must
    have been committed, else the work would never end.
    """
    kills, before = 0, progress(database)
    while not is_idle(database):
        while progress(database) == before and not is_idle(database):
            product.keep_up()
            time.sleep(0.05)
        time.sleep(rng.uniform(0, pause))
        before = progress(database)
        product.keep_up()
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(rng.choice(product.parts()), signal.SIGKILL)
            kills += 1
    return kills


def progress(database: Database) -> tuple[int, ...]:
    """Return how far import and analysis are, by what is committed."""
    with database.transaction(writes=False) as session:
        read = session.scalar(select(func.sum(FeedbackImport.lines_read)))
        analysed = session.scalar(select(func.count()).select_from(AnnotationRecord))
    return (read or 0, analysed or 0)


def count(database: Database) -> dict[str, int]:
    """Return what stands in the tables."""
    with database.transaction(writes=False) as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model))
            or 0
            for model in (Feedback, Rating, Verbatim, AnnotationRecord)
        }


def main() -> None:
    """Run the import under kills, twice, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--pause", type=float, default=2.0, help="longest, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="SQLAlchemy address")
    asked = parser.parse_args()
    rng = random.Random(asked.seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = Settings(data_dir=folder / "var", database_url=asked.database)
        settings.data_dir.mkdir()
        database = Database(settings.database)
        migrate.upgrade(database)
        with database.transaction() as session:
            draw_journeys(session, now=SystemClock().now())
        write_lines(folder / "lines.csv", asked.lines)
        port = free_port()
        environment = {
            **os.environ,
            "FEEDBACK_DATA_DIR": str(settings.data_dir),
            "FEEDBACK_DATABASE_URL": asked.database,
            "FEEDBACK_BIND": f"127.0.0.1:{port}",
        }
        product = Product(environment)
        wait_until_up(port)
        start_import(database, settings, folder / "lines.csv")
        kills = kill_until_done(database, product, rng, pause=asked.pause)
        second = start_import(database, settings, folder / "lines.csv")
        while not is_idle(database):
            product.keep_up()
            time.sleep(0.5)
        product.stop()
        found = count(database)
        with database.transaction(writes=False) as session:
            again = get_import(session, second)
        database.dispose()
    print(f"kills: {kills}; lines: {asked.lines}; {found}")
    print(f"again: imported {again.imported}, there already {again.repeated}")
    wanted = dict.fromkeys(found, asked.lines)
    if found != wanted or again.repeated != asked.lines or again.imported:
        raise SystemExit("lines are missing, there twice, or not analysed once")


if __name__ == "__main__":
    main()
