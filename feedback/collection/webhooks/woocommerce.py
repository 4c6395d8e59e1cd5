"""WooCommerce: orders paid, completed, cancelled, refunded, after their status."""

import re
from collections.abc import Mapping
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

TOPICS = ("order.updated",)
#: status of an order to the event, the step that names it, and the date that tells when
_STEPS = {
    "processing": ("order.paid", "paid", "date_paid_gmt"),
    "completed": ("order.shipped", "shipped", "date_completed_gmt"),
    "cancelled": ("order.cancelled", "cancelled", "date_modified_gmt"),
}
_PING = re.compile(rb"webhook_id=\d{1,20}")


def is_ping(content: bytes) -> bool:
    """Tell whether this is the call that WooCommerce makes when a webhook is saved.

    It is not signed, and says nothing but the number of the webhook.
    """
    return _PING.fullmatch(content.strip()) is not None


def read(delivery: Delivery, order: Mapping[str, Any]) -> Told:
    """Return what a delivery tells.

    An order is sent whole at each change: its status says what has happened, its
    list of refunds each refund, and what was told before is known by its name.
    """
    topic = delivery.header("x-wc-webhook-topic").lower()
    if topic not in {"order.created", "order.updated", "order.restored"}:
        return Told(ignored="topic_not_used")
    status = text(order.get("status"))
    events = [_refund(order, refund) for refund in items(order, "refunds")]
    if status in _STEPS:
        events.insert(0, _step(order, *_STEPS[status]))
    return Told(events=tuple(events), ignored=None if events else "status_not_used")


def _step(
    order: Mapping[str, Any], kind: str, step: str, date_name: str
) -> dict[str, Any]:
    return event(
        kind,
        event_id=f"order/{text(order.get('id'))}/{step}",
        time=_moment(order.get(date_name)) or _moment(order.get("date_modified_gmt")),
        customer=_customer(order),
        data={"order": _purchase(order)},
    )


def _refund(order: Mapping[str, Any], refund: Mapping[str, Any]) -> dict[str, Any]:
    total = number(refund.get("total"))
    return event(
        "return.refunded",
        event_id=f"refund/{text(refund.get('id'))}",
        time=_moment(order.get("date_modified_gmt")),
        customer=_customer(order),
        data={
            "order": _purchase(order),
            "refund": filled(
                {
                    "id": text(refund.get("id")),
                    "total": None if total is None else abs(total),
                    "note": refund.get("reason"),
                }
            ),
        },
    )


def _purchase(order: Mapping[str, Any]) -> dict[str, Any]:
    lines = items(order, "line_items")
    address = part(order, "shipping")
    return filled(
        {
            "id": text(order.get("id")),
            "number": text(order.get("number")),
            "status": order.get("status"),
            "total": number(order.get("total")),
            "currency": order.get("currency"),
            "payment": order.get("payment_method_title"),
            "items": [text(line.get("name")) for line in lines],
            "quantity": sum(int(number(line.get("quantity")) or 0) for line in lines),
            "country": address.get("country") or part(order, "billing").get("country"),
            "city": address.get("city"),
        }
    )


def _customer(order: Mapping[str, Any]) -> dict[str, Any]:
    person = part(order, "billing")
    number_of = text(order.get("customer_id"))
    names = [text(person.get(key)) for key in ("first_name", "last_name")]
    return {
        # a guest has the number 0
        "id": number_of if number_of != "0" else None,
        "email": person.get("email"),
        "phone": person.get("phone"),
        "name": " ".join(filter(None, names)),
        "attributes": filled(
            {"country": person.get("country"), "company": person.get("company")}
        ),
    }


def _moment(value: object) -> str:
    """Return a moment of WooCommerce, which writes UTC without saying so."""
    found = text(value)
    return f"{found}Z" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", found) else ""
