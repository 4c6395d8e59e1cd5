"""Dates, numbers, shares, points and intervals as French and English write them.

The only place where a share becomes a percentage. Halves are rounded away from zero,
as readers expect; a minus is a true minus sign; French puts a narrow no-break space
between thousands and before the percent sign.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import format_skeleton, format_time, format_timedelta, get_day_names
from babel.numbers import format_decimal

from feedback.core.periods import Period
from feedback.i18n.catalogs import gettext
from feedback.i18n.locales import babel_locale

MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Length = Literal["long", "medium", "short"]


class Unit(StrEnum):
    """How the bounds of an interval are written."""

    NUMBER = "number"
    SIGNED = "signed"
    PERCENT = "percent"


def format_date(day: date, locale: str, *, length: Length = "long") -> str:
    """Return a date: `5 avril 2018`, `5 avr. 2018` or `05/04/2018`.

    The first of a month is `1er` in French words. A datetime shows the day that it
    carries; one in UTC is put into the reader's time zone first.
    """
    text = babel_date(day, length, locale=babel_locale(locale))
    if locale == "fr" and day.day == 1 and length != "short":
        return text.replace("1", "1er", 1)
    return text


def format_day(day: date, locale: str) -> str:
    """Return a day of a year that goes without saying: `5 avril`, `1er avril`."""
    text = babel_date(day, "d MMMM", locale=babel_locale(locale))
    if locale == "fr" and day.day == 1:
        return text.replace("1", "1er", 1)
    return text


def format_weekday(day: int, locale: str) -> str:
    """Return a day of the week, 0 for Monday: `lundi`, `Monday`."""
    return str(get_day_names("wide", locale=babel_locale(locale))[day])


def format_span(days: int, locale: str) -> str:
    """Return a length of time in round words: `3 ans`, `3 years`, `2 months`."""
    return str(format_timedelta(timedelta(days=days), locale=babel_locale(locale)))


def format_moment(moment: datetime, locale: str, *, zone: ZoneInfo) -> str:
    """Return an aware moment in a time zone: `5 avril 2018 à 14:30`."""
    local = moment.astimezone(zone)
    return gettext(
        locale,
        "%(date)s at %(time)s",
        date=format_date(local.date(), locale),
        time=format_time(local.time(), "short", locale=babel_locale(locale)),
    )


def format_month(day: date, locale: str, *, short: bool = False) -> str:
    """Return the month of a day: `avril 2018`, or `avr. 2018` where room is short."""
    skeleton = "yMMM" if short else "yMMMM"
    return format_skeleton(skeleton, day, locale=babel_locale(locale))


def format_period(period: Period, locale: str) -> str:
    """Return a period of whole days in words, its last day included.

    `avril 2018` for a calendar month, `5 avril 2018` for a day, otherwise `du 5 au
    12 avril 2018`, saying the month or the year twice only where they differ.
    """
    first, last = period.since, period.until - timedelta(days=1)
    if period.is_month:
        return format_month(first, locale)
    if first == last:
        return format_date(first, locale)
    return gettext(
        locale,
        "from %(first)s to %(last)s",
        first=_start(first, last, locale),
        last=format_date(last, locale),
    )


def format_number(value: float, locale: str, *, decimals: int = 0) -> str:
    """Return a number with exactly so many decimals: `1 234,5`."""
    return _decimal(value, locale, decimals)


def format_signed(value: float, locale: str, *, decimals: int = 0) -> str:
    """Return a number with its sign: `+32`, `−9`; what rounds to zero has none."""
    text = _decimal(value, locale, decimals)
    return f"+{text}" if _rounded(value, decimals) > 0 else text


def format_points(points: float, locale: str, *, decimals: int = 0) -> str:
    """Return a net promoter score, -100..100, with its sign and no unit: `+32`."""
    return format_signed(points, locale, decimals=decimals)


def format_percent(share: float, locale: str, *, decimals: int = 0) -> str:
    """Return a share of 0..1 as a percentage: `24 %` in French, `24%` in English."""
    return _decimal(_hundredfold(share), locale, decimals) + _percent_sign(locale)


def format_interval(
    low: float,
    high: float,
    locale: str,
    *,
    unit: Unit = Unit.NUMBER,
    decimals: int = 0,
) -> str:
    """Return an interval: `de 15 à 25`, `de +15 à +25` or, of shares, `de 15 à 25 %`.

    Args:
        low: lower bound; a share of 0..1 when the unit is percent.
        high: upper bound, in the same unit.
        locale: `fr` or `en`.
        unit: plain numbers, numbers with a sign, or shares.
        decimals: how many decimals both bounds get.
    """
    if unit is Unit.PERCENT:
        low, high = _hundredfold(low), _hundredfold(high)
    write = format_signed if unit is Unit.SIGNED else format_number
    ends = gettext(
        locale,
        "%(low)s to %(high)s",
        low=write(low, locale, decimals=decimals),
        high=write(high, locale, decimals=decimals),
    )
    return ends + _percent_sign(locale) if unit is Unit.PERCENT else ends


def format_p(p: float, locale: str) -> str:
    """Return a probability to three decimals: `p = 0,064`, or `p < 0,001` below."""
    if p < 0.001:
        return _narrow(f"p < {_decimal(0.001, locale, 3)}")
    return _narrow(f"p = {_decimal(p, locale, 3)}")


def format_n(n: int, locale: str) -> str:
    """Return the base of a figure: `n = 1 234`."""
    return _narrow(f"n = {_decimal(n, locale, 0)}")


def _start(first: date, last: date, locale: str) -> str:
    """Return the first day of a period without what the last day says again."""
    if first.year != last.year:
        return format_date(first, locale)
    if first.month != last.month:
        return format_day(first, locale)
    if locale == "fr" and first.day == 1:
        return "1er"
    return str(first.day)


def _hundredfold(share: float) -> float:
    """Return a share as a percentage, free of the binary noise of the product."""
    return float(Decimal(str(share)) * 100)


def _rounded(value: float, decimals: int) -> Decimal:
    """Return a number rounded half away from zero, never a negative zero."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    return rounded or abs(rounded)


def _decimal(value: float, locale: str, decimals: int) -> str:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    text = format_decimal(
        _rounded(value, decimals), pattern, locale=babel_locale(locale)
    )
    return text.replace("-", MINUS)


def _percent_sign(locale: str) -> str:
    return f"{NARROW_SPACE}%" if locale == "fr" else "%"


def _narrow(text: str) -> str:
    """Return a text that is not broken over two lines."""
    return text.replace(" ", NO_BREAK_SPACE)
