"""Shopify: orders paid, shipped, delivered, cancelled; refunds; checkouts left."""

from collections.abc import Callable, Mapping
from typing import Any

from feedback.collection.webhooks.deliveries import (
    Delivery,
    Told,
    event,
    filled,
    items,
    number,
    part,
    text,
)

#: the topics that are used, for who sets the webhooks up
TOPICS = (
    "orders/paid",
    "orders/fulfilled",
    "fulfillment_events/create",
    "orders/cancelled",
    "refunds/create",
    "checkouts/update",
)


def read(delivery: Delivery, document: Mapping[str, Any]) -> Told:
    """Return what a delivery tells.

    An event is named by what it is about and not by the delivery, so that a
    delivery that is repeated tells the same event again.
    """
    reader = _READERS.get(delivery.header("x-shopify-topic").lower())
    if reader is None:
        return Told(ignored="topic_not_used")
    if document.get("test") is True:
        return Told(ignored="a_test")
    return reader(document)


def _paid(order: Mapping[str, Any]) -> Told:
    return _told(order, "order.paid", "paid", _moment(order, "updated_at"))


def _shipped(order: Mapping[str, Any]) -> Told:
    last = (items(order, "fulfillments") or [{}])[-1]
    moment = text(last.get("created_at")) or _moment(order, "updated_at")
    return _told(order, "order.shipped", "shipped", moment)


def _cancelled(order: Mapping[str, Any]) -> Told:
    return _told(order, "order.cancelled", "cancelled", _moment(order, "cancelled_at"))


def _fulfillment_event(told: Mapping[str, Any]) -> Told:
    """Read a parcel's step; it names the order and no customer."""
    if told.get("status") != "delivered":
        return Told(ignored="status_not_used")
    return _parcel(told, _moment(told, "happened_at"))


def _fulfillment(parcel: Mapping[str, Any]) -> Told:
    if parcel.get("shipment_status") != "delivered":
        return Told(ignored="status_not_used")
    return _parcel(parcel, _moment(parcel, "updated_at"))


def _parcel(parcel: Mapping[str, Any], moment: str) -> Told:
    order_id = text(parcel.get("order_id"))
    one = event(
        "order.delivered",
        event_id=f"order/{order_id}/delivered",
        time=moment,
        customer={"email": parcel.get("email")},
        data={
            "order": filled(
                {
                    "id": order_id,
                    "carrier": parcel.get("tracking_company"),
                    "country": parcel.get("country"),
                    "city": parcel.get("city"),
                }
            )
        },
    )
    return Told(events=(one,))


def _refunded(refund: Mapping[str, Any]) -> Told:
    """Read a refund; it names the order and no customer."""
    paid_back = [number(one.get("amount")) for one in items(refund, "transactions")]
    returned = items(refund, "refund_line_items")
    one = event(
        "return.refunded",
        event_id=f"refund/{text(refund.get('id'))}",
        time=_moment(refund, "processed_at"),
        customer={},
        data={
            "order": {"id": text(refund.get("order_id"))},
            "refund": filled(
                {
                    "id": text(refund.get("id")),
                    "total": sum(filter(None, paid_back)),
                    "note": refund.get("note"),
                    "items": [_name(part(line, "line_item")) for line in returned],
                }
            ),
        },
    )
    return Told(events=(one,))


def _checkout(checkout: Mapping[str, Any]) -> Told:
    if checkout.get("completed_at"):
        return Told(ignored="status_not_used")
    token = text(checkout.get("token"))
    one = event(
        "checkout.started",
        event_id=f"checkout/{token}/started",
        time=_moment(checkout, "created_at"),
        customer=_customer(checkout),
        data={"cart": _purchase(checkout) | {"token": token}},
    )
    return Told(events=(one,))


def _told(order: Mapping[str, Any], kind: str, step: str, moment: str) -> Told:
    order_id = text(order.get("id"))
    one = event(
        kind,
        event_id=f"order/{order_id}/{step}",
        time=moment,
        customer=_customer(order),
        data={
            "order": _purchase(order)
            | filled(
                {
                    "id": order_id,
                    "number": text(order.get("name")),
                    "channel": order.get("source_name"),
                    "cart": text(order.get("checkout_token")),
                    "cancel_reason": order.get("cancel_reason"),
                }
            )
        },
    )
    return Told(events=(one,))


def _purchase(bought: Mapping[str, Any]) -> dict[str, Any]:
    lines = items(bought, "line_items")
    address = part(bought, "shipping_address") or part(bought, "billing_address")
    return filled(
        {
            "total": number(bought.get("total_price")),
            "currency": bought.get("currency"),
            "items": [_name(line) for line in lines],
            "quantity": sum(int(number(line.get("quantity")) or 0) for line in lines),
            "country": address.get("country_code"),
            "city": address.get("city"),
        }
    )


def _customer(bought: Mapping[str, Any]) -> dict[str, Any]:
    person = part(bought, "customer")
    address = part(bought, "billing_address") or part(bought, "shipping_address")
    names = [
        text(person.get(key) or address.get(key)) for key in ("first_name", "last_name")
    ]
    return {
        "id": text(person.get("id")),
        "email": bought.get("email") or person.get("email"),
        "phone": bought.get("phone") or person.get("phone") or address.get("phone"),
        "name": " ".join(filter(None, names)),
        "locale": bought.get("customer_locale"),
        "attributes": filled(
            {
                "tags": [one.strip() for one in text(person.get("tags")).split(",")]
                if text(person.get("tags"))
                else [],
                "country": address.get("country_code"),
            }
        ),
    }


def _name(line: Mapping[str, Any]) -> str:
    return text(line.get("title")) or text(line.get("name"))


def _moment(document: Mapping[str, Any], *names: str) -> str:
    wanted = (*names, "processed_at", "updated_at", "created_at")
    return next((text(document[name]) for name in wanted if document.get(name)), "")


_READERS: dict[str, Callable[[Mapping[str, Any]], Told]] = {
    "orders/paid": _paid,
    "orders/fulfilled": _shipped,
    "orders/cancelled": _cancelled,
    "fulfillment_events/create": _fulfillment_event,
    "fulfillments/update": _fulfillment,
    "refunds/create": _refunded,
    "checkouts/create": _checkout,
    "checkouts/update": _checkout,
}
