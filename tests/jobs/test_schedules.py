"""What is planned each month comes due once, in the time of the house."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.jobs.models import Job
from feedback.jobs.schedules import (
    enqueue_planned,
    list_planned,
    next_occurrence,
    plan_monthly,
    unplan,
)
from tests.conftest import StoppedClock

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2099, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)


@given(MOMENTS, st.integers(1, 28), st.integers(0, 23))
def test_the_next_time_is_later_and_within_a_month(
    after: datetime, day: int, hour: int
) -> None:
    moment = next_occurrence(day, hour, after=after, zone=PARIS)

    assert after < moment <= after + timedelta(days=31, hours=2)
    assert moment.tzinfo is UTC
    assert moment.astimezone(PARIS).day == day


@pytest.mark.parametrize(
    ("after", "moment"),
    [
        ("2026-10-15T09:00+00:00", "2026-11-02T06:00+00:00"),  # winter: one hour
        ("2026-07-01T00:00+00:00", "2026-07-02T05:00+00:00"),  # summer: two hours
        ("2026-07-02T05:00+00:00", "2026-08-02T05:00+00:00"),  # now is not later
        ("2026-12-31T23:30+00:00", "2027-01-02T06:00+00:00"),  # the year turns
    ],
)
def test_the_hour_is_that_of_the_house_summer_and_winter(
    after: str, moment: str
) -> None:
    found = next_occurrence(2, 7, after=datetime.fromisoformat(after), zone=PARIS)

    assert found == datetime.fromisoformat(moment)


def plan(session: Session, clock: StoppedClock, **given: int) -> None:
    values = {"day": 2, "hour": 7} | given
    plan_monthly(
        session, "key", "some.work", {"n": 1}, now=clock.now(), zone=PARIS, **values
    )


def test_planning_again_replaces_the_plan(
    session: Session, clock: StoppedClock
) -> None:
    plan(session, clock)
    plan(session, clock, day=5)

    (planned,) = list_planned(session)
    assert planned.day == 5

    unplan(session, "key")
    unplan(session, "key")
    assert list_planned(session) == ()


def test_a_plan_comes_due_once_at_its_moment_and_then_waits_for_the_next(
    session: Session, clock: StoppedClock
) -> None:
    plan(session, clock)
    (planned,) = list_planned(session)

    assert enqueue_planned(session, now=clock.now(), zone=PARIS) == 0
    clock.set(planned.next_due)
    assert enqueue_planned(session, now=clock.now(), zone=PARIS) == 1
    assert enqueue_planned(session, now=clock.now(), zone=PARIS) == 0

    job = session.scalars(select(Job)).one()
    assert job.payload == {"n": 1, "planned_for": planned.next_due.isoformat()}
    assert list_planned(session)[0].next_due > clock.now()


def test_a_machine_that_slept_for_months_owes_the_work_once(
    session: Session, clock: StoppedClock
) -> None:
    plan(session, clock)
    clock.advance(days=200)

    assert enqueue_planned(session, now=clock.now(), zone=PARIS) == 1
    assert enqueue_planned(session, now=clock.now(), zone=PARIS) == 0
    assert list_planned(session)[0].next_due > clock.now()
