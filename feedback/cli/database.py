"""`feedback db`: migrate, check, back up and restore the database."""

from pathlib import Path

import click

from feedback import schema
from feedback.cli.environment import open_database, read_settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.backup import restore_backup, write_backup


@click.group()
def group() -> None:
    """Migrate, check, back up and restore the database."""


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


@group.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Write everything to one ZIP file, while people go on working."""
    settings = read_settings()
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_database(settings) as database:
        rows = write_backup(
            database,
            schema.metadata,
            settings.data_dir,
            target,
            now=SystemClock().now(),
        )
    click.echo(f"{target}: {rows} rows")


@group.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(source: Path) -> None:
    """Fill an empty database and data folder from a backup."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with open_database(settings) as database:
        rows = restore_backup(database, schema.metadata, settings.data_dir, source)
    click.echo(f"{source}: {rows} rows")
