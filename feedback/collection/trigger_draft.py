"""What a person says of a trigger, and what is wrong with it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from feedback.collection.event_types import is_event_type
from feedback.collection.terms import Channel
from feedback.collection.timing import EVERY_DAY, QuietTimes, SendWindow, next_allowed
from feedback.core.errors import Invalid
from feedback.surveys.conditions import Rule, read_rule, write_rule

#: ways by which a trigger can ask
CHANNELS = (Channel.EMAIL, Channel.SMS)
LONGEST_NAME = 255
LONGEST_DELAY_MINUTES = 60 * 24 * 60
LONGEST_LIFE_DAYS = 365
LARGEST_QUOTA = 1_000_000
MOST_REMINDERS = 3
#: what is known before anybody answers
SUBJECTS = frozenset({"event", "attribute", "language", "persona", "past"})


@dataclass(frozen=True, kw_only=True)
class TriggerDraft:
    """What a person says of a trigger."""

    name: str
    #: public id of a survey of the journey
    survey: str
    #: None: the survey's own
    touchpoint_id: int | None = None
    event_type: str
    rule: Rule | None = None
    #: `email`, `sms`, in the order in which they are tried
    channels: Sequence[str] = (Channel.EMAIL,)
    #: 0 to 60 days
    delay_minutes: int = 0
    window: SendWindow | None = None
    #: above 0, at most 1
    share: float = 1.0
    quota: int | None = None
    priority: int = 5
    expires_after_days: int = 14
    #: days after the invitation, ascending, before it expires
    reminders: Sequence[int] = ()
    thanks: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def faults_of(draft: TriggerDraft, quiet: QuietTimes | None) -> dict[str, str]:
    """Return what is wrong with a draft by itself, one code per field.

    `quiet` are the quiet times of the policy: a window that lies in them is no use.
    """
    found = {
        "name": _fault_of_name(draft.name),
        "event_type": None if is_event_type(draft.event_type) else "bad_type",
        "rule": _fault_of_rule(draft.rule),
        "channels": _fault_of_channels(draft.channels),
        "delay_minutes": _out_of(draft.delay_minutes, 0, LONGEST_DELAY_MINUTES),
        "share": None if 0 < draft.share <= 1 else "out_of_range",
        "quota": _out_of(draft.quota, 1, LARGEST_QUOTA),
        "priority": _out_of(draft.priority, 1, 9),
        "expires_after_days": _out_of(draft.expires_after_days, 1, LONGEST_LIFE_DAYS),
        "reminders": _fault_of_reminders(draft.reminders, draft.expires_after_days),
        "window": _fault_of_window(draft.window, quiet),
        "ends_at": None
        if draft.starts_at is None
        or draft.ends_at is None
        or draft.starts_at < draft.ends_at
        else "ends_before_start",
    }
    return {name: code for name, code in found.items() if code}


def _out_of(value: int | None, least: int, most: int) -> str | None:
    return None if value is None or least <= value <= most else "out_of_range"


def _fault_of_name(name: str) -> str | None:
    if not name.strip():
        return "missing"
    return "too_long" if len(name) > LONGEST_NAME else None


def _fault_of_rule(rule: Rule | None) -> str | None:
    try:
        read = read_rule(write_rule(rule))
    except Invalid as error:
        return next(iter(error.fields.values()))
    known = read is None or all(one.subject in SUBJECTS for one in read.conditions)
    return None if known else "not_a_choice"


def _fault_of_channels(channels: Sequence[str]) -> str | None:
    if not channels:
        return "missing"
    known = set(channels) <= set(CHANNELS) and len(set(channels)) == len(channels)
    return None if known else "not_a_choice"


def _fault_of_reminders(reminders: Sequence[int], expires_after: int) -> str | None:
    if len(reminders) > MOST_REMINDERS:
        return "too_many"
    if any(day < 1 for day in reminders):
        return "out_of_range"
    if list(reminders) != sorted(set(reminders)):
        return "not_ascending"
    late = bool(reminders) and reminders[-1] >= expires_after
    return "after_expiry" if late else None


def _fault_of_window(window: SendWindow | None, quiet: QuietTimes | None) -> str | None:
    if window is None:
        return None
    empty = window.until is not None and window.until <= window.since
    if empty or not window.days or not window.days <= EVERY_DAY:
        return "empty_window"
    some_day = datetime(2024, 1, 1, tzinfo=UTC)
    found = next_allowed(some_day, ZoneInfo("UTC"), quiet, window)
    return "never_allowed" if found is None else None
