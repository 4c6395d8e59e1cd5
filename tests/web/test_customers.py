"""The pages of customers: found, shown, stopped, forgotten; for those who may."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.models import Contact, CustomerRequest
from feedback.collection.terms import RequestKind
from tests.collection.test_erasure import CANARY, House
from tests.conftest import LoggedIn
from tests.factories import Factories


@pytest.fixture
def contact(factories: Factories, session: Session) -> Contact:
    made = House(session, factories).customer("c-1")
    session.commit()
    return made


def test_nobody_yet_says_how_customers_come(logged_in: LoggedIn) -> None:
    browser = logged_in(Role.ANALYST)

    assert "No customer yet" in browser.get("/customers/").text
    assert "Nobody waits" in browser.get("/customers/requests").text


def test_a_customer_is_found_and_shown(logged_in: LoggedIn, contact: Contact) -> None:
    browser = logged_in(Role.ANALYST)

    assert CANARY in browser.get("/customers/?q=c-1@").text
    assert "No customer found" in browser.get("/customers/?q=nobody").text
    page = browser.get(f"/customers/{contact.public_id}").text
    assert "Order paid" in page
    assert "c-1@example.org" in page


def test_a_customer_is_given_all_that_is_kept(
    logged_in: LoggedIn, contact: Contact
) -> None:
    answer = logged_in(Role.ANALYST).get(f"/customers/{contact.public_id}/export.json")

    assert answer.mimetype == "application/json"
    assert CANARY in answer.text


def test_a_customer_is_stopped_then_erased(
    logged_in: LoggedIn, contact: Contact, session: Session
) -> None:
    browser = logged_in(Role.ANALYST)
    address = f"/customers/{contact.public_id}"

    stopped = browser.post(f"{address}/stop", follow_redirects=True)
    assert "is written to no more" in stopped.text
    erased = browser.post(f"{address}/erase", follow_redirects=True)

    assert "The customer is erased" in erased.text
    assert browser.get(address).status_code == 404
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_request_is_done_from_its_list(
    logged_in: LoggedIn, contact: Contact, session: Session
) -> None:
    asked = session.scalars(
        select(CustomerRequest).where(CustomerRequest.kind == RequestKind.CALLBACK)
    ).one()
    browser = logged_in(Role.ANALYST)
    assert "Wants to be called back" in browser.get("/customers/requests").text

    browser.post(f"/customers/requests/{asked.public_id}/done")

    assert "Nobody waits" in browser.get("/customers/requests").text
    assert "Wants to be called back" in browser.get("/customers/requests?done=1").text


def test_managers_see_no_customer(logged_in: LoggedIn, contact: Contact) -> None:
    browser = logged_in(Role.MANAGER)

    for path in ("", "requests", contact.public_id, f"{contact.public_id}/export.json"):
        assert browser.get(f"/customers/{path}").status_code == 403


def test_invitations_are_looked_for_by_channels_in_the_words_of_the_reader(
    logged_in: LoggedIn,
) -> None:
    browser = logged_in(Role.ANALYST)

    page = browser.get("/invitations/").text

    for words in ("E-mail", "Text message", "Personal link"):
        assert f">{words}</option>" in page
    assert ">Kiosk</option>" not in page
