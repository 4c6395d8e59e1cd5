"""Filters of the templates: values to words, in the language of the request."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from feedback.core.periods import Period
from feedback.i18n import formats
from feedback.web.context import locale, settings


def _date(day: date) -> str:
    return formats.format_date(day, locale())


def _moment(moment: datetime) -> str:
    return formats.format_moment(moment, locale(), zone=settings().zone)


def _month(day: date) -> str:
    return formats.format_month(day, locale())


def _period(period: Period) -> str:
    return formats.format_period(period, locale())


def _number(value: float, decimals: int = 0) -> str:
    return formats.format_number(value, locale(), decimals=decimals)


def _signed(value: float, decimals: int = 0) -> str:
    return formats.format_signed(value, locale(), decimals=decimals)


def _percent(share: float, decimals: int = 0) -> str:
    return formats.format_percent(share, locale(), decimals=decimals)


def _points(points: float) -> str:
    return formats.format_points(points, locale())


FILTERS: dict[str, Callable[..., Any]] = {
    "date": _date,
    "moment": _moment,
    "month": _month,
    "period": _period,
    "number": _number,
    "signed": _signed,
    "percent": _percent,
    "points": _points,
}
