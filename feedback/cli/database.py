"""`feedback db`: migrate and check the database."""

import click

from feedback import schema
from feedback.cli.environment import open_database, read_settings
from feedback.db import migrate


@click.group()
def group() -> None:
    """Migrate and check the database."""


@group.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema."""
    with open_database(read_settings()) as database:
        migrate.upgrade(database)


@group.command()
def check() -> None:
    """Tell whether the database is what the models say; exit code 1 when not."""
    with open_database(read_settings()) as database:
        differing = migrate.differences(database, schema.metadata)
    for difference in differing:
        click.echo(difference)
    if differing:
        raise click.ClickException("models and database differ")
