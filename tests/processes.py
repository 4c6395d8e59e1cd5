"""Real processes of ours in a folder of their own, watched until something is so."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from feedback.config import ROOT, Settings

#: seconds; generous, for a machine that does other things
START, STOP = 90, 90
PAUSE = 0.05


class Program:
    """The command `feedback` in a data folder of its own, as a person would type it."""

    def __init__(self, settings: Settings, log: Path, **environment: str) -> None:
        self.settings = settings
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._environment = environment

    def launch(self, *words: str) -> None:
        """Start it, and return at once."""
        inherited = {k: v for k, v in os.environ.items() if "FEEDBACK_" not in k}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                # a test run that is cut off leaves nothing behind
                [sys.executable, "-m", "tests.bound", *words],
                cwd=ROOT,
                env={
                    **inherited,
                    "FEEDBACK_DATA_DIR": str(self.settings.data_dir),
                    **self._environment,
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

    def wait_for(self, condition: Callable[[], bool], seconds: float = START) -> None:
        """Wait until something is so; fail when it stops or takes too long."""
        assert self.process is not None
        deadline = monotonic() + seconds
        while not condition():
            assert monotonic() < deadline, self.said
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PAUSE)
                pytest.fail(self.said)

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


def wait_until(condition: Callable[[], bool], seconds: float = START) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline, pause = monotonic() + seconds, Event()
    while not condition():
        assert monotonic() < deadline
        pause.wait(PAUSE)


def wait_for_end_of(number: int) -> None:
    """Wait until a process of somebody else has ended."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(number)
        ended, _, _ = select.select([handle], [], [], STOP)
        os.close(handle)
        assert ended, number
