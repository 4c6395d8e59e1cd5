"""Periods: whole days, lower bound in, upper bound out."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.core.periods import (
    Period,
    add_months,
    cover,
    local_day,
    month_of,
    next_month,
    parse_period,
    start_of_day,
)

PARIS = ZoneInfo("Europe/Paris")
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since = draw(DAYS)
    return Period(since, since + timedelta(days=draw(st.integers(1, 1500))))


@st.composite
def whole_months(draw: st.DrawFn) -> Period:
    first = draw(DAYS).replace(day=1)
    return Period(first, add_months(first, draw(st.integers(1, 40))))


def days_of(period: Period) -> list[date]:
    return [period.since + timedelta(days=day) for day in range(period.days)]


@given(periods())
def test_a_cover_is_exactly_its_period_each_day_once(period: Period) -> None:
    cut = cover(period)
    parts = sorted([*cut.months, *cut.days])

    assert [day for part in parts for day in days_of(part)] == days_of(period)
    assert all(part.is_whole_months for part in cut.months)
    assert len(cut.months) <= 1
    assert len(cut.days) <= 2


@given(periods())
def test_days_are_left_over_only_where_no_whole_month_is(period: Period) -> None:
    for part in cover(period).days:
        for first, after in pairwise([*part.months(), next_month(part.until)]):
            assert not (part.since <= first and after <= part.until)


@given(periods())
def test_the_period_before_ends_where_this_one_begins(period: Period) -> None:
    before = period.previous()

    assert before.until == period.since
    if not period.is_whole_months:
        assert before.days == period.days


@given(whole_months())
def test_whole_months_are_compared_with_as_many_whole_months(period: Period) -> None:
    before = period.previous()

    assert before.is_whole_months
    assert len(list(before.months())) == len(list(period.months()))


@given(periods())
def test_what_is_written_is_read_back(period: Period) -> None:
    assert parse_period(str(period)) == period


@given(periods())
def test_every_day_lies_in_one_of_the_months_that_are_touched(period: Period) -> None:
    months = list(period.months())

    assert months == sorted(set(months))
    assert {day.replace(day=1) for day in days_of(period)} == set(months)


@given(st.text(max_size=30))
def test_any_other_text_is_refused_and_never_an_error_of_another_kind(
    text: str,
) -> None:
    try:
        period = parse_period(text)
    except Invalid:
        return

    assert period.days > 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_period"),
        ("2018-13", "not_a_period"),
        ("0000-01", "not_a_period"),
        ("9999-12", "not_a_period"),
        ("1899-12", "not_a_period"),
        ("0001-01-01..9999-12-31", "not_a_period"),
        ("2018-04-01", "not_a_period"),
        ("2018-04-02..2018-04-02", "empty_period"),
        ("2018-04-02..2018-04-01", "empty_period"),
    ],
)
def test_a_period_that_is_none_says_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_period(text)

    assert refused.value.fields == {"period": code}


def test_a_month_is_written_short_and_its_end_is_left_out() -> None:
    april = parse_period("2018-04")

    assert april == Period(date(2018, 4, 1), date(2018, 5, 1))
    assert april.days == 30
    assert april.is_month
    assert str(april) == "2018-04"
    assert month_of(date(2018, 4, 30)) == april
    assert str(april.previous()) == "2018-03"


@given(DAYS, st.integers(-200, 200))
def test_adding_months_and_taking_them_away_comes_back(day: date, months: int) -> None:
    assert add_months(add_months(day, months), -months) == day.replace(day=1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2018, 3, 31, 22, 30, tzinfo=UTC), date(2018, 4, 1)),
        (datetime(2018, 1, 31, 22, 30, tzinfo=UTC), date(2018, 1, 31)),
        (datetime(2018, 1, 31, 23, 0, tzinfo=UTC), date(2018, 2, 1)),
    ],
)
def test_the_day_is_that_of_the_place_and_not_of_greenwich(
    moment: datetime, day: date
) -> None:
    assert local_day(moment, PARIS) == day


@given(DAYS)
def test_a_day_begins_on_that_day_and_not_a_moment_earlier(day: date) -> None:
    start = start_of_day(day, PARIS)

    assert start.tzinfo is UTC
    assert local_day(start, PARIS) == day
    assert local_day(start - timedelta(seconds=1), PARIS) == day - timedelta(days=1)
