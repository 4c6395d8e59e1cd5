"""Logging in: passwords, resets, the second factor, and what tells nobody anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP  # type: ignore[import-untyped]  # has no types
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.accounts.service import close_account
from feedback.app import create_app
from feedback.config import Settings
from feedback.db.session import Database
from feedback.web.login import hash_password
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories

PASSWORD = "four calm words here"
NEW_PASSWORD = "another set of words"
MOMENT = datetime.fromisoformat("2026-10-15T09:00:00+00:00")


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    """The machine's clock, which cookies, links and codes go by."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick_hashes(application: Flask) -> None:
    """Hash the same way as always, only with less patience."""
    hashes = application.extensions["security"].pwd_context
    hashes.update(argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1)


@pytest.fixture
def zoe(application: Flask, factories: Factories, session: Session) -> Account:
    """A person who has chosen a password."""
    account = factories.account(role=Role.ANALYST, locale="fr")
    account.email = "zoe@example.org"
    account.name = "Zoé"
    account.password = hash_password(application, PASSWORD)
    session.commit()
    return account


def log_in(
    client: FlaskClient, password: str = PASSWORD, *, email: str = "zoe@example.org"
) -> TestResponse:
    return client.post(
        "/account/login",
        data={"email": email, "password": password},
        headers={"Accept-Language": "en"},
    )


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/profile").status_code == 200


@dataclass(frozen=True)
class Letter:
    """A mail, as it was sent."""

    subject: str
    text: str
    html: str

    @property
    def path(self) -> str:
        """The path of the link in it."""
        found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", self.text)
        assert found is not None
        return found[1]


def letters(settings: Settings) -> list[Letter]:
    found = []
    for file in sorted(Path(settings.data_dir, "outbox").glob("*.eml")):
        email = message_from_bytes(file.read_bytes(), policy=policy.default)
        plain = email.get_body(("plain",))
        rich = email.get_body(("html",))
        assert plain is not None
        assert rich is not None
        found.append(Letter(email["Subject"], plain.get_content(), rich.get_content()))
    return found


def test_the_right_password_lets_in_and_any_case_of_the_address_will_do(
    client: FlaskClient, zoe: Account
) -> None:
    assert not is_in(client)

    answer = log_in(client, email="Zoe@Example.org")

    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_look_alike(
    client: FlaskClient, zoe: Account
) -> None:
    wrong = log_in(client, "not the password at all")
    unknown = log_in(client, email="nobody@example.org")

    def told(answer: TestResponse) -> str:
        text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
        return text.replace("zoe@", "").replace("nobody@", "")

    assert wrong.status_code == unknown.status_code == 200
    assert "do not go together" in wrong.text
    assert told(wrong) == told(unknown)
    assert not is_in(client)


def test_a_person_without_a_password_yet_gets_in_with_none(
    client: FlaskClient, factories: Factories, session: Session
) -> None:
    account = factories.account()
    session.commit()

    assert log_in(client, "", email=account.email).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        " //evil.example",
    ],
)
def test_logging_in_leads_to_no_other_site(
    elsewhere: str, client: FlaskClient, zoe: Account
) -> None:
    answer = client.post(
        "/account/login",
        query_string={"next": elsewhere},
        data={"email": "zoe@example.org", "password": PASSWORD, "next": elsewhere},
    )

    here = "http://localhost/account/login"
    there = urlsplit(urljoin(here, answer.headers.get("Location", "/")))
    assert (there.scheme, there.netloc) == ("http", "localhost")
    assert "\\" not in there.path


def test_logging_in_leads_back_to_the_page_that_was_asked_for(
    client: FlaskClient, zoe: Account
) -> None:
    sent = client.get("/account/profile?x=1")
    page = client.get(sent.location)
    form = re.search(r'action="(/account/login[^"]*)"', page.text)
    assert form is not None

    answer = client.post(
        form[1].replace("&amp;", "&"),
        data={"email": "zoe@example.org", "password": PASSWORD},
    )

    assert answer.location == "/account/profile?x=1"


def test_logging_out_is_a_post(client: FlaskClient, zoe: Account) -> None:
    log_in(client)

    assert client.get("/account/logout").status_code == 405
    assert is_in(client)
    assert client.post("/account/logout").location == "/account/login"
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_without_a_request(
    client: FlaskClient, zoe: Account, travel: time_machine.Traveller
) -> None:
    log_in(client)

    travel.shift(timedelta(hours=11))
    assert is_in(client)
    travel.shift(timedelta(hours=11))
    assert is_in(client)
    travel.shift(timedelta(hours=13))
    assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, zoe: Account
) -> None:
    cookies = log_in(client).headers.getlist("Set-Cookie")

    assert cookies
    assert all("HttpOnly" in cookie for cookie in cookies)
    assert all("SameSite=Lax" in cookie for cookie in cookies)


