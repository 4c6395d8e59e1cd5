"""A backup holds everything, and a restore gives it back, on any kind of database."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.db import migrate
from feedback.db.backup import restore_backup, write_backup
from feedback.db.session import Database
from feedback.schema import metadata
from tests.conftest import StoppedClock
from tests.factories import Factories


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                )
            ]
            for table in metadata.sorted_tables
        }


def test_what_is_restored_equals_what_was_backed_up(
    database: Database,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    tmp_path: Path,
) -> None:
    point = factories.touchpoint()
    factories.account()
    for number in range(25):
        factories.feedback(
            point, text=f"Très bien n° {number} « été »", nps=number % 11
        )
    session.commit()
    (tmp_path / "data" / "imports").mkdir(parents=True)
    (tmp_path / "data" / "imports" / "a.csv").write_text("é;1")
    target = tmp_path / "backup.zip"

    rows = write_backup(database, metadata, tmp_path / "data", target, now=clock.now())

    fresh = Database(f"sqlite:///{tmp_path}/fresh.db")
    restored = restore_backup(fresh, metadata, tmp_path / "elsewhere", target)
    assert restored == rows > 75
    assert everything(fresh) == everything(database)
    assert (tmp_path / "elsewhere" / "imports" / "a.csv").read_text() == "é;1"
    assert migrate.differences(fresh, metadata) == []
    fresh.dispose()


def test_work_goes_on_after_a_restore(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    source = Database(f"sqlite:///{tmp_path}/source.db")
    migrate.upgrade(source)
    with source.transaction() as session:
        Factories(session, clock).feedback(text="avant", nps=3)
    write_backup(
        source, metadata, tmp_path / "data", tmp_path / "b.zip", now=clock.now()
    )
    source.dispose()

    restore_backup(database, metadata, tmp_path / "elsewhere", tmp_path / "b.zip")

    with database.transaction() as session:
        factories = Factories(session, clock)
        factories._count = 1000
        factories.feedback(text="après", nps=9)


def test_a_database_that_holds_something_is_not_overwritten(
    database: Database,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    tmp_path: Path,
) -> None:
    factories.account()
    session.commit()
    write_backup(
        database, metadata, tmp_path / "d", tmp_path / "b.zip", now=clock.now()
    )

    with pytest.raises(Conflict, match="database_not_empty"):
        restore_backup(database, metadata, tmp_path / "e", tmp_path / "b.zip")


def test_a_file_that_is_no_backup_is_refused(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "b.zip").write_text("not a zip")

    with pytest.raises(Invalid, match="not_a_backup"):
        restore_backup(database, metadata, tmp_path / "e", tmp_path / "b.zip")
