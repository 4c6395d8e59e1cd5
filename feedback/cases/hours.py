"""Working hours: when something is due, and how long it was worked on. Pure."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feedback.core.errors import Invalid

DAYS = 7
MOST_SPANS = 4
MOST_HOLIDAYS = 400
#: a calendar in which nothing is worked for so long is none
LONGEST_LOOK = 1500
_SPAN = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)?\s*[-–]\s*(\d{1,2})(?:[:hH](\d{2})?)?")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When the house works, on its own clock."""

    zone: ZoneInfo
    #: Monday to Sunday; each day its spans in order, none touching another
    days: tuple[tuple[tuple[time, time], ...], ...]
    holidays: frozenset[date] = frozenset()


def usual_calendar(zone: ZoneInfo) -> Calendar:
    """Return nine to six from Monday to Friday, with an hour at noon."""
    day = ((time(9), time(12, 30)), (time(13, 30), time(18)))
    return Calendar(zone=zone, days=(day,) * 5 + ((),) * 2)


def due_after(calendar: Calendar, start: datetime, work: timedelta) -> datetime:
    """Return the moment at which so much working time has passed since `start`.

    No work at all is due at once. A calendar that never works for four years counts
    every hour.
    """
    left = work
    if left <= timedelta(0):
        return start
    for opens, closes in _spans(calendar, start):
        begin = max(opens, start)
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, timedelta(0))
    return start + work


def worked(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the working time between two moments, 0 when they are out of order."""
    total = timedelta(0)
    for opens, closes in _spans(calendar, start):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


def _spans(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working spans from the day of `start` on, in UTC."""
    day = start.astimezone(calendar.zone).date()
    for _ in range(LONGEST_LOOK):
        if day not in calendar.holidays:
            for opens, closes in calendar.days[day.weekday()]:
                begin = datetime.combine(day, opens, calendar.zone).astimezone(UTC)
                end = datetime.combine(day, closes, calendar.zone).astimezone(UTC)
                if end > begin:  # an hour that a change of clocks leaves out is none
                    yield begin, end
        day += timedelta(days=1)


def read_spans(text: str) -> tuple[tuple[time, time], ...]:
    """Return the spans of a day as a person types them: `9:00-12:30, 13h30-18h`.

    An empty text is a day without work.

    Raises:
        ValueError: it cannot be read, spans overlap, or there are more than four.
    """
    found = [
        _span(one) for one in re.split(r"[,;/]|(?<=[\dhH]) (?=\d)", text) if one.strip()
    ]
    spans = sorted(found)
    if len(spans) > MOST_SPANS:
        raise ValueError("too many")
    for (_, end), (begin, _) in itertools.pairwise(spans):
        if begin <= end:
            raise ValueError("overlap")
    return tuple(spans)


def _span(text: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hours = [int(one or 0) for one in found.groups()]
    begin = time(hours[0], hours[1])
    end = time(23, 59) if hours[2:] == [24, 0] else time(hours[2], hours[3])
    if end <= begin:
        raise ValueError(text)
    return begin, end


def write_spans(spans: Sequence[tuple[time, time]]) -> str:
    """Return the spans of a day as they are typed."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in spans)


def check_calendar(days: Sequence[str], holidays: str, *, zone: ZoneInfo) -> Calendar:
    """Return a calendar as somebody typed it.

    Raises:
        Invalid: `day_0` to `day_6`: `not_hours`; `holidays`: `not_dates` or
            `too_many`; `day_0`: `never_works`.
    """
    faults: dict[str, str] = {}
    spans: list[tuple[tuple[time, time], ...]] = []
    for number, text in enumerate(days):
        try:
            spans.append(read_spans(text))
        except ValueError:
            faults[f"day_{number}"] = "not_hours"
            spans.append(())
    dates: set[date] = set()
    try:
        dates = {
            date.fromisoformat(one) for one in re.split(r"[\s,;]+", holidays) if one
        }
    except ValueError:
        faults["holidays"] = "not_dates"
    if len(dates) > MOST_HOLIDAYS:
        faults["holidays"] = "too_many"
    if not faults and not any(spans):
        faults["day_0"] = "never_works"
    if faults:
        raise Invalid(faults)
    return Calendar(zone=zone, days=tuple(spans), holidays=frozenset(dates))


def to_json(calendar: Calendar) -> dict[str, Any]:
    """Return a calendar as it is kept."""
    return {
        "days": [write_spans(day) for day in calendar.days],
        "holidays": sorted(one.isoformat() for one in calendar.holidays),
    }


def from_json(kept: Mapping[str, Any], *, zone: ZoneInfo) -> Calendar:
    """Return a calendar that was kept; the usual one when none was."""
    if not kept:
        return usual_calendar(zone)
    return Calendar(
        zone=zone,
        days=tuple(read_spans(day) for day in kept["days"]),
        holidays=frozenset(date.fromisoformat(one) for one in kept["holidays"]),
    )
