"""A map as a JSON document.

The document holds no numbers of rows and no dates, so that the same map gives the
same bytes anywhere. What is false or empty is left out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from feedback.core.errors import Invalid
from feedback.journey.edits import new_key
from feedback.journey.plan import (
    Names,
    Plan,
    PlannedPersona,
    PlannedPhase,
    PlannedTouchpoint,
    check,
    tidy,
    tidy_brake,
    tidy_names,
)
from feedback.journey.terms import Kind

SCHEMA = "urn:feedback:journey-map:1"
#: bytes
LARGEST_FILE = 1_000_000

Part = TypeVar("Part")


def write_json(plan: Plan) -> bytes:
    """Return the map as a file: what is archived stays at home."""
    live = replace(
        plan,
        phases=tuple(
            replace(
                phase,
                touchpoints=tuple(p for p in phase.touchpoints if not p.is_archived),
            )
            for phase in plan.phases
            if not phase.is_archived
        ),
        personas=tuple(one for one in plan.personas if not one.is_archived),
    )
    text = json.dumps(to_document(live), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def read_json(content: bytes) -> Plan:
    """Return the map that a file holds.

    Keys may be missing; they are then made of the names.

    Raises:
        Invalid: one code per faulty place, such as `phases[0].names: missing`, or
            `file` with `too_large`, `not_json` or `wrong_schema`. Codes of shape:
            `not_an_object`, `not_a_list`, `not_text`, `not_yes_or_no`,
            `unknown_field`, `unknown_kind`, and those of `plan.check`.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid({"file": "too_large"})
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Invalid({"file": "not_json"}) from None
    if not isinstance(document, dict) or document.get("$schema") != SCHEMA:
        raise Invalid({"file": "wrong_schema"})
    return from_document(document)


def to_document(plan: Plan) -> dict[str, Any]:
    """Return the map with all that is archived, as a revision keeps it."""
    return {
        "$schema": SCHEMA,
        "names": tidy_names(plan.names),
        "offers": tidy_names(plan.offers),
        "phases": [_phase(phase) for phase in plan.phases],
        "personas": [_persona(persona) for persona in plan.personas],
    }


def from_document(document: Mapping[str, Any]) -> Plan:
    """Return the map that a document holds.

    Raises:
        Invalid: as `read_json`.
    """
    reader = _Reader()
    plan = reader.plan(document)
    if reader.faults:
        raise Invalid(reader.faults)
    check(plan)
    return plan


def _phase(phase: PlannedPhase) -> dict[str, Any]:
    return {
        "key": phase.key,
        "names": tidy_names(phase.names),
        **({"archived": True} if phase.is_archived else {}),
        "touchpoints": [_touchpoint(point) for point in phase.touchpoints],
    }


def _touchpoint(point: PlannedTouchpoint) -> dict[str, Any]:
    return {
        "key": point.key,
        "names": tidy_names(point.names),
        "channel": point.channel,
        "kind": point.kind.value,
        **({"moment_of_truth": True} if point.is_moment_of_truth else {}),
        **({"archived": True} if point.is_archived else {}),
    }


def _persona(persona: PlannedPersona) -> dict[str, Any]:
    return {
        "key": persona.key,
        "names": tidy_names(persona.names),
        "motivations": [tidy_names(reason) for reason in persona.motivations],
        "brakes": [_brake(reason) for reason in persona.brakes],
        **({"archived": True} if persona.is_archived else {}),
    }


def _brake(reason: Names) -> dict[str, str]:
    words = {name: text for name, text in reason.items() if name != "brake"}
    return tidy_brake(reason["brake"], words)


