"""Recognise customers by their marks, and keep what the newest event says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.collection.incoming import CustomerData
from feedback.collection.marks import Person
from feedback.collection.recognition import Round, TakenMeanwhile
from feedback.collection.stop_list import (
    address_key,
    is_stopped,
    stop_address,
    stopped_among,
)
from feedback.core.errors import Conflict, Invalid

__all__ = [
    "CustomerData",
    "Met",
    "address_key",
    "is_stopped",
    "recognise",
    "recognise_many",
    "stop_address",
    "stopped_among",
]

#: how often it is looked again when another worker took a mark at the same moment
MOST_ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Met:
    """A customer as one event named them."""

    customer: CustomerData
    occurred_at: datetime


def recognise(
    session: Session,
    customer: CustomerData,
    *,
    occurred_at: datetime,
    now: datetime,
    country: str | None = None,
) -> int:
    """Return the number of the contact that a customer is, made when new.

    As `recognise_many`.

    Raises:
        Invalid: `customer: missing`, without any mark that can be used.
    """
    met = Met(customer=customer, occurred_at=occurred_at)
    (found,) = recognise_many(session, [met], now=now, country=country)
    if found is None:
        raise Invalid({"customer": "missing"})
    return found


def recognise_many(
    session: Session,
    met: Sequence[Met],
    *,
    now: datetime,
    country: str | None = None,
) -> list[int | None]:
    """Return the contact of each customer, made when new; None without any mark.

    Marks are the customer number, then the mail address (without case), then the
    phone number in E.164; an address or number that cannot be used is left out.
    A mark is believed unless its contact carries another value of a surer kind that
    the event names too: the customer number wins. So of two customers who share an
    address each keeps their own number, and the address stays with the first. When
    the marks of one event point at several contacts that do not contradict each
    other (a guest's address, and later the same address with a number), these are
    one person: the contact with the surest mark takes over all of the others'. Two
    that each have a customer number stay two.

    An event that is older than the newest fills gaps and overwrites nothing.

    A fixed number of statements, whatever the number of customers. When another
    worker takes the same mark at the same moment, it is looked again.

    Args:
        session: the caller's transaction.
        met: up to a thousand customers, in any order.
        now: the moment at which new contacts are made.
        country: two letters; where phone numbers without `+` are from.

    Raises:
        Conflict: `changed_meanwhile`, when others keep taking the same marks.
    """
    people = [
        Person.of(one.customer, occurred_at=one.occurred_at, country=country)
        for one in met
    ]
    if not any(person.marks for person in people):
        return [None] * len(people)
    for number in range(MOST_ROUNDS):
        try:
            with session.begin_nested():
                return Round(session, now).go(people, alone=number > 0)
        except TakenMeanwhile:
            continue
    raise Conflict("changed_meanwhile")
