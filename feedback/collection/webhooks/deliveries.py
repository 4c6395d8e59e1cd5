"""One call of a webhook, and what was read out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from feedback.collection.moments import DateFormat, read_moment

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What arrived: the very bytes, as they were signed."""

    #: names in lower case
    headers: Mapping[str, str]
    content: bytes

    def header(self, name: str) -> str:
        """Return a header, empty when it did not come."""
        return self.headers.get(name, "").strip()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a delivery tells: CloudEvents, or why none comes of it."""

    #: for `cloudevents.read_event`; `source` is added by who knows it
    events: tuple[Mapping[str, Any], ...] = ()
    #: lower_snake: `ping`, `topic_not_used`, `status_not_used`, `not_solved`, `a_test`
    ignored: str | None = None


def event(
    kind: str,
    *,
    event_id: str,
    time: object,
    customer: Mapping[str, Any],
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a CloudEvent without its source.

    What is empty is left out; so is a time that is none, as the delivery comes at
    once.
    """
    moment = read_moment(time, DateFormat.ISO, zone=UTC)
    return {
        "specversion": "1.0",
        "id": event_id,
        "type": kind,
        **({"time": moment.isoformat()} if moment else {}),
        "data": {"customer": filled(customer), **data},
    }


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not empty; zero and false are something."""
    return {
        name: value for name, value in values.items() if value not in (None, "", {}, [])
    }


def part(document: Any, name: str) -> Mapping[str, Any]:
    """Return the object at a name, an empty one when there is none."""
    found = document.get(name) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def items(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list at a name, a hundred at most."""
    found = document.get(name)
    listed = found[:100] if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def text(value: object) -> str:
    """Return a text or a whole number as text, of anything else nothing."""
    if isinstance(value, bool):
        return ""
    return str(value).strip() if isinstance(value, str | int) else ""


def number(value: object) -> float | None:
    """Return a number, also one that is written as a text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
