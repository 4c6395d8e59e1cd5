"""Events as a shop tells them."""

from typing import Any

from feedback.collection.incoming import CustomerData, IncomingEvent
from tests.conftest import StoppedClock


def happened(number: int, clock: StoppedClock, **changes: Any) -> IncomingEvent:
    """Return the delivery of order `number`, to a customer of the same number."""
    told: dict[str, Any] = {
        "source": "https://shop.example",
        "id": f"order-{number}",
        "type": "order.delivered",
        "occurred_at": clock.now(),
        "customer": CustomerData(
            customer=f"C{number}", email=f"c{number}@example.org", locale="en"
        ),
        "data": {"order": {"total": 10.0 * number}},
    }
    return IncomingEvent(**{**told, **changes})
