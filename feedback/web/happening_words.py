"""Words for what happens in the house."""

from feedback.happenings.types import HappeningType
from feedback.i18n.catalogs import mark
from feedback.web.language import gettext

TYPES = {
    HappeningType.RESPONSE_COMPLETED: mark("A response is complete"),
    HappeningType.ALERT_RAISED: mark("An alert is raised"),
    HappeningType.CASE_OPENED: mark("A case is opened"),
    HappeningType.CASE_OVERDUE: mark("A case is overdue"),
    HappeningType.CASE_CLOSED: mark("A case is closed"),
    HappeningType.IMPROVEMENT_STARTED: mark("Work on an improvement begins"),
    HappeningType.IMPROVEMENT_EVALUATED: mark("An improvement is evaluated"),
    HappeningType.WEBHOOK_TESTED: mark("Test of a webhook"),
}


def type_words(kind: HappeningType | str) -> str:
    """Return what a kind of happening is called."""
    return gettext(TYPES[HappeningType(kind)])
