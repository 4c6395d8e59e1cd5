"""The words of rules that pages share with the tables."""

from enum import StrEnum

from feedback.happenings.types import HappeningType


class ActionKind(StrEnum):
    """What a rule does."""

    OPEN_CASE = "open_case"
    ASSIGN_CASE = "assign_case"
    OPEN_IMPROVEMENT = "open_improvement"
    NOTIFY = "notify"
    SEND = "send"


class Outcome(StrEnum):
    """What came of one look of a rule at one happening."""

    RAN = "ran"
    NOT_MET = "not_met"
    """Its conditions do not hold."""
    REFUSED = "refused"
    """It would go round in circles, or too deep."""
    FAILED = "failed"


#: at most so many rules stand behind one happening
DEEPEST = 5

_CASES = frozenset(
    {
        HappeningType.CASE_OPENED,
        HappeningType.CASE_OVERDUE,
        HappeningType.CASE_CLOSED,
    }
)
#: kinds of happenings that a rule may listen to, with what is known of each
FIELDS: dict[HappeningType, tuple[str, ...]] = {
    HappeningType.RESPONSE_COMPLETED: (
        "score",
        "score_class",
        "scale",
        "journey",
        "touchpoint",
        "channel",
        "language",
        "survey",
        "has_text",
    ),
    HappeningType.CASE_OPENED: ("reason", "journey", "touchpoint", "team"),
    HappeningType.CASE_OVERDUE: ("reason", "is_answered", "has_owner", "team"),
    HappeningType.CASE_CLOSED: ("reason", "root_cause", "in_time", "reopened"),
    HappeningType.ALERT_RAISED: (
        "kind",
        "journey",
        "touchpoint",
        "theme",
        "direction",
    ),
    HappeningType.IMPROVEMENT_STARTED: ("journey", "touchpoint", "theme"),
    HappeningType.IMPROVEMENT_EVALUATED: ("verdict", "journey", "touchpoint", "theme"),
}
#: kinds of happenings with which an action can do something; all where none stands
FITS: dict[ActionKind, frozenset[HappeningType]] = {
    ActionKind.OPEN_CASE: frozenset({HappeningType.RESPONSE_COMPLETED}),
    ActionKind.OPEN_IMPROVEMENT: frozenset({HappeningType.ALERT_RAISED}),
    ActionKind.ASSIGN_CASE: _CASES - {HappeningType.CASE_CLOSED},
}
