"""The ledger: what is owed once, claimed by one, and never lost."""

import os
import socket
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict
from feedback.db.session import Database
from feedback.jobs.ledger import (
    claim,
    enqueue,
    fail,
    finish,
    release_dead,
    renew,
    retry,
)
from feedback.jobs.models import Job, JobState
from tests.conftest import StoppedClock

LEASE = timedelta(seconds=60)


def owe(session: Session, clock: StoppedClock, **options: object) -> int | None:
    return enqueue(session, "some.work", {"n": 1}, due_at=clock.now(), **options)  # type: ignore[arg-type]  # options of each test


def test_a_claimed_job_is_not_given_to_a_second_worker(
    session: Session, clock: StoppedClock
) -> None:
    owe(session, clock)

    first = claim(session, owner="a", now=clock.now(), lease=LEASE)

    assert first is not None
    assert first.payload == {"n": 1}
    assert claim(session, owner="b", now=clock.now(), lease=LEASE) is None


def test_a_job_is_not_claimed_before_it_is_due(
    session: Session, clock: StoppedClock
) -> None:
    enqueue(session, "later", {}, due_at=clock.now() + timedelta(seconds=1))

    assert claim(session, owner="a", now=clock.now(), lease=LEASE) is None
    clock.advance(seconds=1)
    assert claim(session, owner="a", now=clock.now(), lease=LEASE) is not None


def test_a_lease_that_ran_out_passes_on_and_its_old_owner_can_finish_nothing(
    session: Session, clock: StoppedClock
) -> None:
    owe(session, clock)
    lost = claim(session, owner="a", now=clock.now(), lease=LEASE)
    assert lost is not None
    clock.advance(seconds=61)

    taken = claim(session, owner="b", now=clock.now(), lease=LEASE)

    assert taken is not None
    assert taken.attempts == 2
    with pytest.raises(Conflict, match="lease_lost"):
        finish(session, lost.id, owner="a", now=clock.now())
    with pytest.raises(Conflict, match="lease_lost"):
        renew(session, lost.id, owner="a", until=clock.now())
    finish(session, taken.id, owner="b", now=clock.now())


def test_a_key_is_owed_once_while_it_waits_and_again_while_it_runs(
    session: Session, clock: StoppedClock
) -> None:
    assert owe(session, clock, dedupe_key="refresh") is not None
    assert owe(session, clock, dedupe_key="refresh") is None

    claim(session, owner="a", now=clock.now(), lease=LEASE)

    assert owe(session, clock, dedupe_key="refresh") is not None
    assert owe(session, clock, dedupe_key="refresh") is None


def test_a_job_begins_only_when_all_who_count_on_it_can_be_seen(
    database: Database, session: Session, clock: StoppedClock
) -> None:
    if database.is_sqlite:
        pytest.skip("one writer at a time, nobody to be overtaken by")
    owe(session, clock, dedupe_key="refresh")
    session.commit()

    assert owe(session, clock, dedupe_key="refresh") is None
    with database.transaction() as worker:
        assert claim(worker, owner="a", now=clock.now(), lease=LEASE) is None

    session.commit()
    with database.transaction() as worker:
        assert claim(worker, owner="a", now=clock.now(), lease=LEASE) is not None


def test_failures_wait_longer_each_time_and_end_after_the_last_attempt(
    session: Session, clock: StoppedClock
) -> None:
    owe(session, clock, max_attempts=3)
    waits = []
    for _ in range(3):
        job = claim(session, owner="a", now=clock.now(), lease=LEASE)
        assert job is not None
        fail(session, job.id, owner="a", now=clock.now(), error="went wrong")
        row = session.scalars(select(Job)).one()
        waits.append((row.due_at - clock.now()).total_seconds())
        clock.set(max(row.due_at, clock.now()))

    assert waits[:2] == [5, 10]
    assert row.state == JobState.FAILED
    assert row.last_error == "went wrong"
    assert claim(session, owner="a", now=clock.now(), lease=LEASE) is None

    retry(session, row.public_id, now=clock.now())
    assert claim(session, owner="a", now=clock.now(), lease=LEASE) is not None


def test_only_a_failed_job_can_be_tried_again(
    session: Session, clock: StoppedClock
) -> None:
    owe(session, clock)
    row = session.scalars(select(Job)).one()

    with pytest.raises(Conflict, match="job_not_failed"):
        retry(session, row.public_id, now=clock.now())


def test_leases_of_dead_processes_of_this_host_are_given_back_and_others_are_not(
    session: Session, clock: StoppedClock
) -> None:
    host = socket.gethostname()
    for owner in (f"{host}:999999999", f"{host}:{os.getpid()}", "elsewhere:1"):
        owe(session, clock)
        claim(session, owner=owner, now=clock.now(), lease=LEASE)

    assert release_dead(session, now=clock.now()) == 1
    freed = claim(session, owner="a", now=clock.now(), lease=LEASE)
    assert freed is not None
    assert freed.attempts == 2


def test_a_job_that_kills_every_worker_is_failed_at_last_and_others_are_done(
    session: Session, clock: StoppedClock
) -> None:
    owe(session, clock, max_attempts=2)
    for _ in range(8):
        assert claim(session, owner="a", now=clock.now(), lease=LEASE) is not None
        clock.advance(seconds=61)
    other = owe(session, clock)

    taken = claim(session, owner="a", now=clock.now(), lease=LEASE)

    assert taken is not None
    assert taken.id == other
    killer = session.scalars(select(Job).order_by(Job.id)).first()
    assert killer is not None
    assert killer.state == JobState.FAILED
    assert killer.last_error == "its worker ended 8 times in the midst of it"
