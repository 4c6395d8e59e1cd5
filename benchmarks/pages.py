"""Pages on ten thousand and on a million verbatims: p50, p95, and how they grow.

Prints a table in Markdown. Each page is asked for over real HTTP from one web
process on this machine, one request after the other, first both sizes warmed up,
then in turn, so that a slow moment of the machine falls on both.
"""

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.seed import fill
from benchmarks.serving import Server, add_analyst, serve
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database

JOURNEY = "/journeys/baguette"


def pages(month: str, year: str) -> dict[str, str]:
    """Return what is measured: name to path."""
    return {
        "map, one month": f"{JOURNEY}/map?period={month}",
        "map, twelve months": f"{JOURNEY}/map?period={year}",
        "map, one persona": f"{JOURNEY}/map?period={month}&persona=nell",
        "explorer, one month": f"{JOURNEY}/verbatims?period={month}",
        "explorer, theme": f"{JOURNEY}/verbatims?period={year}&theme=queue_wait",
        "explorer, words": f"{JOURNEY}/verbatims?period={year}&q=croissant",
        "explorer, negative at the till": (
            f"{JOURNEY}/verbatims?period={month}&feeling=negative&touchpoint=caisse"
        ),
        "themes": f"{JOURNEY}/themes/?period={month}",
        "theme": f"{JOURNEY}/themes/queue_wait?period={year}",
    }


def prepare(folder: Path, count: int) -> None:
    """Fill a data folder unless it is filled already."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "filled"
    if done.exists():
        return
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    migrate.upgrade(database)
    fill(database, count, now=SystemClock().now())
    add_analyst(settings, database)
    database.dispose()
    done.touch()


def measure(servers: dict[int, Server], path: str, runs: int) -> dict[int, list[float]]:
    """Return the times of a page in milliseconds, by number of verbatims."""
    times: dict[int, list[float]] = {size: [] for size in servers}
    for server in servers.values():
        for _ in range(3):
            server.get(path)
    for _ in range(runs):
        for size, server in servers.items():
            times[size].append(server.milliseconds(path))
    return times


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def main() -> None:
    """Measure every page on both sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    asked = parser.parse_args()
    now = SystemClock().now()
    month = f"{now.year - (now.month == 1)}-{(now.month - 2) % 12 + 1:02}"
    year = f"{now.year - 1}-{now.month:02}-01..{now.year}-{now.month:02}-01"
    folders = {}
    for size in (asked.small, asked.large):
        folders[size] = (asked.folder / str(size)).resolve()
        print(f"preparing {size} verbatims", file=sys.stderr)
        prepare(folders[size], size)
    with serve(folders[asked.small]) as small, serve(folders[asked.large]) as large:
        servers = {asked.small: small, asked.large: large}
        sizes = [f"{size:,} p50 / p95" for size in servers]
        print(f"| page | {' | '.join(sizes)} | growth of p50 |")
        print("|---|---|---|---|")
        for name, path in pages(month, year).items():
            times = measure(servers, path, asked.runs)
            cells = [
                f"{statistics.median(one):.0f} / {_p95(one):.0f} ms"
                for one in times.values()
            ]
            medians = [statistics.median(one) for one in times.values()]
            growth = medians[1] / medians[0]
            print(f"| {name} | {' | '.join(cells)} | {growth:.2f} |", flush=True)


if __name__ == "__main__":
    main()
