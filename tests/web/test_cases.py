"""Cases in the page: who sees what, two at once, and the settings."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.cases.queries import get_case, list_handlers
from feedback.cases.terms import CaseState
from feedback.journey.models import Journey
from feedback.voice.models import Verbatim
from tests.cases.conftest import Customers
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories


@pytest.fixture
def customers(session: Session, factories: Factories, clock: StoppedClock) -> Customers:
    return Customers(session, factories, clock)


@pytest.fixture
def case(session: Session, customers: Customers) -> str:
    """A case of a customer who is known by name and address."""
    contact = customers.factories.contact()
    contact.name, contact.email = "Ada Lovelace", "ada@example.org"
    response = customers.answers(
        score=1,
        text="C'est une honte",
        temper=-0.9,
        contact=contact,
        wants_call="+33612345678",
    )
    (public_id,) = customers.opened(response)
    session.commit()
    return public_id


@pytest.fixture
def analyst(logged_in: LoggedIn, case: str) -> FlaskClient:
    return logged_in(Role.ANALYST)


def revision(browser: FlaskClient, case: str) -> str:
    page = browser.get(f"/cases/{case}").text
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_manager_sees_how_many_cases_there_are_and_nobody_s_name(
    logged_in: LoggedIn, case: str
) -> None:
    browser = logged_in(Role.MANAGER)

    for path in ("/cases/", f"/cases/{case}", "/cases/settings/"):
        assert browser.get(path).status_code == 403
    assert browser.post("/cases/open", data={"verbatim": "x"}).status_code == 403
    page = browser.get("/cases/times").text
    assert "Open now" in page
    assert "too few to say" in page
    assert "Ada" not in page
    assert case not in page


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "Wants to be called back"), ("fr", "Souhaite être rappelé")],
)
def test_the_list_and_the_case_are_in_both_languages(
    logged_in: LoggedIn, case: str, locale: str, words: str
) -> None:
    browser = logged_in(Role.ANALYST, locale=locale)

    listed = browser.get("/cases/").text
    assert words in listed
    assert "Ada" not in listed
    page = browser.get(f"/cases/{case}").text
    assert words in page
    assert "Ada Lovelace" in page
    assert "+33612345678" in page
    assert "une honte" in page


def test_two_who_change_a_case_at_once_lose_nothing(
    analyst: FlaskClient, case: str, session: Session
) -> None:
    seen = revision(analyst, case)
    owner = list_handlers(session)[0].public_id
    session.rollback()
    typed = {
        "owner": owner,
        "team": "Mine",
        "state": "waiting",
        "due_at": "2026-10-20T10:30",
    }

    first = analyst.post(f"/cases/{case}/change", data={**typed, "revision": seen})
    assert first.status_code == 302
    answer = analyst.post(
        f"/cases/{case}/change", data={**typed, "team": "Theirs", "revision": seen}
    )
    assert answer.status_code == 409
    assert "Somebody else changed this case" in answer.text
    assert 'value="Theirs"' in answer.text
    closing = {"root_cause": "staff", "action": "My long words", "revision": seen}
    answer = analyst.post(f"/cases/{case}/resolve", data=closing)
    assert answer.status_code == 409
    assert "My long words" in answer.text
    for words in ("One <b>note</b>", "Another note"):
        assert (
            analyst.post(f"/cases/{case}/note", data={"words": words}).status_code
            == 302
        )
    page = analyst.get(f"/cases/{case}").text
    assert "One &lt;b&gt;note&lt;/b&gt;" in page
    assert "Another note" in page
    assert get_case(session, case).team == "Mine"


def test_what_is_typed_wrong_is_shown_again_with_its_reason(
    analyst: FlaskClient, case: str
) -> None:
    wrong = {"owner": "", "team": "T", "state": "waiting", "due_at": "tomorrow"}
    answer = analyst.post(f"/cases/{case}/change", data={**wrong, "revision": "1"})
    assert answer.status_code == 422
    assert "no date with a time" in answer.text
    answer = analyst.post(
        f"/cases/{case}/resolve", data={"action": "Half", "revision": "1"}
    )
    assert answer.status_code == 422
    assert "Half" in answer.text
    assert analyst.post(f"/cases/{case}/note", data={"words": " "}).status_code == 422
    assert analyst.post(f"/cases/{case}/reply", data={}).status_code == 422


def test_a_case_goes_from_a_reply_to_its_end_and_back(
    analyst: FlaskClient, case: str, session: Session
) -> None:
    begun = analyst.get(f"/cases/{case}?template=sorry-fr").text
    assert "Bonjour Ada," in begun
    sent = analyst.post(
        f"/cases/{case}/reply",
        data={"subject": "Bonjour", "body": "Texte", "language": "fr"},
    )
    assert sent.status_code == 302 or "no mail" in sent.text.lower()
    analyst.post(f"/cases/{case}/reached", data={"words": "She was kind"})
    ended = analyst.post(
        f"/cases/{case}/resolve",
        data={
            "root_cause": "staff",
            "action": "Apologised",
            "revision": revision(analyst, case),
        },
    )
    assert ended.status_code == 302
    page = analyst.get(f"/cases/{case}").text
    assert "Staff or advice" in page
    assert get_case(session, case).state == CaseState.RESOLVED
    session.rollback()
    again = {"words": "It broke again", "revision": revision(analyst, case)}
    assert analyst.post(f"/cases/{case}/reopen", data=again).status_code == 302
    assert "It broke again" in analyst.get(f"/cases/{case}").text


def test_a_case_is_opened_from_the_verbatim(
    analyst: FlaskClient, case: str, session: Session, customers: Customers
) -> None:
    customers.answers(score=8, text="Pas mal", temper=-0.1)
    session.commit()
    journey = session.get_one(Journey, customers.survey.journey_id).key
    verbatim = session.query(Verbatim).order_by(Verbatim.id.desc()).first()
    assert verbatim is not None
    number = verbatim.public_id
    session.rollback()
    page = analyst.get(f"/journeys/{journey}/verbatims?verbatim={number}").text
    assert "Open a case" in page

    first = analyst.post("/cases/open", data={"verbatim": number})
    second = analyst.post("/cases/open", data={"verbatim": number})
    assert first.status_code == 302
    assert first.location == second.location
    assert analyst.post("/cases/open", data={"verbatim": "x"}).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "?state=nonsense&reason=nonsense&owner=x&team=x&journey=%27&overdue=1",
        "?state=all&page=99999999999",
        "?state=resolved",
        "?reason=low_score&owner=none",
    ],
)
def test_any_address_is_a_list(analyst: FlaskClient, address: str) -> None:
    assert analyst.get(f"/cases/{address}").status_code == 200


def test_the_settings_are_kept_and_what_is_wrong_is_said(
    analyst: FlaskClient, case: str, session: Session, customers: Customers
) -> None:
    journey = session.get_one(Journey, customers.survey.journey_id).key
    session.rollback()
    good = {
        "callback": "1",
        "low_nps": "4",
        "anger": "clear",
        "callback_hours": "2",
        "other_hours": "8",
        "team": "Service",
        "revision": "0",
    }
    address = f"/cases/settings/rules/{journey}"
    wrong = analyst.post(address, data={**good, "low_nps": "99"})
    assert wrong.status_code == 422
    assert "no answer of the scale" in wrong.text
    assert 'value="99"' in wrong.text
    assert analyst.post(address, data=good).status_code == 302
    late = analyst.post(address, data={**good, "team": "Other"})
    assert late.status_code == 409
    assert 'value="Other"' in late.text

    week = {f"day_{number}": "9-17" for number in range(7)}
    hours = {**week, "holidays": "2026-12-25", "escalate_to": "", "revision": "1"}
    assert analyst.post("/cases/settings/calendar", data=hours).status_code == 302
    bad = {**hours, "day_0": "always", "revision": "2"}
    answer = analyst.post("/cases/settings/calendar", data=bad)
    assert answer.status_code == 422
    assert 'value="always"' in answer.text
    assert analyst.post("/cases/settings/rules/none", data=good).status_code == 404


def test_templates_are_written_changed_and_removed(analyst: FlaskClient) -> None:
    new = {"name": "Thanks", "language": "en", "subject": "Hello", "body": "Text"}
    address = "/cases/settings/templates/"

    assert analyst.post(f"{address}new", data={**new, "body": ""}).status_code == 422
    assert analyst.post(f"{address}new", data=new).status_code == 302
    page = analyst.get("/cases/settings/").text
    assert "Thanks" in page
    changed = {**new, "name": "Sorry", "revision": "0"}
    assert analyst.post(f"{address}sorry-en", data=changed).status_code == 302
    late = analyst.post(f"{address}sorry-en", data={**changed, "body": "Mine"})
    assert late.status_code == 409
    assert "Mine" in late.text
    assert analyst.post(f"{address}sorry-en/remove").status_code == 302
    assert analyst.get(f"{address}sorry-en").status_code == 404
