"""Any JSON to an event: which of its places is what. Pure.

A mapping is kept as the JSON that `write_mapping` writes. What it makes is a
CloudEvent, which `cloudevents.read_event` checks like every other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from feedback.collection.json_paths import find, is_path
from feedback.collection.moments import DateFormat, read_moment
from feedback.core.errors import Invalid

_Choice = TypeVar("_Choice", bound=StrEnum)

LONGEST_NAME = 120
LONGEST_VALUE = 255
MOST_NAMED = 40
MOST_VALUES = 60
MOST_PATHS = 3
#: what a customer may be told by, in the words of the CloudEvent
CUSTOMER_FIELDS = ("id", "email", "phone", "name", "locale", "time_zone", "persona")


class ValueKind(StrEnum):
    """What a value is turned into."""

    AS_IT_IS = "as_it_is"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """Where one field comes from."""

    #: joined by a space when there are several, as first and last name
    paths: tuple[str, ...] = ()
    #: what stands for a place that is missing or empty; alone, a constant
    fallback: str = ""
    #: what is found to what is meant, as "4" to "order.shipped"
    values: Mapping[str, str] = field(default_factory=dict)
    kind: ValueKind = ValueKind.AS_IT_IS

    @property
    def is_empty(self) -> bool:
        """Whether it gives nothing."""
        return not self.paths and not self.fallback


@dataclass(frozen=True, kw_only=True)
class EventMapping:
    """How the JSON of one system becomes an event."""

    #: what it finds must be a key of `values` when there are any; else nothing comes
    #: of the delivery
    type: FieldRule
    #: empty: the content itself names the event, so that a repetition is known
    id: FieldRule = field(default_factory=FieldRule)
    #: empty: the moment at which it arrives
    time: FieldRule = field(default_factory=FieldRule)
    date_format: DateFormat = DateFormat.AUTO
    #: name of CUSTOMER_FIELDS to its rule
    customer: Mapping[str, FieldRule] = field(default_factory=dict)
    attributes: Mapping[str, FieldRule] = field(default_factory=dict)
    #: dotted names of the event's data, as `order.total`
    data: Mapping[str, FieldRule] = field(default_factory=dict)


def map_event(
    mapping: EventMapping,
    document: Any,
    *,
    source: str,
    content_id: str,
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, Any] | None:
    """Return the CloudEvent that a document becomes; None when its type says nothing.

    The id of an event is what names it there and its type: one order is paid, then
    shipped, and these are two events.

    Args:
        mapping: which place is what.
        document: the JSON that came.
        source: the event's `source`.
        content_id: names the event when the mapping has no id.
        now: the event's moment when the mapping has no time.
        zone: in which moments without a zone are meant.

    Raises:
        Invalid: `type: missing`, `id: missing`, `time: not_a_moment`.
    """
    kind = _type(mapping.type, document)
    if kind is None:
        return None
    faults = {}
    if not kind:
        faults["type"] = "missing"
    named = _text(mapping.id, document)
    if not named and not mapping.id.is_empty:
        faults["id"] = "missing"
    moment: datetime | None = now
    if not mapping.time.is_empty:
        found = _value(mapping.time, document)
        moment = read_moment(found, mapping.date_format, zone=zone)
        if moment is None:
            faults["time"] = "not_a_moment"
    if faults or moment is None:
        raise Invalid(faults)
    customer: dict[str, Any] = {
        name: text
        for name, rule in mapping.customer.items()
        if (text := _text(rule, document))
    }
    attributes = _named(mapping.attributes, document)
    if attributes:
        customer["attributes"] = attributes
    data: dict[str, Any] = {"customer": customer}
    for name, value in _named(mapping.data, document).items():
        _put(data, name, value)
    return {
        "specversion": "1.0",
        "source": source,
        "id": f"{named}/{kind}"[:LONGEST_VALUE] if named else content_id,
        "type": kind,
        "time": moment.isoformat(),
        "data": data,
    }


def _type(rule: FieldRule, document: Any) -> str | None:
    """Return the type, "" when it is missing; None when it stands for no event."""
    found = _plain(_found(rule, document))
    if found and rule.values:
        return _meaning(rule, found) or (rule.fallback or None)
    return found or rule.fallback


def _value(rule: FieldRule, document: Any) -> Any:
    """Return what a rule gives; None when it gives nothing."""
    found = _found(rule, document)
    if isinstance(found, str | int | float):
        meant = _meaning(rule, _plain(found))
        found = found if meant is None else meant
    if found is None or found == "":
        found = rule.fallback or None
    if rule.kind is ValueKind.NUMBER:
        return read_number(found)
    return _plain(found) if rule.kind is ValueKind.TEXT else found


def _found(rule: FieldRule, document: Any) -> Any:
    if len(rule.paths) == 1:
        return find(document, rule.paths[0])
    words = (_plain(find(document, path)) for path in rule.paths)
    return " ".join(filter(None, words)) or None


def _meaning(rule: FieldRule, found: str) -> str | None:
    wanted = found.casefold()
    return next(
        (meant for raw, meant in rule.values.items() if raw.casefold() == wanted), None
    )


def _text(rule: FieldRule, document: Any) -> str:
    return _plain(_value(rule, document))[:LONGEST_VALUE]


def _plain(value: Any) -> str:
    """Return a value as text, of a list or an object nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _named(rules: Mapping[str, FieldRule], document: Any) -> dict[str, Any]:
    values = ((name, _value(rule, document)) for name, rule in rules.items())
    return {name: value for name, value in values if value is not None}


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    """Put a value at a dotted name; what stands in the way there stays."""
    *above, last = name.split(".")
    for step in above:
        below = data.setdefault(step, {})
        if not isinstance(below, dict):
            return
        data = below
    data.setdefault(last, value)


