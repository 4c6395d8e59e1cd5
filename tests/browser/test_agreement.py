"""Labelling by keyboard, and the pages of agreement and discovery for everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.core.periods import Period
from feedback.insights.discovery.models import DiscoveredGroup
from feedback.insights.discovery.service import order_look
from feedback.journey.queries import get_journey_id
from feedback.voice.agreement.models import Label
from feedback.voice.agreement.service import RoundDraft, create_round
from feedback.worker.runner import Worker
from tests.browser.conftest import FORMATS, Visitor
from tests.browser.test_pages import faults
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.insights.discovery.unheard import PARKING, speak_of


@pytest.fixture
def round_id(
    session: Session, bakery: str, clock: StoppedClock, factories: Factories
) -> str:
    """A round of the whole bakery."""
    today = clock.now().date()
    made = create_round(
        session,
        get_journey_id(session, bakery),
        RoundDraft(
            period=Period(today - timedelta(days=90), today + timedelta(days=1)),
            size=30,
        ),
        seed=1,
        author_id=factories.account().id,
        now=clock.now(),
    )
    session.commit()
    return made


@pytest.mark.slow
def test_an_analyst_labels_with_the_keyboard_alone(
    visit: Visitor, address: str, round_id: str, session: Session
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/agreement/{round_id}/label")
    page.keyboard.press("1")
    page.keyboard.press("/")
    page.keyboard.type("wait")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("s")
    page.wait_for_url("**/label/2")
    page.keyboard.press("4")
    page.keyboard.press("s")
    page.wait_for_url("**/label/3")
    page.keyboard.press("b")
    page.wait_for_url("**/label/2")

    said = session.execute(select(Label.feeling, Label.themes).order_by(Label.id)).all()
    assert [tuple(row) for row in said] == [
        ("negative", [["queue_wait", "friction"]]),
        ("positive", []),
    ]


@pytest.fixture
def group(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> str:
    """The address of a group of verbatims without a theme."""
    journey = factories.journey("kiosk")
    point = factories.touchpoint(factories.phase(journey), "kiosk")
    speak_of(session, point, PARKING, 40)
    order_look(session, journey.id, now=clock.now())
    session.commit()
    worker.drain()
    public_id = session.scalars(select(DiscoveredGroup.public_id)).one()
    session.rollback()
    return f"/journeys/kiosk/discovery/{public_id}"


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_rounds_and_groups_can_be_used_by_everybody(
    visit: Visitor, address: str, round_id: str, group: str, locale: str, width: int
) -> None:
    page = visit(Role.ADMINISTRATOR, locale=locale, width=width)
    round_page = f"/agreement/{round_id}"
    found = {}
    for path in (
        round_page,
        f"{round_page}/label/1",
        "/journeys/kiosk/discovery",
        group,
    ):
        page.goto(address + path)
        found[path] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
