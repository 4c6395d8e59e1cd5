"""Everything in one file: the rows of every table and the files beside them.

A backup is a ZIP: `feedback.json` says which schema it has, `tables/NAME.jsonl` holds
a table, a row a line, `files/` what lies in the data folder. It does not depend on
the kind of database: what was SQLite may be restored on PostgreSQL.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, func, select, text

from feedback.core.errors import Conflict, Invalid
from feedback.db import migrate
from feedback.db.session import Database

FORMAT = 1
ROWS_AT_ONCE = 2000
#: files of the data folder that are not worth keeping, or are the database itself
LEFT_OUT = ("feedback.db",)


def write_backup(
    database: Database,
    metadata: MetaData,
    data_dir: Path,
    target: Path,
    *,
    now: datetime,
) -> int:
    """Write a backup to `target` and return how many rows it holds.

    All tables are read in one transaction, so that they fit together although people
    go on working. Memory does not grow with the number of rows. `target` appears only
    when it is complete.
    """
    unfinished = target.with_name(target.name + ".part")
    rows = 0
    with (
        database.engine.connect() as connection,
        zipfile.ZipFile(
            unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3
        ) as archive,
    ):
        if not database.is_sqlite:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        revision = MigrationContext.configure(connection).get_current_revision()
        head = {"format": FORMAT, "revision": revision, "at": now.isoformat()}
        archive.writestr("feedback.json", json.dumps(head))
        for table in metadata.sorted_tables:
            rows += _write_table(connection, table, archive)
        for path in sorted(data_dir.rglob("*")):
            if path.is_file() and not path.name.startswith(LEFT_OUT):
                archive.write(path, f"files/{path.relative_to(data_dir)}")
    unfinished.chmod(0o600)
    unfinished.replace(target)
    return rows


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    rows = 0
    query = select(table).execution_options(yield_per=ROWS_AT_ONCE)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
        for row in connection.execute(query).mappings():
            plain = {name: _plain(value) for name, value in row.items()}
            out.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
            rows += 1
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    return value


def restore_backup(
    database: Database, metadata: MetaData, data_dir: Path, source: Path
) -> int:
    """Fill an empty database and data folder from a backup; return how many rows.

    The database is brought to the backup's schema, filled, then to the newest schema;
    the rows in one transaction: all of them, or none.

    Raises:
        Invalid: `backup: not_a_backup`, or `backup: newer_version`.
        Conflict: `database_not_empty`.
    """
    with _opened(source) as archive:
        head = json.loads(archive.read("feedback.json"))
        if head["format"] > FORMAT:
            raise Invalid({"backup": "newer_version"})
        migrate.upgrade(database, head["revision"])
        rows = 0
        with database.engine.execution_options(writes=True).begin() as connection:
            if any(_has_rows(connection, table) for table in metadata.sorted_tables):
                raise Conflict("database_not_empty")
            for table in metadata.sorted_tables:
                rows += _fill(connection, table, archive)
        migrate.upgrade(database)
        for name in archive.namelist():
            if name.startswith("files/"):
                _restore_file(archive, name, data_dir)
    return rows


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(source)
        archive.getinfo("feedback.json")
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise Invalid({"backup": "not_a_backup"}) from error
    return archive


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    name = f"tables/{table.name}.jsonl"
    if name not in archive.namelist():
        return 0
    count = 0
    with archive.open(name) as lines:
        rows = (_typed(table, json.loads(line)) for line in lines)
        for batch in _batches(rows):
            connection.execute(table.insert(), batch)
            count += len(batch)
    if count and connection.dialect.name == "postgresql" and "id" in table.columns:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        newest = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(sequence, newest)))
    return count


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        column.name: _as_column(column, row.get(column.name))
        for column in table.columns
    }


def _as_column(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    if value is None:
        return None
    if issubclass(kind, Enum):
        return kind(value)
    return kind.fromisoformat(value) if issubclass(kind, date) else value


def _restore_file(archive: zipfile.ZipFile, name: str, data_dir: Path) -> None:
    target = (data_dir / name.removeprefix("files/")).resolve()
    if not target.is_relative_to(data_dir.resolve()):
        raise Invalid({"backup": "not_a_backup"})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(archive.read(name))
