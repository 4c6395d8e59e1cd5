"""A rule as somebody writes it: checked, kept as JSON, tried on what happened."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from feedback.automation.terms import DEEPEST, FIELDS, FITS, ActionKind, Outcome
from feedback.collection.addresses import clean_email
from feedback.core.errors import Invalid
from feedback.happenings.queries import HappeningRead
from feedback.happenings.types import HappeningType
from feedback.surveys.conditions import Facts, Rule, holds

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class Action:
    """What a rule does; which fields it needs depends on its kind."""

    kind: ActionKind
    #: public id of a person: the owner of the case, or who gets the mail
    person: str = ""
    team: str = ""
    #: mail address of the house, instead of a person
    address: str = ""
    #: public id of a receiver of webhooks
    receiver: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A rule as it is written."""

    name: str
    type: HappeningType
    action: Action
    conditions: Rule = field(default_factory=lambda: Rule(conditions=()))


def checked(draft: Draft) -> Draft:
    """Return a rule as it is kept.

    Raises:
        Invalid: `name`: `missing`, `too_long`; `type`: `not_a_choice`; `kind`:
            `does_not_fit`; `conditions`: `not_a_value`; `person`, `receiver`:
            `missing`; `team`: `too_long`; `address`: `not_an_address`.
    """
    faults: dict[str, str] = {}
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME:
        faults["name"] = "too_long" if name else "missing"
    if draft.type not in FIELDS:
        faults["type"] = "not_a_choice"
    elif draft.type not in FITS.get(draft.action.kind, frozenset(FIELDS)):
        faults["kind"] = "does_not_fit"
    known = FIELDS.get(draft.type, ())
    if any(one.name not in known for one in draft.conditions.conditions):
        faults["conditions"] = "not_a_value"
    faults |= _faults_of(draft.action)
    if faults:
        raise Invalid(faults)
    return Draft(
        name=name, type=draft.type, action=draft.action, conditions=draft.conditions
    )


def _faults_of(action: Action) -> dict[str, str]:
    faults = {}
    if action.kind is ActionKind.SEND and not action.receiver:
        faults["receiver"] = "missing"
    if action.kind is ActionKind.ASSIGN_CASE and not (action.person or action.team):
        faults["person"] = "missing"
    if action.kind is ActionKind.NOTIFY and not (action.person or action.address):
        faults["person"] = "missing"
    if action.address and clean_email(action.address) is None:
        faults["address"] = "not_an_address"
    if len(action.team) > LONGEST_NAME:
        faults["team"] = "too_long"
    return faults


def judge(
    conditions: Rule, happening: HappeningRead, *, rule: str
) -> tuple[Outcome, str]:
    """Return what a rule would come to, and why when it would not run.

    A rule that stands behind a happening already is refused with `loop`; behind
    whatever has five rules behind it, `too_deep`.
    """
    if not holds(conditions, facts_of(happening)):
        return Outcome.NOT_MET, ""
    chain = happening.cause.chain
    if rule and rule in chain:
        return Outcome.REFUSED, "loop"
    if len(chain) >= DEEPEST:
        return Outcome.REFUSED, "too_deep"
    return Outcome.RAN, ""


def facts_of(happening: HappeningRead) -> Facts:
    """Return what is known of a happening, as conditions ask for it."""
    return {("event", name): value for name, value in happening.data.items()}


def write_action(action: Action) -> dict[str, Any]:
    """Return the JSON of an action."""
    return {**asdict(action), "kind": action.kind.value}


def read_action(kept: Mapping[str, Any]) -> Action:
    """Return an action that was kept."""
    return Action(**{**kept, "kind": ActionKind(kept["kind"])})
