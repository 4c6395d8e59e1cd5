"""Migrations: up from nothing, down to nothing, and what the models say."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from feedback.db import migrate
from feedback.db.session import Database
from feedback.schema import metadata
from tests.conftest import POSTGRES


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, worker_id: str
) -> Iterator[Database]:
    """A database without a table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        database.dispose()
        return
    request.getfixturevalue("postgres_url")  # skips when no server answers
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"feedback_migrate_{worker_id}_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = Database(POSTGRES.rpartition("/")[0] + f"/{name}")
    yield database
    database.dispose()
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_exactly_what_the_models_say(empty: Database) -> None:
    assert migrate.differences(empty, metadata) != []

    migrate.upgrade(empty)

    assert migrate.differences(empty, metadata) == []
    assert {table.name for table in metadata.sorted_tables} <= tables(empty)


def test_migrating_twice_changes_nothing(empty: Database) -> None:
    migrate.upgrade(empty)
    before = tables(empty)

    migrate.upgrade(empty)

    assert tables(empty) == before


def test_going_down_leaves_nothing_behind_and_up_works_again(empty: Database) -> None:
    migrate.upgrade(empty)

    migrate.downgrade(empty, "base")
    assert tables(empty) == set()

    migrate.upgrade(empty)
    assert migrate.differences(empty, metadata) == []


def test_a_table_that_no_migration_makes_is_told(database: Database) -> None:
    wanted = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(wanted)
    Table("forgotten", wanted, Column("id", Integer, primary_key=True))

    differing = migrate.differences(database, wanted)

    assert any("forgotten" in str(difference) for difference in differing)


def test_a_migration_that_is_missing_is_written_from_the_models(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    shutil.copy(sqlite_template, tmp_path / "copy.db")
    database = Database(f"sqlite:///{tmp_path}/copy.db")
    wanted = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(wanted)
    Table("new_thing", wanted, Column("id", Integer, primary_key=True))
    before = set((folder / "versions").glob("*.py"))

    migrate.write_migration(database, wanted, "new thing")
    database.dispose()

    (written,) = set((folder / "versions").glob("*.py")) - before
    assert "new_thing" in written.read_text()
