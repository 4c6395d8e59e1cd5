"""Improvements in words: states, efforts, what they came from, what was done."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from feedback.accounts.queries import Person
from feedback.core.periods import parse_period
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_date, format_number, format_period
from feedback.improvements.queries import HistoryLine
from feedback.improvements.terms import EventKind, SourceKind, State
from feedback.improvements.verdict_words import LABELS
from feedback.journey.queries import JourneyMap
from feedback.voice.taxonomy import theme_name
from feedback.web.context import current_session, locale
from feedback.web.language import gettext, named, ngettext

STATES: Mapping[State, str] = {
    State.IDEA: mark("Idea"),
    State.PLANNED: mark("Planned"),
    State.IN_PROGRESS: mark("In progress"),
    State.DONE: mark("Carried out"),
    State.DROPPED: mark("Dropped"),
}
SOURCES: Mapping[SourceKind, str] = {
    SourceKind.HAND: mark("written by hand"),
    SourceKind.THEME: mark("from a theme"),
    SourceKind.ALERT: mark("from an alert"),
    SourceKind.DRIVER: mark("from a driver of the score"),
    SourceKind.INTERVIEW: mark("from an interview"),
}
EFFORTS: Mapping[int, str] = {
    1: mark("1: a day or less"),
    2: mark("2: a few days"),
    3: mark("3: a few weeks"),
    4: mark("4: a few months"),
    5: mark("5: half a year or more"),
}
EVENTS: Mapping[EventKind, str] = {
    EventKind.CAMPAIGN: mark("Campaign"),
    EventKind.PRICE_CHANGE: mark("Price change"),
    EventKind.STRIKE: mark("Strike"),
    EventKind.OUTAGE: mark("Outage"),
    EventKind.SEASON: mark("Season"),
    EventKind.OTHER: mark("Something else"),
}
ACTIONS: Mapping[str, str] = {
    "improvement_created": mark("Created"),
    "improvement_changed": mark("Changed"),
    "state_changed": mark("Moved from “%(before)s” to “%(after)s”"),
    "plan_written": mark("Plan written"),
    "plan_locked": mark("Work started; plan locked"),
    "plan_edited": mark("Plan edited after the start: %(reason)s"),
    "task_added": mark("Task added: %(task)s"),
    "task_done": mark("Task done: %(task)s"),
    "task_reopened": mark("Task not done after all: %(task)s"),
    "task_removed": mark("Task removed: %(task)s"),
    "verdict_computed": mark("Verdict: %(verdict)s"),
    "customers_told": mark("Customers told of the outcome: %(told)s"),
}
FIELDS: Mapping[str, str] = {
    "title": mark("What is improved"),
    "what": mark("What will be done"),
    "theme_key": mark("Theme"),
    "touchpoint_ids": mark("Where customers will feel it"),
    "owner_id": mark("Owner"),
    "team": mark("Team"),
    "due_on": mark("Due on"),
    "effort": mark("Effort"),
    "reach": mark("Customers it touches in a month"),
    "expected_change": mark("Expected change"),
}


def state_word(state: State | str) -> str:
    """Return what a state is called."""
    return gettext(STATES[State(state)])


def verdict_word(kind: str) -> str:
    """Return one of the four verdicts, in a few words."""
    return gettext(LABELS[kind])


def action_words(line: HistoryLine) -> str:
    """Return what was done, in a sentence."""
    values: dict[str, Any] = dict(line.details)
    if line.action == "state_changed":
        before, after = line.details["state"]
        values = {"before": state_word(before), "after": state_word(after)}
    if line.action == "verdict_computed":
        values = {"verdict": verdict_word(line.details["verdict"])}
    return gettext(ACTIONS[line.action], **values)


def changed_fields(
    line: HistoryLine, journey: JourneyMap, people: Mapping[int, Person]
) -> list[tuple[str, str, str]]:
    """Return name, value before and value after of each field that was changed."""
    if line.action != "improvement_changed":
        return []
    return [
        (
            gettext(FIELDS[name]),
            shown_value(name, before, journey, people),
            shown_value(name, after, journey, people),
        )
        for name, (before, after) in line.details.items()
    ]


def shown_value(
    name: str, value: Any, journey: JourneyMap, people: Mapping[int, Person]
) -> str:
    """Return the value of a field as a person reads it."""
    if value is None or value in ("", []):
        return "–"
    readers: Mapping[str, Callable[[], str]] = {
        "theme_key": lambda: theme_name(current_session(), value, locale()),
        "owner_id": lambda: people[value].name if value in people else "–",
        "touchpoint_ids": lambda: ", ".join(
            named(point.names) for point in journey.touchpoints if point.id in value
        ),
        "due_on": lambda: format_date(date.fromisoformat(value), locale()),
        "effort": lambda: gettext(EFFORTS[value]),
    }
    return readers[name]() if name in readers else str(value)


def impact_words(basis: Mapping[str, Any]) -> str:
    """Say what the impact of an improvement rests on."""
    period = basis.get("period")
    if period is None:
        return gettext(
            "No feedback yet, so there is nothing to reckon the impact from."
        )
    complaints: int = basis["complaints"]
    return ngettext(
        "%(complaints)s complaint among %(verbatims)s verbatims there (%(period)s). "
        "It is what there is to win, not what will be won.",
        "%(complaints)s complaints among %(verbatims)s verbatims there (%(period)s). "
        "It is what there is to win, not what will be won.",
        complaints,
        complaints=format_number(complaints, locale()),
        verbatims=format_number(basis["verbatims"], locale()),
        period=format_period(parse_period(period), locale()),
    )
