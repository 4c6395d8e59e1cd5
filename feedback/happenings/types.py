"""What can happen, by the names under which it is told outside (CloudEvents)."""

from dataclasses import dataclass
from enum import StrEnum


class HappeningType(StrEnum):
    """A kind of happening; the name says its version, and never changes meaning."""

    RESPONSE_COMPLETED = "fr.voc.response.completed.v1"
    """A named customer has answered a survey to its end."""
    ALERT_RAISED = "fr.voc.alert.raised.v1"
    """Something changed by more than chance."""
    CASE_OPENED = "fr.voc.case.opened.v1"
    """A customer is to be answered."""
    CASE_OVERDUE = "fr.voc.case.overdue.v1"
    """A case was not answered or not solved in time."""
    CASE_CLOSED = "fr.voc.case.closed.v1"
    """A case is solved."""
    IMPROVEMENT_STARTED = "fr.voc.improvement.started.v1"
    """Work on an improvement has begun."""
    IMPROVEMENT_EVALUATED = "fr.voc.improvement.evaluated.v1"
    """An improvement has a verdict, or another one."""
    WEBHOOK_TESTED = "fr.voc.webhook.tested.v1"
    """Somebody tries whether a receiver answers; goes to that one alone."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """By which rules something came about, the first of them first."""

    #: public ids of rules
    chain: tuple[str, ...] = ()

    def then(self, rule: str) -> "Cause":
        """Return the cause of what a further rule does."""
        return Cause(chain=(*self.chain, rule))
