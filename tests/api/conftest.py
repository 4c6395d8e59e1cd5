"""Another system in front of the API: keys, calls, and what is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.accounts.api_keys import Scope, issue_key
from feedback.api.limits import Limits
from tests.conftest import StoppedClock


class Patient(Limits):
    """Counts nothing: for tests that call very often."""

    def __init__(self) -> None:
        super().__init__(calls_per_minute=1, storage="memory://")

    def count_call(self, key: str) -> None:
        """Let everybody call."""

    def count_refusal(self, address: str) -> None:
        """Refuse for the reason itself."""


class Machine:
    """Another system: calls with its key, and keeps no cookie."""

    def __init__(self, client: FlaskClient, key: str | None) -> None:
        self._client = client
        self.key = key

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Call an address below /api/v1."""
        headers = {"Accept-Language": "en", **options.pop("headers", {})}
        if self.key is not None:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        return self._client.open(
            f"/api/v1{path}", method=method, headers=headers, **options
        )

    def get(self, path: str, **options: Any) -> TestResponse:
        """Call by GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Call by POST."""
        return self.call("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        """Call by PUT."""
        return self.call("PUT", path, **options)


Connect = Callable[..., Machine]


@pytest.fixture
def connect(application: Flask, session: Session, clock: StoppedClock) -> Connect:
    """Makes a key with the scopes that are named; commits the session."""

    def make(*scopes: Scope) -> Machine:
        issued = issue_key(
            session,
            name="A shop",
            scopes=scopes or tuple(Scope),
            author_id=None,
            now=clock.now(),
        )
        session.commit()
        return Machine(application.test_client(use_cookies=False), issued.key)

    return make


@pytest.fixture
def machine(connect: Connect) -> Machine:
    """A system whose key may do everything."""
    return connect()