class _Reader:
    """Reads a document and notes what is wrong with it, place by place."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self._taken: dict[str, set[str]] = {}

    def plan(self, document: Mapping[str, Any]) -> Plan:
        values = self._object(
            document, "", {"$schema", "names", "offers", "phases", "personas"}
        )
        return Plan(
            names=self._names(values.get("names"), "names"),
            offers=self._names(values.get("offers"), "offers"),
            phases=self._parts(values.get("phases", []), "phases", self._phase),
            personas=self._parts(values.get("personas", []), "personas", self._persona),
        )

    def _phase(self, value: object, path: str) -> PlannedPhase:
        values = self._object(value, path, {"key", "names", "archived", "touchpoints"})
        names = self._names(values.get("names"), f"{path}.names")
        return PlannedPhase(
            key=self._key(values, path, names, "phase"),
            names=names,
            is_archived=self._flag(values, path, "archived"),
            touchpoints=self._parts(
                values.get("touchpoints", []), f"{path}.touchpoints", self._touchpoint
            ),
        )

    def _touchpoint(self, value: object, path: str) -> PlannedTouchpoint:
        fields = {"key", "names", "channel", "kind", "moment_of_truth", "archived"}
        values = self._object(value, path, fields)
        names = self._names(values.get("names"), f"{path}.names")
        return PlannedTouchpoint(
            key=self._key(values, path, names, "touchpoint"),
            names=names,
            channel=tidy(self._text(values.get("channel"), f"{path}.channel")),
            kind=self._kind(values.get("kind"), f"{path}.kind"),
            is_moment_of_truth=self._flag(values, path, "moment_of_truth"),
            is_archived=self._flag(values, path, "archived"),
        )

    def _persona(self, value: object, path: str) -> PlannedPersona:
        fields = {"key", "names", "motivations", "brakes", "archived"}
        values = self._object(value, path, fields)
        names = self._names(values.get("names"), f"{path}.names")
        return PlannedPersona(
            key=self._key(values, path, names, "persona"),
            names=names,
            motivations=self._parts(
                values.get("motivations", []), f"{path}.motivations", self._names
            ),
            brakes=self._parts(values.get("brakes", []), f"{path}.brakes", self._brake),
            is_archived=self._flag(values, path, "archived"),
        )

    def _brake(self, value: object, path: str) -> Names:
        words = self._names(value, path)
        brake = words.pop("brake", "")
        return tidy_brake(brake, words)

    def _parts(
        self, value: object, path: str, read: Callable[[object, str], Part]
    ) -> tuple[Part, ...]:
        if not isinstance(value, list):
            self.faults[path] = "not_a_list"
            return ()
        return tuple(read(one, f"{path}[{number}]") for number, one in enumerate(value))

    def _object(self, value: object, path: str, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.faults[path] = "not_an_object"
            return {}
        for name in sorted(value.keys() - known):
            self.faults[f"{path}.{name}".lstrip(".")] = "unknown_field"
        return value

    def _names(self, value: object, path: str) -> dict[str, str]:
        if not isinstance(value, dict):
            self.faults[path] = "missing" if value is None else "not_an_object"
            return {}
        texts = {
            name: self._text(text, f"{path}.{name}") for name, text in value.items()
        }
        return tidy_names(texts)

    def _text(self, value: object, path: str) -> str:
        if isinstance(value, str):
            return value
        self.faults[path] = "missing" if value is None else "not_text"
        return ""

    def _flag(self, values: Mapping[str, Any], path: str, name: str) -> bool:
        value = values.get(name, False)
        if isinstance(value, bool):
            return value
        self.faults[f"{path}.{name}"] = "not_yes_or_no"
        return False

    def _kind(self, value: object, path: str) -> Kind:
        if isinstance(value, str) and value in set(Kind):
            return Kind(value)
        self.faults[path] = "missing" if value is None else "unknown_kind"
        return Kind.DIGITAL

    def _key(
        self, values: Mapping[str, Any], path: str, names: Names, what: str
    ) -> str:
        taken = self._taken.setdefault(what, set())
        if "key" in values:
            key = self._text(values["key"], f"{path}.key")
        else:
            key = new_key(names, taken)
        taken.add(key)
        return key
