"""Limits of several web servers: one count with Redis, each its own without."""

import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from feedback.app import create_app
from feedback.config import Settings
from feedback.db.session import Database

StartServer = Callable[[str], FlaskClient]


@pytest.fixture
def start_server(database: Database, settings: Settings) -> StartServer:
    """Starts a web server that counts at an address; returns a browser."""

    def start(limits_url: str) -> FlaskClient:
        app = create_app(replace(settings, limits_url=limits_url), database=database)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        # the same hashes as always, only with less patience
        hashes = app.extensions["security"].pwd_context
        hashes.update(argon2__time_cost=1, argon2__memory_cost=64)
        return app.test_client()

    return start


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of a Redis where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


@pytest.fixture
def somewhere() -> str:
    """An address of the network that no other test has, in a Redis that stays."""
    return ".".join(str(part) for part in (10, *secrets.token_bytes(3)))


def guess(client: FlaskClient, email: str, *, of: str) -> int:
    answer = client.post(
        "/account/login",
        data={"email": email, "password": "x"},
        environ_base={"REMOTE_ADDR": of},
    )
    return answer.status_code


def test_guesses_at_a_password_are_counted_over_all_web_servers(
    start_server: StartServer, redis_url: str, somewhere: str
) -> None:
    servers = [start_server(redis_url) for _ in range(2)]

    statuses = [
        guess(servers[number % 2], "nobody@example.org", of=somewhere)
        for number in range(11)
    ]

    assert statuses == [200] * 10 + [429]
    assert guess(servers[1], "nobody@example.org", of=somewhere) == 429


def test_without_redis_each_web_server_counts_for_itself(
    start_server: StartServer, nobody: str, somewhere: str
) -> None:
    client = start_server(nobody)

    statuses = [guess(client, "nobody@example.org", of=somewhere) for _ in range(11)]

    assert statuses == [200] * 10 + [429]
