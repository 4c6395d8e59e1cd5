"""Who the customers of the made-up company are, and what happens to them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from feedback.collection.events import CustomerData, IncomingEvent
from feedback.demo.asking import plot

#: days of asking, before the present moment
DAYS = 14
EMAIL = "{number}@clients.demo.example"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A customer of the made-up company."""

    number: int
    name: str
    locale: str
    persona: str
    #: see `data/asking.toml`; empty where chance decides
    fate: str

    @property
    def data(self) -> CustomerData:
        """What the shop tells of them."""
        has_address = self.fate != "nowhere"
        return CustomerData(
            customer=f"D{1000 + self.number}",
            email=EMAIL.format(number=1000 + self.number) if has_address else None,
            name=self.name,
            locale=self.locale,
            persona=self.persona,
        )


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The two weeks, in the time of the company."""

    until: datetime
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """The moment at which they begin."""
        return self.until - timedelta(days=DAYS)

    def at(self, day: int, clock: time) -> datetime:
        """Return a moment of a day, counted from the first, never of the future."""
        date = (self.since + timedelta(days=day)).astimezone(self.zone).date()
        moment = datetime.combine(date, clock, self.zone).astimezone(UTC)
        return min(max(moment, self.since), self.until)

    def some_time(self, day: int, rng: random.Random) -> datetime:
        """Return a moment of a day at which a shop is open."""
        clock = time(rng.randrange(8, 20), rng.randrange(60), rng.randrange(60))
        return self.at(day, clock)


def list_clients(personas: Sequence[str], rng: random.Random) -> list[Somebody]:
    """Return the customers, those with a fate first."""
    return [
        Somebody(
            number=number,
            name=one["name"],
            locale=one["locale"],
            persona=rng.choice(personas),
            fate=one.get("fate", ""),
        )
        for number, one in enumerate(plot()["customers"], start=1)
    ]


def list_happenings(
    people: Sequence[Somebody], calendar: Calendar, rng: random.Random
) -> list[IncomingEvent]:
    """Return what happens in the two weeks, in the order in which it does."""
    found = _happenings(people, calendar, rng)
    return sorted(found, key=lambda one: one.occurred_at)


def _happenings(
    people: Sequence[Somebody], calendar: Calendar, rng: random.Random
) -> Iterator[IncomingEvent]:
    fated = [one for one in people if one.fate]
    others = cycle(rng.sample(people, len(people)))
    number = 0
    for one in plot()["happenings"]:
        for place in range(one["count"]):
            number += 1
            # those with a fate come in the first days, and once more a week later
            early = one["type"] == "visit.store" and place < 2 * len(fated)
            day = rng.randrange(DAYS)
            if early:
                day = 1 + place % 3 + 8 * (place >= len(fated))
            who = fated[place % len(fated)] if early else next(others)
            yield IncomingEvent(
                source=one["source"],
                id=f"{one['type']}-{number}",
                type=one["type"],
                occurred_at=calendar.some_time(day, rng),
                customer=who.data,
                data=_details(one["type"], rng, early=early),
            )


def _details(kind: str, rng: random.Random, *, early: bool) -> Mapping[str, Any]:
    if kind == "visit.store":
        total = rng.choice([6.4, 8.9, 12.5] if early else [1.2, 3.9, 6.4, 8.9, 12])
        return {"basket": {"total": total, "items": rng.randrange(1, 6)}}
    if kind.startswith("order."):
        return {
            "order": {
                "number": f"B{rng.randrange(10_000, 99_999)}",
                "tickets": rng.choice([1, 2, 2, 4]),
                "total": rng.choice([38.0, 76.0, 84.0, 152.0]),
            }
        }
    return {}
