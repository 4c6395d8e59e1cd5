"""When a message is tried again."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.webhooks.schedule import (
    DELAYS,
    JITTER,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    next_attempt,
    read_retry_after,
)

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
WAITS = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def test_ten_attempts_take_seventy_five_hours_and_a_half() -> None:
    assert MOST_ATTEMPTS == 10
    assert sum(DELAYS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@given(st.integers(0, 30), st.integers(), WAITS)
def test_each_attempt_comes_after_its_delay_and_not_much_later(
    made: int, seed: int, asked: timedelta | None
) -> None:
    due = next_attempt(made, now=NOW, rng=random.Random(seed), asked=asked)

    if made >= MOST_ATTEMPTS:
        assert due is None
        return
    assert due is not None
    shortest = max(DELAYS[made], min(asked or timedelta(0), LONGEST_WAIT))
    longest = max(DELAYS[made] * (1 + JITTER), shortest)
    assert shortest <= due - NOW <= longest + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Thu, 15 Oct 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Thu, 15 Oct 2026 08:00:00 GMT", timedelta(0)),
        ("99999999999", LONGEST_WAIT),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_the_wait_that_a_receiver_asks_for_is_read(
    said: str | None, wait: timedelta | None
) -> None:
    assert read_retry_after(said, now=NOW) == wait


@given(st.text(max_size=80))
def test_any_header_is_read_without_an_error(said: str) -> None:
    wait = read_retry_after(said, now=NOW)

    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT
