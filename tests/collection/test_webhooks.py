"""Webhooks of known systems: who signed them, and the events that they tell of."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feedback.collection.cloudevents import read_event
from feedback.collection.incoming import IncomingEvent
from feedback.collection.terms import SourceKind
from feedback.collection.webhooks import shopify, woocommerce, zendesk
from feedback.collection.webhooks.deliveries import Delivery, Told
from feedback.collection.webhooks.signatures import fault_of, sign_mapped
from tests.collection import webhook_samples as samples
from tests.collection.webhook_samples import SECRET, delivery

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
SENT = {
    SourceKind.SHOPIFY: samples.shopify("orders/paid", samples.SHOPIFY_ORDER),
    SourceKind.WOOCOMMERCE: samples.woocommerce(samples.WOO_ORDER),
    SourceKind.ZENDESK: samples.zendesk(samples.ZENDESK_EVENT),
    SourceKind.MAPPED: samples.mapped({"any": "thing"}),
}
KINDS = pytest.mark.parametrize("kind", list(SourceKind))


def events(told: Told) -> list[IncomingEvent]:
    assert told.ignored is None
    return [read_event({**one, "source": "hook:x"}, now=NOW) for one in told.events]


def of_shopify(topic: str, document: Any) -> Told:
    return shopify.read(delivery(samples.shopify(topic, document)), document)


def of_woocommerce(document: Any, topic: str = "order.updated") -> Told:
    sent = delivery(samples.woocommerce(document, topic=topic))
    return woocommerce.read(sent, document)


def of_zendesk(document: Any) -> Told:
    return zendesk.read(delivery(samples.zendesk(document)), document)


@KINDS
def test_what_was_signed_with_the_secret_is_believed(kind: SourceKind) -> None:
    assert fault_of(kind, delivery(SENT[kind]), SECRET, now=NOW) is None


@KINDS
def test_any_other_secret_body_or_signature_is_refused(kind: SourceKind) -> None:
    content, headers = SENT[kind]
    rng = random.Random(7)
    for _ in range(250):
        place = rng.randrange(len(content))
        changed = bytes([*content[:place], content[place] ^ 1, *content[place + 1 :]])
        assert fault_of(kind, delivery((changed, headers)), SECRET, now=NOW) == (
            "bad_signature"
        )
    for wrong in ("other", SECRET[:-1], SECRET + " "):
        assert fault_of(kind, delivery(SENT[kind]), wrong, now=NOW) == "bad_signature"
    assert fault_of(kind, delivery(SENT[kind]), "", now=NOW) == "no_secret_yet"
    bare = Delivery(headers={}, content=content)
    assert fault_of(kind, bare, SECRET, now=NOW) == "signature_missing"
    odd = {name: "é" if "ignature" in name else v for name, v in headers.items()}
    if kind is not SourceKind.SHOPIFY:
        assert fault_of(kind, delivery((content, odd)), SECRET, now=NOW) == (
            "bad_signature"
        )


def test_nobody_signs_with_the_empty_secret() -> None:
    for kind in SourceKind:
        forged = {
            SourceKind.SHOPIFY: samples.shopify("orders/paid", {}, secret=""),
            SourceKind.WOOCOMMERCE: samples.woocommerce({}, secret=""),
            SourceKind.ZENDESK: samples.zendesk({}, secret=""),
            SourceKind.MAPPED: samples.mapped({}, secret=""),
        }[kind]
        assert fault_of(kind, delivery(forged), "", now=NOW) == "no_secret_yet"


@pytest.mark.parametrize(
    ("minutes", "fault"),
    [(0, None), (5, None), (-5, None), (5.1, "signature_too_old")],
)
def test_a_delivery_of_zendesk_is_believed_for_five_minutes(
    minutes: float, fault: str | None
) -> None:
    sent = delivery(SENT[SourceKind.ZENDESK])

    found = fault_of(
        SourceKind.ZENDESK, sent, SECRET, now=NOW + timedelta(minutes=minutes)
    )

    assert found == fault


def test_a_moment_that_cannot_be_read_is_no_signature() -> None:
    sent = samples.zendesk({}, at="yesterday")

    fault = fault_of(SourceKind.ZENDESK, delivery(sent), SECRET, now=NOW)

    assert fault == "bad_signature"


def test_zendesk_signs_the_moment_before_the_content() -> None:
    """As its papers say: base64(HMACSHA256(TIMESTAMP + BODY))."""
    secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="
    moment = datetime(2021, 7, 25, 10, tzinfo=UTC)

    def fault(signature: str) -> str | None:
        headers = {
            "x-zendesk-webhook-signature": signature,
            "x-zendesk-webhook-signature-timestamp": "2021-07-25T10:00:00Z",
        }
        sent = Delivery(headers=headers, content=b'{"say": "hello"}')
        return fault_of(SourceKind.ZENDESK, sent, secret, now=moment)

    assert fault("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=") is None
    swapped = "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="
    assert fault(swapped) == "bad_signature"


def test_a_home_made_shop_may_send_its_secret_or_a_signature() -> None:
    content = b'{"a":1}'

    def fault(**headers: str) -> str | None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = Delivery(headers=named, content=content)
        return fault_of(SourceKind.MAPPED, sent, SECRET, now=NOW)

    assert fault(authorization=f"Bearer {SECRET}") is None
    assert fault(authorization="Bearer other") == "bad_signature"
    assert fault(authorization=f"Basic {SECRET}") == "signature_missing"
    assert fault(x_feedback_signature=sign_mapped(content, SECRET)) is None
    signed = sign_mapped(content, SECRET).upper()
    assert fault(x_feedback_signature=f"sha256={signed}") is None


def test_a_paid_order_of_shopify() -> None:
    (event,) = events(of_shopify("orders/paid", samples.SHOPIFY_ORDER))

    assert (event.id, event.type) == ("order/5324830114101/paid", "order.paid")
    assert event.occurred_at == datetime(2026, 10, 14, 16, 2, 50, tzinfo=UTC)
    who = event.customer
    assert (who.customer, who.email, who.phone, who.name, who.locale) == (
        "7012345678901",
        "lea@example.org",
        "+33612345678",
        "Léa Martin",
        "fr-FR",
    )
    assert who.attributes == {"tags": ["vip", "newsletter"], "country": "FR"}
    assert event.data["order"] == {
        "total": 129.9,
        "currency": "EUR",
        "items": ["Lampe", "Table"],
        "quantity": 3,
        "country": "FR",
        "city": "Rennes",
        "id": "5324830114101",
        "number": "#1001",
        "channel": "web",
        "cart": "2b9ba639fb81a1fb61a02be4c95459b5",
    }


def test_a_shipped_a_delivered_and_a_cancelled_order_of_shopify() -> None:
    parcel = {"created_at": "2026-10-15T08:00:00Z", "tracking_company": "Colissimo"}
    shipped = samples.SHOPIFY_ORDER | {"fulfillments": [parcel]}
    cancelled = samples.SHOPIFY_ORDER | {"cancelled_at": "2026-10-15T07:00:00Z"}
    update = parcel | {
        "order_id": 5324830114101,
        "shipment_status": "delivered",
        "email": "lea@example.org",
        "updated_at": "2026-10-15T08:30:00Z",
    }
    found = [
        *events(of_shopify("orders/fulfilled", shipped)),
        *events(of_shopify("orders/cancelled", cancelled)),
        *events(
            of_shopify("fulfillment_events/create", samples.SHOPIFY_FULFILLMENT_EVENT)
        ),
        *events(of_shopify("fulfillments/update", update)),
    ]

    assert [(one.id, one.type, f"{one.occurred_at:%H:%M}") for one in found] == [
        ("order/5324830114101/shipped", "order.shipped", "08:00"),
        ("order/5324830114101/cancelled", "order.cancelled", "07:00"),
        ("order/5324830114101/delivered", "order.delivered", "08:30"),
        ("order/5324830114101/delivered", "order.delivered", "08:30"),
    ]


def test_a_refund_of_shopify_names_the_order_alone() -> None:
    (event,) = events(of_shopify("refunds/create", samples.SHOPIFY_REFUND))

    assert (event.id, event.type) == ("refund/929361464", "return.refunded")
    assert (
        event.customer
        == IncomingEvent(source="", id="", type="", occurred_at=NOW).customer
    )
    assert event.data["order"] == {"id": "5324830114101"}
    assert event.data["refund"]["total"] == 59.9
    assert event.data["refund"]["items"] == ["Lampe"]


def test_a_checkout_of_shopify_is_begun_until_it_is_completed() -> None:
    (event,) = events(of_shopify("checkouts/update", samples.SHOPIFY_CHECKOUT))
    done = samples.SHOPIFY_CHECKOUT | {"completed_at": "2026-10-15T10:06:00+02:00"}

    assert event.type == "checkout.started"
    assert event.data["cart"]["token"] == samples.SHOPIFY_ORDER["checkout_token"]
    assert of_shopify("checkouts/update", done).ignored == "status_not_used"


@pytest.mark.parametrize(
    ("topic", "changed", "why"),
    [
        ("products/update", {}, "topic_not_used"),
        ("", {}, "topic_not_used"),
        ("orders/paid", {"test": True}, "a_test"),
        ("fulfillment_events/create", {"status": "in_transit"}, "status_not_used"),
        ("fulfillments/update", {"shipment_status": None}, "status_not_used"),
    ],
)
def test_what_shopify_sends_besides_makes_no_event(
    topic: str, changed: dict[str, Any], why: str
) -> None:
    assert of_shopify(topic, samples.SHOPIFY_ORDER | changed).ignored == why


def test_an_order_of_woocommerce_tells_by_its_status_what_happened() -> None:
    (paid,) = events(of_woocommerce(samples.WOO_ORDER))
    completed = samples.WOO_ORDER | {
        "status": "completed",
        "date_completed_gmt": "2026-10-15T08:00:00",
    }
    (shipped,) = events(of_woocommerce(completed))
    (cancelled,) = events(of_woocommerce(samples.WOO_ORDER | {"status": "cancelled"}))

    assert (paid.id, paid.type) == ("order/727/paid", "order.paid")
    assert paid.occurred_at == datetime(2026, 10, 14, 16, 28, 2, tzinfo=UTC)
    assert (paid.customer.customer, paid.customer.name) == ("26", "John Doe")
    assert paid.data["order"]["total"] == 29.35
    assert (shipped.id, shipped.occurred_at.hour) == ("order/727/shipped", 8)
    assert cancelled.type == "order.cancelled"


def test_each_refund_of_woocommerce_is_told_once_by_its_number() -> None:
    refunds = [
        {"id": 730, "reason": "cassée", "total": "-10.00"},
        {"id": 731, "reason": "", "total": "-19.35"},
    ]
    order = samples.WOO_ORDER | {"status": "refunded", "refunds": refunds}

    found = events(of_woocommerce(order))

    assert [one.id for one in found] == ["refund/730", "refund/731"]
    assert found[0].data["refund"] == {"id": "730", "total": 10.0, "note": "cassée"}
    assert found[0].customer.email == "john@example.org"


def test_a_guest_of_woocommerce_has_no_number() -> None:
    (event,) = events(of_woocommerce(samples.WOO_ORDER | {"customer_id": 0}))

    assert event.customer.customer is None


@pytest.mark.parametrize(
    ("topic", "status", "why"),
    [
        ("product.updated", "processing", "topic_not_used"),
        ("order.updated", "pending", "status_not_used"),
    ],
)
def test_what_woocommerce_sends_besides_makes_no_event(
    topic: str, status: str, why: str
) -> None:
    order = samples.WOO_ORDER | {"status": status}

    assert of_woocommerce(order, topic).ignored == why


def test_the_ping_of_woocommerce_is_known() -> None:
    assert woocommerce.is_ping(b"webhook_id=5")
    assert not woocommerce.is_ping(b'{"webhook_id": 5}')
    assert not woocommerce.is_ping(b"webhook_id=5&order=7")


def test_a_solved_ticket_of_zendesk_by_its_own_event_and_by_a_trigger() -> None:
    (told,) = events(of_zendesk(samples.ZENDESK_EVENT))
    (triggered,) = events(of_zendesk(samples.ZENDESK_TRIGGER))

    assert told.type == triggered.type == "ticket.solved"
    assert told.customer.customer == triggered.customer.customer == "zendesk:1234567"
    assert told.data["ticket"]["tags"] == triggered.data["ticket"]["tags"]
    assert told.data["ticket"]["priority"] == "high"
    assert triggered.customer.email == "lea@example.org"
    assert triggered.customer.locale == "fr"
    assert triggered.occurred_at == datetime(2026, 10, 15, 8, 58, tzinfo=UTC)
    assert triggered.id == "ticket/5158/2026-10-15T08:58Z"


def test_what_is_pasted_into_zendesk_gives_the_shape_that_is_read() -> None:
    pasted = json.loads(zendesk.TRIGGER_BODY)

    assert set(pasted["ticket"]) == set(samples.ZENDESK_TRIGGER["ticket"])
    assert set(pasted["requester"]) == set(samples.ZENDESK_TRIGGER["requester"])
    assert of_zendesk(pasted).ignored is None


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "zen:event-type:ticket.created"}, "topic_not_used"),
        (
            samples.ZENDESK_EVENT | {"event": {"current": "OPEN", "previous": "NEW"}},
            "not_solved",
        ),
        ({"ticket": {"status": "open"}}, "not_solved"),
        ({}, "topic_not_used"),
    ],
)
def test_what_zendesk_sends_besides_makes_no_event(
    document: dict[str, Any], why: str
) -> None:
    assert of_zendesk(document).ignored == why


WRONG = [None, True, 1, -1.5, "", "x" * 300, [], [1, [2]], {}, {"a": {"b": 1}}]


@pytest.mark.parametrize("wrong", WRONG)
def test_no_shape_of_a_payload_breaks_a_reader(wrong: Any) -> None:
    shapes: list[tuple[Any, dict[str, Any], list[str]]] = [
        (
            of_shopify,
            samples.SHOPIFY_ORDER,
            ["orders/paid", "orders/fulfilled", "orders/cancelled"],
        ),
        (
            of_shopify,
            samples.SHOPIFY_FULFILLMENT_EVENT,
            ["fulfillment_events/create", "fulfillments/update"],
        ),
        (of_shopify, samples.SHOPIFY_REFUND, ["refunds/create"]),
        (of_shopify, samples.SHOPIFY_CHECKOUT, ["checkouts/update"]),
        (lambda _t, d: of_woocommerce(d), samples.WOO_ORDER, [""]),
        (lambda _t, d: of_zendesk(d), samples.ZENDESK_EVENT, [""]),
        (lambda _t, d: of_zendesk(d), samples.ZENDESK_TRIGGER, [""]),
    ]
    for read, document, topics in shapes:
        for topic in topics:
            for name in document:
                told = read(topic, document | {name: wrong})
                assert told.ignored or told.events
                for inner in document[name] if isinstance(document[name], dict) else ():
                    below = document | {name: document[name] | {inner: wrong}}
                    assert read(topic, below) is not None
