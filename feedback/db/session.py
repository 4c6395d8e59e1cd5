"""Engine, sessions and transactions."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 20
#: under which a connection remembers that it is its turn to write
TURN = "feedback.turn"


def build_engine(url: str) -> Engine:
    """Make an engine with the settings that each kind of database needs.

    SQLite: write-ahead log, foreign keys, and transactions that SQLAlchemy and
    not the driver begins, so that a writer can take its lock at the start and
    wait for its turn, instead of failing half-way with "database is locked".

    Errors do not tell the values of a statement: they may be what a customer said,
    and errors are logged.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            # What was acknowledged outlives a power cut: an answer, an event.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "cache_size=-32000",
            "mmap_size=268435456",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    # Threads of one process wait here, where whoever ends wakes the next; SQLite
    # would have each look again at intervals, and some wait for very long.
    turn = threading.Lock()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        kept = connection.connection.record_info
        if writes and kept is not None and not kept.get(TURN):
            kept[TURN] = turn.acquire(timeout=BUSY_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "checkin")
    def _end_turn(_connection: object, record: ConnectionPoolEntry) -> None:
        if (record.record_info or {}).pop(TURN, False):
            turn.release()

    return engine


class Database:
    """One database: hands out sessions that read and sessions that write."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = build_engine(url)
        self._writing = self.engine.execution_options(writes=True)
        #: makes the sessions of this database; listen here for what happens to them
        self.sessions = sessionmaker(expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    def session(self, *, writes: bool) -> Session:
        """Open a session; one that writes takes SQLite's write lock when it begins."""
        bind = self._writing if writes else self.engine
        return self.sessions(bind=bind)

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Session]:
        """Open a session, commit when the block ends well, roll back when not."""
        with self.session(writes=writes) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
