"""What of a customer's data can be used: marks to recognise by, values to keep.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback.collection.addresses import (
    clean_email,
    clean_locale,
    clean_name,
    clean_phone,
    find_zone,
    has_unseen,
)
from feedback.collection.incoming import CustomerData
from feedback.collection.terms import Channel, IdentityKind

MOST_ATTRIBUTES = 100
LONGEST_VALUE = 500
LONGEST_PERSONA = 60

#: one thing that a customer is recognised by
Mark = tuple[IdentityKind, str]
SUREST_FIRST = (IdentityKind.CUSTOMER, IdentityKind.EMAIL, IdentityKind.PHONE)
#: what a contact keeps beside its attributes
FIELDS = (
    "customer",
    "name",
    "email",
    "phone",
    "locale",
    "time_zone",
    "preferred_channel",
    "persona",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """What of a customer can be used."""

    marks: Mapping[IdentityKind, str]
    values: Mapping[str, Any]
    attributes: Mapping[str, Any]
    occurred_at: datetime

    @classmethod
    def of(
        cls, given: CustomerData, *, occurred_at: datetime, country: str | None
    ) -> "Person":
        """Read what a system said; what cannot be used is left out."""
        number = clean_name(given.customer or "")
        email = clean_email(given.email or "")
        phone = clean_phone(given.phone or "", country=country)
        marks = {
            IdentityKind.CUSTOMER: number,
            IdentityKind.EMAIL: email and email.lower(),
            IdentityKind.PHONE: phone,
        }
        values = {
            "customer": number,
            "name": clean_name(given.name or ""),
            "email": email,
            "phone": phone,
            "locale": clean_locale(given.locale or ""),
            "time_zone": given.time_zone if find_zone(given.time_zone) else None,
            "preferred_channel": _channel(given.preferred_channel),
            "persona": clean_name((given.persona or "")[:LONGEST_PERSONA]),
        }
        return cls(
            marks={kind: value for kind, value in marks.items() if value},
            values={name: value for name, value in values.items() if value},
            attributes=_attributes(given.attributes),
            occurred_at=occurred_at,
        )


def _channel(word: str | None) -> Channel | None:
    return Channel(word) if word in {Channel.EMAIL, Channel.SMS} else None


def _attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if len(name) > 200 or has_unseen(name) or len(kept) >= MOST_ATTRIBUTES:
            continue
        held = clean_name(value[:LONGEST_VALUE]) if isinstance(value, str) else value
        if held is not None:
            kept[name] = held
    return kept


def tell(held: dict[str, Any], person: Person) -> None:
    """Add to what is held of a contact what one event says."""
    newest = held["newest_event_at"]
    is_newer = newest is None or person.occurred_at >= newest
    for name, value in person.values.items():
        # a contact keeps the first number by which it became known
        if held[name] is None or (is_newer and name != "customer"):
            held[name] = value
    old, new = held["attributes"], person.attributes
    together = {**old, **new} if is_newer else {**new, **old}
    if len(together) <= MOST_ATTRIBUTES:
        held["attributes"] = together
    if is_newer:
        held["newest_event_at"] = person.occurred_at
