"""Messages from their cause to the receiver: kept, tried again, replayed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.core.pagination import PageRequest
from feedback.happenings.models import Happening
from feedback.happenings.service import LARGEST_DATA, forget_happenings, tell
from feedback.happenings.types import HappeningType
from feedback.jobs.models import Job
from feedback.webhooks.delivering import (
    DELIVER,
    owe_missed,
    replay,
    replay_dead,
    send_test,
    take_happenings,
)
from feedback.webhooks.endpoints import (
    change_endpoint,
    renew_secret,
    resume_endpoint,
    secrets_of,
    stop_endpoint,
)
from feedback.webhooks.models import WebhookDelivery
from feedback.webhooks.places import read_networks
from feedback.webhooks.queries import (
    AttemptRead,
    DeliveryRead,
    get_endpoint,
    list_attempts,
    list_deliveries,
)
from feedback.webhooks.schedule import MOST_ATTEMPTS
from feedback.webhooks.signatures import is_signed
from feedback.webhooks.terms import DeliveryState, Stopped
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.webhooks.conftest import HERE
from tests.webhooks.receiver import Receiver, Says


def opened(session: Session, clock: StoppedClock, subject: str = "case/1") -> str:
    kind = HappeningType.CASE_OPENED
    public_id = tell(session, kind, subject, {"reason": "low_score"}, now=clock.now())
    session.commit()
    return public_id


def deliveries(session: Session, endpoint: str) -> tuple[DeliveryRead, ...]:
    session.expire_all()
    return list_deliveries(session, endpoint, PageRequest()).items


def attempts(session: Session, endpoint: str) -> tuple[AttemptRead, ...]:
    (delivery,) = deliveries(session, endpoint)
    return list_attempts(session, delivery.public_id)


def work_until(worker: Worker, clock: StoppedClock, session: Session) -> None:
    """Do all that is due, moment after moment, until nothing is owed."""
    worker.drain()
    for _ in range(60):
        session.rollback()
        due = session.scalar(
            select(func.min(Job.due_at)).where(Job.name == DELIVER, Job.state == "due")
        )
        session.rollback()
        if due is None:
            return
        clock.set(max(due, clock.now()))
        worker.drain()


def test_what_happened_is_told_signed_as_a_cloud_event(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
    settings: Settings,
) -> None:
    happening = opened(session, clock)
    worker.drain()

    (got,) = receiver.got
    assert json.loads(got.body) == {
        "specversion": "1.0",
        "id": happening,
        "source": settings.base_url,
        "type": "fr.voc.case.opened.v1",
        "subject": "case/1",
        "time": "2026-10-15T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {"reason": "low_score"},
    }
    (secret,) = secrets_of(
        session, endpoint, sealing=settings.secret(), now=clock.now()
    )
    assert is_signed(got.headers, got.body, secret=secret, now=clock.now())
    assert got.headers["webhook-id"] == happening
    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DELIVERED


def test_who_did_not_ask_for_a_type_is_not_told_of_it(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    kind = HappeningType.ALERT_RAISED
    tell(session, kind, "alert/1", {}, now=clock.now())
    session.commit()
    worker.drain()

    assert receiver.got == []
    assert deliveries(session, endpoint) == ()


def test_taken_twice_it_is_owed_once(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    opened(session, clock)
    numbers = session.scalars(select(Happening.id)).all()
    for _ in range(2):
        take_happenings(session, numbers, source="https://a.example", now=clock.now())
    session.commit()
    worker.drain()

    assert len(receiver.got) == 1
    assert len(deliveries(session, endpoint)) == 1


def test_a_receiver_that_is_down_for_a_day_gets_everything_when_it_is_up(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=503, body=b"maintenance")
    began = clock.now()
    first = opened(session, clock)
    session.rollback()
    for _ in range(60):
        session.rollback()
        due = session.scalars(
            select(Job.due_at).where(Job.name == DELIVER, Job.state == "due")
        ).first()
        session.rollback()
        if due is not None and due > began + timedelta(days=1):
            break
        clock.set(max(due or clock.now(), clock.now()))
        worker.drain()

    tried = [one.at - began for one in reversed(attempts(session, endpoint))]
    plain = [0, 5, 305, 2105, 9305, 27305, 63305]
    assert len(tried) == len(plain)
    for took, least in zip(tried, plain, strict=True):
        assert timedelta(seconds=least) <= took <= timedelta(seconds=least * 1.1 + 1)
    assert attempts(session, endpoint)[0].said == "maintenance"

    receiver.says = Says()
    session.rollback()
    work_until(worker, clock, session)
    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DELIVERED
    assert set(receiver.ids()) == {first}
    assert {one.body for one in receiver.got} == {receiver.got[0].body}


def test_what_never_arrives_is_given_up_after_ten_attempts_and_kept(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=500, body=b"boom " * 1000)
    began = clock.now()
    opened(session, clock)
    work_until(worker, clock, session)

    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DEAD
    assert delivery.attempts == MOST_ATTEMPTS == len(receiver.got)
    assert clock.now() - began > timedelta(hours=75)
    assert [one.status for one in attempts(session, endpoint)] == [500] * 10

    receiver.says = Says()
    replay(session, delivery.public_id, now=clock.now())
    session.commit()
    worker.drain()
    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DELIVERED
    assert len(set(receiver.ids())) == 1


def test_all_that_was_given_up_is_replayed_at_once(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=500)
    told = [opened(session, clock, f"case/{number}") for number in range(4)]
    work_until(worker, clock, session)
    receiver.says, receiver.got = Says(), []

    assert replay_dead(session, endpoint, author_id=None, now=clock.now()) == 4
    session.commit()
    worker.drain()

    assert sorted(receiver.ids()) == sorted(told)


def test_410_stops_the_endpoint_and_keeps_what_it_was_owed(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=410)
    opened(session, clock)
    worker.drain()
    opened(session, clock, "case/2")
    worker.drain()

    assert len(receiver.got) == 1
    session.expire_all()
    assert get_endpoint(session, endpoint).stopped == Stopped.GONE
    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DEAD
    with pytest.raises(Conflict, match="endpoint_stopped"):
        replay(session, delivery.public_id, now=clock.now())
    resume_endpoint(session, endpoint, author_id=None, now=clock.now())
    receiver.says = Says()
    replay(session, delivery.public_id, now=clock.now())
    session.commit()
    worker.drain()
    assert len(receiver.got) == 2


def test_the_wait_that_a_receiver_asks_for_is_kept(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=429, headers={"Retry-After": "7200"})
    opened(session, clock)
    worker.drain()

    (delivery,) = deliveries(session, endpoint)
    assert delivery.next_at == clock.now() + timedelta(hours=2)


def test_a_redirection_to_a_private_address_reaches_nothing(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    inside = {"Location": f"http://127.0.0.1:{receiver.port}/inside"}
    receiver.says = Says(status=302, headers=inside)
    opened(session, clock)
    worker.drain()

    assert [one.path for one in receiver.got] == ["/hook?from=feedback"]
    assert attempts(session, endpoint)[0].failure == "redirected"


def test_an_endpoint_whose_address_became_private_is_not_reached(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
    settings: Settings,
) -> None:
    change_endpoint(
        session,
        endpoint,
        name="Receiver",
        url=f"https://localhost.localdomain:{receiver.port}/",
        types=[HappeningType.CASE_OPENED],
        revision=1,
        allowed=read_networks(HERE),
        author_id=None,
        now=clock.now(),
    )
    object.__setattr__(settings, "webhook_networks", "")
    opened(session, clock)
    worker.drain()

    assert receiver.got == []
    assert attempts(session, endpoint)[0].failure in {"private_address", "unreachable"}


def test_while_nobody_answers_new_messages_wait_for_their_turn(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    endpoint: str,
) -> None:
    change_endpoint(
        session,
        endpoint,
        name="Receiver",
        url="http://127.0.0.1:9/",
        types=[HappeningType.CASE_OPENED],
        revision=1,
        allowed=read_networks(HERE),
        author_id=None,
        now=clock.now(),
    )
    for number in range(5):
        opened(session, clock, f"case/{number}")
    worker.drain()

    tried = [one.attempts for one in deliveries(session, endpoint)]
    assert sorted(tried) == [0, 0, 0, 0, 1]
    assert all(
        one.state == DeliveryState.WAITING for one in deliveries(session, endpoint)
    )


def test_a_secret_that_was_renewed_signs_beside_the_new_one_for_a_day(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
    settings: Settings,
) -> None:
    sealing = settings.secret()
    (old,) = secrets_of(session, endpoint, sealing=sealing, now=clock.now())
    renew_secret(session, endpoint, sealing=sealing, author_id=None, now=clock.now())
    opened(session, clock)
    worker.drain()
    first = receiver.got[0]
    clock.advance(hours=25)
    opened(session, clock, "case/2")
    worker.drain()
    second = receiver.got[1]

    (new,) = secrets_of(session, endpoint, sealing=sealing, now=clock.now())
    then = clock.now() - timedelta(hours=25)
    assert is_signed(first.headers, first.body, secret=old, now=then)
    assert is_signed(first.headers, first.body, secret=new, now=then)
    assert not is_signed(second.headers, second.body, secret=old, now=clock.now())


def test_a_test_goes_to_one_endpoint_alone(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    send_test(session, endpoint, source="https://a.example", now=clock.now())
    session.commit()
    worker.drain()

    (got,) = receiver.got
    assert json.loads(got.body)["type"] == "fr.voc.webhook.tested.v1"


def test_who_is_stopped_is_told_nothing_and_what_waited_is_kept(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    receiver.says = Says(status=500)
    opened(session, clock)
    worker.drain()
    stop_endpoint(session, endpoint, author_id=None, now=clock.now())
    session.commit()
    work_until(worker, clock, session)

    assert len(receiver.got) == 1
    (delivery,) = deliveries(session, endpoint)
    assert delivery.state == DeliveryState.DEAD


def test_a_call_whose_job_is_lost_is_owed_again(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    opened(session, clock)
    numbers = session.scalars(select(Happening.id)).all()
    take_happenings(session, numbers, source="https://a.example", now=clock.now())
    session.execute(Job.__table__.delete())  # type: ignore[attr-defined]  # a Table has it
    session.commit()
    clock.advance(hours=1)

    owe_missed(session, now=clock.now())
    session.commit()
    worker.drain()
    assert len(receiver.got) == 1


def test_a_secret_of_another_installation_signs_nothing(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
    settings: Settings,
) -> None:
    object.__setattr__(
        settings, "secret_key", "another secret, as long as the first one"
    )
    opened(session, clock)
    worker.drain()

    assert receiver.got == []
    assert attempts(session, endpoint)[0].failure == "unsigned"


def test_what_is_told_is_smaller_than_twenty_kilobytes(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    kind = HappeningType.CASE_OPENED
    filled = {"x": "\x01" * (LARGEST_DATA // 6 - 10)}
    tell(session, kind, "é" * 255, filled, now=clock.now())
    session.commit()
    worker.drain()

    assert len(receiver.got[0].body) < 20_000


def test_what_is_forgotten_takes_its_messages_along(
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    receiver: Receiver,
    endpoint: str,
) -> None:
    opened(session, clock)
    worker.drain()

    session.rollback()
    assert forget_happenings(session, before=clock.now() + timedelta(days=1)) == 1
    session.commit()
    assert session.scalars(select(WebhookDelivery)).all() == []
