"""A real web process to measure: started, logged in to, stopped."""

import contextlib
import http.client
import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_security import hash_password

from feedback.accounts.roles import Role
from feedback.accounts.service import add_person
from feedback.app import create_app
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database

PASSWORD = "a password of the benchmark only"  # noqa: S105 - opens nothing else
EMAIL = "analyst@bench.example"
START_SECONDS = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def add_analyst(settings: Settings, database: Database) -> None:
    """Add the analyst who opens the pages that are measured."""
    with create_app(settings, database=database).app_context():
        hashed = hash_password(PASSWORD)
    with database.transaction() as session:
        add_person(
            session,
            email=EMAIL,
            name="Bench",
            role=Role.ANALYST,
            locale="en",
            now=SystemClock().now(),
            password_hash=hashed,
        )


@dataclass
class Server:
    """A web process and the browser that is logged in to it."""

    address: str
    process: subprocess.Popen[bytes]
    opener: urllib.request.OpenerDirector

    def get(self, path: str) -> bytes:
        """Return a page.

        Raises:
            HTTPError: the page is not to be had.
        """
        with self.opener.open(self.address + path) as answer:
            content: bytes = answer.read()
            return content

    def milliseconds(self, path: str) -> float:
        """Return how long the page takes, in milliseconds."""
        before = time.perf_counter()
        self.get(path)
        return 1000 * (time.perf_counter() - before)


@contextlib.contextmanager
def serve(data_dir: Path, *, command: str = "wsgi") -> Iterator[Server]:
    """Start the web process on a data folder, log in, stop it at the end."""
    port = free_port()
    environment = {
        **os.environ,
        "FEEDBACK_DATA_DIR": str(data_dir),
        "FEEDBACK_BIND": f"127.0.0.1:{port}",
        "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            f"{command}:app",
            f"--bind=127.0.0.1:{port}",
            "--worker-class=gthread",
            "--threads=8",
            "--log-level=error",
            "--no-control-socket",
        ],
        env=environment,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(port)
        server = Server(address, process, browser())
        log_in(server)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def browser() -> urllib.request.OpenerDirector:
    """Return a browser that keeps its cookies, in which nobody is logged in."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    return urllib.request.build_opener(cookies)


def wait_until_up(port: int, path: str = "/account/login") -> None:
    """Wait until a page is served.

    Raises:
        TimeoutError: nothing answered within a minute.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not come up")


def log_in(server: Server) -> None:
    """Log the analyst in by the form, as a browser does."""
    page = server.get("/account/login").decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    form = urllib.parse.urlencode(
        {
            "csrf_token": token[1] if token else "",
            "email": EMAIL,
            "password": PASSWORD,
        }
    )
    server.opener.open(f"{server.address}/account/login", form.encode()).read()
