"""`feedback run`: real processes on a free port, with a data folder of their own."""

import os
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from feedback.accounts.notices import queue_mail
from feedback.config import ROOT, Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database

#: seconds; generous, for a machine that does other things
START, STOP = 90, 90
PAUSE = 0.05

#: processes are found in /proc
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="needs Linux"
)


class Installation:
    """Feedback in a folder of its own, started and stopped as a person would."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "var")
        self.log = folder / "log.txt"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it, and return when its pages answer."""
        self.launch(*options)
        self.wait_for(self.answers, START)

    def launch(self, *options: str) -> None:
        """Start it, and return at once."""
        inherited = {k: v for k, v in os.environ.items() if "FEEDBACK_" not in k}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "feedback", "run", *options],
                cwd=ROOT,
                env={
                    **inherited,
                    "FEEDBACK_DATA_DIR": str(self.settings.data_dir),
                    "FEEDBACK_BIND": f"127.0.0.1:{self.port}",
                    "FEEDBACK_BASE_URL": f"http://127.0.0.1:{self.port}",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, number: signal.Signals) -> int:
        """Ask it to stop and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(STOP)

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so; fail when it stops or takes too long."""
        assert self.process is not None
        deadline = monotonic() + seconds
        while not condition():
            assert monotonic() < deadline, self.said
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PAUSE)
                pytest.fail(self.said)

    def page(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def processes(self) -> dict[int, str]:
        """Return number and command of all its processes that are alive."""
        mark = f"FEEDBACK_DATA_DIR={self.settings.data_dir}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            # another's process, or one that ended meanwhile
            with suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().split(b"\0")
                    found[int(folder.name)] = b" ".join(command).decode()
        return found

    def part(self, name: str) -> int:
        """Return the number of the first process whose command holds a name."""
        return min(n for n, command in self.processes().items() if name in command)

    def kill(self) -> None:
        """End whatever a failed test left behind."""
        for number in self.processes():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(STOP)

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text("utf-8")

    def answers(self) -> bool:
        """Tell whether somebody listens on its port."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = Installation(tmp_path)
    yield one
    one.kill()


def owe_a_mail(settings: Settings) -> None:
    database = Database(settings.database)
    with database.transaction() as session:
        queue_mail(
            session,
            "password_changed",
            to="nell@example.org",
            locale="en",
            now=SystemClock().now(),
            context={"name": "Nell", "link": "http://127.0.0.1/"},
        )
    database.dispose()


def count_accounts(settings: Settings) -> int:
    database = Database(settings.database)
    with database.transaction(writes=False) as session:
        count = session.scalar(text("SELECT count(*) FROM account"))
    database.dispose()
    return int(count or 0)


def wait_for_end_of(number: int) -> None:
    """Wait until a process of somebody else has ended."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(number)
        ended, _, _ = select.select([handle], [], [], STOP)
        os.close(handle)
        assert ended, number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_pages_and_worker_start_together_and_stop_together(
    installation: Installation, number: signal.Signals
) -> None:
    installation.start()
    status, page = installation.page("/account/login")
    commands = " | ".join(installation.processes().values())

    assert status == 200
    assert "<form" in page
    assert "gunicorn" in commands
    assert "feedback worker" in commands
    assert installation.stop(number) == 0
    assert installation.processes() == {}


def test_the_worker_does_what_is_owed(installation: Installation) -> None:
    installation.start()
    outbox = installation.settings.data_dir / "outbox"

    owe_a_mail(installation.settings)

    installation.wait_for(lambda: any(outbox.glob("*.eml")), START)


@pytest.mark.slow
def test_it_starts_again_where_it_stopped(installation: Installation) -> None:
    installation.start()
    installation.stop(signal.SIGTERM)
    secret = (installation.settings.data_dir / "secrets" / "secret_key").read_text()

    installation.start()

    assert installation.page("/account/login")[0] == 200
    assert installation.settings.secret() == secret
    assert installation.stop(signal.SIGTERM) == 0
    assert installation.processes() == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", ["gunicorn", "feedback worker"])
def test_a_part_that_is_killed_is_started_again(
    installation: Installation, part: str
) -> None:
    installation.start()
    before = installation.part(part)

    os.kill(before, signal.SIGKILL)

    installation.wait_for(
        lambda: any(
            part in command and number > before
            for number, command in installation.processes().items()
        ),
        START,
    )
    installation.wait_for(installation.answers, START)
    assert installation.stop(signal.SIGTERM) == 0
    # gunicorn's own child looks from time to time whether its parent lives
    for number in installation.processes():
        wait_for_end_of(number)
    assert installation.processes() == {}


@pytest.mark.slow
def test_whoever_kills_it_leaves_no_part_behind(installation: Installation) -> None:
    installation.start()
    parts = list(installation.processes())

    assert installation.stop(signal.SIGKILL) == -signal.SIGKILL

    for number in parts:
        wait_for_end_of(number)
    assert installation.processes() == {}


@pytest.mark.slow
def test_a_port_that_is_taken_ends_all_of_it(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", installation.port))
        taken.listen()
        installation.launch()
        assert installation.process is not None
        code = installation.process.wait(START)

    assert code != 0
    assert "does not stay up" in installation.said
    assert installation.processes() == {}


def test_a_setting_that_cannot_be_read_is_named_and_nothing_starts(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**os.environ, "FEEDBACK_WEB_THREADS": "many"}
    environment["FEEDBACK_DATA_DIR"] = str(installation.settings.data_dir)

    ended = subprocess.run(
        [sys.executable, "-m", "feedback", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        timeout=START,
    )

    assert ended.returncode == 1
    assert b"FEEDBACK_WEB_THREADS" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert not installation.settings.data_dir.exists()


@pytest.mark.slow
def test_the_demonstration_is_loaded_at_the_first_start_only(
    installation: Installation,
) -> None:
    installation.start("--demo")
    first = installation.said
    people = count_accounts(installation.settings)
    installation.stop(signal.SIGTERM)

    installation.start("--demo")

    assert "analyst@demo.example" in first
    assert "demo.example" not in installation.said
    assert count_accounts(installation.settings) == people > 0
    assert installation.page("/account/login")[0] == 200
    assert installation.stop(signal.SIGTERM) == 0
    assert installation.processes() == {}
