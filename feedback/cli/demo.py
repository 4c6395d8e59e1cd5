"""`feedback demo`: the demonstration company."""

import click
from flask_security import hash_password
from sqlalchemy.orm import Session

from feedback.app import create_app
from feedback.cli.environment import open_database, read_settings
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.errors import Conflict
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.loading import load


@click.group()
def group() -> None:
    """Look around with a made-up company."""


@group.command("load")
def load_command() -> None:
    """Fill an empty installation with the demonstration company."""
    settings = read_settings()
    with open_database(settings) as database:
        migrate.upgrade(database)
        load_demonstration(database, settings)


def load_demonstration(database: Database, settings: Settings) -> None:
    """Load the demonstration and print its log-ins.

    Raises:
        Conflict: `not_empty`.
    """
    with database.transaction() as session:
        _load(session, database, settings)


def load_at_first_start(database: Database, settings: Settings) -> None:
    """Load the demonstration unless somebody has an account already."""
    try:
        load_demonstration(database, settings)
    except Conflict as error:
        if error.code != "not_empty":
            raise


def _load(session: Session, database: Database, settings: Settings) -> None:
    with create_app(settings, database=database).app_context():
        log_ins = load(
            session,
            settings=settings,
            now=SystemClock().now(),
            hash_password=hash_password,
        )
    click.echo("Demonstration log-ins, with passwords made just now:")
    for one in log_ins:
        person = one.person
        click.echo(f"    {person.role:<14} {person.email:<24} {one.password}")
