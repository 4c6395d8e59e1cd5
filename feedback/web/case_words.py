"""Words for cases: reasons, states, history, causes, times."""

from collections.abc import Iterator

from feedback.cases.queries import EntryRead
from feedback.cases.terms import CaseReason, CaseState, EntryKind, RootCause
from feedback.i18n.catalogs import mark
from feedback.web.language import gettext, ngettext

STATES = {
    CaseState.TO_DO: mark("To do"),
    CaseState.IN_PROGRESS: mark("In progress"),
    CaseState.WAITING: mark("Waiting for the customer"),
    CaseState.RESOLVED: mark("Resolved"),
}
REASONS = {
    CaseReason.CALLBACK: mark("Wants to be called back"),
    CaseReason.LOW_SCORE: mark("Very low score"),
    CaseReason.ANGRY_TEXT: mark("Angry text"),
    CaseReason.BY_HAND: mark("Opened by hand"),
    CaseReason.BY_RULE: mark("Opened by a rule"),
}
CAUSES = {
    RootCause.PRODUCT: mark("Product or service"),
    RootCause.DELIVERY: mark("Delivery"),
    RootCause.PRICE: mark("Price or invoice"),
    RootCause.STAFF: mark("Staff or advice"),
    RootCause.INFORMATION: mark("Missing or wrong information"),
    RootCause.DIGITAL: mark("Website or application"),
    RootCause.PROCESS: mark("Our own way of working"),
    RootCause.PARTNER: mark("A partner or supplier"),
    RootCause.MISUNDERSTANDING: mark("Misunderstanding"),
    RootCause.OTHER: mark("Something else"),
}
ENTRIES = {
    EntryKind.OPENED: mark("Opened the case"),
    EntryKind.NOTE: mark("Note"),
    EntryKind.REPLY: mark("Reply by mail"),
    EntryKind.REACHED: mark("Spoke with the customer"),
    EntryKind.CHANGED: mark("Changed the case"),
    EntryKind.ESCALATED: mark("Told that the case is overdue"),
    EntryKind.RESOLVED: mark("Closed the case"),
    EntryKind.REOPENED: mark("Opened the case again"),
}
FIELDS = {
    "owner": mark("Owner"),
    "team": mark("Team"),
    "state": mark("State"),
    "due_at": mark("Due"),
}
#: what a fault of a form is called
FAULTS = {
    "missing": mark("This must be filled in."),
    "too_long": mark("This is too long."),
    "account": mark("This person cannot handle cases any more. Choose another one."),
    "not_a_moment": mark("This is no date with a time, as 15/10/2026 14:30."),
    "too_far": mark("This is more than a year away."),
    "close_by_form": mark("Close the case below: its root cause is asked there."),
    "not_hours": mark("Write hours as 9:00-12:30, 13:30-18:00, or leave it empty."),
    "not_dates": mark("Write each day as 2026-12-25."),
    "too_many": mark("These are too many."),
    "never_works": mark("One day at least needs working hours."),
    "not_on_scale": mark("This is no answer of the scale."),
    "not_hours_count": mark("Choose from 1 to 400 hours."),
}


def state_words(state: CaseState | str) -> str:
    """Return where a case stands."""
    return gettext(STATES[CaseState(state)])


def reason_words(reason: CaseReason | str) -> str:
    """Return why a case was opened."""
    return gettext(REASONS[CaseReason(reason)])


def cause_words(cause: RootCause | str) -> str:
    """Return a root cause in words."""
    return gettext(CAUSES[RootCause(cause)])


def entry_words(kind: EntryKind | str) -> str:
    """Return what a line of the history is called."""
    return gettext(ENTRIES[EntryKind(kind)])


def fault_words(code: str) -> str:
    """Return what is wrong with a field."""
    return gettext(FAULTS[code]) if code in FAULTS else ""


def changes(entry: EntryRead) -> Iterator[tuple[str, str, str]]:
    """Yield field, before and after of a change; moments stay in ISO 8601."""
    if entry.kind is not EntryKind.CHANGED:
        return
    for field, states in entry.details.items():
        before, after = map(state_words, states) if field == "state" else states
        yield field, before, after


def field_words(field: str) -> str:
    """Return what a field of a case is called."""
    return gettext(FIELDS[field])


def duration_words(minutes: float | None) -> str:
    """Return a working time in words, as “3 h 20 min”."""
    if minutes is None:
        return ""
    whole = round(minutes)
    if whole < 60:
        return ngettext("%(n)s min", "%(n)s min", whole)
    return gettext("%(hours)s h %(minutes)s min", hours=whole // 60, minutes=whole % 60)
