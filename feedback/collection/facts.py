"""What is known of a person when they are asked: for conditions and for piping.

Pure: subjects and names to plain values, and the JSON in which they are kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from feedback.surveys.conditions import NAMELESS, Facts

MOST_FACTS = 500
#: objects inside objects are named by dotted paths, so many levels deep
DEEPEST = 6
LONGEST_NAME = 200

Plain = str | int | float | bool


def known_facts(
    *,
    language: str | None = None,
    persona: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    event: Mapping[str, Any] | None = None,
    past: Mapping[str, Any] | None = None,
) -> Facts:
    """Gather what is known; what is None is left out.

    Objects inside `attributes` and `event` get dotted paths: `order.total`. Lists
    keep their plain items, and are counted as `NAME.count`. At most 500 facts.
    """
    found: dict[tuple[str, str], Any] = {}
    if language:
        found["language", ""] = language
    if persona:
        found["persona", ""] = persona
    for subject, values in (
        ("attribute", attributes),
        ("event", event),
        ("past", past),
    ):
        for name, value in _flat(values or {}, "", 1):
            if len(found) >= MOST_FACTS:
                return found
            found[subject, name] = value
    return found


def _flat(
    values: Mapping[str, Any], before: str, depth: int
) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{before}{key}"
        if value is None or len(name) > LONGEST_NAME:
            continue
        if isinstance(value, Mapping):
            if depth < DEEPEST:
                yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, list | tuple):
            yield name, [one for one in value if isinstance(one, Plain)]
            yield f"{name}.count", len(value)
        else:
            yield name, value


def write_facts(facts: Facts) -> dict[str, Any]:
    """Return the JSON of facts: subject to value, or to names and values."""
    document: dict[str, Any] = {}
    for (subject, name), value in facts.items():
        if subject in NAMELESS:
            document[subject] = value
        else:
            document.setdefault(subject, {})[name] = value
    return document


def read_facts(document: Mapping[str, Any]) -> Facts:
    """Read the JSON of facts; reading what was written gives the same facts."""
    facts: dict[tuple[str, str], Any] = {}
    for subject, held in document.items():
        if subject in NAMELESS:
            facts[subject, ""] = held
        elif isinstance(held, Mapping):
            facts |= {(subject, name): value for name, value in held.items()}
    return facts
