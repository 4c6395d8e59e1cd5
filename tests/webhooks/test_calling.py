"""One call: bounded in time and size, to the very address that was checked."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from feedback.webhooks.calling import KEPT_ANSWER, Answer, Caller, Failure
from feedback.webhooks.places import read_networks
from tests.webhooks.receiver import Receiver, Says

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
HERE = read_networks("127.0.0.0/8")


def call(receiver: Receiver, *, timeout: float = 5.0) -> Answer:
    caller = Caller(allowed=HERE, timeout=timeout)
    return caller.call(receiver.url, {"webhook-id": "one"}, b"{}", now=NOW)


def test_a_call_that_is_taken_has_arrived(receiver: Receiver) -> None:
    answer = call(receiver)

    assert answer == Answer(failure=None, status=200, said="ok")
    (got,) = receiver.got
    assert got.path == "/hook?from=feedback"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.body == b"{}"


@pytest.mark.parametrize(
    ("says", "failure"),
    [
        (Says(status=500), Failure.STATUS),
        (Says(status=404), Failure.STATUS),
        (Says(status=410), Failure.GONE),
        (Says(status=301, headers={"Location": "/"}), Failure.REDIRECTED),
    ],
)
def test_what_is_not_taken_has_its_reason(
    receiver: Receiver, says: Says, failure: Failure
) -> None:
    receiver.says = says

    assert call(receiver).failure == failure


def test_a_redirection_to_this_machine_is_not_followed(receiver: Receiver) -> None:
    elsewhere = {"Location": f"http://127.0.0.1:{receiver.port}/secret"}
    receiver.says = Says(status=307, headers=elsewhere)

    assert call(receiver).failure == Failure.REDIRECTED
    assert [one.path for one in receiver.got] == ["/hook?from=feedback"]


def test_a_receiver_that_says_nothing_is_left(receiver: Receiver) -> None:
    receiver.says = Says(hangs=True)

    assert call(receiver, timeout=0.3).failure == Failure.TIMEOUT


def test_of_an_answer_without_end_no_more_is_heard_than_there_is_time(
    receiver: Receiver,
) -> None:
    receiver.says = Says(trickles=True)

    answer = call(receiver, timeout=0.5)
    assert answer.status == 200
    assert len(answer.said) < 50


def test_of_a_huge_answer_the_beginning_is_kept(receiver: Receiver) -> None:
    receiver.says = Says(body=b"\x00\n<b>x</b>" + b"y" * 5_000_000)

    answer = call(receiver)
    assert answer.failure is None
    assert len(answer.said) == KEPT_ANSWER
    assert "\x00" not in answer.said


def test_the_wait_that_is_asked_for_is_known(receiver: Receiver) -> None:
    receiver.says = Says(status=429, headers={"Retry-After": "90"})

    assert call(receiver).wait == timedelta(seconds=90)


def test_where_nobody_listens_nothing_arrives(receiver: Receiver) -> None:
    caller = Caller(allowed=HERE)

    answer = caller.call("http://127.0.0.1:9/", {}, b"{}", now=NOW)
    assert answer.failure == Failure.UNREACHABLE
    assert answer.said


def test_a_private_address_is_refused_as_it_is_reached(receiver: Receiver) -> None:
    answer = Caller().call(receiver.url, {}, b"{}", now=NOW)

    assert answer.failure == Failure.PRIVATE
    assert receiver.got == []


def test_a_name_that_leads_to_this_machine_is_refused(receiver: Receiver) -> None:
    url = f"https://localhost:{receiver.port}/"

    assert Caller().call(url, {}, b"{}", now=NOW).failure == Failure.PRIVATE
    assert receiver.got == []


def test_a_host_is_looked_up_once_and_that_address_is_reached(
    receiver: Receiver,
) -> None:
    """A name that leads elsewhere at each question cannot lead astray."""
    asked = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.2",)

    caller = Caller(allowed=read_networks("127.0.0.1/32"), resolve=resolve)
    url = f"http://rebinding.example:{receiver.port}/hook"

    assert caller.call(url, {}, b"{}", now=NOW).failure is None
    assert asked == ["rebinding.example"]
    assert receiver.got[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_to_the_open_internet_nothing_goes_unencrypted(receiver: Receiver) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return ("93.184.216.34",)

    caller = Caller(allowed=HERE, resolve=resolve)
    answer = caller.call("http://example.org/", {}, b"{}", now=NOW)

    assert answer.failure == Failure.NOT_ENCRYPTED


def test_who_does_not_prove_who_he_is_gets_nothing(receiver: Receiver) -> None:
    url = receiver.url.replace("http://", "https://")

    answer = Caller(allowed=HERE, timeout=3).call(url, {}, b"{}", now=NOW)
    assert answer.failure in {Failure.UNREACHABLE, Failure.TIMEOUT}
    assert receiver.got == []
