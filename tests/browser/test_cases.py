"""Cases in Chromium: for everybody, wide and narrow, by keyboard."""

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.automation.drafts import Action, Draft
from feedback.automation.rules import create_rule
from feedback.automation.terms import ActionKind
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from tests.browser.conftest import FORMATS, WIDTHS, Visitor
from tests.browser.test_connections import faults
from tests.cases.conftest import Customers
from tests.conftest import StoppedClock
from tests.factories import Factories


@pytest.fixture
def case(session: Session, factories: Factories, clock: StoppedClock) -> str:
    """A case of a customer who is known and wants to be called."""
    customers = Customers(session, factories, clock)
    response = customers.answers(
        score=1, text="C'est une honte", temper=-0.9, wants_call="ada@example.org"
    )
    (public_id,) = customers.opened(response)
    session.commit()
    return public_id


@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_every_page_of_cases_can_be_used_by_everybody(
    visit: Visitor, address: str, case: str, locale: str, width: int
) -> None:
    page = visit(Role.ANALYST, locale=locale, width=width)
    found = {}
    paths = ("", case, f"{case}?template=sorry-fr", "times", "settings/")
    for path in (*paths, "settings/templates/new", "settings/templates/sorry-fr"):
        page.goto(f"{address}/cases/{path}")
        found[path] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def press_until(page: Page, selector: str) -> None:
    """Go on with the tabulator until something has the focus."""
    for _ in range(80):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_case_is_noted_and_closed_by_keyboard_alone(
    visit: Visitor, address: str, case: str
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/cases/{case}")

    press_until(page, "#note-words")
    page.keyboard.type("Will call at noon")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Will call at noon").wait_for()
    press_until(page, "#root_cause")
    page.keyboard.type("Deliv")
    page.keyboard.press("Tab")
    page.keyboard.type("Sent again")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The case is closed.").wait_for()
    assert page.get_by_text("Sent again").count()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_rules_can_be_used_by_everybody(
    visit: Visitor, address: str, session: Session, clock: StoppedClock, width: int
) -> None:
    action = Action(kind=ActionKind.NOTIFY, address="head@example.org")
    overdue = HappeningType.CASE_OVERDUE
    draft = Draft(name="Prévenir", type=overdue, action=action)
    rule = create_rule(session, draft, author_id=None, now=clock.now())
    tell(session, overdue, "case/abc", {}, now=clock.now())
    session.commit()
    page = visit(Role.ADMINISTRATOR, locale="fr", width=width)
    found = {}
    for path in ("", "new", rule, f"{rule}/edit"):
        page.goto(f"{address}/automation/{path}")
        found[path] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
