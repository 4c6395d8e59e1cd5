"""`feedback run`: web and worker together; `feedback worker`: the worker alone."""

import logging
import os
import signal
import subprocess
import sys
import threading
from types import FrameType

import click

from feedback.cli.environment import open_database, read_settings
from feedback.config import ROOT, Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker

STOP_SECONDS = 30


def _web_command(settings: Settings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
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
def run() -> None:
    """Start the web server and the worker; stop both with Ctrl-C."""
    settings = read_settings()
    settings.secret()  # made before two processes could make it at once
    with open_database(settings) as database:
        migrate.upgrade(database)
    environment = {**os.environ, "FEEDBACK_DATA_DIR": str(settings.data_dir.resolve())}
    commands = (
        _web_command(settings),
        [sys.executable, "-m", "feedback", "worker"],
    )
    # A session of their own: Ctrl-C reaches this process, which stops both in order.
    parts = [
        subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own commands
        for command in commands
    ]
    click.echo(f"Feedback: {settings.base_url}")
    stop = threading.Event()
    _on_stop(stop)
    while not stop.is_set() and all(part.poll() is None for part in parts):
        stop.wait(0.5)
    failed = [part.returncode for part in parts if part.poll()]
    for part in parts:
        part.terminate()
    for part in parts:
        try:
            part.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            part.kill()
    if failed and not stop.is_set():
        raise click.ClickException("a part of Feedback stopped by itself, see above")


@click.command()
@click.option("--until-idle", is_flag=True, help="Stop when no work is due any more.")
def worker(until_idle: bool) -> None:
    """Do the work owed: imports, text analysis, reports, mail."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    settings = read_settings()
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
