"""A receiver, an endpoint that leads to it, and a worker that may reach it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.session import Database
from feedback.happenings.types import HappeningType
from feedback.webhooks.endpoints import create_endpoint
from feedback.webhooks.places import read_networks
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.webhooks.receiver import Receiver, receiving

HERE = "127.0.0.0/8"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings that let this machine be told."""
    return replace(settings, webhook_networks=HERE)


@pytest.fixture
def endpoint(
    session: Session, clock: StoppedClock, receiver: Receiver, settings: Settings
) -> str:
    """An endpoint that wants cases, with the receiver at its other end."""
    public_id = create_endpoint(
        session,
        name="Receiver",
        url=receiver.url,
        types=[HappeningType.CASE_OPENED],
        allowed=read_networks(HERE),
        sealing=settings.secret(),
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    return public_id


@pytest.fixture
def worker(database: Database, settings: Settings, clock: StoppedClock) -> Worker:
    return Worker(database, settings=settings, clock=clock, handlers=HANDLERS)
