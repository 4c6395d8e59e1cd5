"""The page of drivers: who sees it, in which words, where its links lead."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.insights.refresh import refresh_days
from feedback.journey.models import Touchpoint
from tests.conftest import LoggedIn
from tests.insights.drivers.test_drivers import DAY, drivers_of, till

__all__ = ["till"]
PAGE = "/journeys/bakery/drivers?period=2026-10"


@pytest.fixture
def said(session: Session, till: Touchpoint) -> Touchpoint:
    refresh_days(session, till.journey_id, [DAY])
    session.commit()
    return till


def test_a_manager_reads_what_goes_with_the_score(
    logged_in: LoggedIn, said: Touchpoint
) -> None:
    page = logged_in(Role.MANAGER).get(PAGE).text
    assert "Drivers of the score" in page
    assert "120 answers with a score (CSAT) and a comment" in page
    assert "taken for granted" in page
    assert "/journeys/bakery/verbatims?period=2026-10&amp;theme=queue_wait" in page
    assert "/improvements/new" not in page


def test_it_is_told_in_french(logged_in: LoggedIn, said: Touchpoint) -> None:
    page = logged_in(Role.MANAGER, locale="fr").get(PAGE).text
    assert "Leviers de la note" in page
    assert "va de soi" in page


def test_a_touchpoint_and_a_scale_can_be_chosen(
    logged_in: LoggedIn, said: Touchpoint
) -> None:
    page = logged_in(Role.ANALYST).get(f"{PAGE}&touchpoint=till&scale=csat").text
    assert '<option value="till" selected>' in page
    assert "taken for granted" in page


def test_a_scale_nobody_answered_and_nonsense_fall_back(
    logged_in: LoggedIn, said: Touchpoint
) -> None:
    browser = logged_in(Role.ANALYST)
    for asked in ("nps", "<b>"):
        answer = browser.get(f"{PAGE}&scale={asked}")
        assert answer.status_code == 200
        assert "120 answers" in answer.text


def test_too_few_answers_are_told_in_words(
    logged_in: LoggedIn, session: Session, said: Touchpoint
) -> None:
    page = logged_in(Role.ANALYST).get(f"{PAGE}&channel=phone").text
    assert "Nobody gave both a score and a comment here." in page


def test_two_typed_dates_lead_to_their_period(
    logged_in: LoggedIn, said: Touchpoint
) -> None:
    answer = logged_in(Role.ANALYST).get(
        "/journeys/bakery/drivers?first=2026-10-01&last=2026-10-02"
    )
    assert answer.status_code == 302
    assert "period=2026-10-01..2026-10-03" in answer.location


def test_the_themes_and_the_map_lead_there(
    logged_in: LoggedIn, said: Touchpoint, session: Session
) -> None:
    browser: FlaskClient = logged_in(Role.MANAGER)
    for page in ("themes/", "themes/queue_wait", "map"):
        assert "/journeys/bakery/drivers?period=2026-10" in (
            browser.get(f"/journeys/bakery/{page}?period=2026-10").text
        )
    assert drivers_of(session, said).drivers


def test_nobody_sees_it_without_logging_in(
    client: FlaskClient, said: Touchpoint
) -> None:
    assert client.get(PAGE).status_code == 302
