"""The form of a mapping: which place of an example is what.

Names of its fields: `type`, `id`, `time` and `customer.NAME`, each with `.path`,
`.path2` where two are joined, and `.fallback`; `value.N.raw` and `value.N.meant` for
what the values of the type mean; `attributes.N.name`, `data.N.name` and so on for
what is named freely.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from feedback.collection.json_paths import Leaf, leaves
from feedback.collection.mapping import (
    EventMapping,
    FieldRule,
    ValueKind,
    read_mapping,
    write_mapping,
)
from feedback.core.errors import Invalid
from feedback.core.text import shorten
from feedback.i18n.catalogs import mark

LONGEST_EXAMPLE = 200_000
DEEPEST = 32
LONGEST_SAMPLE = 40
#: rows of a kind beyond those that are filled
SPARE_ROWS = 2
MOST_ROWS = 40
FIELDS = ("type", "id", "time")
#: field of the customer to its words
CUSTOMER = {
    "email": mark("Mail address"),
    "id": mark("Customer number"),
    "name": mark("Name"),
    "phone": mark("Phone number"),
    "locale": mark("Language"),
}
NAMED = ("attributes", "data")

Form = MultiDict[str, str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field of the form, as it is shown."""

    #: how its fields' names begin
    key: str
    #: what is named freely: its name
    name: str = ""
    path: str = ""
    path2: str = ""
    fallback: str = ""
    is_number: bool = False

    @property
    def paths(self) -> list[str]:
        """The places that were chosen."""
        return [path for path in (self.path, self.path2) if path]


@dataclass(frozen=True, kw_only=True)
class ShownMapping:
    """A mapping as the form shows it."""

    type: Row
    id: Row
    time: Row
    date_format: str
    #: raw value and what it means
    values: Sequence[tuple[str, str]]
    customer: Sequence[Row]
    attributes: Sequence[Row]
    data: Sequence[Row]

    @property
    def rows(self) -> list[Row]:
        """Every row that names places."""
        first = [self.type, self.id, self.time]
        return [*first, *self.customer, *self.attributes, *self.data]


def read_example(text: str) -> Any:
    """Read the example that was pasted.

    Raises:
        Invalid: `example: missing`, `too_long`, `not_json`, `too_deep`, or
            `not_an_object` for a single value.
    """
    if not text.strip():
        raise Invalid({"example": "missing"})
    if len(text) > LONGEST_EXAMPLE:
        raise Invalid({"example": "too_long"})
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise Invalid({"example": "too_deep"}) from error
    except ValueError as error:
        raise Invalid({"example": "not_json"}) from error
    if not isinstance(document, dict | list):
        raise Invalid({"example": "not_an_object"})
    if not leaves(document):
        raise Invalid({"example": "missing"})
    return document


