"""Dates as files write them: recognised over a sample, then read one way only."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.core.text import fold

#: the ways of writing that need no pattern, the likeliest first
ISO = "iso"
DAY_FIRST = "day_first"
MONTH_FIRST = "month_first"
WRITTEN = "written"
EXCEL = "excel"
EPOCH = "epoch"
READINGS = (ISO, DAY_FIRST, MONTH_FIRST, WRITTEN, EXCEL, EPOCH)

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
#: how much of a column may be something else without its being no date
LARGEST_FAULTY_SHARE = 0.1

_CLOCK = (
    r"(?:[T ,]+(?:à |at )?(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*([AaPp]\.?[Mm]\.?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})" + _CLOCK)
_DAY_MONTH_NAME = re.compile(
    r"(?:[a-z]+\.?,? )?(\d{1,2})(?:er|st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ -,]+(\d{4})"
    + _CLOCK
)
_MONTH_NAME_DAY = re.compile(
    r"(?:[a-z]+\.?,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})" + _CLOCK
)
_NUMBER = re.compile(r"\d{1,17}(?:[.,]\d+)?")
_MONTH_STARTS = (
    ("jan",),
    ("fev", "feb"),
    ("mar",),
    ("avr", "apr"),
    ("mai", "may"),
    ("juin", "jun"),
    ("juil", "jul"),
    ("aou", "aug"),
    ("sep",),
    ("oct",),
    ("nov",),
    ("dec",),
)
#: day 0 of Excel's serial numbers, with its leap day that never was
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - local, the zone comes later
_EXCEL_DAYS = (20_000, 80_000)
_EPOCH_SECONDS = (100_000_000, 10_000_000_000)


@dataclass(frozen=True, kw_only=True)
class DateReading:
    """How the dates of a column are written.

    `is_ambiguous` says that every date of the sample could be read with the day or
    with the month first.
    """

    reading: str
    is_ambiguous: bool = False


def recognise_dates(
    texts: Sequence[str], *, faulty_share: float = LARGEST_FAULTY_SHARE
) -> DateReading | None:
    """Return the reading that fits nearly all of the texts, None when none does.

    At most `faulty_share` of them may be something else. Blank texts say nothing.
    When day first and month first fit alike, day first is taken, as in France and in
    Britain, and the reading is marked ambiguous.
    """
    given = [text.strip() for text in texts if text.strip()]
    if not given:
        return None
    fits = {
        reading: sum(_naive(text, reading) is not None for text in given)
        for reading in READINGS
    }
    best = max(READINGS, key=lambda reading: fits[reading])
    if fits[best] < (1 - faulty_share) * len(given):
        return None
    is_ambiguous = best == DAY_FIRST and fits[MONTH_FIRST] == fits[DAY_FIRST]
    return DateReading(reading=best, is_ambiguous=is_ambiguous)


def read_moment(text: str, reading: str, zone: ZoneInfo) -> datetime | None:
    """Read a date with or without a time; None when it is none.

    A date alone is the beginning of that day. What names no zone is local time in
    `zone`.

    Args:
        text: one cell.
        reading: one of `READINGS`, or a pattern of `datetime.strptime`.
        zone: the installation's time zone.
    """
    moment = _naive(text.strip(), reading)
    if moment is None:
        return None
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        found = aware.astimezone(UTC)
    except OverflowError:
        return None
    return found if found >= EARLIEST else None


def is_reading(text: str) -> bool:
    """Tell whether `text` names a reading, or is a pattern that gives a whole date."""
    if text in READINGS:
        return True
    if not {"%d", "%m", "%Y"} <= set(re.findall(r"%\w", text.replace("%y", "%Y"))):
        return False
    try:
        moment = datetime(2018, 4, 5)  # noqa: DTZ001 - a date to try the pattern with
        return datetime.strptime(moment.strftime(text), text).date() == moment.date()  # noqa: DTZ007 - the same
    except (ValueError, re.error):
        return False


def _naive(text: str, reading: str) -> datetime | None:
    """Read a text one way; the moment is naive unless the text names a zone."""
    try:
        if reading in _READERS:
            return _READERS[reading](text)
        return datetime.strptime(text, reading)  # noqa: DTZ007 - local, the zone comes later
    except (ValueError, OverflowError):
        return None


def _year_first(text: str) -> datetime | None:
    return _numbers(_YEAR_FIRST.fullmatch(text), (1, 2, 3))


def _day_first(text: str) -> datetime | None:
    return _numbers(_YEAR_LAST.fullmatch(text), (3, 2, 1))


def _month_first(text: str) -> datetime | None:
    return _numbers(_YEAR_LAST.fullmatch(text), (3, 1, 2))


def _numbers(
    match: re.Match[str] | None, places: tuple[int, int, int]
) -> datetime | None:
    if match is None:
        return None
    year, month, day = (match[place] for place in places)
    return _with_clock(date(_full_year(year), int(month), int(day)), match)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    # As POSIX reads two digits: 69 is 1969, 68 is 2068.
    return year + (1900 if year >= 69 else 2000)


def _with_clock(day: date, match: re.Match[str]) -> datetime:
    hour, minute, second, half, zone = match.groups()[3:]
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(match[0])
        hours = hours % 12 + (12 if half.lower().startswith("p") else 0)
    tzinfo = datetime.strptime(zone, "%z").tzinfo if zone else None
    return datetime(
        day.year,
        day.month,
        day.day,
        hours,
        int(minute or 0),
        int(second or 0),
        tzinfo=tzinfo,
    )


def _written(text: str) -> datetime | None:
    plain = fold(text)
    if match := _DAY_MONTH_NAME.fullmatch(plain):
        day, name, year = match[1], match[2], match[3]
    elif match := _MONTH_NAME_DAY.fullmatch(plain):
        day, name, year = match[2], match[1], match[3]
    else:
        return None
    month = next(
        (
            number
            for number, starts in enumerate(_MONTH_STARTS, start=1)
            if name.startswith(starts)
        ),
        None,
    )
    if month is None:
        return None
    return _with_clock(date(int(year), month, int(day)), match)


def _serial(text: str) -> datetime | None:
    number = _number(text)
    if number is None or not _EXCEL_DAYS[0] <= number < _EXCEL_DAYS[1]:
        return None
    moment = _EXCEL_START + timedelta(days=number)
    # Excel counts in parts of a day; half a second off is still that second.
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def _epoch(text: str) -> datetime | None:
    number = _number(text)
    if number is None:
        return None
    if number >= _EPOCH_SECONDS[1]:
        number /= 1000
    if not _EPOCH_SECONDS[0] <= number < _EPOCH_SECONDS[1]:
        return None
    return datetime.fromtimestamp(number, UTC)


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", "."))


_READERS: Mapping[str, Callable[[str], datetime | None]] = {
    ISO: _year_first,
    DAY_FIRST: _day_first,
    MONTH_FIRST: _month_first,
    WRITTEN: _written,
    EXCEL: _serial,
    EPOCH: _epoch,
}
