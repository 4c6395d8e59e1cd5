"""Automation in the page: rules are written, tried, switched on, and put away."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.automation.terms import FIELDS, ActionKind, Outcome
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.web.automation_words import ACTIONS, OUTCOMES
from feedback.web.automation_words import FIELDS as FIELD_WORDS
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock

ADDRESS = "/automation/"
TYPED = {
    "name": "Tell the head",
    "type": HappeningType.CASE_OVERDUE.value,
    "field_0": "team",
    "operator_0": "is",
    "value_0": "Service",
    "kind": "notify",
    "address": "head@example.org",
}


@pytest.fixture
def administrator(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ADMINISTRATOR)


def written(browser: FlaskClient) -> str:
    answer = browser.post(f"{ADDRESS}new", data=TYPED)
    assert answer.status_code == 302
    return str(answer.location)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER])
def test_only_administrators_write_rules(role: Role, logged_in: LoggedIn) -> None:
    browser = logged_in(role)

    assert browser.get(ADDRESS).status_code == 403
    assert browser.post(f"{ADDRESS}new", data=TYPED).status_code == 403


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "No rule yet"), ("fr", "Aucune règle")]
)
def test_an_empty_list_says_what_to_do(
    logged_in: LoggedIn, locale: str, words: str
) -> None:
    assert words in logged_in(Role.ADMINISTRATOR, locale=locale).get(ADDRESS).text


def test_a_rule_is_written_tried_switched_on_and_put_away(
    administrator: FlaskClient, session: Session, clock: StoppedClock, worker: Worker
) -> None:
    kind = HappeningType.CASE_OVERDUE
    tell(session, kind, "case/abc", {"team": "Service"}, now=clock.now())
    tell(session, kind, "case/def", {"team": "Shop"}, now=clock.now())
    session.commit()
    tried = administrator.post(f"{ADDRESS}new", data={**TYPED, "do": "try"})
    assert "would have run on 1" in tried.text
    assert "case/abc" in tried.text
    rule = written(administrator)
    page = administrator.get(rule).text
    assert "Team is Service" in page
    assert "would have run on 1" in page
    administrator.post(f"{rule}/on")
    tell(session, kind, "case/ghi", {"team": "Service"}, now=clock.now())
    session.commit()
    worker.drain()

    page = administrator.get(f"{rule}?outcome=ran").text
    assert "case/ghi" in page
    administrator.post(f"{rule}/off")
    assert administrator.post(f"{rule}/archive").status_code == 302
    assert administrator.get(rule).status_code == 404


def test_what_is_wrong_is_said_beside_what_was_typed(
    administrator: FlaskClient,
) -> None:
    wrong = {**TYPED, "name": "", "address": "nobody", "field_0": "score"}

    answer = administrator.post(f"{ADDRESS}new", data=wrong)
    assert answer.status_code == 422
    assert "must be filled in" in answer.text
    assert "not an e-mail address" in answer.text
    assert "not known of what is listened for" in answer.text
    assert 'value="nobody"' in answer.text
    bad = {**TYPED, "type": "x", "kind": "x"}
    assert administrator.post(f"{ADDRESS}new", data=bad).status_code == 422


def test_two_who_change_a_rule_lose_nothing(administrator: FlaskClient) -> None:
    rule = written(administrator)
    page = administrator.get(f"{rule}/edit").text
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found is not None
    seen = found[1]
    first = {**TYPED, "name": "First", "revision": seen}

    assert administrator.post(f"{rule}/edit", data=first).status_code == 302
    late = administrator.post(f"{rule}/edit", data={**first, "name": "Second"})
    assert late.status_code == 409
    assert 'value="Second"' in late.text
    assert "First" in late.text


def test_everything_has_words() -> None:
    assert set(ACTIONS) == set(ActionKind)
    assert set(OUTCOMES) == set(Outcome)
    assert {name for known in FIELDS.values() for name in known} == set(FIELD_WORDS)
