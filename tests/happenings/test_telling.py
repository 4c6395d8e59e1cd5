"""What happened is told once, with its cause or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.happenings.models import Happening
from feedback.happenings.queries import list_newest, read_happenings
from feedback.happenings.service import (
    LARGEST_DATA,
    SPREAD,
    forget_happenings,
    tell,
)
from feedback.happenings.types import Cause, HappeningType
from feedback.jobs.queries import count_owed
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock

OPENED = HappeningType.CASE_OPENED


def test_what_is_told_is_a_row_and_its_spreading_is_owed_once(
    session: Session, clock: StoppedClock
) -> None:
    for number in range(3):
        tell(session, OPENED, f"case/{number}", {"n": number}, now=clock.now())

    found = list_newest(session, [OPENED], most=10)
    assert [one.subject for one in found] == ["case/2", "case/1", "case/0"]
    assert count_owed(session, (SPREAD,)) == 1


def test_what_is_rolled_back_was_never_told(
    session: Session, clock: StoppedClock
) -> None:
    tell(session, OPENED, "case/1", {}, now=clock.now())
    session.rollback()

    assert list_newest(session, [OPENED], most=10) == ()
    assert count_owed(session, (SPREAD,)) == 0


def test_a_happening_carries_the_rules_that_it_came_about_by(
    session: Session, clock: StoppedClock
) -> None:
    cause = Cause(chain=("first",)).then("second")

    tell(session, OPENED, "case/1", {}, now=clock.now(), cause=cause)

    (found,) = list_newest(session, [OPENED], most=10)
    assert found.cause.chain == ("first", "second")
    assert read_happenings(session, [found.id, 999]) == (found,)


def test_what_is_too_large_for_a_webhook_cannot_be_told(
    session: Session, clock: StoppedClock
) -> None:
    with pytest.raises(ValueError, match="too large"):
        tell(session, OPENED, "case/1", {"x": "é" * LARGEST_DATA}, now=clock.now())


def test_the_worker_spreads_each_happening_once(
    session: Session, clock: StoppedClock, worker: Worker
) -> None:
    for number in range(3):
        tell(session, OPENED, f"case/{number}", {}, now=clock.now())
    session.commit()
    first = clock.now()
    worker.drain()
    clock.advance(minutes=5)
    tell(session, OPENED, "case/later", {}, now=clock.now())
    session.commit()
    worker.drain()

    session.expire_all()
    spread = session.scalars(select(Happening.spread_at).order_by(Happening.id)).all()
    assert spread == [first, first, first, clock.now()]


def test_what_is_long_past_is_forgotten_but_never_before_it_was_spread(
    session: Session, clock: StoppedClock, worker: Worker
) -> None:
    tell(session, OPENED, "case/1", {}, now=clock.now())
    session.commit()
    later = clock.now() + timedelta(days=1)

    assert forget_happenings(session, before=later) == 0
    session.commit()
    worker.drain()
    assert forget_happenings(session, before=later) == 1
