"""Bring a database to the newest schema, and tell when models and schema differ."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from feedback.db.session import Database

MIGRATIONS = Path(__file__).with_name("migrations")
#: what a database engine keeps for itself: tables and columns of the full-text index
ENGINE_TABLES = "verbatim_fts"
#: PostgreSQL's number for the lock of whoever migrates
UPGRADING = 20_261_121


def _config(connection: Connection, metadata: MetaData | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    config.attributes["include_name"] = _is_ours
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing; all of them, or none.

    Machines that start at the same time wait for the first of them.
    """
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADING})")
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Undo the migrations after `revision`."""
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(_config(connection), revision)


def differences(database: Database, metadata: MetaData) -> list[Any]:
    """Return what a migration would have to change for the models to be true."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": _is_ours, "compare_type": True},
        )
        return list(compare_metadata(context, metadata))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    if name is None:
        return True
    return not (kind in {"table", "index", "column"} and name.startswith(ENGINE_TABLES))


def write_migration(database: Database, metadata: MetaData, message: str) -> None:
    """Write the next migration from what differs, to be read and completed by hand."""
    with database.engine.connect() as connection:
        command.revision(
            _config(connection, metadata), message=message, autogenerate=True
        )
