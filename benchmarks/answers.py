"""Answers a second of the product against a bare view, in turn, in one run.

An answer is the page fetched, its form sent, the thanks read; it is committed by then.
Both sides run under gunicorn with the settings of `feedback run`, on the same kind of
database. Prints the medians of the rounds, and the ratios round by round. The worker
is off on the one side as there is none on the other: what an answer owes waits.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.asking import SLUG, Scene, invite, set_scene
from benchmarks.kills import children
from benchmarks.load import Load, answer_apart
from benchmarks.serving import free_port, wait_until_up
from feedback.cli.run import web_command
from feedback.config import Settings
from feedback.db import migrate
from feedback.db.session import Database

BARE, OPEN, PERSONAL = "bare view", "open link", "personal link"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One side at one number of clients in one round."""

    per_second: float
    p50: float
    p95: float
    #: milliseconds of the server's processors for an answer
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Side:
    """A running server."""

    process: int
    port: int

    def cpu_seconds(self) -> float:
        """Return what its processes have used of the processors so far."""
        return sum(_cpu_seconds(one) for one in (self.process, *children(self.process)))


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def running(settings: Settings, app: str, path: str, **more: str) -> Iterator[Side]:
    """Start a server as `feedback run` does, and stop it at the end."""
    port = free_port()
    settings = replace(settings, bind=f"127.0.0.1:{port}")
    environment = {
        **os.environ,
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
        "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
        **more,
    }
    process = subprocess.Popen(web_command(settings, app=app), env=environment)
    try:
        wait_until_up(port, path)
        yield Side(process=process.pid, port=port)
    finally:
        process.terminate()
        process.wait(30)


def measure(
    side: Side, paths: list[str] | str, *, clients: int, seconds: float, seed: int
) -> Figures:
    """Answer for so long, and say what that took.

    Raises:
        RuntimeError: an answer was not what was asked for.
    """
    before = side.cpu_seconds()
    load: Load = answer_apart(
        side.port, paths, clients=clients, seconds=seconds, seed=seed
    )
    used = side.cpu_seconds() - before
    if load.faults:
        raise RuntimeError(f"{load.faults} answers went wrong")
    cuts = statistics.quantiles(load.times, n=20)
    return Figures(
        per_second=load.per_second,
        p50=1000 * cuts[9],
        p95=1000 * cuts[18],
        cpu=1000 * used / len(load.times),
    )


class People:
    """Hands out personal links that nobody has answered yet."""

    def __init__(self, database: Database, scene: Scene) -> None:
        self._database = database
        self._scene = scene

    def paths(self, count: int) -> list[str]:
        """Return the addresses of so many new people."""
        with self._database.transaction() as session:
            return [f"/a/{one}" for one in invite(session, self._scene, count)]


def rounds(
    sides: dict[str, Side], people: People, *, count: int, seconds: float
) -> dict[tuple[str, int], list[Figures]]:
    """Measure every side at 1 and at 8 clients in turn, so many times."""
    found: dict[tuple[str, int], list[Figures]] = {}
    for number in range(-1, count):  # the first one warms up
        for clients in (1, 8):
            for name, side in sides.items():
                paths: list[str] | str = "/bare" if name == BARE else f"/s/{SLUG}"
                if name == PERSONAL:
                    paths = people.paths(round(seconds * 1000))
                figures = measure(
                    side, paths, clients=clients, seconds=seconds, seed=number + 1
                )
                if number >= 0:
                    found.setdefault((name, clients), []).append(figures)
    return found


def show(found: dict[tuple[str, int], list[Figures]]) -> None:
    """Print the table."""
    print("| clients | what | answers/s | ratio | p50 | p95 | ratio of p95 | CPU |")
    print("|---|---|---|---|---|---|---|---|")
    for (name, clients), figures in sorted(found.items(), key=lambda one: one[0][1]):
        bare = found[BARE, clients]
        pairs = list(zip(figures, bare, strict=True))
        speed = statistics.median(
            one.per_second / other.per_second for one, other in pairs
        )
        late = statistics.median(one.p95 / other.p95 for one, other in pairs)
        middle = {
            what: statistics.median(getattr(one, what) for one in figures)
            for what in ("per_second", "p50", "p95", "cpu")
        }
        print(
            f"| {clients} | {name} | {middle['per_second']:.0f} | {speed:.2f} "
            f"| {middle['p50']:.1f} ms | {middle['p95']:.1f} ms | {late:.2f} "
            f"| {middle['cpu']:.2f} ms |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--threads", type=int, default=Settings.web_threads)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch) / "var", web_threads=asked.threads)
        settings.data_dir.mkdir()
        database = Database(settings.database)
        migrate.upgrade(database)
        people = People(database, set_scene(database))
        bare_url = f"sqlite:///{scratch}/bare.db"
        with (
            running(settings, "wsgi:app", f"/s/{SLUG}") as product,
            running(
                settings, "benchmarks.bare:app", "/bare", BARE_DATABASE=bare_url
            ) as bare,
        ):
            sides = {BARE: bare, OPEN: product, PERSONAL: product}
            show(rounds(sides, people, count=asked.rounds, seconds=asked.seconds))
        database.dispose()


if __name__ == "__main__":
    main()
