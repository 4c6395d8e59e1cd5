"""The parts of the report to one HTML document, and the tables that go with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_month
from feedback.i18n.locales import named
from feedback.i18n.rendering import environment
from feedback.reports.pdf import DataTable
from feedback.reports.sections import (
    actions,
    changes,
    interviews,
    journey,
    method,
    summary,
)
from feedback.reports.sections.base import Scope, Section
from feedback.reports.snapshot import snapshot_of

STYLE = "print/report.css"
#: The parts in the order in which they are read.
SECTIONS: tuple[Section[Any], ...] = (
    summary.SECTION,
    journey.SECTION,
    changes.SECTION,
    actions.SECTION,
    interviews.SECTION,
    method.SECTION,
)


@dataclass(frozen=True, kw_only=True)
class ReportFigures:
    """Everything that a report shows, before a language is chosen."""

    scope: Scope
    #: what each part gathered, in the order of SECTIONS; None leaves the part out
    parts: tuple[Any, ...]
    #: names exactly these figures
    snapshot: str


@dataclass(frozen=True, kw_only=True)
class ReportDocument:
    """A report in one language, ready to be printed."""

    html: str
    #: style sheet
    style: str
    tables: tuple[DataTable, ...]
    identifier: str
    #: the end of the month; the moment of making is none of the report's matter
    dated: datetime


def gather(session: Session, scope: Scope) -> ReportFigures:
    """Read the figures of every part."""
    parts = tuple(section.gather(session, scope) for section in SECTIONS)
    return ReportFigures(
        scope=scope,
        parts=parts,
        snapshot=snapshot_of(
            scope.period, *(part for part in parts if part is not None)
        ),
    )


def document(
    figures: ReportFigures,
    locale: str,
    *,
    templates: Path,
    company: str,
    provisional: bool,
) -> ReportDocument:
    """Put the figures into one document; nothing is read from the database.

    Args:
        figures: what is shown.
        locale: `fr` or `en`.
        templates: folder that holds `print/`.
        company: whose report it is.
        provisional: marks the figures as those of a month that may still grow.
    """
    scope = figures.scope
    month = format_month(scope.period.since, locale)
    head = {
        "company": company,
        "journey": named(scope.journey.names, locale),
        "month": month,
        "snapshot": figures.snapshot,
        "demo": scope.journey.is_demo,
        "provisional": provisional,
    }
    made = environment(templates, locale)
    told = [
        (section, section.present(part, scope, locale))
        for section, part in zip(SECTIONS, figures.parts, strict=True)
        if part is not None
    ]
    sections: Sequence[Markup] = [
        Markup(  # noqa: S704 - rendered by a template that escapes
            made.get_template(f"print/section_{section.name}.html").render(
                head | dict(part.context)
            )
        )
        for section, part in told
    ]
    dated = datetime.combine(scope.period.until, time(), UTC)
    html = made.get_template("print/report.html").render(
        head
        | {
            "title": gettext(
                locale,
                "%(journey)s, customer report, %(month)s",
                journey=head["journey"],
                month=month,
            ),
            "dated": f"{dated:%Y-%m-%dT%H:%M:%SZ}",
            "sections": sections,
        }
    )
    return ReportDocument(
        html=html,
        style=(templates / STYLE).read_text("utf-8"),
        tables=tuple(table for _, part in told for table in part.tables),
        identifier=f"{figures.snapshot}-{locale}-{'draft' if provisional else 'final'}",
        dated=dated,
    )


def headlines(figures: ReportFigures, locale: str) -> summary.Headlines:
    """Return the report in a few lines, for the mail that it goes with."""
    return summary.headlines(figures.parts[0], figures.scope, locale)
