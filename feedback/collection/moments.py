"""Moments as other systems write them: ISO 8601, seconds since 1970, days first."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

#: seconds of the years 2001 to 2286; a thousand times more are milliseconds
_SECONDS = range(10**9, 10**10)
_PARTS = re.compile(
    r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{2,4})"
    r"(?:[T ,]+(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)


class DateFormat(StrEnum):
    """How a system writes a moment."""

    #: found out from the value; of 03/04/2026 the day is read first
    AUTO = "auto"
    ISO = "iso"
    EPOCH = "epoch"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def read_moment(value: Any, kind: DateFormat, *, zone: ZoneInfo) -> datetime | None:
    """Return a moment in UTC; None when the value is none.

    One without a zone is meant in `zone`; a day alone is its midnight there.
    """
    readers = {
        DateFormat.ISO: _iso,
        DateFormat.EPOCH: _epoch,
        DateFormat.DAY_FIRST: _day_first,
        DateFormat.MONTH_FIRST: _month_first,
    }
    wanted = list(readers.values())[:3] if kind is DateFormat.AUTO else [readers[kind]]
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    for reader in wanted:
        try:
            found = reader(text)
        except (ValueError, OverflowError, OSError):
            continue
        if found is not None:
            return _in_utc(found, zone)
    return None


def _in_utc(moment: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar
        return None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))


def _epoch(text: str) -> datetime | None:
    number = float(text)
    if int(number / 1000) in _SECONDS:
        number /= 1000
    return datetime.fromtimestamp(number, UTC) if int(number) in _SECONDS else None


def _day_first(text: str) -> datetime | None:
    found = _PARTS.fullmatch(text)
    return _moment(found, found[3], found[2], found[1]) if found else None


def _month_first(text: str) -> datetime | None:
    found = _PARTS.fullmatch(text)
    return _moment(found, found[3], found[1], found[2]) if found else None


def _moment(found: re.Match[str], year: str, month: str, day: str) -> datetime:
    if len(found[1]) == 4:  # the year stands first in any country
        year, month, day = found[1], found[2], found[3]
    hour, minute, second = (int(part or 0) for part in found.groups()[3:])
    whole = int(year) + (2000 if len(year) == 2 else 0)
    return datetime(whole, int(month), int(day), hour, minute, second)  # noqa: DTZ001 - the zone follows
