"""The form of a rule: parsing only."""

from collections.abc import Mapping

from feedback.automation.drafts import Action, Draft
from feedback.automation.queries import RuleRead
from feedback.automation.terms import ActionKind
from feedback.core.errors import Invalid
from feedback.happenings.types import HappeningType
from feedback.surveys.conditions import Condition, Rule
from feedback.web.automation_words import OPERATORS

#: conditions that the form has room for
ROOM = 4
LONGEST_VALUE = 200


def read_draft(form: Mapping[str, str]) -> Draft:
    """Return a rule as somebody typed it.

    Raises:
        Invalid: `type`, `kind`: `not_a_choice`; `conditions`: `not_a_value`.
    """
    faults = {}
    kind, type_ = form.get("kind", ""), form.get("type", "")
    if type_ not in set(HappeningType):
        faults["type"] = "not_a_choice"
    if kind not in set(ActionKind):
        faults["kind"] = "not_a_choice"
    conditions = tuple(_conditions(form))
    if any(len(str(one.value)) > LONGEST_VALUE for one in conditions):
        faults["conditions"] = "too_long"
    if faults:
        raise Invalid(faults)
    return Draft(
        name=form.get("name", ""),
        type=HappeningType(type_),
        conditions=Rule(conditions=conditions, any=form.get("any") == "1"),
        action=_action(ActionKind(kind), form),
    )


def _conditions(form: Mapping[str, str]) -> list[Condition]:
    found = []
    for number in range(ROOM):
        name = form.get(f"field_{number}", "")
        operator = form.get(f"operator_{number}", "")
        if name:
            found.append(
                Condition(
                    subject="event",
                    name=name[:60],
                    operator=operator if operator in OPERATORS else "is",
                    value=form.get(f"value_{number}", "").strip(),
                )
            )
    return found


def _action(kind: ActionKind, form: Mapping[str, str]) -> Action:
    """Return the action with the fields of its kind alone."""
    has_person = kind in {ActionKind.ASSIGN_CASE, ActionKind.NOTIFY}
    team = " ".join(form.get("team", "").split())
    return Action(
        kind=kind,
        person=form.get("person", "")[:20] if has_person else "",
        team=team if kind is ActionKind.ASSIGN_CASE else "",
        address=form.get("address", "").strip() if kind is ActionKind.NOTIFY else "",
        receiver=form.get("receiver", "")[:20] if kind is ActionKind.SEND else "",
    )


def typed_of(rule: RuleRead) -> dict[str, str]:
    """Return the fields of the form that say a rule."""
    values = {
        "name": rule.name,
        "type": rule.type.value,
        "any": "1" if rule.conditions.any else "",
        "kind": rule.action.kind.value,
        "person": rule.action.person,
        "team": rule.action.team,
        "address": rule.action.address,
        "receiver": rule.action.receiver,
        "revision": str(rule.revision),
    }
    for number, one in enumerate(rule.conditions.conditions[:ROOM]):
        values[f"field_{number}"] = one.name
        values[f"operator_{number}"] = one.operator
        values[f"value_{number}"] = str(one.value)
    return values
