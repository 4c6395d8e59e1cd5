"""The counts hold what was said, whatever was counted when."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.insights.models import Grain
from feedback.insights.refresh import refresh_days, refresh_stale, stale_months
from feedback.voice.intake import mark_stale
from feedback.voice.models import Feedback, Mention, Rating, StaleDay, Verbatim
from feedback.worker.runner import Worker
from tests.factories import Factories
from tests.insights.scattered import naive_counts, scatter, stored_counts

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)
# Three months, of which two are touched at their edges only.
DAYS = [date(2026, 7, 29) + timedelta(days=number) for number in range(0, 40, 2)]


@pytest.fixture
def journey_id(session: Session, factories: Factories) -> int:
    """A journey with scattered feedback, beside another whose counts stand."""
    journeys = [factories.journey() for _ in range(2)]
    for number, journey in enumerate(journeys):
        scatter(
            session,
            Random(number),
            journey_id=journey.id,
            touchpoints=[
                factories.touchpoint(factories.phase(journey)).id for _ in range(3)
            ],
            personas=(None, factories.persona(journey).id),
            days=DAYS,
            n=120,
        )
    refresh_days(session, journeys[1].id, DAYS)
    return journeys[0].id


def _assert_right(session: Session) -> None:
    for grain, when in (
        (Grain.DAY, lambda day: day),
        (Grain.MONTH, lambda day: day.replace(day=1)),
    ):
        expected = naive_counts(session, when)
        found = stored_counts(session, grain)
        for cube, rows in expected.items():
            assert found[cube].keys() == rows.keys()
            for key, values in rows.items():
                assert found[cube][key] == pytest.approx(values)


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_equal_a_naive_count_in_whatever_order_days_are_counted(
    session: Session, journey_id: int, seed: int
) -> None:
    rng = Random(seed)
    days = rng.sample(DAYS, k=len(DAYS))
    while days:
        size = rng.randint(1, 7)
        part, days = days[:size], days[size:]
        refresh_days(session, journey_id, part)

    _assert_right(session)


def test_counting_twice_changes_nothing(session: Session, journey_id: int) -> None:
    refresh_days(session, journey_id, DAYS)
    refresh_days(session, journey_id, DAYS[:5])
    refresh_days(session, journey_id, reversed(DAYS))

    _assert_right(session)


def test_what_was_corrected_or_taken_away_is_not_counted_any_more(
    session: Session, journey_id: int
) -> None:
    refresh_days(session, journey_id, DAYS)
    day = DAYS[4]
    session.execute(update(Mention).where(Mention.day == day).values(rejected=True))
    gone = select(Feedback.id).where(
        Feedback.day == DAYS[5], Feedback.journey_id == journey_id
    )
    verbatims = select(Verbatim.id).where(Verbatim.feedback_id.in_(gone))
    session.execute(delete(Mention).where(Mention.verbatim_id.in_(verbatims)))
    session.execute(delete(Verbatim).where(Verbatim.feedback_id.in_(gone)))
    session.execute(delete(Rating).where(Rating.feedback_id.in_(gone)))
    session.execute(
        delete(Feedback).where(
            Feedback.day == DAYS[5], Feedback.journey_id == journey_id
        )
    )
    other = session.scalars(select(Feedback.journey_id).distinct()).all()

    for one in other:
        refresh_days(session, one, [day, DAYS[5]])

    _assert_right(session)


def test_marked_days_are_counted_and_unmarked_and_no_others(
    session: Session, journey_id: int
) -> None:
    mark_stale(session, journey_id, DAYS, now=NOW)
    mark_stale(session, journey_id, DAYS[:3], now=NOW)
    months = stale_months(session, journey_id)
    assert [str(month) for month in months] == ["2026-07", "2026-08", "2026-09"]

    refresh_stale(session, journey_id, months[0])
    assert {row[0] for row in stored_counts(session, Grain.DAY)["occasions"]} >= set(
        DAYS[:2]
    )
    assert stale_months(session, journey_id) == months[1:]


def test_the_worker_counts_all_that_was_recorded(
    session: Session, factories: Factories, worker: Worker
) -> None:
    point = factories.touchpoint()
    for number in range(5):
        factories.feedback(point, nps=number, said_at=NOW - timedelta(days=20 * number))
    session.commit()

    worker.drain()

    session.rollback()
    _assert_right(session)
    assert session.scalar(select(func.count()).select_from(StaleDay)) == 0
