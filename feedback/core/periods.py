"""Periods of whole days, lower bound in, upper bound out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.core.errors import Invalid

#: Periods that are typed lie between these days: far enough from the ends of the
#: calendar for the periods before and after them.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """The days `since <= day < until`; `until` is later than `since`."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until <= self.since:
            raise Invalid({"period": "empty_period"})

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.until - self.since).days

    @property
    def is_month(self) -> bool:
        """Whether this is one calendar month."""
        return self.since.day == 1 and self.until == next_month(self.since)

    @property
    def is_whole_months(self) -> bool:
        """Whether both bounds stand on the first of a month."""
        return self.since.day == 1 and self.until.day == 1

    def previous(self) -> "Period":
        """Return the period just before, to compare with.

        As many calendar months when this one is made of whole months, otherwise
        as many days.
        """
        if self.is_whole_months:
            months = sum(1 for _ in self.months())
            return Period(add_months(self.since, -months), self.since)
        return Period(self.since - timedelta(days=self.days), self.since)

    def months(self) -> Iterator[date]:
        """Yield the first day of each month that the period touches."""
        month = self.since.replace(day=1)
        while month < self.until:
            yield month
            month = next_month(month)

    def __str__(self) -> str:
        if self.is_month:
            return f"{self.since:%Y-%m}"
        return f"{self.since.isoformat()}..{self.until.isoformat()}"


def add_months(day: date, months: int) -> date:
    """Return the first of the month that lies `months` after that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def next_month(day: date) -> date:
    """Return the first day of the month after that of `day`."""
    return add_months(day, 1)


def month_of(day: date) -> Period:
    """Return the calendar month that holds `day`."""
    first = day.replace(day=1)
    return Period(first, next_month(first))


def parse_period(text: str) -> Period:
    """Read `2018-04`, or `2018-04-01..2018-05-01` with the end left out.

    Raises:
        Invalid: `period: not_a_period`, also before 1900 or after 2199, or
            `period: empty_period`.
    """
    match = _MONTH.fullmatch(text.strip())
    try:
        if match:
            period = month_of(date(int(match[1]), int(match[2]), 1))
        else:
            since, _, until = text.partition("..")
            period = Period(
                date.fromisoformat(since.strip()), date.fromisoformat(until.strip())
            )
    except (ValueError, OverflowError) as error:
        raise Invalid({"period": "not_a_period"}) from error
    if period.since < EARLIEST or period.until > LATEST:
        raise Invalid({"period": "not_a_period"})
    return period


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day that `moment` falls on in `zone`."""
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which `day` begins in `zone`, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """A period cut into whole months and the days left at its edges."""

    months: tuple[Period, ...]
    days: tuple[Period, ...]


def cover(period: Period) -> Cover:
    """Cut `period` into at most one run of whole months and two runs of days.

    The runs do not overlap and together are exactly the period.
    """
    first = period.since if period.since.day == 1 else next_month(period.since)
    last = period.until.replace(day=1)
    if first >= last:
        return Cover(months=(), days=(period,))
    days = []
    if period.since < first:
        days.append(Period(period.since, first))
    if last < period.until:
        days.append(Period(last, period.until))
    return Cover(months=(Period(first, last),), days=tuple(days))
