"""A post office, and somebody who has what is due sent to it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from feedback.config import Settings
from feedback.db.session import Database
from tests.collection.sender import Sender
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import PostOffice


@pytest.fixture
def office() -> PostOffice:
    """A post office that is not open yet."""
    return PostOffice()


@pytest.fixture
def posting(settings: Settings, office: PostOffice) -> Iterator[Settings]:
    """Settings that lead to the post office, now open."""
    with office.open() as port:
        yield replace(
            settings,
            base_url="https://avis.example",
            mail_from="hello@maison.example",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_starttls=False,
        )


@pytest.fixture
def sender(
    factories: Factories, database: Database, posting: Settings, clock: StoppedClock
) -> Sender:
    return Sender(factories, database, posting, clock)
