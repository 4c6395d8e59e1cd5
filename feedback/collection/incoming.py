"""What other systems tell us: a customer, and something that happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class CustomerData:
    """A customer as another system names them; every part may be missing."""

    #: the customer number of the shop or CRM
    customer: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    #: as `fr` or `fr-CA`
    locale: str | None = None
    #: IANA name, as `Europe/Paris`
    time_zone: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    #: `email` or `sms`
    preferred_channel: str | None = None
    #: key of a persona
    persona: str | None = None


@dataclass(frozen=True, kw_only=True)
class IncomingEvent:
    """Something that happened to a customer; `source` and `id` together name it."""

    source: str
    id: str
    #: as `order.delivered`
    type: str
    occurred_at: datetime
    customer: CustomerData = field(default_factory=CustomerData)
    data: Mapping[str, Any] = field(default_factory=dict)


#: name in JSON to the field; the customer number is called `id` there
_NAMES = {
    "id": "customer",
    "email": "email",
    "phone": "phone",
    "name": "name",
    "locale": "locale",
    "time_zone": "time_zone",
    "attributes": "attributes",
    "preferred_channel": "preferred_channel",
    "persona": "persona",
}


def write_customer(customer: CustomerData) -> dict[str, Any]:
    """Return a customer as JSON, what is missing left out."""
    values = {name: getattr(customer, held) for name, held in _NAMES.items()}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
        if value
    }


def read_customer(document: Mapping[str, Any]) -> CustomerData:
    """Read a customer from JSON that `write_customer` wrote."""
    return CustomerData(
        **{held: document[name] for name, held in _NAMES.items() if name in document}
    )
