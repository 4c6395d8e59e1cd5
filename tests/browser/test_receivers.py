"""Receivers of webhooks in Chromium: for everybody, wide and narrow."""

import pytest
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.happenings.types import HappeningType
from feedback.webhooks.delivering import send_test
from feedback.webhooks.endpoints import create_endpoint
from feedback.worker.runner import Worker
from tests.browser.conftest import WIDTHS, Visitor
from tests.browser.test_connections import faults
from tests.conftest import StoppedClock


@pytest.fixture
def receiver(
    session: Session, settings: Settings, clock: StoppedClock, worker: Worker
) -> tuple[str, str]:
    """A receiver that was tested, and its message."""
    endpoint = create_endpoint(
        session,
        name="CRM",
        url="https://localhost/hook",
        types=[HappeningType.CASE_OPENED],
        allowed=(),
        sealing=settings.secret(),
        author_id=None,
        now=clock.now(),
    )
    source = settings.base_url
    message = send_test(session, endpoint, source=source, now=clock.now())
    session.commit()
    worker.drain()
    return endpoint, message


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_receivers_can_be_used_by_everybody(
    visit: Visitor, address: str, receiver: tuple[str, str], width: int
) -> None:
    endpoint, message = receiver
    page = visit(Role.ADMINISTRATOR, locale="fr", width=width)
    found = {}
    for path in ("", "new", endpoint, f"messages/{message}"):
        page.goto(f"{address}/connections/receivers/{path}")
        found[path] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
