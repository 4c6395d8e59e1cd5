"""Quiet hours and windows: no one is asked in them, nor later than need be."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.collection.timing import (
    EVERY_DAY,
    QuietTimes,
    SendWindow,
    is_allowed,
    next_allowed,
)

PARIS = ZoneInfo("Europe/Paris")
NIGHTS = QuietTimes(since=time(20), until=time(9), days=frozenset({6}))
#: zones whose clocks change at midnight, by half an hour, far east and not at all
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Asia/Kolkata",
        "Atlantic/Azores",
    )
]

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
days = st.frozensets(st.integers(0, 6), max_size=6)
quiet_times = st.none() | st.builds(QuietTimes, since=clocks, until=clocks, days=days)
windows = st.none() | st.builds(
    lambda one, other, on: SendWindow(
        days=on, since=min(one, other), until=max(one, other) if one != other else None
    ),
    clocks,
    clocks,
    st.frozensets(st.integers(0, 6), min_size=1),
)
moments = st.builds(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(0, 3 * 365 * 24 * 60),
) | st.builds(
    # around changes of the hour
    lambda start, minutes: start + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 1, tzinfo=UTC),
            datetime(2026, 3, 8, 7, tzinfo=UTC),
            datetime(2026, 9, 6, 4, tzinfo=UTC),
            datetime(2026, 4, 4, 15, tzinfo=UTC),
        ]
    ),
    st.integers(-48 * 60, 48 * 60),
)


def here(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-10-15 10:00", "2026-10-15 10:00"),
        ("2026-10-15 09:00", "2026-10-15 09:00"),
        ("2026-10-15 08:59", "2026-10-15 09:00"),
        ("2026-10-15 20:00", "2026-10-16 09:00"),
        ("2026-10-15 23:30", "2026-10-16 09:00"),
        # a Saturday evening waits through the Sunday
        ("2026-10-17 20:30", "2026-10-19 09:00"),
        ("2026-10-18 12:00", "2026-10-19 09:00"),
        # the night before the hour is put back, which is a Sunday
        ("2026-10-24 21:00", "2026-10-26 09:00"),
    ],
)
def test_nights_and_sundays_are_quiet(asked: str, allowed: str) -> None:
    assert next_allowed(here(asked), PARIS, NIGHTS) == here(allowed)


def test_a_person_is_asked_by_their_own_clock() -> None:
    moment = datetime(2026, 10, 15, 22, tzinfo=UTC)

    assert next_allowed(moment, ZoneInfo("America/New_York"), NIGHTS) == moment
    assert next_allowed(moment, PARIS, NIGHTS) == here("2026-10-16 09:00")


def test_a_window_narrows_what_the_quiet_hours_leave() -> None:
    window = SendWindow(days=frozenset({1, 3}), since=time(17), until=time(19))

    found = next_allowed(here("2026-10-15 19:00"), PARIS, NIGHTS, window)

    assert found == here("2026-10-20 17:00")


def test_nothing_is_found_where_no_moment_of_the_week_is_allowed() -> None:
    at_night = SendWindow(since=time(21), until=time(22))

    assert next_allowed(here("2026-10-15 10:00"), PARIS, NIGHTS, at_night) is None
    assert (
        next_allowed(here("2026-10-15 10:00"), PARIS, QuietTimes(days=EVERY_DAY), None)
        is None
    )


def test_an_hour_that_the_clock_leaps_over_ends_at_the_leap() -> None:
    quiet = QuietTimes(since=time(1), until=time(2, 30), days=frozenset())

    found = next_allowed(here("2026-03-29 01:30"), PARIS, quiet)

    assert found == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00 on the clock


def test_a_change_of_the_clock_days_ahead_delays_nothing() -> None:
    santiago = ZoneInfo("America/Santiago")  # puts its clock back at midnight
    window = SendWindow(since=time(1))
    moment = here("2025-04-05 00:30", santiago)

    assert next_allowed(moment, santiago, None, window) == here(
        "2025-04-05 01:00", santiago
    )


def test_without_any_rule_every_moment_is_allowed() -> None:
    moment = here("2026-10-18 03:00")

    assert next_allowed(moment, PARIS, None) == moment


@given(moments, st.sampled_from(ZONES), quiet_times, windows)
def test_what_is_found_is_allowed_and_not_in_the_past(
    moment: datetime,
    zone: ZoneInfo,
    quiet: QuietTimes | None,
    window: SendWindow | None,
) -> None:
    found = next_allowed(moment, zone, quiet, window)

    if found is not None:
        assert found >= moment
        assert is_allowed(found, zone, quiet, window)
        assert next_allowed(found, zone, quiet, window) == found


@settings(max_examples=200, deadline=None)
@given(moments, st.sampled_from(ZONES), quiet_times, windows)
def test_no_earlier_minute_was_allowed(
    moment: datetime,
    zone: ZoneInfo,
    quiet: QuietTimes | None,
    window: SendWindow | None,
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    found = next_allowed(moment, zone, quiet, window)

    # every bound of these examples lies on a quarter of an hour
    until = found or moment + timedelta(days=8)
    step = moment
    while step < until:
        assert not is_allowed(step, zone, quiet, window)
        quarter = timedelta(minutes=15 - step.minute % 15)
        step += quarter
