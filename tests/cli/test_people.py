"""feedback people: the first administrator, and the way back in."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.cli import main
from feedback.config import Settings
from feedback.core.pagination import PageRequest
from feedback.db.audit import list_acts
from feedback.db.session import Database
from tests.factories import Factories

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, database: Database) -> Run:
    """The command, in an environment that leads to the test's database."""
    environment = {
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
        "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_COMPANY_NAME": settings.company_name,
    }

    def call(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, ["people", *arguments], input=typed, env=environment
        )

    return call


def log_in(client: FlaskClient, email: str, password: str) -> bool:
    answer = client.post("/account/login", data={"email": email, "password": password})
    return answer.status_code == 302


def test_the_password_printed_opens_the_account(run: Run, client: FlaskClient) -> None:
    added = run("add", "Ada@Example.org", "--name", "Ada", "--role", "administrator")

    assert added.exit_code == 0, added.output
    assert log_in(client, "ada@example.org", added.stdout.strip())
    assert client.get("/people/").status_code == 200


def test_a_password_given_is_not_printed(run: Run, client: FlaskClient) -> None:
    added = run(
        "add",
        "ada@example.org",
        "--name",
        "Ada",
        "--password-stdin",
        typed="four calm words here\n",
    )

    assert added.exit_code == 0
    assert added.stdout == ""
    assert log_in(client, "ada@example.org", "four calm words here")


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (("nobody", "--name", "x"), None, "not_an_address"),
        (("a@example.org", "--name", " "), None, "missing"),
        (("a@example.org", "--name", "x", "--password-stdin"), "short\n", "too_short"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_added(
    arguments: tuple[str, ...], typed: str | None, code: str, run: Run, session: Session
) -> None:
    refused = run("add", *arguments, typed=typed)

    assert refused.exit_code == 1
    assert code in refused.output
    assert session.scalars(select(Account)).all() == []


def test_nobody_is_added_twice(run: Run) -> None:
    run("add", "ada@example.org", "--name", "Ada")

    again = run("add", "ADA@example.org", "--name", "Ada")

    assert again.exit_code == 1
    assert "email_taken" in again.output


def test_everybody_is_listed(run: Run, factories: Factories, session: Session) -> None:
    factories.account(role=Role.MANAGER)
    session.commit()

    listed = run("list")

    assert listed.stdout == "manager1@example.org\tmanager\tinvited\tManager 1\n"


def test_the_last_administrator_keeps_the_role(
    run: Run, factories: Factories, session: Session
) -> None:
    factories.account(role=Role.ADMINISTRATOR)
    session.commit()

    refused = run("role", "administrator1@example.org", "analyst")

    assert refused.exit_code == 1
    assert "last_administrator" in refused.output


def test_a_role_is_changed_and_the_act_logged(
    run: Run, factories: Factories, session: Session
) -> None:
    factories.account(role=Role.MANAGER)
    session.commit()

    changed = run("role", "manager1@example.org", "analyst")

    assert changed.exit_code == 0
    (act,) = list_acts(session, PageRequest()).items
    assert act.action == "role_changed"
    assert act.actor_id is None


def test_a_new_password_ends_sessions_and_takes_the_second_factor_off(
    run: Run, application: Flask, session: Session
) -> None:
    first = run("add", "ada@example.org", "--name", "Ada").stdout.strip()
    browser = application.test_client()
    assert log_in(browser, "ada@example.org", first)
    account = session.scalars(select(Account)).one()
    account.tf_primary_method, account.tf_totp_secret = "authenticator", "secret"
    session.commit()

    second = run("password", "ada@example.org").stdout.strip()

    assert browser.get("/account/profile").status_code == 302
    assert not log_in(application.test_client(), "ada@example.org", first)
    assert log_in(application.test_client(), "ada@example.org", second)


def test_an_unknown_address_is_told(run: Run) -> None:
    refused = run("password", "nobody@example.org")

    assert refused.exit_code == 1
    assert "account" in refused.output