def read_number(value: Any) -> float | int | None:
    """Return a number as people and shops write it: `1 234,50 €`, `1,234.50`."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    text = "".join(mark for mark in str(value) if mark.isdigit() or mark in ",.-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point:
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return None


def read_mapping(document: object) -> EventMapping:
    """Read a mapping from its JSON.

    Raises:
        Invalid: one code per faulty place, as `customer.email.paths: not_a_path`;
            `missing`, `not_an_object`, `not_a_path`, `not_a_choice`, `too_long`,
            `too_many`, `bad_name`.
    """
    return _Reader().mapping(document)


def write_mapping(mapping: EventMapping) -> dict[str, Any]:
    """Return the JSON of a mapping; reading it back gives an equal one."""
    return {
        "type": _write_rule(mapping.type),
        "id": _write_rule(mapping.id),
        "time": _write_rule(mapping.time),
        "date_format": mapping.date_format.value,
        **{
            part: {
                name: _write_rule(rule) for name, rule in getattr(mapping, part).items()
            }
            for part in ("customer", "attributes", "data")
        },
    }


def _write_rule(rule: FieldRule) -> dict[str, Any]:
    return {
        "paths": list(rule.paths),
        "fallback": rule.fallback,
        "values": dict(rule.values),
        "kind": rule.kind.value,
    }


class _Reader:
    """Reads a document and gathers every fault before it complains."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def mapping(self, document: object) -> EventMapping:
        body = self.object(document, "mapping")
        read = EventMapping(
            type=self.rule(body.get("type", {}), "type"),
            id=self.rule(body.get("id", {}), "id"),
            time=self.rule(body.get("time", {}), "time"),
            date_format=self.choice(body, "date_format", DateFormat.AUTO),
            customer=self.rules(body, "customer"),
            attributes=self.rules(body, "attributes"),
            data=self.rules(body, "data"),
        )
        if read.type.is_empty:
            self.faults["type"] = "missing"
        for name in set(read.customer) - set(CUSTOMER_FIELDS):
            self.faults[f"customer.{name}"] = "not_a_choice"
        if self.faults:
            raise Invalid(self.faults)
        return read

    def rules(self, body: Mapping[str, Any], part: str) -> dict[str, FieldRule]:
        given = self.object(body.get(part, {}), part)
        if len(given) > MOST_NAMED:
            self.faults[part] = "too_many"
            return {}
        for name in given:
            if not _is_name(str(name)):
                self.faults[f"{part}.{name}"] = "bad_name"
        return {name: self.rule(rule, f"{part}.{name}") for name, rule in given.items()}

    def rule(self, value: object, place: str) -> FieldRule:
        body = self.object(value, place)
        paths = body.get("paths", [])
        if not isinstance(paths, list) or len(paths) > MOST_PATHS:
            self.faults[f"{place}.paths"] = "too_many"
            paths = []
        if not all(isinstance(path, str) and is_path(path) for path in paths):
            self.faults[f"{place}.paths"] = "not_a_path"
            paths = []
        values = self.object(body.get("values", {}), f"{place}.values")
        if len(values) > MOST_VALUES:
            self.faults[f"{place}.values"] = "too_many"
        return FieldRule(
            paths=tuple(paths),
            fallback=self.text(body.get("fallback", ""), f"{place}.fallback"),
            values={
                self.text(raw, f"{place}.values"): self.text(meant, f"{place}.values")
                for raw, meant in values.items()
            },
            kind=self.choice(body, "kind", ValueKind.AS_IT_IS, place=place),
        )

    def choice(
        self,
        body: Mapping[str, Any],
        name: str,
        default: _Choice,
        *,
        place: str = "",
    ) -> _Choice:
        try:
            return type(default)(body.get(name, default))
        except ValueError:
            self.faults[f"{place}.{name}".lstrip(".")] = "not_a_choice"
            return default

    def text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            self.faults[place] = "not_text"
            return ""
        if len(value) > LONGEST_VALUE:
            self.faults[place] = "too_long"
        elif "\0" in value:
            self.faults[place] = "not_text"
        return value

    def object(self, value: object, place: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.faults[place] = "not_an_object"
            return {}
        return value


def _is_name(name: str) -> bool:
    """Tell whether a name can stand in a condition: parts joined by single dots."""
    parts = name.split(".")
    return (
        len(name) <= LONGEST_NAME
        and all(part.replace("_", "").replace("-", "").isalnum() for part in parts)
        and parts[0] != "customer"
    )
