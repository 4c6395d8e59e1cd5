"""The pages of triggers, limits, invitations and rates."""

import pytest
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.policy import get_policy
from feedback.collection.queries import TriggerOnList, list_triggers
from tests.conftest import LoggedIn
from tests.factories import Factories


@pytest.fixture
def survey(factories: Factories, session: Session) -> str:
    """The public id of a survey that can be answered."""
    made = factories.survey().public_id
    session.commit()
    return made


def given(survey: str, **more: str) -> dict[str, object]:
    return {
        "name": "After the delivery",
        "event_type": "order.delivered",
        "survey": survey,
        "touchpoint": "0",
        "channel": "email,sms",
        "delay": "2",
        "unit": "1440",
        "days": ["0", "1", "2", "3", "4"],
        "share": "50",
        "priority": "8",
        "expires": "14",
        "reminders": "3, 7",
        **more,
    }


def only(session: Session) -> TriggerOnList:
    session.rollback()
    (found,) = list_triggers(session)
    session.rollback()
    return found


def test_without_a_survey_the_page_says_what_comes_first(logged_in: LoggedIn) -> None:
    assert "First a survey" in logged_in(Role.ANALYST).get("/triggers/").text


def test_a_trigger_is_made_switched_off_then_on(
    logged_in: LoggedIn, session: Session, survey: str
) -> None:
    browser = logged_in(Role.ANALYST)

    answer = browser.post("/triggers/new", data=given(survey), follow_redirects=True)

    assert "The trigger is made" in answer.text
    made = only(session)
    assert (made.is_on, made.share, made.delay_minutes) == (False, 0.5, 2 * 1440)
    browser.post(f"/triggers/{made.public_id}/on")
    assert only(session).is_on
    assert "Order delivered" in browser.get("/triggers/").text


def test_what_was_typed_comes_back_with_what_is_wrong(
    logged_in: LoggedIn, session: Session, survey: str
) -> None:
    browser = logged_in(Role.ANALYST)
    wrong = given(survey, reminders="7, 3", event_type="Order Delivered", share="0")

    answer = browser.post("/triggers/new", data=wrong)

    assert answer.status_code == 422
    assert "Give the days in order" in answer.text
    assert "order.delivered." in answer.text
    assert 'value="7, 3"' in answer.text
    session.rollback()
    assert list_triggers(session) == ()


def test_a_trigger_shows_as_it_was_saved_and_is_changed(
    logged_in: LoggedIn, session: Session, survey: str
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/triggers/new", data=given(survey))
    made = only(session)
    address = f"/triggers/{made.public_id}"
    page = browser.get(address).text
    assert 'value="3, 7"' in page

    revision = str(made.revision)
    browser.post(address, data=given(survey, name="Two days on", revision=revision))
    late = browser.post(address, data=given(survey, name="Mine", revision=revision))

    assert only(session).name == "Two days on"
    assert late.status_code == 422
    assert "Somebody else changed it" in late.text
    assert 'value="Mine"' in late.text


def test_a_rule_is_made_condition_by_condition(
    logged_in: LoggedIn, session: Session, survey: str
) -> None:
    browser = logged_in(Role.ANALYST)
    rule = {
        "rule.mode": "all",
        "rule.0.subject": "event",
        "rule.0.name": "order.total",
        "rule.0.operator": "at_least",
        "rule.0.value": "50",
    }

    looked = browser.post("/triggers/new", data=given(survey, do="look", **rule))
    assert looked.status_code == 200
    assert 'value="order.total"' in looked.text
    browser.post("/triggers/new", data=given(survey, **rule))

    page = browser.get(f"/triggers/{only(session).public_id}").text
    assert "order.total” is at least 50" in page


def test_the_limits_of_asking_are_changed(
    logged_in: LoggedIn, session: Session
) -> None:
    browser = logged_in(Role.ANALYST)
    assert 'value="4"' in browser.get("/triggers/policy").text
    values = {
        "revision": "0",
        "most_1": "2",
        "days_1": "30",
        "gap_days": "5",
        "same_survey_days": "60",
        "quiet_since": "19:00",
        "quiet_until": "10:00",
        "quiet_days": ["5", "6"],
    }

    browser.post("/triggers/policy", data=values)

    session.rollback()
    policy = get_policy(session).policy
    assert [(one.most, one.days) for one in policy.limits.windows] == [(2, 30)]
    assert policy.quiet is not None
    assert policy.quiet.days == {5, 6}


def test_limits_that_allow_nobody_are_refused(
    logged_in: LoggedIn, session: Session
) -> None:
    values = {
        "revision": "0",
        "gap_days": "0",
        "same_survey_days": "0",
        "quiet_days": [str(day) for day in range(7)],
    }

    answer = logged_in(Role.ANALYST).post("/triggers/policy", data=values)

    assert answer.status_code == 422
    assert "Nobody could ever be asked" in answer.text


def test_invitations_are_listed_shown_and_withdrawn(
    logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    invitation = factories.invitation()
    session.commit()
    browser = logged_in(Role.ANALYST)
    address = f"/invitations/{invitation.public_id}"

    assert address in browser.get("/invitations/").text
    assert "No invitation here" in browser.get("/invitations/?state=bounced").text
    assert "Where it stands" in browser.get(address).text
    done = browser.post(f"{address}/withdraw", follow_redirects=True)

    assert "Withdrawn" in done.text


def test_rates_are_told_by_each_of_four(
    logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    empty = logged_in(Role.MANAGER).get("/invitations/rates")
    assert "Nobody was asked" in empty.text
    factories.invitation()
    session.commit()

    for by in ("trigger", "survey", "touchpoint", "channel"):
        page = logged_in(Role.MANAGER).get(f"/invitations/rates?by={by}&days=0").text
        assert "n &lt; 10" in page or "–" in page
        assert "Response rate RR1" in page


@pytest.mark.parametrize("path", ["/triggers/", "/triggers/policy", "/invitations/"])
def test_managers_do_not_decide_whom_to_ask(logged_in: LoggedIn, path: str) -> None:
    assert logged_in(Role.MANAGER).get(path).status_code == 403
