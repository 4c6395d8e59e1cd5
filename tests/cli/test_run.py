"""`feedback run`: real processes on a free port, with a data folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from feedback.accounts.notices import queue_mail
from feedback.config import ROOT, Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from tests.processes import START, Program, wait_for_end_of

#: processes are found in /proc
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="needs Linux"
)


class Installation(Program):
    """Feedback in a folder of its own, started and stopped as a person would."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        super().__init__(
            Settings(data_dir=folder / "var"),
            folder / "log.txt",
            FEEDBACK_BIND=f"127.0.0.1:{self.port}",
            FEEDBACK_BASE_URL=f"http://127.0.0.1:{self.port}",
        )

    def start(self, *options: str) -> None:
        """Start it, and return when its pages answer."""
        self.launch("run", *options)
        self.wait_for(self.answers)

    def page(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()

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

    installation.wait_for(lambda: any(outbox.glob("*.eml")))


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
    )
    installation.wait_for(installation.answers)
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
        installation.launch("run")
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