def path_options(
    document: Any, shown: ShownMapping
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places to choose from, grouped by what they stand in.

    Each with the value that it has in the example; places that are chosen and that
    the example lacks come last.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    found = leaves(document)
    for leaf in found:
        group = leaf.path.rpartition(".")[0]
        groups.setdefault(group, []).append((leaf.path, _labelled(leaf)))
    there = {leaf.path for leaf in found}
    lost = sorted({path for row in shown.rows for path in row.paths} - there)
    if lost:
        groups["…"] = [(path, path) for path in lost]
    return sorted(groups.items(), key=lambda one: one[0] == "…")


def _labelled(leaf: Leaf) -> str:
    value = json.dumps(leaf.value, ensure_ascii=False)
    return f"{leaf.path} = {shorten(value, LONGEST_SAMPLE)}"


def show_mapping(
    mapping: EventMapping, *, raw_values: Mapping[str, str] | None = None
) -> ShownMapping:
    """Return the form of a mapping; `raw_values` are to be given a meaning."""
    values = {**(raw_values or {}), **mapping.type.values}
    return ShownMapping(
        type=_row("type", mapping.type),
        id=_row("id", mapping.id),
        time=_row("time", mapping.time),
        date_format=mapping.date_format.value,
        values=[*values.items(), *([("", "")] * SPARE_ROWS)],
        customer=[
            _row(f"customer.{name}", mapping.customer.get(name, FieldRule()))
            for name in CUSTOMER
        ],
        attributes=_rows("attributes", mapping.attributes),
        data=_rows("data", mapping.data),
    )


def _row(key: str, rule: FieldRule, *, name: str = "") -> Row:
    paths = [*rule.paths, "", ""]
    return Row(
        key=key,
        name=name,
        path=paths[0],
        path2=paths[1],
        fallback=rule.fallback,
        is_number=rule.kind is ValueKind.NUMBER,
    )


def _rows(part: str, rules: Mapping[str, FieldRule]) -> list[Row]:
    rows = [
        _row(f"{part}.{number}", rule, name=name)
        for number, (name, rule) in enumerate(rules.items())
    ]
    spare = range(len(rows), len(rows) + SPARE_ROWS)
    return rows + [Row(key=f"{part}.{number}") for number in spare]


def show_form(
    form: Form, *, raw_values: Mapping[str, str] | None = None
) -> ShownMapping:
    """Return the form as it was filled, whatever stands in it.

    `raw_values` are to be given a meaning, unless they have one; a value that was
    proposed for another field, and has none, goes.
    """
    meant = {raw: meaning for raw, meaning in _pairs(form) if meaning}
    values = {**(raw_values or {}), **meant}
    return ShownMapping(
        type=_typed("type", form),
        id=_typed("id", form),
        time=_typed("time", form),
        date_format=form.get("date_format", ""),
        values=[*values.items(), *([("", "")] * SPARE_ROWS)],
        customer=[_typed(f"customer.{name}", form) for name in CUSTOMER],
        attributes=_typed_rows("attributes", form),
        data=_typed_rows("data", form),
    )


def _typed(key: str, form: Form, *, place: str | None = None) -> Row:
    return Row(
        key=key,
        name=form.get(f"{place or key}.name", ""),
        path=form.get(f"{place or key}.path", ""),
        path2=form.get(f"{place or key}.path2", ""),
        fallback=form.get(f"{place or key}.fallback", ""),
        is_number=form.get(f"{place or key}.number") is not None,
    )


def _typed_rows(part: str, form: Form) -> list[Row]:
    filled = [
        f"{part}.{number}"
        for number in range(MOST_ROWS)
        if any(form.get(f"{part}.{number}.{one}") for one in ("name", "path"))
    ]
    rows = [
        _typed(f"{part}.{number}", form, place=place)
        for number, place in enumerate(filled)
    ]
    spare = range(len(rows), len(rows) + SPARE_ROWS)
    return rows + [Row(key=f"{part}.{number}") for number in spare]


def read_form(form: Form, kept: EventMapping | None = None) -> EventMapping:
    """Read the mapping that a form holds.

    What the form does not show, as a time zone of the customer, stays as it was kept.

    Raises:
        Invalid: as `mapping.read_mapping`.
    """
    document: dict[str, Any] = {name: _rule(form, name) for name in FIELDS}
    document["type"]["values"] = {raw: meant for raw, meant in _pairs(form) if meant}
    document["date_format"] = form.get("date_format", "auto")
    customer = {
        name: rule
        for name in CUSTOMER
        if _fills(rule := _rule(form, f"customer.{name}"))
    }
    unseen = write_mapping(kept)["customer"] if kept else {}
    document["customer"] = {
        **{name: rule for name, rule in unseen.items() if name not in CUSTOMER},
        **customer,
    }
    for part in NAMED:
        document[part] = dict(_named(form, part))
    return read_mapping(document)


def _rule(form: Form, key: str, *, kind: ValueKind = ValueKind.AS_IT_IS) -> Any:
    paths = [form.get(f"{key}.path", ""), form.get(f"{key}.path2", "")]
    return {
        "paths": [path for path in paths if path],
        "fallback": form.get(f"{key}.fallback", "").strip(),
        "values": {},
        "kind": kind.value,
    }


def _fills(rule: Mapping[str, Any]) -> bool:
    return bool(rule["paths"] or rule["fallback"])


def _pairs(form: Form) -> Iterator[tuple[str, str]]:
    for number in range(MOST_ROWS):
        raw = form.get(f"value.{number}.raw", "").strip()
        if raw:
            yield raw, form.get(f"value.{number}.meant", "").strip()


def _named(form: Form, part: str) -> Iterator[tuple[str, Any]]:
    for number in range(MOST_ROWS):
        key = f"{part}.{number}"
        is_number = form.get(f"{key}.number") is not None
        kind = ValueKind.NUMBER if is_number else ValueKind.AS_IT_IS
        rule = _rule(form, key, kind=kind)
        name = form.get(f"{key}.name", "").strip()
        if name or _fills(rule):
            yield name, rule
