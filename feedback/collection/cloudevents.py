"""CloudEvents 1.0 in JSON, one or many, to our events.

`data.customer` says who it happened to; the rest of `data` is what conditions see.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from feedback.collection.addresses import (
    LONGEST_PHONE,
    clean_email,
    clean_locale,
    find_zone,
    has_unseen,
)
from feedback.collection.incoming import CustomerData, IncomingEvent
from feedback.core.errors import Invalid

MOST_AT_ONCE = 1_000
LONGEST = 255
CUSTOMER = "data.customer"
#: the date and time of RFC 3339, with its zone
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})"
)
_JSON = re.compile(r"[a-z0-9.+-]+/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
_PHONE = re.compile(r"[0-9+ ()./-]{4,40}")
#: other systems call moments before this what they could not read
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def read_batch(body: object, *, now: datetime) -> tuple[IncomingEvent, ...]:
    """Read one event, or a list of up to 1,000.

    Raises:
        Invalid: one code per faulty field; in a list its name begins with the
            place, as `3.type`. `events: not_an_object`, `events: too_many`,
            `events: missing` for an empty list, and what `read_event` raises.
    """
    if isinstance(body, Mapping):
        return (read_event(body, now=now),)
    if not isinstance(body, list):
        raise Invalid({"events": "not_an_object"})
    if not body:
        raise Invalid({"events": "missing"})
    if len(body) > MOST_AT_ONCE:
        raise Invalid({"events": "too_many"}, most=MOST_AT_ONCE)
    events: list[IncomingEvent] = []
    faults: dict[str, str] = {}
    for place, one in enumerate(body):
        try:
            events.append(read_event(one, now=now))
        except Invalid as error:
            faults |= {f"{place}.{name}": code for name, code in error.fields.items()}
    if faults:
        raise Invalid(faults)
    return tuple(events)


def read_event(
    body: object, *, now: datetime, forgiving: bool = False
) -> IncomingEvent:
    """Read one event; one without `time` happened now.

    A type that nobody knows is no fault. Size, type and date are for
    `events.receive` to check.

    Args:
        body: the JSON.
        now: the present moment.
        forgiving: leave out what cannot be used of the customer, instead of refusing
            the event: a shop cannot mend the number that its customer mistyped.

    Raises:
        Invalid: one code per field: `missing`, `not_text`, `too_long`,
            `control_characters`, `not_an_object`, `unknown_version` (specversion is
            not 1.0), `not_a_moment` (not RFC 3339 with a zone), `not_json`,
            `not_an_address`, `not_a_phone`, `not_a_language`, `unknown_time_zone`,
            `not_a_choice`.
    """
    if not isinstance(body, Mapping):
        raise Invalid({"event": "not_an_object"})
    reader = _Reader()
    if body.get("specversion") != "1.0":
        reader.faults["specversion"] = (
            "unknown_version" if body.get("specversion") else "missing"
        )
    kind = body.get("datacontenttype")
    if kind is not None and not (isinstance(kind, str) and _JSON.fullmatch(kind)):
        reader.faults["datacontenttype"] = "not_json"
    if "data_base64" in body:
        reader.faults["data_base64"] = "not_json"
    data = reader.mapping(body.get("data"), "data")
    event = IncomingEvent(
        source=reader.text(body.get("source"), "source", required=True) or "",
        id=reader.text(body.get("id"), "id", required=True) or "",
        type=reader.text(body.get("type"), "type", required=True) or "",
        occurred_at=reader.moment(body.get("time"), "time") or now,
        customer=reader.customer(data.get("customer")),
        data={name: value for name, value in data.items() if name != "customer"},
    )
    faults = {
        place: code
        for place, code in reader.faults.items()
        if not (forgiving and place.startswith(CUSTOMER))
    }
    if faults:
        raise Invalid(faults)
    return event


class _Reader:
    """Reads fields and gathers every fault before it complains."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def text(self, value: object, place: str, *, required: bool = False) -> str | None:
        if value is None or value == "":
            if required:
                self.faults[place] = "missing"
            return None
        if not isinstance(value, str):
            self.faults[place] = "not_text"
        elif len(value) > LONGEST:
            self.faults[place] = "too_long"
        elif has_unseen(value):
            self.faults[place] = "control_characters"
        else:
            return value
        return None

    def mapping(self, value: object, place: str) -> Mapping[str, Any]:
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.faults[place] = "not_an_object"
        return {}

    def moment(self, value: object, place: str) -> datetime | None:
        text = self.text(value, place)
        if text is None:
            return None
        try:
            # fractions of a second beyond six digits are none of Python's
            found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper()))
        except ValueError:
            found = None
        if not _MOMENT.fullmatch(text) or found is None or found < EARLIEST:
            self.faults[place] = "not_a_moment"
            return None
        return found.astimezone(UTC)

    def customer(self, value: object) -> CustomerData:
        place = CUSTOMER
        body = self.mapping(value, place)
        return CustomerData(
            customer=self._number(body.get("id"), f"{place}.id"),
            email=self._checked(
                body.get("email"), f"{place}.email", clean_email, "not_an_address"
            ),
            phone=self._checked(
                body.get("phone"), f"{place}.phone", _plausible, "not_a_phone"
            ),
            name=self.text(body.get("name"), f"{place}.name"),
            locale=self._checked(
                body.get("locale"), f"{place}.locale", clean_locale, "not_a_language"
            ),
            time_zone=self._checked(
                body.get("time_zone"), f"{place}.time_zone", _zone, "unknown_time_zone"
            ),
            attributes=self.mapping(body.get("attributes"), f"{place}.attributes"),
            preferred_channel=self._checked(
                body.get("preferred_channel"),
                f"{place}.preferred_channel",
                lambda word: word if word in {"email", "sms"} else None,
                "not_a_choice",
            ),
            persona=self.text(body.get("persona"), f"{place}.persona"),
        )

    def _number(self, value: object, place: str) -> str | None:
        """Read a customer number, which many systems write as a number."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return self.text(value, place)

    def _checked(
        self,
        value: object,
        place: str,
        check: Callable[[str], str | None],
        code: str,
    ) -> str | None:
        text = self.text(value, place)
        if text is None:
            return None
        found = check(text)
        if found is None:
            self.faults[place] = code
        return found


def _plausible(text: str) -> str | None:
    """Leave the country to who knows the installation's."""
    return text if len(text) <= LONGEST_PHONE and _PHONE.fullmatch(text) else None


def _zone(text: str) -> str | None:
    return text if find_zone(text) else None
