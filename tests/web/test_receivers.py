"""Receivers of webhooks in the page: added, tested, stopped, and their messages."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.happenings.types import HappeningType
from feedback.webhooks.queries import EndpointRead, list_endpoints
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn

ADDRESS = "/connections/receivers/"
TYPED = {
    "name": "CRM",
    "url": "https://127.0.0.1.example/hook",
    "types": [HappeningType.CASE_OPENED.value],
}


@pytest.fixture
def administrator(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ADMINISTRATOR)


def added(browser: FlaskClient, session: Session) -> EndpointRead:
    """Add a receiver by the page."""
    answer = browser.post(f"{ADDRESS}new", data=TYPED)
    assert answer.status_code == 302
    (one,) = list_endpoints(session)
    session.rollback()
    return one


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER])
def test_only_administrators_see_who_is_told(role: Role, logged_in: LoggedIn) -> None:
    browser = logged_in(role)

    assert browser.get(ADDRESS).status_code == 403
    assert browser.post(f"{ADDRESS}new", data=TYPED).status_code == 403


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "Nobody is told yet"), ("fr", "Personne n’est encore prévenu")],
)
def test_an_empty_list_says_what_to_do(
    logged_in: LoggedIn, locale: str, words: str
) -> None:
    page = logged_in(Role.ADMINISTRATOR, locale=locale).get(ADDRESS).text

    assert words in page


def test_a_receiver_is_added_with_its_secret_and_its_types(
    administrator: FlaskClient, session: Session
) -> None:
    one = added(administrator, session)
    page = administrator.get(ADDRESS + one.public_id).text

    assert "whsec_" in page
    assert "A case is opened" in page
    assert "CRM" in administrator.get(ADDRESS).text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/", "must begin with https"),
        ("https://10.0.0.1/", "private address"),
        ("javascript:alert(1)", "not an address of the web"),
        ("", "must be filled in"),
    ],
)
def test_a_bad_address_is_refused_and_shown_again(
    administrator: FlaskClient, url: str, words: str
) -> None:
    answer = administrator.post(f"{ADDRESS}new", data={**TYPED, "url": url})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="CRM"' in answer.text


def test_two_who_change_a_receiver_lose_nothing(
    administrator: FlaskClient, session: Session
) -> None:
    one = added(administrator, session)
    first = {**TYPED, "name": "First", "revision": one.revision}
    second = {**TYPED, "name": "Second", "revision": one.revision}

    assert administrator.post(ADDRESS + one.public_id, data=first).status_code == 302
    answer = administrator.post(ADDRESS + one.public_id, data=second)
    assert answer.status_code == 409
    assert "Somebody else changed it" in answer.text
    assert 'value="Second"' in answer.text
    assert "First" in answer.text
    again = {**second, "revision": one.revision + 1}
    assert administrator.post(ADDRESS + one.public_id, data=again).status_code == 302


def test_a_test_shows_its_attempts_and_the_receiver_stops_and_starts(
    administrator: FlaskClient, session: Session, worker: Worker
) -> None:
    one = added(administrator, session)
    answer = administrator.post(f"{ADDRESS}{one.public_id}/test")
    assert "due now" in administrator.get(answer.location).text
    worker.drain()

    page = administrator.get(answer.location).text
    assert "Nobody was reached" in page or "private" in page
    assert "fr.voc.webhook.tested.v1" in page
    again = administrator.post(f"{answer.location}/replay")
    assert again.status_code == 409
    administrator.post(f"{ADDRESS}{one.public_id}/stop")
    assert "it is told nothing" in administrator.get(ADDRESS + one.public_id).text
    administrator.post(f"{ADDRESS}{one.public_id}/resume")
    administrator.post(f"{ADDRESS}{one.public_id}/secret")
    assert "signs beside it until" in administrator.get(ADDRESS + one.public_id).text


def test_filters_of_the_log_stand_in_the_address(
    administrator: FlaskClient, session: Session
) -> None:
    one = added(administrator, session)
    for state in ("dead", "waiting", "nonsense"):
        page = administrator.get(f"{ADDRESS}{one.public_id}?state={state}&page=9999")
        assert page.status_code == 200
    assert administrator.get(f"{ADDRESS}nobody").status_code == 404
    assert administrator.get(f"{ADDRESS}messages/nobody").status_code == 404
