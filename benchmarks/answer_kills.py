"""SIGKILL of web, worker and broker at random while events and answers come in.

Starts real processes on a scratch folder: the product as `feedback run` does, with
SQLite, or two web servers and three workers with PostgreSQL and a broker of their own.
A shop sends events by the API, which become invitations by mail to a mail server of
the measurement; customers answer by the links in the mails and by an open link.
Meanwhile processes are killed at random moments, and started again. Then everything
is let come to its end and counted. Ends with exit code 1 when anything that was
acknowledged is missing or there twice, or a person got a mail twice.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.asking import set_scene, switch_on
from benchmarks.brokers import OwnBroker, OwnRabbitMQ, OwnRedis
from benchmarks.crowd import EVENT_TYPE, Crowd
from benchmarks.kills import children
from benchmarks.mailbox import Mailbox
from benchmarks.serving import free_port, wait_until_up
from benchmarks.tally import end_hands, owed, progress, tally
from feedback.config import Settings
from feedback.db import migrate
from feedback.db.session import Database

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
BROKERS: dict[str, type[OwnBroker]] = {"redis": OwnRedis, "rabbitmq": OwnRabbitMQ}
EMBEDDED = "embedded"
#: words in the command of a process
KINDS = ("gunicorn", "worker")
LEASE_SECONDS = 15
#: the crowd may be so many kills ahead of the killing, so that there is always work
AHEAD = 2
#: a kill waits so long for the crowd to get on, and for something to be committed
LONGEST_STANDSTILL = 30.0
LONGEST_DRAIN = 600.0
#: at the end it goes on for as long as something is committed in so many seconds
LONGEST_AT_END = 120.0


@dataclass
class Part:
    """A process of the product, started again when it is no more."""

    kind: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def keep_up(self) -> None:
        """Start it again if it has ended."""
        if self.process is None or self.process.poll() is not None:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command, env=self.environment, stdout=log, stderr=log
                )

    def kill(self, rng: random.Random) -> str | None:
        """Kill one of its processes, the first or one below; say what it was for."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                number = rng.choice(_tree(self.process.pid))
                command = Path(f"/proc/{number}/cmdline").read_text()
                os.kill(number, signal.SIGKILL)
                return next((one for one in KINDS if one in command), "run")
        return None

    def stop(self) -> None:
        """Stop it as systemd does."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)


@dataclass
class BrokerPart:
    """The broker, started again when it is no more."""

    broker: OwnBroker
    kind: str = "broker"

    def keep_up(self) -> None:
        """Start it again if it has ended."""
        self.broker.keep_up()

    def kill(self, _rng: random.Random) -> str | None:
        """Kill it."""
        return self.kind if self.broker.kill() else None

    def stop(self) -> None:
        """End it; nothing of it is needed any more."""
        self.broker.kill()


def _tree(process: int) -> list[int]:
    below = [number for child in children(process) for number in _tree(child)]
    return [process, *below]


class Supervisor:
    """Keeps every part up, in a thread of its own."""

    def __init__(self, parts: list[Part | BrokerPart]) -> None:
        self.parts = parts
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            for part in self.parts:
                part.keep_up()

    def stop(self) -> None:
        """Stop every part; the broker last."""
        self._stop.set()
        self._thread.join()
        for part in self.parts:
            part.stop()


@contextlib.contextmanager
def own_database(engine: str) -> Iterator[str]:
    """Make a database for the run: a SQLite file, or one on the PostgreSQL server."""
    if engine == EMBEDDED:
        yield ""
        return
    name = f"feedback_kills_{os.getpid()}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield POSTGRES.rpartition("/")[0] + f"/{name}"
    finally:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def make_parts(
    engine: str, folder: Path, settings: Settings, ports: list[int], mail_port: int
) -> list[Part | BrokerPart]:
    """Return the processes of the product, not started yet."""
    environment = {
        **{
            name: value for name, value in os.environ.items() if "FEEDBACK_" not in name
        },
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
        "FEEDBACK_BASE_URL": f"http://127.0.0.1:{ports[0]}",
        "FEEDBACK_SMTP_HOST": "127.0.0.1",
        "FEEDBACK_SMTP_PORT": str(mail_port),
        "FEEDBACK_SMTP_STARTTLS": "0",
        "FEEDBACK_WORK_LEASE_SECONDS": str(LEASE_SECONDS),
    }

    def part(kind: str, words: str, number: int, **more: str) -> Part:
        return Part(
            kind=kind,
            command=[sys.executable, "-m", "feedback", words],
            environment={**environment, **more},
            log=folder / f"{kind}{number}.txt",
        )

    if engine == EMBEDDED:
        return [part("product", "run", 0, FEEDBACK_BIND=f"127.0.0.1:{ports[0]}")]
    broker = BROKERS[engine](folder / "broker")
    environment["FEEDBACK_BROKER_URL"] = broker.url
    web = [
        part("web", "web", number, FEEDBACK_BIND=f"127.0.0.1:{port}")
        for number, port in enumerate(ports)
    ]
    workers = [part("worker", "worker", number) for number in range(3)]
    return [*web, *workers, BrokerPart(broker)]


def kill_at_random(
    database: Database,
    supervisor: Supervisor,
    crowd: Crowd,
    rng: random.Random,
    *,
    kills: int,
    pause: float,
) -> Counter[str]:
    """Kill so often, while the crowd gets on in step; return how often each kind."""
    done: Counter[str] = Counter()
    kinds = sorted({part.kind for part in supervisor.parts})
    before = how_far(database)
    for number in range(kills):
        share = (number + 1) / kills
        crowd.share = share + AHEAD / kills
        time.sleep(rng.uniform(0, 2 * pause))
        wait_until(
            lambda: crowd.share_done >= share and how_far(database) != before,  # noqa: B023 - called here
            LONGEST_STANDSTILL,
        )
        before = how_far(database)
        kind = rng.choice(kinds)
        chosen = [part for part in supervisor.parts if part.kind == kind]
        while (killed := rng.choice(chosen).kill(rng)) is None:
            time.sleep(0.1)
        done[killed] += 1
        if (number + 1) % 10 == 0:
            note(f"{number + 1} kills, {before}")
    crowd.share = 1.0
    return done


def note(text: str) -> None:
    """Tell whoever waits."""
    print(text, file=sys.stderr, flush=True)


def how_far(database: Database) -> tuple[int, ...]:
    """Return how far the work is."""
    with database.transaction(writes=False) as session:
        return progress(session)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; return whether it is."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def drain(database: Database, crowd: Crowd) -> dict[str, int]:
    """Let everything come to its end; return what did not."""

    def left() -> dict[str, int]:
        with database.transaction(writes=False) as session:
            return owed(session)

    wait_until(crowd.is_done, LONGEST_DRAIN)
    crowd.stop()
    note(f"all acknowledged; left to do: {left()}")
    before: tuple[int, ...] = ()
    while left() and (reached := how_far(database)) != before:
        before = reached
        wait_until(lambda: not left(), LONGEST_AT_END)
    return left()


def run(asked: argparse.Namespace, folder: Path, database_url: str) -> bool:
    """Run everything and print the counts; return whether they are right."""
    settings = Settings(data_dir=folder / "var", database_url=database_url)
    settings.data_dir.mkdir()
    settings.secret()
    database = Database(settings.database)
    migrate.upgrade(database)
    key = switch_on(database, set_scene(database), event_type=EVENT_TYPE)
    ports = [free_port() for _ in range(1 if asked.engine == EMBEDDED else 2)]
    mailbox = Mailbox()
    rng = random.Random(asked.seed)  # noqa: S311 - no secret
    began = time.monotonic()
    with mailbox.open() as mail_port:
        supervisor = Supervisor(
            make_parts(asked.engine, folder, settings, ports, mail_port)
        )
        crowd = Crowd(
            ports,
            key,
            mailbox,
            events=asked.events,
            answers=asked.answers,
            seed=asked.seed,
        )
        try:
            for port in ports:
                wait_until_up(port)
            crowd.start()
            kills = kill_at_random(
                database,
                supervisor,
                crowd,
                rng,
                kills=asked.kills,
                pause=asked.pause,
            )
            left = drain(database, crowd)
        finally:
            supervisor.stop()
    end_hands(database)
    took = time.monotonic() - began
    return report(asked, database, crowd, mailbox, kills, left, took)


def report(
    asked: argparse.Namespace,
    database: Database,
    crowd: Crowd,
    mailbox: Mailbox,
    kills: Counter[str],
    left: dict[str, int],
    seconds: float,
) -> bool:
    """Print the counts; return whether they are right."""
    print(f"{asked.engine}: {kills.total()} kills {dict(kills)} in {seconds:.0f} s;")
    print(f"requests cut off and tried again: {crowd.tries_again}")
    is_right = not left and not crowd.problems
    for count in tally(database, crowd, mailbox):
        verdict = "" if count.is_right else f"   WRONG, not {count.wanted}"
        print(f"  {count.found:>7,}  {count.name}{verdict}")
        is_right = is_right and count.is_right
    for problem in crowd.problems:
        print(f"  problem: {problem}")
    if left:
        print(f"  not done: {left}")
    database.dispose()
    return is_right


def main() -> None:
    """Run under kills and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=[EMBEDDED, *BROKERS], default=EMBEDDED)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--pause", type=float, default=2.5, help="mean, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder to keep logs in")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        database_url = stack.enter_context(own_database(asked.engine))
        is_right = run(asked, folder, database_url)
    if not is_right:
        raise SystemExit("something is lost, there twice, or not done")


if __name__ == "__main__":
    main()
