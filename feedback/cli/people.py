"""`feedback people`: the first administrator, and the way back in."""

import secrets
import sys

import click

from feedback.accounts.queries import Standing, get_person_by_email, list_people
from feedback.accounts.roles import Role
from feedback.accounts.service import add_person, change_role, set_password
from feedback.app import create_app
from feedback.cli.environment import open_database, read_settings
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.db.session import Database
from feedback.i18n.locales import SUPPORTED
from feedback.web.login import hash_password

ROLES = click.Choice([role.value for role in Role])


@click.group()
def group() -> None:
    """Add people, change their role, set a new password."""


@group.command()
@click.argument("email")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--role", type=ROLES, default=Role.MANAGER.value, show_default=True)
@click.option("--locale", type=click.Choice(SUPPORTED), help="Language of the pages.")
@click.option("--password-stdin", is_flag=True, help="Read the password from a pipe.")
def add(
    email: str, name: str, role: str, locale: str | None, password_stdin: bool
) -> None:
    """Add a person, and print the password unless it was given."""
    settings = read_settings()
    password = _read_password() if password_stdin else _new_password()
    with open_database(settings) as database:
        hashed = _hash(settings, database, password)
        with database.transaction() as session:
            add_person(
                session,
                email=email,
                name=name,
                role=Role(role),
                locale=locale or settings.locale,
                now=SystemClock().now(),
                password_hash=hashed,
            )
    if not password_stdin:
        click.echo(password)


@group.command("list")
def list_command() -> None:
    """List everybody: address, role, state of the account, name."""
    with open_database(read_settings()) as database:
        number, has_next = 1, True
        while has_next:
            with database.transaction(writes=False) as session:
                page = list_people(
                    session, PageRequest(number=number, size=LARGEST_PAGE)
                )
            for person in page.items:
                click.echo(
                    f"{person.email}\t{person.role}\t{person.standing}\t{person.name}"
                )
            number, has_next = number + 1, page.has_next


@group.command()
@click.argument("email")
@click.argument("role", type=ROLES)
def role(email: str, role: str) -> None:
    """Give a person another role; the last administrator keeps theirs."""
    with (
        open_database(read_settings()) as database,
        database.transaction() as session,
    ):
        person = get_person_by_email(session, email)
        change_role(
            session, person.id, Role(role), actor_id=None, now=SystemClock().now()
        )


@group.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from a pipe.")
def password(email: str, password_stdin: bool) -> None:
    """Set a new password and take the second factor off; print what was made up."""
    settings = read_settings()
    chosen = _read_password() if password_stdin else _new_password()
    with open_database(settings) as database:
        hashed = _hash(settings, database, chosen)
        with database.transaction() as session:
            person = get_person_by_email(session, email)
            set_password(session, person.id, hashed, now=SystemClock().now())
    if person.standing is Standing.CLOSED:
        click.echo("The account is closed; an administrator can reopen it.", err=True)
    if not password_stdin:
        click.echo(chosen)


def _hash(settings: Settings, database: Database, password: str) -> str:
    return hash_password(create_app(settings, database=database), password)


def _new_password() -> str:
    return secrets.token_urlsafe(12)


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\n")
