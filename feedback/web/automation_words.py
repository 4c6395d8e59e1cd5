"""Words for rules: actions, outcomes, fields, operators, reasons."""

from feedback.automation.queries import RuleRead
from feedback.automation.terms import ActionKind, Outcome
from feedback.i18n.catalogs import mark
from feedback.surveys.conditions import Condition
from feedback.web.errors import words_for
from feedback.web.language import gettext

ACTIONS = {
    ActionKind.OPEN_CASE: mark("Open a case for the response"),
    ActionKind.ASSIGN_CASE: mark("Give the case to somebody"),
    ActionKind.OPEN_IMPROVEMENT: mark("Note an improvement to be made"),
    ActionKind.NOTIFY: mark("Send a mail to somebody of the house"),
    ActionKind.SEND: mark("Send it to a receiver of webhooks"),
}
OUTCOMES = {
    Outcome.RAN: mark("Ran"),
    Outcome.NOT_MET: mark("Conditions not met"),
    Outcome.REFUSED: mark("Refused"),
    Outcome.FAILED: mark("Failed"),
}
FIELDS = {
    "score": mark("First score"),
    "score_class": mark("Class of the score (low, middle, high)"),
    "scale": mark("Scale (nps, csat, ces, stars)"),
    "journey": mark("Journey (key)"),
    "touchpoint": mark("Touchpoint (key)"),
    "channel": mark("Channel (email, sms, link, open)"),
    "language": mark("Language (fr, en)"),
    "survey": mark("Survey (id)"),
    "has_text": mark("Wrote something (true, false)"),
    "reason": mark("Reason (callback, low_score, angry_text)"),
    "team": mark("Team"),
    "is_answered": mark("Was answered (true, false)"),
    "has_owner": mark("Has an owner (true, false)"),
    "root_cause": mark("Root cause (delivery, price, staff)"),
    "in_time": mark("Closed in time (true, false)"),
    "reopened": mark("How often it was opened again"),
    "kind": mark("Kind of alert"),
    "theme": mark("Theme (key)"),
    "direction": mark("Direction (up, down)"),
    "verdict": mark("Verdict"),
}
OPERATORS = {
    "is": mark("is"),
    "is_not": mark("is not"),
    "at_least": mark("is at least"),
    "at_most": mark("is at most"),
    "contains": mark("contains"),
}
REASONS = {
    "loop": mark("It stands behind this itself: it would go round in circles."),
    "too_deep": mark("Five rules stand behind this already."),
    "unexpected": mark("Something went wrong on our side; it is in the log."),
}
FAULTS = {
    "missing": mark("This must be filled in."),
    "too_long": mark("This is too long."),
    "not_a_choice": mark("Choose one of the list."),
    "not_a_value": mark("This is not known of what is listened for."),
    "does_not_fit": mark("This cannot be done with what is listened for."),
    "not_an_address": mark("This is not an e-mail address."),
}


def action_words(kind: ActionKind | str) -> str:
    """Return what an action is called."""
    return gettext(ACTIONS[ActionKind(kind)])


def outcome_words(outcome: Outcome | str) -> str:
    """Return what came of a look."""
    return gettext(OUTCOMES[Outcome(outcome)])


def field_words(name: str) -> str:
    """Return what a field of a happening is called."""
    return gettext(FIELDS[name]) if name in FIELDS else name


def reason_words(code: str) -> str:
    """Return why a rule was refused or has failed."""
    if code in REASONS:
        return gettext(REASONS[code])
    return words_for(code) or code


def fault_words(code: str) -> str:
    """Return what is wrong with a field."""
    return gettext(FAULTS[code]) if code in FAULTS else words_for(code)


def condition_words(condition: Condition) -> str:
    """Return a condition as a person says it."""
    operator = gettext(OPERATORS.get(condition.operator, condition.operator))
    return f"{field_words(condition.name)} {operator} {condition.value}"


def said(rule: RuleRead) -> tuple[str, ...]:
    """Return the conditions of a rule, one by one."""
    return tuple(map(condition_words, rule.conditions.conditions))
