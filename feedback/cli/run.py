"""`feedback run`: web and worker; `feedback web` and `feedback worker`: one of them."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from types import FrameType

import click

from feedback.cli.demo import load_at_first_start
from feedback.cli.environment import open_database, read_settings
from feedback.config import ROOT, Settings
from feedback.core.clock import SystemClock
from feedback.core.processes import end_with_parent
from feedback.db import migrate
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker

STOP_SECONDS = 30
#: a part that ends by itself so many times in a minute is not started again
MOST_RESTARTS = 5


class Part:
    """A process that is kept running: the web server or the worker."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._starts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._starts.append(time.monotonic())
        # A session of its own: Ctrl-C reaches the parent, which stops both in order.
        return subprocess.Popen(  # noqa: S603 - a command of ours
            self._command,
            env=self._environment,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - one thread, before any other
        )

    def keep_running(self) -> None:
        """Start the process again when it has ended by itself.

        Raises:
            ClickException: it does not stay up.
        """
        if self._process.poll() is None:
            return
        if (
            len(self._starts) == MOST_RESTARTS
            and time.monotonic() - self._starts[0] < 60
        ):
            raise click.ClickException("a part of Feedback does not stay up, see above")
        self._process = self._start()

    def ask_to_stop(self) -> None:
        """Ask the process to bring its work to an end."""
        self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended; end it by force when it takes too long."""
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def web_command(settings: Settings, *, app: str = "wsgi:app") -> list[str]:
    """Return the command that serves an application as `feedback run` does."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        app,
        f"--chdir={ROOT}",
        f"--bind={settings.bind}",
        "--worker-class=gthread",
        "--workers=1",
        f"--threads={settings.web_threads}",
        "--graceful-timeout=10",
        "--log-level=warning",
        "--no-control-socket",
    ]


@click.command()
@click.option("--demo", is_flag=True, help="Load the demonstration at the first start.")
def run(demo: bool) -> None:
    """Start the web server and the worker; stop both with Ctrl-C."""
    settings = read_settings()
    environment = _prepare(settings, demo=demo)
    stop = threading.Event()
    _on_stop(stop)
    parts = [
        Part(web_command(settings), environment),
        Part([sys.executable, "-m", "feedback", "worker"], environment),
    ]
    click.echo(f"Feedback: {settings.base_url}")
    if settings.bind not in settings.base_url:
        click.echo(f"It listens on {settings.bind}; FEEDBACK_BASE_URL names the above.")
    try:
        while not stop.wait(0.5):
            for part in parts:
                part.keep_running()
    finally:
        for part in parts:
            part.ask_to_stop()
        for part in parts:
            part.wait()


@click.command()
def web() -> None:
    """Start the web server alone; the work is done by workers elsewhere."""
    settings = read_settings()
    command = web_command(settings)
    os.execve(command[0], command, _prepare(settings))  # noqa: S606 - a command of ours


def _prepare(settings: Settings, *, demo: bool = False) -> dict[str, str]:
    """Make secret and schema ready; return the environment of what is started."""
    settings.secret()  # made before two processes could make it at once
    with open_database(settings) as database:
        migrate.upgrade(database)
        if demo:
            load_at_first_start(database, settings)
    return {**os.environ, "FEEDBACK_DATA_DIR": str(settings.data_dir.resolve())}


@click.command()
@click.option("--until-idle", is_flag=True, help="Stop when no work is due any more.")
def worker(until_idle: bool) -> None:
    """Do the work owed: imports, text analysis, reports, mail."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("feedback").setLevel(logging.INFO)
    settings = read_settings()
    if settings.broker_url and not until_idle:
        # One machine without a broker never loads Celery.
        from feedback.worker.celery_app import serve  # noqa: PLC0415

        sys.exit(serve(settings))
    with open_database(settings) as database:
        one = Worker(
            database, settings=settings, clock=SystemClock(), handlers=HANDLERS
        )
        if until_idle:
            one.sweep()
            click.echo(one.drain())
            return
        stop = threading.Event()
        _on_stop(stop)
        one.run(stop)


def _on_stop(stop: threading.Event) -> None:
    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
