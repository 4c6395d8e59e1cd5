"""Lines a second of an import, analysis owed and analysis done; memory of the process.

One process does both, one after the other, on a made-up CSV file.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.kills import start_import, write_lines
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker


def main() -> None:
    """Import the lines, then analyse them, and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--database", default="", help="SQLAlchemy address")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch), database_url=asked.database)
        database = Database(settings.database)
        migrate.upgrade(database)
        with database.transaction() as session:
            draw_journeys(session, now=SystemClock().now())
        path = Path(scratch) / "lines.csv"
        write_lines(path, asked.lines)
        worker = Worker(
            database, settings=settings, clock=SystemClock(), handlers=HANDLERS
        )
        start_import(database, settings, path)
        before = time.perf_counter()
        worker.run_once()
        imported = time.perf_counter() - before
        before = time.perf_counter()
        worker.drain()
        analysed = time.perf_counter() - before
        database.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kind = asked.database.partition(":")[0] or "sqlite"
    print(f"| {kind}, {asked.lines:,} lines | lines/s | seconds |")
    print("|---|---|---|")
    print(f"| import | {asked.lines / imported:,.0f} | {imported:.1f} |")
    print(f"| analysis and counts | {asked.lines / analysed:,.0f} | {analysed:.1f} |")
    print(f"| peak memory, models loaded | | {peak:.0f} MiB |")


if __name__ == "__main__":
    main()
