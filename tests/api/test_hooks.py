"""POST /hooks/SOURCE: signed deliveries are let in once, forged ones never."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.api.limits import EXTENSION, REFUSALS_PER_MINUTE
from feedback.collection.deliveries import ABANDONED_CART
from feedback.collection.mapping import EventMapping, FieldRule
from feedback.collection.models import Event
from feedback.collection.sources import (
    change_mapping,
    change_secret,
    close_source,
    create_source,
    get_source,
)
from feedback.collection.terms import SourceKind
from feedback.collection.unused import list_unused
from feedback.config import Settings
from feedback.jobs.models import Job
from feedback.worker.runner import Worker
from tests.api.conftest import Patient
from tests.collection import webhook_samples as samples
from tests.conftest import StoppedClock

Sent = tuple[bytes, dict[str, str]]
Add = Callable[..., str]


@pytest.fixture
def add(session: Session, settings: Settings, clock: StoppedClock) -> Add:
    """Adds a connected system with the secret of the samples; commits."""

    def make(kind: SourceKind, *, mapping: EventMapping | None = None) -> str:
        how: dict[str, Any] = {"author_id": None, "now": clock.now()}
        sealing = settings.secret()
        public_id = create_source(
            session, name="Lampes", kind=kind, sealing=sealing, **how
        )
        change_secret(session, public_id, samples.SECRET, sealing=sealing, **how)
        if mapping is not None:
            change_mapping(session, public_id, mapping, **how)
        session.commit()
        return public_id

    return make


@pytest.fixture
def outside(application: Flask) -> FlaskClient:
    return application.test_client(use_cookies=False)


def deliver(outside: FlaskClient, source: str, sent: Sent) -> TestResponse:
    content, headers = sent
    return outside.post(
        f"/api/v1/hooks/{source}",
        data=content,
        headers={"Accept-Language": "en", **headers},
    )


def events(session: Session) -> list[Event]:
    found = list(session.scalars(select(Event).order_by(Event.id)))
    session.expunge_all()  # read as they are, without holding a lock
    session.rollback()
    return found


def counted(session: Session, clock: StoppedClock) -> dict[str, tuple[int, bool]]:
    found = list_unused(session, since=clock.now() - timedelta(hours=1))
    session.rollback()
    return {one.code: (one.count, one.is_refused) for one in found}


def test_a_signed_order_becomes_an_event_of_its_source(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.SHOPIFY)

    answer = deliver(
        outside, source, samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    )

    assert answer.status_code == 202
    (event,) = events(session)
    assert answer.json == {"status": "new", "reason": None, "events": [event.public_id]}
    assert (event.source, event.type) == (f"hook:{source}", "order.paid")
    assert event.event_source_id == get_source(session, source).id
    assert get_source(session, source).last_received_at == clock.now()


def test_a_delivery_that_is_repeated_is_known(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.SHOPIFY)
    sent = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    deliver(outside, source, sent)
    clock.advance(days=30)
    content, headers = sent
    again = deliver(
        outside, source, (content, headers | {"X-Shopify-Webhook-Id": "another"})
    )

    assert again.status_code == 200
    assert again.json is not None
    assert again.json["status"] == "known"
    assert len(events(session)) == 1


def test_a_thousand_forged_deliveries_let_nothing_in(
    application: Flask,
    outside: FlaskClient,
    add: Add,
    session: Session,
    clock: StoppedClock,
) -> None:
    application.extensions[EXTENSION] = Patient()
    rng = random.Random(3)
    good = {
        SourceKind.SHOPIFY: samples.shopify("orders/paid", samples.SHOPIFY_ORDER),
        SourceKind.WOOCOMMERCE: samples.woocommerce(samples.WOO_ORDER),
        SourceKind.ZENDESK: samples.zendesk(samples.ZENDESK_EVENT),
        SourceKind.MAPPED: samples.mapped({"number": 1}),
    }
    mapping = EventMapping(type=FieldRule(fallback="order.paid"))
    sources = {
        kind: add(kind, mapping=mapping if kind is SourceKind.MAPPED else None)
        for kind in good
    }
    statuses = set()
    for number in range(1000):
        kind = list(good)[number % 4]
        statuses.add(
            deliver(outside, sources[kind], forged(rng, good[kind])).status_code
        )

    assert statuses == {401}
    assert events(session) == []
    found = counted(session, clock)
    assert sum(count for count, _ in found.values()) <= 1000
    assert set(found) <= {"bad_signature", "signature_missing", "signature_too_old"}
    assert all(is_refused for _, is_refused in found.values())


def forged(rng: random.Random, sent: Sent) -> Sent:
    """The same delivery with its content, its signature or its moment changed."""
    content, headers = sent
    name = next(one for one in headers if one.lower().endswith(("sha256", "signature")))
    way = rng.randrange(4)
    if way == 0:
        place = rng.randrange(len(content))
        flipped = bytes([content[place] ^ rng.randrange(1, 256)])
        return content[:place] + flipped + content[place + 1 :], headers
    if way == 1:
        return content, {one: v for one, v in headers.items() if one != name}
    if way == 2:
        return content, headers | {name: headers[name][:-3] + "AA="}
    return content + b" ", headers


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda h: h | {"X-Shopify-Hmac-SHA256": "x"}, "bad_signature", "is wrong"),
        (lambda _h: {}, "signature_missing", "is missing"),
    ],
)
def test_a_bad_signature_is_refused_in_words_and_counted(
    outside: FlaskClient,
    add: Add,
    session: Session,
    clock: StoppedClock,
    spoil: Callable[[dict[str, str]], dict[str, str]],
    code: str,
    words: str,
) -> None:
    source = add(SourceKind.SHOPIFY)
    content, headers = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    for _ in range(3):
        answer = deliver(outside, source, (content, spoil(headers)))

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == code
    assert words in answer.json["detail"]
    assert counted(session, clock) == {code: (3, True)}
    (line,) = list_unused(session, sender=f"source:{source}", since=clock.now())
    assert line.last_at == clock.now()
    assert get_source(session, source).last_received_at is None


def test_who_forges_again_and_again_is_stopped(outside: FlaskClient, add: Add) -> None:
    source = add(SourceKind.SHOPIFY)
    content, _ = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    statuses = [
        deliver(outside, source, (content, {})).status_code
        for _ in range(REFUSALS_PER_MINUTE + 1)
    ]

    assert statuses.count(401) == REFUSALS_PER_MINUTE
    assert statuses[-1] == 429
    good = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    assert deliver(outside, source, good).status_code == 202


def test_an_unknown_and_a_closed_connection_take_nothing(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.SHOPIFY)
    sent = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
    close_source(session, source, author_id=None, now=clock.now())
    session.commit()

    unknown, closed = deliver(outside, "nothing", sent), deliver(outside, source, sent)

    assert unknown.status_code == 404
    assert unknown.json is not None
    assert unknown.json["code"] == "event_source"
    assert closed.status_code == 401
    assert closed.json is not None
    assert closed.json["code"] == "source_closed"
    assert events(session) == []


def test_a_connection_without_its_secret_believes_nobody(
    outside: FlaskClient,
    session: Session,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    source = create_source(
        session,
        name="Lampes",
        kind=SourceKind.SHOPIFY,
        sealing=settings.secret(),
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    forged_with_nothing = samples.shopify(
        "orders/paid", samples.SHOPIFY_ORDER, secret=""
    )

    answer = deliver(outside, source, forged_with_nothing)

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "no_secret_yet"
    assert events(session) == []


def test_what_is_too_large_or_no_json_is_refused_though_it_is_signed(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.MAPPED, mapping=EventMapping(type=FieldRule(fallback="x")))
    token = {"Authorization": f"Bearer {samples.SECRET}"}
    huge = deliver(outside, source, (b'"' + b"x" * 2_200_000 + b'"', token))
    broken = deliver(outside, source, (b"{", token))
    deep = deliver(outside, source, (b"[" * 99 + b"]" * 99, token))

    assert (huge.status_code, broken.status_code, deep.status_code) == (413, 400, 400)
    assert events(session) == []
    assert counted(session, clock) == {"not_json": (1, True), "too_deep": (1, True)}


def test_an_order_of_the_future_is_refused_in_words(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.WOOCOMMERCE)
    order = samples.WOO_ORDER | {"date_paid_gmt": "2031-01-01T00:00:00"}

    answer = deliver(outside, source, samples.woocommerce(order))

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "in_the_future"
    assert answer.json["errors"][0]["detail"] == "This moment lies in the future."
    assert counted(session, clock) == {"in_the_future": (1, True)}
    assert events(session) == []


def test_woocommerce_tries_the_address_with_a_form_that_is_not_signed(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    source = add(SourceKind.WOOCOMMERCE)

    answer = outside.post(f"/api/v1/hooks/{source}", data={"webhook_id": "5"})

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["reason"] == "ping"
    assert events(session) == []


def test_what_is_of_no_use_is_answered_well_and_counted(
    outside: FlaskClient, add: Add, session: Session, clock: StoppedClock
) -> None:
    source = add(SourceKind.SHOPIFY)
    answer = deliver(outside, source, samples.shopify("products/update", {"id": 1}))

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ignored",
        "reason": "topic_not_used",
        "events": [],
    }
    assert counted(session, clock) == {"topic_not_used": (1, False)}
    assert get_source(session, source).last_received_at == clock.now()


def test_a_customer_that_cannot_be_written_to_costs_no_order(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    source = add(SourceKind.WOOCOMMERCE)
    person = samples.WOO_ORDER["billing"] | {"email": "?", "phone": "none of yours"}

    answer = deliver(
        outside, source, samples.woocommerce(samples.WOO_ORDER | {"billing": person})
    )

    assert answer.status_code == 202
    (event,) = events(session)
    assert "email" not in event.customer
    assert event.customer["id"] == "26"


def test_a_refund_finds_its_customer_by_its_order(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    source, other = add(SourceKind.SHOPIFY), add(SourceKind.SHOPIFY)
    deliver(outside, source, samples.shopify("orders/paid", samples.SHOPIFY_ORDER))
    for where in (source, other):
        deliver(
            outside, where, samples.shopify("refunds/create", samples.SHOPIFY_REFUND)
        )

    found = {one.source: one for one in events(session) if one.type != "order.paid"}

    assert found[f"hook:{source}"].customer["email"] == "lea@example.org"
    assert found[f"hook:{other}"].customer == {}


@pytest.mark.parametrize("is_bought", [True, False])
def test_a_cart_is_abandoned_when_no_order_came_of_its_checkout_in_an_hour(
    outside: FlaskClient,
    add: Add,
    session: Session,
    clock: StoppedClock,
    worker: Worker,
    is_bought: bool,
) -> None:
    source = add(SourceKind.SHOPIFY)
    checkout = samples.shopify("checkouts/update", samples.SHOPIFY_CHECKOUT)
    deliver(outside, source, checkout)
    deliver(outside, source, checkout)
    if is_bought:
        order = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)
        deliver(outside, source, order)

    due = session.scalars(select(Job.due_at).where(Job.name == ABANDONED_CART)).one()
    session.rollback()
    assert due == clock.now() + timedelta(hours=1)
    worker.drain()
    assert "cart.abandoned" not in {one.type for one in events(session)}
    clock.advance(hours=1)
    worker.drain()

    told = [one for one in events(session) if one.type == "cart.abandoned"]
    assert len(told) == (0 if is_bought else 1)
    for one in told:
        assert one.customer["email"] == "lea@example.org"
        assert one.data["cart"]["total"] == 129.9


def test_any_json_is_let_in_by_its_mapping(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    mapping = EventMapping(
        type=FieldRule(paths=("state",), values={"5": "order.delivered"}),
        customer={"email": FieldRule(paths=("client.mail",))},
    )
    source = add(SourceKind.MAPPED, mapping=mapping)
    document = {"state": 5, "client": {"mail": "lea@example.org"}}

    first = deliver(outside, source, samples.mapped(document))
    again = deliver(outside, source, samples.mapped(document))
    other = deliver(outside, source, samples.mapped(document | {"state": 2}))

    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 200)
    assert other.json is not None
    assert other.json["reason"] == "status_not_used"
    (event,) = events(session)
    assert event.customer == {"email": "lea@example.org"}


def test_a_connection_without_a_mapping_says_so(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    source = add(SourceKind.MAPPED)

    answer = deliver(outside, source, samples.mapped({"a": 1}))

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["reason"] == "no_mapping_yet"


def test_a_secret_of_another_installation_is_told_and_believed_by_nobody(
    outside: FlaskClient, session: Session, clock: StoppedClock
) -> None:
    source = create_source(
        session,
        name="Lampes",
        kind=SourceKind.MAPPED,
        sealing="another installation",
        author_id=None,
        now=clock.now(),
    )
    session.commit()

    answer = deliver(outside, source, samples.mapped({}))

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "secret_unreadable"


def test_no_event_is_lost_or_doubled_whatever_the_order_of_deliveries(
    outside: FlaskClient, add: Add, session: Session
) -> None:
    source = add(SourceKind.SHOPIFY)
    sent = [
        samples.shopify("orders/paid", samples.SHOPIFY_ORDER),
        samples.shopify("orders/fulfilled", samples.SHOPIFY_ORDER),
        samples.shopify("refunds/create", samples.SHOPIFY_REFUND),
        samples.shopify("fulfillment_events/create", samples.SHOPIFY_FULFILLMENT_EVENT),
    ] * 3
    random.Random(5).shuffle(sent)

    for one in sent:
        assert deliver(outside, source, one).status_code in {200, 202}

    found = session.scalar(select(func.count()).select_from(Event))
    assert found == 4
