"""Take what a webhook delivers: events out of a delivery that is believed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.cloudevents import read_event
from feedback.collection.events import Receipt, receive
from feedback.collection.incoming import IncomingEvent, read_customer
from feedback.collection.mapping import map_event
from feedback.collection.models import Event
from feedback.collection.sources import SourceRead, note_received, source_name
from feedback.collection.terms import SourceKind
from feedback.collection.webhooks import shopify, woocommerce, zendesk
from feedback.collection.webhooks.deliveries import Delivery, Told
from feedback.core.errors import Invalid
from feedback.jobs.ledger import enqueue

ABANDONED_CART = "collection.abandoned_cart"
#: a checkout that led to no order for so long was left
LEFT_AFTER = timedelta(hours=1)
#: steps of an order that name its customer
_STEPS_WITH_CUSTOMER = ("paid", "shipped", "cancelled")

_READERS: dict[SourceKind, Callable[[Delivery, Mapping[str, Any]], Told]] = {
    SourceKind.SHOPIFY: shopify.read,
    SourceKind.WOOCOMMERCE: woocommerce.read,
    SourceKind.ZENDESK: zendesk.read,
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a delivery."""

    receipts: tuple[Receipt, ...] = ()
    #: lower_snake: why no event came of it
    ignored: str | None = None


def take(
    session: Session,
    source: SourceRead,
    delivery: Delivery,
    document: Any,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Taken:
    """Let the events of a delivery in, whose signature was checked.

    A customer's address, number or language that cannot be used is left out: an
    order is not lost for it. A delivery that is repeated tells events that are known.

    Raises:
        Invalid: one code per field, see `cloudevents.read_event`, `events.receive`
            and `mapping.map_event`; `document: not_an_object`.
    """
    note_received(session, source.id, now=now)
    told = _told(source, delivery, document, now=now, zone=zone)
    if told.ignored is not None:
        return Taken(ignored=told.ignored)
    events = []
    for one in told.events:
        event = read_forgivingly({**one, "source": source_name(source.public_id)}, now)
        events.append(_with_customer(session, event))
    receipts = receive(session, events, now=now, event_source_id=source.id)
    for event, receipt in zip(events, receipts, strict=True):
        if event.type == "checkout.started" and receipt.is_new:
            enqueue(
                session,
                ABANDONED_CART,
                {"event": receipt.public_id},
                due_at=now + LEFT_AFTER,
            )
    return Taken(receipts=receipts)


def _told(
    source: SourceRead,
    delivery: Delivery,
    document: Any,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Told:
    if source.kind is SourceKind.MAPPED:
        if source.mapping is None:
            return Told(ignored="no_mapping_yet")
        mapped = map_event(
            source.mapping,
            document,
            source=source_name(source.public_id),
            content_id=hashlib.sha256(delivery.content).hexdigest(),
            now=now,
            zone=zone,
        )
        return Told(events=(mapped,)) if mapped else Told(ignored="status_not_used")
    if not isinstance(document, Mapping):
        raise Invalid({"document": "not_an_object"})
    return _READERS[source.kind](delivery, document)


def read_forgivingly(document: Mapping[str, Any], now: datetime) -> IncomingEvent:
    """Read a CloudEvent; what is faulty about its customer is left out.

    Raises:
        Invalid: everything else that is faulty, see `cloudevents.read_event`.
    """
    try:
        return read_event(document, now=now)
    except Invalid as error:
        faulty = {
            place.removeprefix("data.customer.")
            for place in error.fields
            if place.startswith("data.customer.")
        }
        if len(faulty) < len(error.fields):
            raise
    data = document["data"]
    customer = {
        name: value for name, value in data["customer"].items() if name not in faulty
    }
    return read_event({**document, "data": {**data, "customer": customer}}, now=now)


def _with_customer(session: Session, event: IncomingEvent) -> IncomingEvent:
    """Return an event with its customer, from an earlier one of the same order.

    A refund or a parcel names the order alone.
    """
    who = event.customer
    order = event.data.get("order")
    if who.customer or who.email or who.phone or not isinstance(order, Mapping):
        return event
    earlier = [f"order/{order.get('id')}/{step}" for step in _STEPS_WITH_CUSTOMER]
    kept = session.scalar(
        select(Event.customer)
        .where(Event.source == event.source, Event.event_id.in_(earlier))
        .order_by(Event.id.desc())
        .limit(1)
    )
    if not kept:
        return event
    return IncomingEvent(
        source=event.source,
        id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        customer=read_customer(kept),
        data=event.data,
    )


def take_abandoned_cart(session: Session, public_id: str, *, now: datetime) -> bool:
    """Say that a checkout was left, unless an order came of it meanwhile.

    Returns whether there is a new event `cart.abandoned`. Twice is once.
    """
    started = session.scalar(select(Event).where(Event.public_id == public_id))
    if started is None:  # forgotten meanwhile
        return False
    token = started.data.get("cart", {}).get("token")
    ordered = session.scalar(
        select(Event.id)
        .where(
            Event.source == started.source,
            Event.received_at >= started.received_at,
            Event.data["order"]["cart"].as_string() == token,
        )
        .limit(1)
    )
    if ordered is not None:
        return False
    left = IncomingEvent(
        source=started.source,
        id=f"checkout/{token}/abandoned",
        type="cart.abandoned",
        occurred_at=now,
        customer=read_customer(started.customer),
        data=started.data,
    )
    (receipt,) = receive(
        session, [left], now=now, event_source_id=started.event_source_id
    )
    return receipt.is_new
