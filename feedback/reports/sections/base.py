"""What every part of the report is made of: gather figures, then present them.

`gather` reads and knows no language; what it returns is what the snapshot is made
of. `present` puts it into words and charts, and reads nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.core.periods import Period, add_months
from feedback.i18n.formats import format_month
from feedback.insights.dashboards import LivingMap
from feedback.insights.words import Words
from feedback.journey.queries import JourneyMap
from feedback.reports.pdf import DataTable
from feedback.voice.taxonomy import Themes

Gathered = TypeVar("Gathered")
#: Months of a trend, that of the report included.
TREND_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the report is about, and the figures of the screen for it.

    Every part shows figures of this one map, so that no two parts and no page can
    contradict each other.
    """

    journey: JourneyMap
    #: a calendar month
    period: Period
    living: LivingMap
    #: where its days begin and end
    zone: ZoneInfo
    themes: Themes

    def words(self, locale: str) -> Words:
        """Return what puts figures of the month into words."""
        return Words(locale=locale, before=self.living.before)

    def before_name(self, locale: str) -> str:
        """Return the month that changes are told against."""
        return format_month(self.living.before.since, locale)

    @property
    def months(self) -> tuple[date, ...]:
        """The first days of the months of a trend, that of the report last."""
        first = add_months(self.period.since, 1 - TREND_MONTHS)
        return tuple(Period(first, self.period.until).months())


@dataclass(frozen=True, kw_only=True)
class Presented:
    """A part in words: what its template names, and the tables behind it."""

    context: Mapping[str, Any]
    tables: tuple[DataTable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section(Generic[Gathered]):
    """A part of the report; its template is `print/section_<name>.html`."""

    name: str
    gather: Callable[[Session, Scope], Gathered]
    present: Callable[[Gathered, Scope, str], Presented]
