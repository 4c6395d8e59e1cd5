"""An engine is told of a job after its commit, and of no other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.db.session import Database
from feedback.jobs.engine import EmbeddedEngine, announce_after_commit
from feedback.jobs.ledger import enqueue
from tests.conftest import StoppedClock

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


class Listening:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def announce(self, job_id: int) -> None:
        """Keep the number."""
        self.told.append(job_id)


@pytest.fixture
def engine(database: Database, clock: StoppedClock) -> Listening:
    listening = Listening()
    announce_after_commit(database.sessions, listening, clock)
    return listening


def owe(
    session: Session, key: str | None = None, *, due_at: datetime = NOW
) -> int | None:
    return enqueue(session, "some.work", {}, due_at=due_at, dedupe_key=key)


def test_jobs_are_announced_once_they_are_committed(
    database: Database, engine: Listening
) -> None:
    with database.session(writes=True) as session:
        first, second = owe(session), owe(session)
        assert engine.told == []
        session.commit()
        assert engine.told == [first, second]
        session.commit()

    assert engine.told == [first, second]


def test_what_was_rolled_back_is_never_announced(
    database: Database, engine: Listening
) -> None:
    with database.session(writes=True) as session:
        owe(session)
        session.rollback()
        kept = owe(session)
        session.commit()

    assert engine.told == [kept]


def test_a_job_that_was_owed_already_is_not_announced_again(
    database: Database, engine: Listening
) -> None:
    with database.transaction() as session:
        first = owe(session, "key")
        assert owe(session, "key") is None

    assert engine.told == [first]


def test_a_job_of_later_is_left_to_the_sweep(
    database: Database, engine: Listening, clock: StoppedClock
) -> None:
    with database.transaction() as session:
        owe(session, due_at=clock.now() + timedelta(seconds=1))

    assert engine.told == []


def test_sessions_of_other_databases_are_none_of_its_business(
    database: Database, engine: Listening
) -> None:
    other = Database(database.url)
    with other.transaction() as session:
        owe(session)
    other.dispose()

    assert engine.told == []


def test_the_embedded_engine_leaves_it_to_the_worker_to_look() -> None:
    EmbeddedEngine().announce(1)
