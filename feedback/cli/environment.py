"""What commands start from: settings, database, and errors in words."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

import feedback.schema  # noqa: F401 - makes every table known to every command
from feedback.config import Settings
from feedback.core.errors import FeedbackError
from feedback.db.session import Database


def read_settings() -> Settings:
    """Read the settings of this installation.

    Raises:
        ClickException: a setting cannot be read.
    """
    with errors_in_words():
        return Settings.from_environment()


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turn an error of the domain into one line and the exit code 1."""
    try:
        yield
    except FeedbackError as error:
        values = "".join(f" {name}={value}" for name, value in error.values.items())
        raise click.ClickException(f"{error}{values}") from error


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database of the settings and close it at the end."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        with errors_in_words():
            yield database
    finally:
        database.dispose()
