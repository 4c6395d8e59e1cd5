"""The page of alerts: reading, muting, subscribing, in both languages."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey.models import Touchpoint
from tests.conftest import LoggedIn
from tests.insights.alerts.test_looking import count, risen, seen, till

__all__ = ["till"]
PAGE = "/journeys/bakery/alerts"


@pytest.fixture
def raised(session: Session, till: Touchpoint) -> str:
    """The public id of an alert that stands open."""
    count(session, till, risen)
    (alert,) = seen(session, till)
    session.commit()
    return alert.public_id


def test_a_manager_reads_what_has_changed_with_its_chart(
    logged_in: LoggedIn, raised: str
) -> None:
    page = logged_in(Role.MANAGER).get(PAGE).text
    assert "more complaints, Point till" in page
    assert "of verbatims complain of it" in page
    assert 'class="control-limits"' in page
    assert "theme=queue_wait" in page
    assert "/improvements/new" not in page
    assert "/mute" not in page
    assert '<span class="rail-count">1' in page


def test_it_is_told_in_french(logged_in: LoggedIn, raised: str) -> None:
    page = logged_in(Role.MANAGER, locale="fr").get(PAGE).text
    assert "Alertes ouvertes" in page
    assert "davantage de plaintes" in page


def test_home_leads_to_the_first_journey(logged_in: LoggedIn, raised: str) -> None:
    assert logged_in(Role.MANAGER).get("/alerts/").location == PAGE


def test_without_a_journey_and_without_an_alert_there_is_a_way_on(
    logged_in: LoggedIn, session: Session
) -> None:
    assert logged_in(Role.MANAGER).get("/alerts/").status_code == 200


def test_nothing_has_changed_yet(
    logged_in: LoggedIn, till: Touchpoint, session: Session
) -> None:
    session.commit()
    assert "Nothing has changed" in logged_in(Role.ANALYST).get(PAGE).text


def test_an_analyst_mutes_with_a_reason_and_takes_it_back(
    logged_in: LoggedIn, raised: str
) -> None:
    browser = logged_in(Role.ANALYST)
    sent = {"revision": "1", "reason": "Known <b>works</b>", "until": "2026-11-01"}
    page = browser.post(f"{PAGE}/{raised}/mute", data=sent, follow_redirects=True).text
    assert "Muted alerts" in page
    assert "Known &lt;b&gt;works&lt;/b&gt;" in page
    assert "rail-count" not in page
    back = browser.post(
        f"{PAGE}/{raised}/unmute", data={"revision": "2"}, follow_redirects=True
    ).text
    assert "It stands among the open alerts again." in back
    assert "Muted alerts" not in back


def test_what_was_typed_stays_when_something_is_wrong(
    logged_in: LoggedIn, raised: str
) -> None:
    browser = logged_in(Role.ANALYST)
    answer = browser.post(
        f"{PAGE}/{raised}/mute",
        data={"revision": "1", "reason": "My reason", "until": "2020-01-01"},
    )
    assert answer.status_code == 422
    assert "My reason</textarea>" in answer.text
    assert "This day has passed." in answer.text
    answer = browser.post(f"{PAGE}/{raised}/mute", data={"until": "nonsense"})
    assert answer.status_code == 422
    assert "Say until which day." in answer.text


def test_who_comes_second_is_told_and_loses_nothing(
    logged_in: LoggedIn, raised: str
) -> None:
    first, second = logged_in(Role.ANALYST), logged_in(Role.ADMINISTRATOR)
    sent = {"revision": "1", "reason": "First", "until": "2026-11-01"}
    assert first.post(f"{PAGE}/{raised}/mute", data=sent).status_code == 302
    answer = second.post(f"{PAGE}/{raised}/unmute", data={"revision": "1"})
    assert answer.status_code == 302
    first.post(f"{PAGE}/{raised}/unmute", data={"revision": "2"})
    answer = second.post(
        f"{PAGE}/{raised}/mute",
        data={"revision": "1", "reason": "Second words", "until": "2026-11-01"},
    )
    assert answer.status_code == 409
    assert "Second words</textarea>" in answer.text


def test_a_manager_mutes_nothing(logged_in: LoggedIn, raised: str) -> None:
    browser = logged_in(Role.MANAGER)
    for act in ("mute", "unmute"):
        assert browser.post(f"{PAGE}/{raised}/{act}").status_code == 403


def test_an_alert_nobody_knows_is_not_found(logged_in: LoggedIn, raised: str) -> None:
    sent = {"revision": "1", "reason": "x", "until": "2026-11-01"}
    browser = logged_in(Role.ANALYST)
    assert browser.post(f"{PAGE}/nobody-knows/mute", data=sent).status_code == 404
    assert browser.post(f"{PAGE}/nobody-knows/unmute").status_code == 404


def test_everybody_may_get_them_by_mail_and_stop_it(
    logged_in: LoggedIn, raised: str
) -> None:
    browser = logged_in(Role.MANAGER)
    page = browser.post(f"{PAGE}/subscribe", follow_redirects=True).text
    assert "No more mails" in page
    page = browser.post(f"{PAGE}/unsubscribe", follow_redirects=True).text
    assert "Get them by mail" in page


def test_nobody_sees_them_without_logging_in(client: FlaskClient, raised: str) -> None:
    assert client.get(PAGE).status_code == 302
