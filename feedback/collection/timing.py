"""Quiet hours and time windows on a person's own clock, through changes of the hour.

Pure. Bounds are times of the wall clock, `since <= t < until`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
EVERY_DAY = frozenset(range(7))
#: a week, and a day more where an hour is missing
_DAYS_AHEAD = 9


@dataclass(frozen=True, kw_only=True)
class QuietTimes:
    """When nobody is written to: hours of the night, days of the week."""

    #: may lie before midnight, and `until` after it; the same twice: no quiet hours
    since: time = time(20)
    until: time = time(9)
    #: 0 is Monday
    days: frozenset[int] = frozenset({6})

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment of the wall clock is quiet."""
        if moment.weekday() in self.days:
            return True
        clock = moment.time()
        if self.since <= self.until:
            return self.since <= clock < self.until
        return clock >= self.since or clock < self.until


@dataclass(frozen=True, kw_only=True)
class SendWindow:
    """The days and hours at which one trigger may ask."""

    days: frozenset[int] = EVERY_DAY
    since: time = MIDNIGHT
    #: later than `since`; None: to the end of the day
    until: time | None = None

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment of the wall clock lies in it."""
        if moment.weekday() not in self.days or moment.time() < self.since:
            return False
        return self.until is None or moment.time() < self.until


def is_allowed(
    moment: datetime,
    zone: ZoneInfo,
    quiet: QuietTimes | None,
    window: SendWindow | None = None,
) -> bool:
    """Tell whether somebody in `zone` may be asked at this moment."""
    here = moment.astimezone(zone)
    return not (quiet and quiet.holds(here)) and (window is None or window.holds(here))


def next_allowed(
    moment: datetime,
    zone: ZoneInfo,
    quiet: QuietTimes | None,
    window: SendWindow | None = None,
) -> datetime | None:
    """Return the first moment from `moment` on at which somebody may be asked.

    In UTC; `moment` itself when it may be. None when no moment of the week may.
    """
    moment = moment.astimezone(UTC)
    if is_allowed(moment, zone, quiet, window):
        return moment
    clocks = {MIDNIGHT}
    if quiet is not None:
        clocks.add(quiet.until)
    if window is not None:
        clocks.add(window.since)

    def usable(starts: Iterable[datetime]) -> list[datetime]:
        return [
            one
            for one in starts
            if one >= moment and is_allowed(one, zone, quiet, window)
        ]

    changes = usable(_change(moment, moment + timedelta(days=_DAYS_AHEAD), zone))
    today = moment.astimezone(zone).date()
    for number in range(-1, _DAYS_AHEAD):
        found = usable(_starts(today + timedelta(days=number), clocks, zone))
        if found:
            return min([*found, *changes])
    return min(changes, default=None)


def _starts(day: date, clocks: set[time], zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the moments at which a clock shows these times of a day, in UTC.

    Twice where it is put back; where it leaps over one, the leap itself counts.
    """
    for clock in clocks:
        for fold in (0, 1):
            shown = datetime.combine(day, clock, tzinfo=zone).replace(fold=fold)
            yield shown.astimezone(UTC)


def _change(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moment between two, in UTC, at which the clock of a zone is changed.

    To the second; nothing when it is not. No zone changes its clock and changes it
    back within nine days.
    """
    before = _offset(since, zone)
    if _offset(until, zone) == before:
        return ()
    while until - since > timedelta(seconds=1):
        middle = (since + (until - since) / 2).replace(microsecond=0)
        if _offset(middle, zone) == before:
            since = middle
        else:
            until = middle
    return (until,)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def write_window(window: SendWindow | None) -> dict[str, Any] | None:
    """Return the JSON of a window: days, `from`, `to` (None: the end of the day)."""
    if window is None:
        return None
    return {
        "days": sorted(window.days),
        "from": f"{window.since:%H:%M}",
        "to": f"{window.until:%H:%M}" if window.until else None,
    }


def read_window(document: Mapping[str, Any] | None) -> SendWindow | None:
    """Read the JSON of a window, as `write_window` wrote it."""
    if document is None:
        return None
    until = document.get("to")
    return SendWindow(
        days=frozenset(document.get("days", EVERY_DAY)),
        since=time.fromisoformat(document.get("from") or "00:00"),
        until=time.fromisoformat(until) if until else None,
    )
