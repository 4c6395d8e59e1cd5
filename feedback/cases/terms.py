"""The words of cases that pages share with the tables."""

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands."""

    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """The customer has been asked something."""
    RESOLVED = "resolved"


OPEN_STATES = (CaseState.TO_DO, CaseState.IN_PROGRESS, CaseState.WAITING)


class CaseReason(StrEnum):
    """Why a case was opened; of several the first."""

    CALLBACK = "callback"
    LOW_SCORE = "low_score"
    ANGRY_TEXT = "angry_text"
    BY_HAND = "by_hand"
    BY_RULE = "by_rule"


class EntryKind(StrEnum):
    """What stands in the history of a case."""

    OPENED = "opened"
    NOTE = "note"
    REPLY = "reply"
    """A mail to the customer."""
    REACHED = "reached"
    """Somebody spoke with the customer."""
    CHANGED = "changed"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class RootCause(StrEnum):
    """Where it came from, as the house sees it when the case is closed."""

    PRODUCT = "product"
    DELIVERY = "delivery"
    PRICE = "price"
    STAFF = "staff"
    INFORMATION = "information"
    DIGITAL = "digital"
    PROCESS = "process"
    PARTNER = "partner"
    MISUNDERSTANDING = "misunderstanding"
    OTHER = "other"
