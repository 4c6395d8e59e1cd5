"""What tests share: a stopped clock, a fresh database of each kind, the application."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from feedback.accounts.roles import Role
from feedback.app import create_app
from feedback.config import Settings
from feedback.db import migrate
from feedback.db.session import Database
from feedback.jobs.broker import Broker, BrokerAway
from feedback.schema import metadata
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.factories import Factories

POSTGRES = os.environ.get(
    "FEEDBACK_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
REDIS = os.environ.get("FEEDBACK_TEST_REDIS", "redis://127.0.0.1:6379/0")
RABBITMQ = os.environ.get(
    "FEEDBACK_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"
)


class StoppedClock:
    """A clock that moves only when a test says so."""

    def __init__(self) -> None:
        self._now = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment at which it stands."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment."""
        self._now = moment

    def advance(self, **by: float) -> None:
        """Move the clock forward, in words of timedelta."""
        self._now += timedelta(**by)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """A database of this test run's own on the PostgreSQL server."""
    name = f"feedback_test_{worker_id}_{os.getpid()}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL server answers at FEEDBACK_TEST_POSTGRES")
    url = POSTGRES.rpartition("/")[0] + f"/{name}"
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()
    yield url
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def broker_that_answers(url: str, variable: str) -> str:
    """Return the address of a broker; skip the test when none is there."""
    queue_name = f"feedback.test.{os.getpid()}"
    broker = Broker(url, queue_name=queue_name)
    try:
        broker.forget()
    except BrokerAway:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no broker answers at {variable}")
    broker.close()
    return url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a Redis."""
    return broker_that_answers(REDIS, "FEEDBACK_TEST_REDIS")


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    """The address of a RabbitMQ."""
    return broker_that_answers(RABBITMQ, "FEEDBACK_TEST_RABBITMQ")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with the newest schema, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "feedback.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    return str(request.getfixturevalue("postgres_url"))


def _empty(database: Database) -> None:
    """Delete every row, and begin to count anew; far quicker than to truncate all."""
    tables = metadata.sorted_tables
    asked = (
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM \"{table.name}\")"  # noqa: S608 - our own names
        for table in tables
    )
    with database.engine.begin() as connection:
        # A transaction that a test left open fails here instead of waiting.
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        filled = set(connection.scalars(text(" UNION ALL ".join(asked))))
        for table in reversed(tables):
            if table.name in filled:
                connection.execute(text(f'LOCK TABLE "{table.name}"'))
                connection.execute(table.delete())
            if table.name in filled and "id" in table.columns:
                connection.execute(
                    text(f'ALTER SEQUENCE "{table.name}_id_seq" RESTART')
                )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    one = Database(database_url)
    yield one
    if not one.is_sqlite:
        _empty(one)
    one.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        database_url=database_url,
        secret_key="a secret of the tests only, long enough to sign with",
        company_name="Essai",
    )


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes; committed only by who says so."""
    with database.session(writes=True) as one:
        yield one


@pytest.fixture
def factories(session: Session, clock: StoppedClock) -> Factories:
    return Factories(session, clock)


@pytest.fixture
def worker(database: Database, settings: Settings, clock: StoppedClock) -> Worker:
    """A worker with the real handlers; `worker.drain()` does what is due."""
    return Worker(database, settings=settings, clock=clock, handlers=HANDLERS)


@pytest.fixture
def application(database: Database, settings: Settings, clock: StoppedClock) -> Flask:
    """The application on the test's database.

    Not named `app`: pytest-flask would push a request context around each test,
    and a session of one request would be seen by the next.
    """
    app = create_app(settings, database=database, clock=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """A browser in which nobody is logged in."""
    return application.test_client()


class LoggedIn:
    """Opens browsers in which a person of a role is logged in."""

    def __init__(self, application: Flask, factories: Factories) -> None:
        self._application = application
        self._factories = factories

    def __call__(self, role: Role, *, locale: str = "en") -> FlaskClient:
        """Return a browser of a new person with this role; commits the session."""
        account = self._factories.account(role=role, locale=locale)
        uniquifier = account.fs_uniquifier
        self._factories.session.commit()
        client = self._application.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = uniquifier
            cookie["_fresh"] = True
            cookie["fs_cc"] = "set"
            cookie["identity.id"] = uniquifier
        return client


@pytest.fixture
def logged_in(application: Flask, factories: Factories) -> LoggedIn:
    return LoggedIn(application, factories)