def test_closing_an_account_ends_its_sessions_and_lets_nobody_in(
    client: FlaskClient, zoe: Account, session: Session, clock: StoppedClock
) -> None:
    log_in(client)

    close_account(session, zoe.id, actor_id=None, now=clock.now())
    session.commit()

    assert not is_in(client)
    assert "do not go together" in log_in(client).text


def test_guessing_ends_after_ten_tries_and_others_are_not_kept_out(
    client: FlaskClient, zoe: Account, travel: time_machine.Traveller
) -> None:
    for _ in range(10):
        assert log_in(client, "x", email="other@example.org").status_code == 200

    refused = log_in(client, "x", email="other@example.org")

    assert refused.status_code == 429
    assert "Wait" in refused.text
    assert log_in(client).status_code == 302
    travel.shift(timedelta(minutes=16))
    assert log_in(client, "x", email="other@example.org").status_code != 429


def test_asking_for_resets_ends_after_five(client: FlaskClient, zoe: Account) -> None:
    answers = [
        client.post("/account/reset", data={"email": f"x{number}@example.org"})
        for number in range(6)
    ]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(
    client: FlaskClient,
    application: Flask,
    zoe: Account,
    worker: Worker,
    settings: Settings,
) -> None:
    other_session = application.test_client()
    log_in(other_session)
    asked = client.post(
        "/account/reset",
        data={"email": "zoe@example.org"},
        headers={"Host": "evil.example", "Accept-Language": "en"},
    )
    worker.drain()
    (letter,) = letters(settings)
    assert "Essai" in letter.subject
    assert "Zoé" in letter.text
    assert letter.path in letter.html
    assert "evil" not in letter.text + letter.html
    assert '<html lang="fr">' in letter.html

    assert "is on its way" in asked.text
    too_short = client.post(
        letter.path, data={"password": "short", "password_confirm": "short"}
    )
    assert too_short.status_code == 200
    done = client.post(
        letter.path,
        data={"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD},
    )

    assert done.location == "/account/login"
    assert not is_in(other_session)
    assert not is_in(client)
    assert log_in(client, PASSWORD).status_code == 200
    assert log_in(client, NEW_PASSWORD).status_code == 302
    worker.drain()
    assert len(letters(settings)) == 2  # the second says that it was changed
    again = application.test_client().get(letter.path)
    assert again.location == "/account/reset"


def test_a_link_older_than_a_day_is_worth_nothing(
    client: FlaskClient,
    zoe: Account,
    worker: Worker,
    settings: Settings,
    travel: time_machine.Traveller,
) -> None:
    client.post("/account/reset", data={"email": "zoe@example.org"})
    worker.drain()
    (letter,) = letters(settings)

    travel.shift(timedelta(hours=25))

    assert client.get(letter.path).location == "/account/reset"


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(
    client: FlaskClient, zoe: Account, worker: Worker, settings: Settings
) -> None:
    known = client.post("/account/reset", data={"email": "zoe@example.org"})
    worker.drain()
    unknown = client.post("/account/reset", data={"email": "nobody@example.org"})
    worker.drain()

    def told(answer: TestResponse) -> str:
        text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
        return text.replace("zoe@", "").replace("nobody@", "")

    assert told(known) == told(unknown)
    assert len(letters(settings)) == 1


def test_a_password_is_changed_only_by_who_knows_it_and_other_sessions_end(
    client: FlaskClient, application: Flask, zoe: Account
) -> None:
    other = application.test_client()
    log_in(other)
    log_in(client)

    def change(present: str) -> TestResponse:
        return client.post(
            "/account/password",
            data={
                "password": present,
                "new_password": NEW_PASSWORD,
                "new_password_confirm": NEW_PASSWORD,
            },
        )

    assert change("a wrong password").status_code == 200
    assert is_in(other)
    assert change(PASSWORD).location == "/account/profile"
    assert is_in(client)
    assert not is_in(other)


def set_up(client: FlaskClient) -> TOTP:
    """Turn the second factor on and return the app that makes its codes."""
    page = client.post("/account/second-factor", data={"setup": "authenticator"}).text
    key = re.search(r'<code class="factor-key">([^<]+)</code>', page)
    form = re.search(r'action="(/account/second-factor/[^"]+)"', page)
    assert key is not None
    assert form is not None
    assert 'src="data:image/svg+xml' in page
    app = TOTP(key=key[1].replace("-", "").replace(" ", ""))
    refused = client.post(form[1], data={"code": "000000"})
    assert refused.location == "/account/second-factor"
    accepted = client.post(form[1], data={"code": app.generate().token})
    assert accepted.location == "/account/profile"
    return app


def test_with_a_second_factor_the_password_alone_opens_nothing(
    client: FlaskClient, zoe: Account, travel: time_machine.Traveller
) -> None:
    log_in(client)
    app = set_up(client)
    used = app.generate().token
    client.post("/account/logout")

    half_way = log_in(client)
    assert half_way.location.startswith("/account/code")
    assert not is_in(client)
    assert client.post("/account/code", data={"code": used}).status_code == 200
    assert not is_in(client)

    travel.shift(timedelta(seconds=30))
    log_in(client)
    answer = client.post("/account/code", data={"code": app.generate().token})

    assert answer.location == "/"
    assert is_in(client)


def test_codes_are_guessed_ten_times_and_no_more(
    client: FlaskClient, zoe: Account, travel: time_machine.Traveller
) -> None:
    log_in(client)
    set_up(client)
    client.post("/account/logout")
    log_in(client)

    answers = [client.post("/account/code", data={"code": "1"}) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


def test_a_recovery_code_opens_the_account_once(
    client: FlaskClient, zoe: Account, session: Session, travel: time_machine.Traveller
) -> None:
    log_in(client)
    set_up(client)
    page = client.post("/account/recovery-codes").text
    codes = re.findall(r"<code>([0-9a-f-]{14})</code>", page)
    assert len(codes) == 8
    client.post("/account/logout")

    log_in(client)
    assert client.post("/account/recovery", data={"code": codes[0]}).location == "/"
    assert is_in(client)
    client.post("/account/logout")
    log_in(client)
    assert client.post("/account/recovery", data={"code": codes[0]}).status_code == 200
    assert not is_in(client)
    assert client.post("/account/recovery", data={"code": codes[1]}).location == "/"

    session.refresh(zoe)
    session.commit()
    assert zoe.mf_recovery_codes is not None
    assert len(zoe.mf_recovery_codes) == 6
    assert not any(code in str(zoe.mf_recovery_codes) for code in codes)


def test_turning_the_second_factor_off_forgets_its_codes(
    client: FlaskClient, zoe: Account, session: Session, travel: time_machine.Traveller
) -> None:
    log_in(client)
    set_up(client)
    client.post("/account/recovery-codes")

    answer = client.post("/account/second-factor", data={"setup": "disable"})

    session.refresh(zoe)
    session.commit()
    assert answer.location == "/account/profile"
    assert zoe.tf_totp_secret is None
    assert zoe.mf_recovery_codes is None
    client.post("/account/logout")
    assert log_in(client).location == "/"


def test_the_second_factor_cannot_be_changed_by_who_finds_an_old_session_open(
    client: FlaskClient, zoe: Account, travel: time_machine.Traveller
) -> None:
    log_in(client)
    for _ in range(3):
        travel.shift(timedelta(hours=10))
        assert is_in(client)

    answer = client.post("/account/second-factor", data={"setup": "authenticator"})

    assert answer.location.startswith("/account/verify")
    assert client.post("/account/verify", data={"password": "x"}).status_code == 200
    verified = client.post(answer.location, data={"password": PASSWORD})
    assert verified.location == "/account/second-factor"


@pytest.mark.parametrize("path", ["/account/tf-rescue", "/account/tf-select"])
def test_what_is_not_offered_is_not_there(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_under_https_cookies_and_browsers_stay_there(
    database: Database, settings: Settings, clock: StoppedClock
) -> None:
    secure = replace(settings, base_url="https://feedback.example")
    browser = create_app(secure, database=database, clock=clock).test_client()

    answer = browser.get("/account/login", base_url="https://feedback.example")

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "address",
    [
        "/journeys/%00/map",
        "/people/%00",
        "/journeys/shop/verbatims?channel=a&channel=%00",
    ],
)
def test_a_character_that_nobody_types_is_refused_before_anything_is_asked(
    address: str, logged_in: LoggedIn
) -> None:
    assert logged_in(Role.ADMINISTRATOR).get(address).status_code == 400


def test_a_form_with_such_a_character_is_refused_too(logged_in: LoggedIn) -> None:
    browser = logged_in(Role.ADMINISTRATOR)

    assert browser.post("/account/profile", data={"name": "a\0"}).status_code == 400


def test_a_number_that_no_row_can_have_leads_nowhere(logged_in: LoggedIn) -> None:
    address = f"/journeys/shop/edit/restore/{'9' * 25}"

    assert logged_in(Role.ADMINISTRATOR).post(address).status_code == 404
