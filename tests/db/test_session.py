"""Sessions: a block that ends well is kept, one that does not leaves nothing."""

import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict
from feedback.db.audit import AuditEntry, record
from feedback.db.session import Database
from tests.conftest import StoppedClock


def count(database: Database) -> int:
    with database.session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def write(session: Session, clock: StoppedClock) -> None:
    record(session, "act", "subject", actor_id=None, now=clock.now())
    session.flush()


def test_a_block_that_ends_well_is_committed(
    database: Database, clock: StoppedClock
) -> None:
    with database.transaction() as session:
        write(session, clock)

    assert count(database) == 1


def test_a_block_that_raises_leaves_nothing(
    database: Database, clock: StoppedClock
) -> None:
    def fail() -> None:
        with database.transaction() as session:
            write(session, clock)
            raise Conflict("stop")

    with pytest.raises(Conflict):
        fail()

    assert count(database) == 0


def test_a_session_that_is_not_committed_leaves_nothing(
    database: Database, clock: StoppedClock
) -> None:
    with database.session(writes=True) as session:
        write(session, clock)

    assert count(database) == 0


def test_what_was_committed_outlives_a_power_cut(database: Database) -> None:
    asked, wanted = (
        ("PRAGMA synchronous", 2)  # FULL
        if database.is_sqlite
        else ("SHOW synchronous_commit", "on")
    )
    with database.session(writes=False) as session:
        assert session.scalar(text(asked)) == wanted


def test_foreign_keys_are_kept_on_both_databases(
    session: Session, clock: StoppedClock
) -> None:
    record(session, "act", "subject", actor_id=12345, now=clock.now())

    with pytest.raises(IntegrityError):
        session.flush()


def test_writers_wait_for_their_turn_and_readers_do_not(
    database: Database, clock: StoppedClock
) -> None:
    def add() -> None:
        for _ in range(10):
            with database.transaction() as session:
                # reads first: without the lock at the start this would fail half-way
                session.scalar(select(func.count()).select_from(AuditEntry))
                write(session, clock)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    with database.session(writes=False) as reader:
        reader.scalar(text("SELECT 1"))
    for thread in threads:
        thread.join()

    assert count(database) == 40


@pytest.mark.parametrize("end", ["commit", "rollback", "close", "invalidate"])
def test_whoever_ends_a_transaction_gives_the_turn_to_write_on(
    database: Database, clock: StoppedClock, end: str
) -> None:
    def add() -> None:
        with database.transaction() as session:
            write(session, clock)

    first = database.session(writes=True)
    write(first, clock)
    waiting = threading.Thread(target=add)
    waiting.start()
    getattr(first, end)()
    waiting.join(10)

    assert not waiting.is_alive()
    assert count(database) == (2 if end == "commit" else 1)
    first.close()


def test_a_reader_sees_nothing_of_a_writer_that_has_not_ended(
    database: Database, clock: StoppedClock
) -> None:
    with database.session(writes=True) as writer:
        write(writer, clock)
        assert count(database) == 0
        writer.commit()

    assert count(database) == 1
