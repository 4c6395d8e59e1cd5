"""One request, one transaction, in the person's language."""

from dataclasses import replace

from flask import request
from flask.testing import FlaskClient

from feedback.accounts.roles import Role
from feedback.app import create_app
from feedback.config import Settings
from feedback.db.session import Database
from tests.conftest import LoggedIn, StoppedClock


def test_an_unknown_page_is_told_kindly_in_the_language_of_the_browser(
    client: FlaskClient,
) -> None:
    french = client.get("/nowhere", headers={"Accept-Language": "fr-CA"})
    english = client.get("/nowhere", headers={"Accept-Language": "en-GB"})

    assert french.status_code == english.status_code == 404
    assert '<html lang="fr">' in french.text
    assert "This page does not exist" in english.text


def test_the_language_chosen_is_kept_and_a_foreign_address_is_not_followed(
    client: FlaskClient,
) -> None:
    answer = client.post(
        "/preferences/language",
        data={"locale": "fr"},
        headers={"Referer": "https://elsewhere.example/x"},
    )

    assert answer.status_code == 302
    assert answer.location == "/"
    assert '<html lang="fr">' in client.get("/nowhere").text


def test_a_person_keeps_their_language_whatever_the_browser_prefers(
    logged_in: LoggedIn,
) -> None:
    browser = logged_in(Role.MANAGER, locale="fr")

    page = browser.get("/nowhere", headers={"Accept-Language": "en"})

    assert '<html lang="fr">' in page.text


def test_an_address_told_by_a_proxy_is_believed_only_when_one_is_announced(
    database: Database, settings: Settings, clock: StoppedClock
) -> None:
    seen = []
    for proxies in (0, 1):
        app = create_app(
            replace(settings, proxies=proxies), database=database, clock=clock
        )
        app.before_request(lambda: seen.append(request.remote_addr))
        app.test_client().get("/nowhere", headers={"X-Forwarded-For": "203.0.113.9"})

    assert seen == ["127.0.0.1", "203.0.113.9"]
