"""Events: kept once, in any order, refused by field."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.events import (
    CustomerData,
    faults_of,
    receive,
)
from feedback.collection.models import (
    Event,
)
from feedback.core.errors import Invalid
from tests.collection.happening import happened
from tests.conftest import StoppedClock


def test_an_event_is_kept_once_however_often_it_is_delivered(
    session: Session, clock: StoppedClock
) -> None:
    one, other = happened(1, clock), happened(2, clock)

    (first,) = receive(session, [one], now=clock.now())
    again = receive(session, [one, other, one], now=clock.now())

    assert first.is_new
    assert [receipt.is_new for receipt in again] == [False, True, False]
    assert again[0].public_id == again[2].public_id == first.public_id
    assert session.scalar(select(func.count()).select_from(Event)) == 2


def test_a_second_delivery_with_other_contents_changes_nothing(
    session: Session, clock: StoppedClock
) -> None:
    receive(session, [happened(1, clock)], now=clock.now())
    receive(session, [happened(1, clock, data={"order": "x"})], now=clock.now())

    assert session.scalars(select(Event.data)).all() == [{"order": {"total": 10.0}}]


def test_of_the_same_event_twice_in_one_batch_the_first_is_kept(
    session: Session, clock: StoppedClock
) -> None:
    receipts = receive(
        session,
        [happened(1, clock), happened(1, clock, data={})],
        now=clock.now(),
    )

    assert [one.is_new for one in receipts] == [True, False]
    assert session.scalars(select(Event.data)).all() == [{"order": {"total": 10.0}}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": ""}, {"id": "missing"}),
        ({"source": "s" * 256}, {"source": "too_long"}),
        ({"id": "a\nb"}, {"id": "control_characters"}),
        ({"type": "Order Delivered"}, {"type": "bad_type"}),
        ({"type": "o"}, {"type": "bad_type"}),
        ({"data": {"x": "y" * 65_536}}, {"data": "too_large"}),
        ({"data": {"x": "a\0b"}}, {"data": "not_storable"}),
        ({"data": {"x": "\ud800"}}, {"data": "not_storable"}),
        ({"data": {"x": float("nan")}}, {"data": "not_storable"}),
        ({"data": {"x": 10**400}}, {"data": "not_storable"}),
        (
            {"customer": CustomerData(attributes={"x": "y" * 20_000})},
            {"data.customer": "too_large"},
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    session: Session,
    clock: StoppedClock,
    changes: dict[str, Any],
    expected: dict[str, str],
) -> None:
    bad = happened(1, clock, **changes)

    assert faults_of(bad, now=clock.now()) == expected
    with pytest.raises(Invalid) as caught:
        receive(session, [happened(2, clock), bad], now=clock.now())
    assert caught.value.fields == {f"1.{name}": code for name, code in expected.items()}
    assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_objects_too_deep_are_refused(clock: StoppedClock) -> None:
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"x": deep}

    found = faults_of(happened(1, clock, data=deep), now=clock.now())

    assert found == {"data": "not_storable"}


def test_a_date_may_go_ahead_by_a_day_and_back_by_years(clock: StoppedClock) -> None:
    def said(by: timedelta) -> object:
        one = happened(1, clock, occurred_at=clock.now() + by)
        return faults_of(one, now=clock.now())

    assert said(timedelta(days=1)) == {}
    assert said(timedelta(days=1, seconds=1)) == {"time": "in_the_future"}
    assert said(timedelta(days=-3000)) == {}
