"""Attempts are counted for all web servers, and by each alone without a Redis."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.accounts.attempts import Attempts
from feedback.config import Settings
from feedback.core.errors import Invalid
from feedback.core.ids import new_public_id

AMOUNT = "2 per 10 minutes"


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of a Redis where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    """The machine's clock, which the counters go by."""
    moment = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=False) as traveller:
        yield traveller


def test_each_is_counted_apart_until_the_window_is_over(
    travel: time_machine.Traveller,
) -> None:
    attempts = Attempts("memory://")

    assert [attempts.count(AMOUNT, "token", "a") for _ in range(2)] == [None, None]
    wait = attempts.count(AMOUNT, "token", "a")

    assert wait is not None
    assert 0 < wait <= 600
    assert attempts.count(AMOUNT, "token", "b") is None
    assert attempts.count(AMOUNT, "password", "a") is None
    travel.shift(timedelta(seconds=wait + 1))
    assert attempts.count(AMOUNT, "token", "a") is None


def test_web_servers_that_share_a_redis_share_the_counts(redis_url: str) -> None:
    first, second, who = Attempts(redis_url), Attempts(redis_url), new_public_id()

    assert first.count(AMOUNT, "token", who) is None
    assert second.count(AMOUNT, "token", who) is None
    assert first.count(AMOUNT, "token", who) is not None
    assert second.count(AMOUNT, "token", who) is not None


def test_whoever_tried_too_often_elsewhere_is_known_here_after_one_try(
    redis_url: str,
) -> None:
    first, second, who = Attempts(redis_url), Attempts(redis_url), new_public_id()
    for _ in range(2):
        first.count(AMOUNT, "token", who)

    assert first.is_over(AMOUNT, "token", who)
    assert not second.is_over(AMOUNT, "token", who)  # who never tried here
    second.count(AMOUNT, "token", who)
    assert second.is_over(AMOUNT, "token", who)


def test_looking_counts_nothing(nobody: str) -> None:
    for url in ("memory://", nobody):
        attempts = Attempts(url)
        attempts.count(AMOUNT, "token", "a")
        assert not any(attempts.is_over(AMOUNT, "token", "a") for _ in range(5))
        attempts.count(AMOUNT, "token", "a")
        assert attempts.is_over(AMOUNT, "token", "a")


def test_a_redis_that_is_away_leaves_each_server_to_count_alone(nobody: str) -> None:
    attempts = Attempts(nobody)

    counted = [attempts.count(AMOUNT, "token", "a") is None for _ in range(3)]

    assert counted == [True, True, False]


@pytest.mark.parametrize(
    ("broker", "limits", "where"),
    [
        ("", "", "memory://"),
        ("amqp://mq", "", "memory://"),
        ("redis://one/0", "", "redis://one/0"),
        ("redis://one/0", "redis://two/0", "redis://two/0"),
        ("amqp://mq", "redis://two/0", "redis://two/0"),
    ],
)
def test_attempts_are_counted_in_the_redis_that_is_there(
    broker: str, limits: str, where: str
) -> None:
    assert Settings(broker_url=broker, limits_url=limits).limits == where


def test_addresses_that_nobody_can_use_stop_the_start() -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_environment(
            {
                "FEEDBACK_BROKER_URL": "http://mq",
                "FEEDBACK_LIMITS_URL": "amqp://mq",
                "FEEDBACK_WORKER_PROCESSES": "0",
            }
        )

    assert refused.value.fields == {
        "FEEDBACK_BROKER_URL": "unknown_address",
        "FEEDBACK_LIMITS_URL": "unknown_address",
        "FEEDBACK_WORKER_PROCESSES": "not_a_value",
    }
