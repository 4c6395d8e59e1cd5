"""The sweep tells of due jobs that no message tells of, and of no others."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from feedback.config import ROOT
from feedback.db.session import Database
from feedback.jobs.ledger import claim, enqueue
from feedback.worker.runner import Worker
from feedback.worker.sweeper import MOST_AT_ONCE, Sweeper
from tests.conftest import StoppedClock
from tests.worker.waiting import Waiting

LEASE = timedelta(seconds=60)


@pytest.fixture
def messages() -> Waiting:
    return Waiting()


@pytest.fixture
def sweeper(
    worker: Worker, database: Database, messages: Waiting, clock: StoppedClock
) -> Sweeper:
    return Sweeper(worker, database, messages, clock)


def owe(session: Session, clock: StoppedClock, **later: float) -> int:
    job_id = enqueue(session, "job", {}, due_at=clock.now() + timedelta(**later))
    session.commit()
    assert job_id is not None
    return job_id


def test_a_job_whose_message_was_lost_is_told_of(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    lost = [owe(session, clock), owe(session, clock)]

    assert sweeper.look() == 2
    assert messages.told == lost


def test_nothing_is_told_while_enough_messages_wait(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    messages.told.append(owe(session, clock))

    assert sweeper.look() == 0


def test_a_job_of_later_is_told_of_at_its_moment(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    later = owe(session, clock, seconds=5)

    assert sweeper.look() == 0
    clock.advance(seconds=5)
    assert sweeper.look() == 1
    assert messages.told == [later]


def test_a_job_is_told_of_again_when_its_lease_has_run_out(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    job = owe(session, clock)
    claim(session, owner="elsewhere:1", now=clock.now(), lease=LEASE)
    session.commit()

    assert sweeper.look() == 0
    clock.advance(seconds=61)
    assert sweeper.look() == 1
    assert messages.told == [job]


def test_those_due_the_longest_are_told_of_first_and_not_all_at_once(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    last = owe(session, clock)
    for _ in range(MOST_AT_ONCE):
        enqueue(session, "job", {}, due_at=clock.now() - timedelta(seconds=1))
    session.commit()

    assert sweeper.look() == MOST_AT_ONCE
    assert last not in messages.told


def test_the_sweep_goes_on_when_the_broker_comes_back(
    session: Session, clock: StoppedClock, sweeper: Sweeper, messages: Waiting
) -> None:
    job = owe(session, clock)
    messages.is_away = True
    stop = threading.Event()
    thread = threading.Thread(target=sweeper.run, args=(stop,))

    thread.start()
    assert messages.asked.wait(10)
    messages.is_away = False
    assert messages.got.wait(10)
    stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert messages.told == [job]


def test_a_process_that_is_forked_inherits_no_look(
    database_url: str, tmp_path: Path
) -> None:
    # not from here: what other tests left in this process would be forked as well
    forking = [sys.executable, "-m", "tests.worker.forking", database_url]
    done = subprocess.run([*forking, str(tmp_path)], check=False, cwd=ROOT, timeout=90)  # noqa: S603 - our own command

    assert done.returncode == 0
