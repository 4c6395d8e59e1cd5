"""Whoever commits never waits for a broker, and a broker that is away loses no job."""

import logging
import os
import socket
from collections.abc import Iterator

import pytest

from feedback.config import Settings
from feedback.jobs.broker import Broker, BrokerAway, CeleryEngine
from feedback.jobs.engine import EmbeddedEngine, engine_for
from tests.processes import wait_until

SCHEMES = ("redis", "amqp")


@pytest.fixture(params=["redis_url", "rabbitmq_url"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a broker of each kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def queue_name(request: pytest.FixtureRequest) -> str:
    return f"feedback.test.{os.getpid()}.{abs(hash(request.node.nodeid))}"


@pytest.fixture
def broker(url: str, queue_name: str) -> Iterator[Broker]:
    one = Broker(url, queue_name=queue_name)
    yield one
    one.forget()
    one.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


@pytest.fixture
def closed() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


def test_messages_wait_until_somebody_takes_them(broker: Broker) -> None:
    assert broker.waiting() == 0

    broker.send(7)
    broker.send(8)

    wait_until(lambda: broker.waiting() == 2)


def test_an_engine_carries_ids_beside_whoever_announces_them(
    broker: Broker, url: str, queue_name: str
) -> None:
    engine = CeleryEngine(url, queue_name=queue_name)

    for job_id in range(50):
        engine.announce(job_id)

    wait_until(lambda: broker.waiting() == 50)


def test_an_engine_goes_on_in_a_process_that_was_forked(
    broker: Broker, url: str, queue_name: str
) -> None:
    engine = CeleryEngine(url, queue_name=queue_name)
    engine.announce(1)
    wait_until(lambda: broker.waiting() == 1)

    child = os.fork()
    if child == 0:
        try:
            engine.announce(2)
            wait_until(engine.is_idle)
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    wait_until(lambda: broker.waiting() == 2)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("fault", ["silent", "closed"])
def test_a_broker_that_does_not_answer_is_told_of_and_not_waited_for(
    scheme: str, fault: str, request: pytest.FixtureRequest
) -> None:
    broker = Broker(
        f"{scheme}://127.0.0.1:{request.getfixturevalue(fault)}", queue_name="x"
    )

    with pytest.raises(BrokerAway):
        broker.send(1)
    with pytest.raises(BrokerAway):
        broker.waiting()


def test_that_a_broker_is_away_is_said_once(
    closed: int, caplog: pytest.LogCaptureFixture
) -> None:
    engine = CeleryEngine(f"redis://127.0.0.1:{closed}/0", queue_name="x")

    with caplog.at_level(logging.WARNING):
        for job_id in range(20):
            engine.announce(job_id)
        wait_until(engine.is_idle)

    assert [record.message for record in caplog.records] == ["the broker is away"]


def test_without_a_broker_nobody_is_told() -> None:
    assert isinstance(engine_for(Settings()), EmbeddedEngine)
    assert isinstance(engine_for(Settings(broker_url="redis://x")), CeleryEngine)
