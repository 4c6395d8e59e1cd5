"""Working hours: when something is due, and how long it took."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.cases.hours import (
    DAYS,
    Calendar,
    check_calendar,
    due_after,
    from_json,
    read_spans,
    to_json,
    usual_calendar,
    worked,
    write_spans,
)
from feedback.core.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=700)).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    zone = ZoneInfo(
        draw(st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata"]))
    )
    days = []
    for _ in range(DAYS):
        hours = sorted(draw(st.sets(st.integers(0, 23), max_size=4)))
        hours = hours[: len(hours) // 2 * 2]
        spans = zip(hours[::2], hours[1::2], strict=True)
        days.append(tuple((time(begin), time(end)) for begin, end in spans))
    if not any(days):
        days[0] = ((time(9), time(17)),)
    holidays = draw(
        st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20)
    )
    return Calendar(zone=zone, days=tuple(days), holidays=holidays)


@given(calendars(), MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=60)))
def test_what_is_due_after_some_work_has_been_worked_for_so_long(
    calendar: Calendar, start: datetime, work: timedelta
) -> None:
    due = due_after(calendar, start, work)

    assert due >= start
    assert worked(calendar, start, due) == work


@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = worked(calendar, first, middle) + worked(calendar, middle, last)

    assert worked(calendar, first, last) == parts
    assert timedelta(0) <= parts <= last - first
    assert worked(calendar, last, first) == timedelta(0) or last == first


@given(calendars())
def test_a_calendar_that_is_kept_is_read_again(calendar: Calendar) -> None:
    assert from_json(to_json(calendar), zone=calendar.zone) == calendar


def test_friday_evening_is_due_on_monday_and_a_holiday_is_skipped() -> None:
    calendar = usual_calendar(PARIS)
    friday = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)  # 17:00 in Paris

    monday = due_after(calendar, friday, timedelta(hours=4))
    assert monday == datetime(2026, 10, 19, 10, 0, tzinfo=UTC)
    free = Calendar(
        zone=PARIS, days=calendar.days, holidays=frozenset({date(2026, 10, 19)})
    )
    assert due_after(free, friday, timedelta(hours=4)) == monday + timedelta(days=1)


def test_the_night_of_the_change_of_clocks_has_its_true_length() -> None:
    all_night = Calendar(zone=PARIS, days=(((time(0), time(6)),),) * 7)
    night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight; it has 25 hours

    assert worked(all_night, night, night + timedelta(hours=12)) == timedelta(hours=7)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9-12", "09:00-12:00"),
        ("9:00-12:30, 13h30-18h", "09:00-12:30, 13:30-18:00"),
        ("14:00 – 18:00; 8-12", "08:00-12:00, 14:00-18:00"),
        ("", ""),
        ("0:00-24:00", "00:00-23:59"),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, shown: str) -> None:
    assert write_spans(read_spans(text)) == shown


@pytest.mark.parametrize(
    "text", ["nine", "12-9", "9-12, 11-14", "9-25", "8-9,10-11,12-13,14-15,16-17"]
)
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        read_spans(text)


def test_a_calendar_says_what_is_wrong_field_by_field() -> None:
    with pytest.raises(Invalid) as caught:
        check_calendar(["9-12", "x"] + [""] * 5, "25/12/2026", zone=PARIS)
    assert caught.value.fields == {"day_1": "not_hours", "holidays": "not_dates"}

    with pytest.raises(Invalid) as caught:
        check_calendar([""] * 7, "", zone=PARIS)
    assert caught.value.fields == {"day_0": "never_works"}


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        spans = read_spans(text)
    except ValueError:
        return
    assert read_spans(write_spans(spans)) == spans
