"""The pages of people and of one's own account."""

from email import message_from_bytes, policy
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn
from tests.factories import Factories

ZOE = {
    "name": "Zoé",
    "email": "zoe@example.org",
    "role": "analyst",
    "locale": "fr",
}


def test_a_person_added_gets_a_mail_and_chooses_a_password(
    logged_in: LoggedIn, application: Flask, worker: Worker, settings: Settings
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)

    added = boss.post("/people/new", data=ZOE)
    worker.drain()

    assert added.location == "/people/"
    page = boss.get("/people/").text
    assert "zoe@example.org" in page
    assert "Invited" in page
    assert "outbox" in page  # no mail server: says where the mail lies
    (file,) = Path(settings.data_dir, "outbox").iterdir()
    email = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = email.get_body(("plain",))
    assert email["To"] == "zoe@example.org"
    assert text is not None
    assert "Administrator 1" in text.get_content()
    link = next(
        line for line in text.get_content().split() if line.startswith("http://")
    )

    browser = application.test_client()
    chosen = {"password": "four calm words here"}
    done = browser.post(
        link.removeprefix(settings.base_url),
        data=chosen | {"password_confirm": chosen["password"]},
    )
    browser.post("/account/login", data=chosen | {"email": "zoe@example.org"})

    assert done.status_code == 302
    assert browser.get("/account/profile").status_code == 200
    assert browser.get("/people/").status_code == 403


def test_faults_stand_beside_their_fields_and_nobody_is_added(
    logged_in: LoggedIn, session: Session
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)
    boss.post("/people/new", data=ZOE)

    twice = boss.post("/people/new", data=ZOE | {"email": "ZOE@example.org"})
    empty = boss.post("/people/new", data={})
    wrong = boss.post("/people/new", data=ZOE | {"email": "zoe", "role": "king"})

    assert twice.status_code == empty.status_code == wrong.status_code == 422
    assert "Somebody with this address is here already." in twice.text
    assert "This must be filled in." in empty.text
    assert 'aria-invalid="true"' in wrong.text
    assert len(session.scalars(select(Account)).all()) == 2


def test_a_role_changes_what_a_person_may_do_at_once(
    logged_in: LoggedIn, session: Session
) -> None:
    boss, other = logged_in(Role.ADMINISTRATOR), logged_in(Role.MANAGER)
    person = session.scalars(select(Account).where(Account.role == Role.MANAGER)).one()
    session.commit()
    assert other.get("/people/").status_code == 403

    boss.post(f"/people/{person.public_id}/role", data={"role": "administrator"})

    assert other.get("/people/").status_code == 200
    history = boss.get("/people/history").text
    assert "Changed a role" in history
    assert person.email in history


def test_one_does_not_close_or_demote_oneself(
    logged_in: LoggedIn, session: Session
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)
    own = session.scalars(select(Account)).one()
    session.commit()

    closed = boss.post(f"/people/{own.public_id}/close")
    demoted = boss.post(f"/people/{own.public_id}/role", data={"role": "manager"})

    assert closed.status_code == demoted.status_code == 409
    assert "Another administrator" in closed.text
    assert boss.get("/people/").status_code == 200
    assert "/close" not in boss.get(f"/people/{own.public_id}").text


def test_a_closed_account_is_out_at_once_and_can_come_back(
    logged_in: LoggedIn, session: Session
) -> None:
    boss, other = logged_in(Role.ADMINISTRATOR), logged_in(Role.ANALYST)
    person = session.scalars(select(Account).where(Account.role == Role.ANALYST)).one()
    session.commit()

    boss.post(f"/people/{person.public_id}/close")
    assert other.get("/account/profile").status_code == 302

    page = boss.get(f"/people/{person.public_id}").text
    assert "Reopen the account" in page
    boss.post(f"/people/{person.public_id}/reopen")
    assert "Close the account" in boss.get(f"/people/{person.public_id}").text


def test_an_invitation_is_sent_again_only_to_who_waits_for_one(
    logged_in: LoggedIn,
    session: Session,
    factories: Factories,
    worker: Worker,
    settings: Settings,
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)
    waiting, settled = factories.account(), factories.account()
    settled.password = "a hash"
    session.commit()

    again = boss.post(f"/people/{waiting.public_id}/invitation")
    refused = boss.post(f"/people/{settled.public_id}/invitation")
    worker.drain()

    assert again.status_code == 302
    assert refused.status_code == 409
    assert len(list(Path(settings.data_dir, "outbox").iterdir())) == 1


def test_ones_own_name_and_language_are_changed_on_the_profile(
    logged_in: LoggedIn, session: Session
) -> None:
    browser = logged_in(Role.MANAGER, locale="en")

    refused = browser.post("/account/profile", data={"name": "", "locale": "fr"})
    saved = browser.post("/account/profile", data={"name": "Zoé", "locale": "fr"})

    assert refused.status_code == 422
    assert saved.location == "/account/profile"
    page = browser.get("/account/profile").text
    assert '<html lang="fr">' in page
    assert 'value="Zoé"' in page


def test_names_are_shown_as_text_and_not_as_page(
    logged_in: LoggedIn, session: Session
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)
    boss.post("/people/new", data=ZOE | {"name": "<script>alert(1)</script>"})

    page = boss.get("/people/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_long_list_of_people_is_turned_over(
    logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    boss = logged_in(Role.ADMINISTRATOR)
    for _ in range(30):
        factories.account()
    session.commit()

    first, second = boss.get("/people/").text, boss.get("/people/?page=2").text

    assert 'rel="next" href="/people/?page=2"' in first
    assert 'rel="prev" href="/people/?page=1"' in second
    assert boss.get("/people/?page=nonsense").status_code == 200
