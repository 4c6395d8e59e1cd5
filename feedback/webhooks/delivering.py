"""Messages: made of happenings, handed over, tried again, given up, replayed."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.core.ids import new_public_id
from feedback.db.audit import record
from feedback.db.inserts import insert_missing
from feedback.happenings.queries import (
    HappeningRead,
    get_happening,
    read_happenings,
)
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.jobs.ledger import enqueue
from feedback.webhooks.calling import Answer, Failure
from feedback.webhooks.endpoints import signing_secrets
from feedback.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from feedback.webhooks.schedule import next_attempt
from feedback.webhooks.signatures import headers_for
from feedback.webhooks.terms import DeliveryState, Stopped

DELIVER = "webhooks.deliver"
#: of a whole day of messages that did not arrive, so many are replayed at once
MOST_REPLAYED = 1000
#: a call that was not made so long after its moment has lost its job
MISSED_AFTER = timedelta(minutes=30)
SHORTEST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
#: there is nobody there, or nobody who speaks
SILENT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A message that is due, with all that the call needs."""

    url: str
    headers: dict[str, str]
    body: bytes


def body_of(happening: HappeningRead, *, source: str) -> str:
    """Return what is sent of a happening: a CloudEvent 1.0 in JSON, below 20 kB."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": happening.public_id,
            "source": source,
            "type": str(happening.type),
            "subject": happening.subject,
            "time": happening.at.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": dict(happening.data),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def take_happenings(
    session: Session, numbers: Sequence[int], *, source: str, now: datetime
) -> int:
    """Owe each happening to the endpoints that want its type; return how many calls.

    Done twice, it owes nothing twice.
    """
    endpoints = session.execute(
        select(WebhookEndpoint.id, WebhookEndpoint.types).where(
            WebhookEndpoint.stopped.is_(None)
        )
    ).all()
    if not endpoints:
        return 0
    owed = 0
    for happening in read_happenings(session, numbers):
        wanting = [row.id for row in endpoints if happening.type in row.types]
        owed += len(send_to(session, wanting, happening, source=source, now=now))
    return owed


def send_to(
    session: Session,
    endpoints: Sequence[int],
    happening: HappeningRead,
    *,
    source: str,
    now: datetime,
) -> list[int]:
    """Owe a happening to endpoints, whatever types they want; return the new messages.

    An endpoint that has the happening already gets it no second time.
    """
    body = body_of(happening, source=source)
    added: list[int] = insert_missing(
        session,
        WebhookDelivery,
        [
            {
                "public_id": new_public_id(),
                "endpoint_id": number,
                "happening_id": happening.id,
                "state": DeliveryState.WAITING,
                "body": body,
                "attempts": 0,
                "next_at": now,
                "created_at": now,
            }
            for number in endpoints
        ],
        key=[WebhookDelivery.endpoint_id, WebhookDelivery.happening_id],
        returning=WebhookDelivery.id,
    )
    for number in added:
        _owe(session, number, at=now)
    return added


def send_test(session: Session, endpoint: str, *, source: str, now: datetime) -> str:
    """Owe a message that says nothing to one endpoint; return its public id.

    Raises:
        NotFound: `webhook_endpoint`.
        Conflict: `endpoint_stopped`.
    """
    number = _number_of(session, endpoint)
    kind = HappeningType.WEBHOOK_TESTED
    public_id = tell(session, kind, f"webhook/{endpoint}", {"test": True}, now=now)
    told = get_happening(session, public_id)
    (delivery,) = send_to(session, [number], told, source=source, now=now)
    return session.get_one(WebhookDelivery, delivery).public_id


def prepare(
    session: Session, delivery_id: int, *, sealing: str, now: datetime
) -> Call | None:
    """Return the call that is due for a message, None when none is.

    What is owed to an endpoint that is stopped is given up. First attempts wait while
    the endpoint rests, so that one that never answers does not hold up the others.
    """
    row = session.execute(
        select(WebhookDelivery, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.id == delivery_id)
    ).first()
    if row is None or row[0].state is not DeliveryState.WAITING:
        return None
    delivery, endpoint = row[0], row[1]
    if endpoint.stopped is not None:
        _end(delivery, DeliveryState.DEAD, now=now)
        return None
    rest = endpoint.resting_until
    if delivery.attempts == 0 and rest is not None and rest > now:
        delivery.next_at = rest
        _owe(session, delivery_id, at=rest)
        return None
    (told,) = read_happenings(session, [delivery.happening_id])
    body = delivery.body.encode()
    secrets = signing_secrets(endpoint, sealing=sealing, now=now)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Feedback-Webhooks/1",
        **headers_for(secrets, told.public_id, now, body),
    }
    return Call(url=endpoint.url, headers=headers, body=body)


def settle(
    session: Session,
    delivery_id: int,
    answer: Answer,
    *,
    now: datetime,
    rng: random.Random,
) -> None:
    """Keep what came of a call, and owe the next attempt where there is one."""
    delivery = session.scalar(
        select(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if delivery is None:
        return
    session.add(
        WebhookAttempt(
            delivery_id=delivery_id,
            at=now,
            failure=answer.failure,
            status=answer.status,
            said=answer.said,
        )
    )
    delivery.attempts += 1
    _note_silence(session, delivery.endpoint_id, answer, now=now)
    if delivery.state is not DeliveryState.WAITING:
        return
    if answer.failure is None:
        _end(delivery, DeliveryState.DELIVERED, now=now)
        return
    if answer.failure is Failure.GONE:
        _stop_for_good(session, delivery.endpoint_id, now=now)
        _end(delivery, DeliveryState.DEAD, now=now)
        return
    due = next_attempt(delivery.attempts, now=now, rng=rng, asked=answer.wait)
    if due is None:
        _end(delivery, DeliveryState.DEAD, now=now)
        return
    delivery.next_at = due
    _owe(session, delivery_id, at=due)


def owe_missed(session: Session, *, now: datetime) -> None:
    """Owe again the calls whose job is no more, 200 at once; part of the sweep."""
    waiting = session.scalars(
        select(WebhookDelivery.id)
        .where(
            WebhookDelivery.state == DeliveryState.WAITING,
            WebhookDelivery.next_at < now - MISSED_AFTER,
        )
        .order_by(WebhookDelivery.next_at)
        .limit(200)
    )
    for number in waiting:
        _owe(session, number, at=now)


def replay(session: Session, public_id: str, *, now: datetime) -> None:
    """Send a message again, with the same id and all its attempts.

    Raises:
        NotFound: `webhook_delivery`.
        Conflict: `delivery_waits` while it is still tried, `endpoint_stopped`.
    """
    row = session.execute(
        select(WebhookDelivery, WebhookEndpoint.stopped)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("webhook_delivery")
    delivery, stopped = row
    if stopped is not None:
        raise Conflict("endpoint_stopped")
    if delivery.state is DeliveryState.WAITING:
        raise Conflict("delivery_waits")
    _begin_anew(session, delivery, now=now)


def replay_dead(
    session: Session, endpoint: str, *, author_id: int | None, now: datetime
) -> int:
    """Send what was given up for an endpoint again, oldest first; return how many.

    1,000 at most; whoever asks again gets the next.

    Raises:
        NotFound: `webhook_endpoint`.
        Conflict: `endpoint_stopped`.
    """
    number = _number_of(session, endpoint)
    dead = session.scalars(
        select(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == number,
            WebhookDelivery.state == DeliveryState.DEAD,
        )
        .order_by(WebhookDelivery.id)
        .limit(MOST_REPLAYED)
    ).all()
    for one in dead:
        _begin_anew(session, one, now=now)
    record(
        session,
        "deliveries_replayed",
        endpoint,
        actor_id=author_id,
        now=now,
        details={"messages": len(dead)},
    )
    return len(dead)


def _begin_anew(session: Session, delivery: WebhookDelivery, *, now: datetime) -> None:
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.next_at, delivery.finished_at = now, None
    _owe(session, delivery.id, at=now)


def _owe(session: Session, number: int, *, at: datetime) -> None:
    key = f"{DELIVER}:{number}"
    enqueue(session, DELIVER, {"delivery": number}, due_at=at, dedupe_key=key)


def _end(delivery: WebhookDelivery, state: DeliveryState, *, now: datetime) -> None:
    delivery.state, delivery.finished_at, delivery.next_at = state, now, None


def _note_silence(
    session: Session, endpoint_id: int, answer: Answer, *, now: datetime
) -> None:
    """Have an endpoint that does not answer rest for longer each time."""
    endpoint = session.get_one(WebhookEndpoint, endpoint_id)
    if answer.failure in SILENT:
        endpoint.silent_calls += 1
        rest = SHORTEST_REST * 2 ** min(endpoint.silent_calls - 1, 10)
        endpoint.resting_until = now + min(rest, LONGEST_REST)
    elif endpoint.silent_calls:
        endpoint.silent_calls, endpoint.resting_until = 0, None


def _stop_for_good(session: Session, endpoint_id: int, *, now: datetime) -> None:
    stopped = session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.stopped.is_(None))
        .values(stopped=Stopped.GONE, stopped_at=now)
        .returning(WebhookEndpoint.name)
    ).first()
    if stopped is not None:
        record(session, "endpoint_gone", stopped.name, actor_id=None, now=now)


def _number_of(session: Session, endpoint: str) -> int:
    row = session.execute(
        select(WebhookEndpoint.id, WebhookEndpoint.stopped).where(
            WebhookEndpoint.public_id == endpoint
        )
    ).first()
    if row is None:
        raise NotFound("webhook_endpoint")
    if row.stopped is not None:
        raise Conflict("endpoint_stopped")
    return int(row.id)
