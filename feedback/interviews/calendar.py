"""An appointment as iCalendar (RFC 5545): one event, in UTC, lines folded. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: octets of a line without its end (RFC 5545, 3.1)
LONGEST_LINE = 75
MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """What stands in a calendar; `changes` makes a later one replace an earlier."""

    uid: str
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    place: str
    url: str
    changes: int = 0
    is_cancelled: bool = False


def calendar_of(appointment: Appointment, *, now: datetime) -> str:
    """Return an appointment as a file of type text/calendar.

    Cancelled, it asks calendars to take the event out.
    """
    return "".join(
        f"{line}\r\n" for text in _lines(appointment, now) for line in _fold(text)
    )


def _lines(one: Appointment, now: datetime) -> Iterator[str]:
    ends_at = one.starts_at + timedelta(minutes=one.minutes)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Feedback//Interviews//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{'CANCEL' if one.is_cancelled else 'PUBLISH'}"
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(one.uid)}"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"DTSTART:{_moment(one.starts_at)}"
    yield f"DTEND:{_moment(ends_at)}"
    yield f"SEQUENCE:{one.changes}"
    yield f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{escape(one.summary)}"
    if one.description:
        yield f"DESCRIPTION:{escape(one.description)}"
    if one.place:
        yield f"LOCATION:{escape(one.place)}"
    if one.url:
        yield f"URL:{one.url}"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def escape(text: str) -> str:
    """Return a text as a value of type TEXT (RFC 5545, 3.3.11)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(one for one in plain if one in "\n\t" or ord(one) >= 32)
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        shown = shown.replace(mark, written)
    return shown.replace("\x7f", "")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _fold(text: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets; a character is never cut."""
    part, size = "", 0
    for one in text:
        octets = len(one.encode("utf-8", "replace"))
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += one
        size += octets
    yield part
