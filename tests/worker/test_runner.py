"""The worker: a job's work and its end are one, whatever happens in between."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.db.audit import AuditEntry, record
from feedback.db.session import Database
from feedback.jobs.ledger import claim, enqueue, release_dead, this_process
from feedback.jobs.models import Job, JobState
from feedback.jobs.schedules import list_planned, plan_monthly
from feedback.jobs.work import GiveUp, Handler, Work
from feedback.worker.runner import Worker
from tests.conftest import POSTGRES, StoppedClock
from tests.processes import wait_until

#: the jobs of these tests
NAMES = ("job", "unheard.of")

MakeWorker = Callable[..., Worker]


def leave_mark(work: Work) -> None:
    """Do something that can be counted."""
    record(work.session, "mark", "x", actor_id=None, now=work.now())


def leave_mark_and_fail(work: Work) -> None:
    """Do something, then raise."""
    leave_mark(work)
    work.session.flush()
    raise ValueError("the handler's fault")


@pytest.fixture
def worker_with(
    database: Database, settings: Settings, clock: StoppedClock
) -> MakeWorker:
    """Makes a worker that knows one job, `job`."""

    def make(handler: Handler, *, owner: str = "this") -> Worker:
        return Worker(
            database,
            settings=settings,
            clock=clock,
            handlers={"job": handler},
            owner=owner,
        )

    return make


@pytest.fixture
def owed(session: Session, clock: StoppedClock) -> int:
    """A job that is due."""
    job_id = enqueue(session, "job", {"n": 1}, due_at=clock.now())
    session.commit()
    assert job_id is not None
    return job_id


def job(database: Database) -> Job:
    with database.session(writes=False) as session:
        # the sweep may owe others
        return session.scalars(select(Job).where(Job.name.in_(NAMES))).one()


def marks(database: Database) -> int:
    with database.session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_the_work_and_the_end_of_its_job_are_kept_together(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    seen: list[object] = []

    def handler(work: Work) -> None:
        seen.append((work.job_id, dict(work.payload), work.now()))
        leave_mark(work)

    worker = worker_with(handler)

    assert worker.run_once()
    assert not worker.run_once()

    assert seen == [(owed, {"n": 1}, clock.now())]
    assert marks(database) == 1
    assert job(database).state is JobState.DONE


def test_a_handler_that_raises_leaves_nothing_but_its_error(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    worker_with(leave_mark_and_fail).run_once()

    failed = job(database)
    assert marks(database) == 0
    assert failed.state is JobState.DUE
    assert failed.due_at > clock.now()
    assert "ValueError: the handler's fault" in str(failed.last_error)


def test_a_job_is_tried_again_later_each_time_and_then_stays_failed(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    worker, waits = worker_with(leave_mark_and_fail), []
    while job(database).state is JobState.DUE:
        due = job(database).due_at
        waits.append(due - clock.now())
        clock.set(due)
        assert worker.run_once()

    assert waits == [timedelta(seconds=seconds) for seconds in (0, 5, 10, 20, 40)]
    assert job(database).attempts == 5
    assert job(database).state is JobState.FAILED


def test_giving_up_fails_at_once_with_the_reason_alone(
    owed: int, worker_with: MakeWorker, database: Database
) -> None:
    def handler(work: Work) -> None:
        leave_mark(work)
        raise GiveUp("550 No such mailbox")

    worker_with(handler).run_once()

    assert job(database).state is JobState.FAILED
    assert job(database).last_error == "550 No such mailbox"
    assert marks(database) == 0


def test_a_job_that_nobody_knows_how_to_do_fails_with_its_name(
    session: Session, clock: StoppedClock, worker_with: MakeWorker, database: Database
) -> None:
    enqueue(session, "unheard.of", {}, due_at=clock.now())
    session.commit()

    worker_with(leave_mark).run_once()

    assert "unheard.of" in str(job(database).last_error)


def test_a_worker_whose_lease_was_lost_leaves_nothing(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    def handler(work: Work) -> None:
        # While it sleeps the lease runs out, and another does the whole job.
        work.let_others_write()
        clock.advance(minutes=10)
        assert worker_with(leave_mark, owner="other").run_once()
        leave_mark(work)

    worker_with(handler).run_once()

    assert marks(database) == 1
    assert job(database).owner == "other"
    assert job(database).state is JobState.DONE


def test_a_step_keeps_what_was_done_and_shows_the_progress(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    def handler(work: Work) -> None:
        leave_mark(work)
        work.step(1, 2)
        seen = job(database)
        assert (seen.progress_done, seen.progress_total) == (1, 2)
        assert seen.lease_until == clock.now() + work.lease
        leave_mark(work)
        raise ValueError("after the first step")

    worker_with(handler).run_once()

    assert marks(database) == 1


def test_a_step_after_the_lease_was_lost_keeps_nothing(
    owed: int, worker_with: MakeWorker, database: Database, clock: StoppedClock
) -> None:
    def handler(work: Work) -> None:
        work.let_others_write()
        clock.advance(minutes=10)
        with database.transaction() as session:
            claim(session, owner="other", now=clock.now(), lease=timedelta(seconds=60))
        leave_mark(work)
        with pytest.raises(Conflict, match="lease_lost"):
            work.step(1, 2)
        raise ValueError("gone")

    worker_with(handler).run_once()

    assert marks(database) == 0
    assert job(database).owner == "other"
    assert job(database).state is JobState.RUNNING


def test_a_job_told_of_by_its_number_is_the_one_that_is_done(
    owed: int,
    session: Session,
    clock: StoppedClock,
    worker_with: MakeWorker,
) -> None:
    second = enqueue(session, "job", {"n": 2}, due_at=clock.now())
    session.commit()
    seen: list[object] = []

    worker_with(lambda work: seen.append(work.payload["n"])).run_once(only=second)

    assert seen == [2]


def test_a_worker_that_is_told_to_stop_brings_its_job_to_the_end(
    owed: int, worker_with: MakeWorker, database: Database
) -> None:
    stop, started, go_on = (threading.Event() for _ in range(3))

    def handler(work: Work) -> None:
        started.set()
        assert go_on.wait(10)
        leave_mark(work)

    thread = threading.Thread(target=worker_with(handler).run, args=(stop,))
    thread.start()
    assert started.wait(10)
    stop.set()
    go_on.set()
    thread.join(10)

    assert not thread.is_alive()
    assert job(database).state is JobState.DONE
    assert marks(database) == 1


def test_a_worker_that_starts_takes_up_what_a_dead_process_left(
    owed: int, session: Session, clock: StoppedClock, database: Database
) -> None:
    host = this_process().rpartition(":")[0]
    lease = timedelta(minutes=2)
    claim(session, owner=f"{host}:999999999", now=clock.now(), lease=lease)
    session.commit()

    assert release_dead(session, now=clock.now()) == 1
    session.commit()

    assert job(database).state is JobState.DUE


def test_the_sweep_owes_what_is_planned_and_forgets_what_is_long_done(
    owed: int,
    session: Session,
    clock: StoppedClock,
    worker_with: MakeWorker,
    database: Database,
    settings: Settings,
) -> None:
    worker = worker_with(leave_mark)
    worker.drain()
    plan_monthly(
        session,
        "key",
        "job",
        {},
        day=1,
        hour=6,
        now=clock.now(),
        zone=settings.zone,
    )
    (planned,) = list_planned(session)
    session.commit()

    clock.set(planned.next_due)
    worker.sweep()

    assert job(database).payload["planned_for"] == planned.next_due.isoformat()
    assert job(database).state is JobState.DUE
    assert worker.drain() == 1


@pytest.mark.postgres
def test_a_worker_goes_on_when_the_database_was_away(
    postgres_url: str,
    settings: Settings,
    clock: StoppedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = postgres_url.rpartition("/")[2]
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def let_in(answer: str) -> None:
        with server.connect() as connection:
            connection.execute(
                text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {answer}')
            )
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = :name"
                ),
                {"name": name},
            )

    database, stop = Database(postgres_url), threading.Event()
    worker = Worker(database, settings=settings, clock=clock, handlers={})
    thread = threading.Thread(target=worker.run, args=(stop,))
    let_in("false")
    try:
        thread.start()
        wait_until(lambda: "the database is away" in caplog.text)
    finally:
        let_in("true")
    wait_until(lambda: "the database is there again" in caplog.text)
    stop.set()
    thread.join(10)
    database.dispose()

    assert not thread.is_alive()
