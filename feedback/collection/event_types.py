"""The types of events that the house knows by name; any other may be sent too."""

import re
from collections.abc import Mapping

from feedback.i18n.catalogs import mark

#: what a type looks like, as `order.delivered` or `com.shop.parcel_lost`
SYNTAX = re.compile(r"[a-z][a-z0-9_.-]{1,118}")

#: type to its words, in the order of the customer's journey
EVENT_TYPES: Mapping[str, str] = {
    "visit.site": mark("Website visited"),
    "visit.store": mark("Store visited"),
    "account.created": mark("Account opened"),
    "quote.sent": mark("Quote sent"),
    "checkout.started": mark("Checkout begun"),
    "cart.abandoned": mark("Cart abandoned"),
    "order.paid": mark("Order paid"),
    "order.cancelled": mark("Order cancelled"),
    "order.shipped": mark("Order shipped"),
    "order.delivered": mark("Order delivered"),
    "order.collected": mark("Order collected in store"),
    "installation.done": mark("Installation done"),
    "appointment.done": mark("Appointment held"),
    "return.requested": mark("Return requested"),
    "return.refunded": mark("Return refunded"),
    "ticket.solved": mark("Support ticket solved"),
    "chat.ended": mark("Chat ended"),
    "call.ended": mark("Call ended"),
    "repair.done": mark("Repair done"),
    "complaint.opened": mark("Complaint received"),
    "complaint.closed": mark("Complaint closed"),
    "loyalty.joined": mark("Loyalty programme joined"),
    "loyalty.anniversary": mark("Anniversary as a customer"),
    "subscription.started": mark("Subscription started"),
    "subscription.renewed": mark("Subscription renewed"),
    "subscription.ended": mark("Subscription ended"),
}


def is_event_type(text: str) -> bool:
    """Tell whether a text can be a type: 2 to 119 lower-case letters, digits, `_.-`."""
    return SYNTAX.fullmatch(text) is not None
