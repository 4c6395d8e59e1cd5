"""Conditions on what is known of a person: of questions, endings and triggers alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.core.errors import Invalid
from feedback.core.text import fold

MOST_CONDITIONS = 20

#: what can be compared: `answer` of a question, `class` of its score (low, middle,
#: high), `attribute` of the customer, `event` data, `language`, `persona`, `past`
SUBJECTS = frozenset(
    {"answer", "class", "attribute", "event", "language", "persona", "past"}
)
#: subjects that stand for themselves and have no name
NAMELESS = frozenset({"language", "persona"})
OPERATORS = frozenset(
    {
        "is",
        "is_not",
        "any_of",
        "none_of",
        "contains",
        "at_least",
        "at_most",
        "known",
        "unknown",
    }
)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One comparison, as `answer` of `score` `at_most` 6."""

    subject: str
    operator: str
    name: str = ""
    #: a text, a number, a truth value, or a list of them for `any_of`, `none_of`
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Conditions that must all hold, or one of which must."""

    conditions: tuple[Condition, ...]
    #: whether one is enough
    any: bool = False


#: subject and name to what is known; what is missing is unknown
Facts = Mapping[tuple[str, str], Any]


def holds(rule: Rule | None, facts: Facts) -> bool:
    """Return whether a rule holds; no rule, or one without conditions, always does.

    What is unknown equals nothing: `is`, `any_of`, `contains`, `at_least` and
    `at_most` fail on it, `is_not` and `none_of` hold. Texts are compared without
    case or accents; a list holds a value when one of its items equals it.
    """
    if rule is None or not rule.conditions:
        return True
    met = (_meets(one, facts) for one in rule.conditions)
    return any(met) if rule.any else all(met)


#: an operator that holds when the other does not
_OPPOSITES = {"is_not": "is", "none_of": "any_of", "unknown": "known"}


def _meets(condition: Condition, facts: Facts) -> bool:
    found = facts.get((condition.subject, condition.name))
    operator, value = condition.operator, condition.value
    if operator in _OPPOSITES:
        return not _is_met(_OPPOSITES[operator], found, value)
    return _is_met(operator, found, value)


def _is_met(operator: str, found: Any, value: Any) -> bool:
    if found is None or found in ("", [], ()):
        return False
    match operator:
        case "known":
            return True
        case "is":
            return _equals(found, value)
        case "any_of":
            return any(_equals(found, one) for one in value)
        case "contains":
            return _contains(found, value)
    return _compares(found, operator, value)


def _equals(found: Any, value: Any) -> bool:
    if isinstance(found, list | tuple):
        return any(_equals(one, value) for one in found)
    if isinstance(found, bool) or isinstance(value, bool):
        return _truth(found) is _truth(value)
    numbers = (_number(found), _number(value))
    if None not in numbers:
        return numbers[0] == numbers[1]
    return fold(str(found)) == fold(str(value))


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, list | tuple):
        return _equals(found, value)
    return fold(str(value)) in fold(str(found))


def _compares(found: Any, operator: str, value: Any) -> bool:
    left, right = _number(found), _number(value)
    if left is not None and right is not None:
        return left >= right if operator == "at_least" else left <= right
    if isinstance(found, str) and isinstance(value, str):
        # dates of ISO 8601 compare as text
        return found >= value if operator == "at_least" else found <= value
    return False


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _truth(value: Any) -> object:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def read_rule(value: object) -> Rule | None:
    """Read a rule from its JSON, None from None.

    Raises:
        Invalid: `missing`, `not_an_object`, `not_a_list`, `too_many`,
            `not_a_choice` or `not_a_value`, by place.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Invalid({"": "not_an_object"})
    given = value.get("conditions", [])
    if not isinstance(given, list | tuple):
        raise Invalid({"conditions": "not_a_list"})
    if len(given) > MOST_CONDITIONS:
        raise Invalid({"conditions": "too_many"})
    faults: dict[str, str] = {}
    conditions = tuple(
        _read_condition(one, f"conditions.{place}", faults)
        for place, one in enumerate(given)
    )
    if faults:
        raise Invalid(faults)
    return Rule(conditions=conditions, any=value.get("any") is True)


def _read_condition(value: object, place: str, faults: dict[str, str]) -> Condition:
    if not isinstance(value, Mapping):
        faults[place] = "not_an_object"
        return Condition(subject="", operator="")
    subject, operator = value.get("subject"), value.get("operator")
    name, wanted = value.get("name", ""), value.get("value")
    if not isinstance(subject, str) or subject not in SUBJECTS:
        faults[f"{place}.subject"] = "not_a_choice"
    elif not isinstance(name, str) or len(name) > 200:
        faults[f"{place}.name"] = "not_a_value"
    elif not name and subject not in NAMELESS:
        faults[f"{place}.name"] = "missing"
    if not isinstance(operator, str) or operator not in OPERATORS:
        faults[f"{place}.operator"] = "not_a_choice"
    elif operator in {"any_of", "none_of"}:
        if not isinstance(wanted, list | tuple) or not all(map(_is_plain, wanted)):
            faults[f"{place}.value"] = "not_a_list"
        else:
            wanted = tuple(wanted)
    elif operator not in {"known", "unknown"} and not _is_plain(wanted):
        faults[f"{place}.value"] = "not_a_value"
    return Condition(
        subject=str(subject), operator=str(operator), name=str(name), value=wanted
    )


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 500 and "\0" not in value
    return isinstance(value, int | float | bool)


def write_rule(rule: Rule | None) -> dict[str, Any] | None:
    """Return the JSON of a rule; reading it back gives an equal one."""
    if rule is None:
        return None
    return {
        "any": rule.any,
        "conditions": [
            {
                "subject": one.subject,
                "name": one.name,
                "operator": one.operator,
                "value": _plain(one.value),
            }
            for one in rule.conditions
        ],
    }


def _plain(value: Any) -> Any:
    return (
        list(value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else value
    )
