"""Where the figures come from, how they are made, and what they cannot bear."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.formats import format_month, format_number
from feedback.i18n.locales import named
from feedback.insights.dashboards import (
    CellFigures,
    LivingMap,
    ShareFigure,
    TouchpointFigures,
)
from feedback.insights.figures import gather as gather_counts
from feedback.insights.figures import pool
from feedback.insights.segments import Segment
from feedback.insights.words import SHARE, scale_name
from feedback.journey.channels import channel_name
from feedback.measures.scales import Scale
from feedback.reports.pdf import DataTable
from feedback.reports.queries import LinesOfFiles, count_lines
from feedback.reports.sections.base import Presented, Scope, Section
from feedback.voice.models import Source

SOURCE_NAMES = {
    Source.IMPORT: mark("Imported files"),
    Source.SURVEY: mark("Surveys"),
    Source.INTERVIEW: mark("Interviews"),
}
#: How each scale is asked and reduced to one figure.
FORMULAS = {
    Scale.NPS: mark(
        "“Would you recommend us?”, 0 to 10. Share of 9 and 10 less share of 0 to 6, "
        "in points from −100 to +100. Interval: adjusted Wald (Rocks 2016)."
    ),
    Scale.CSAT: mark(
        "“Are you satisfied?”, 1 to 5. Share of answers 4 and 5. Interval: Wilson."
    ),
    Scale.CES: mark(
        "“It was made easy for me”, 1 to 7. Mean agreement. Interval: Student."
    ),
    Scale.STARS: mark("1 to 5 stars. Share of 4 and 5 stars. Interval: Wilson."),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Answers and verbatims of one source or channel; the rest has an empty key."""

    key: str
    answers: int
    verbatims: int


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the figures of the month rest on."""

    living: LivingMap
    sources: tuple[Part, ...]
    channels: tuple[Part, ...]
    lines: LinesOfFiles


def gather(session: Session, scope: Scope) -> Method:
    """Count the answers of the month by where they come from."""
    segment = scope.living.segment
    channels = {
        channel: replace(segment, channel=channel) for channel in scope.journey.channels
    }
    sources = {source.value: replace(segment, source=source.value) for source in Source}
    return Method(
        living=scope.living,
        sources=_parts(session, sources, scope.living.total),
        channels=_parts(session, channels, scope.living.total),
        lines=count_lines(session, scope.journey.id, scope.period),
    )


def present(method: Method, scope: Scope, locale: str) -> Presented:
    """Say it, with the formulas and the limits."""
    total = method.living.total
    sources = [
        (_source_name(part, locale), *_counted(part, locale)) for part in method.sources
    ]
    channels = [
        (_channel_name(part, locale), *_counted(part, locale))
        for part in method.channels
    ]
    scales = [one.scale for one in total.scores]
    spoken = {theme.key for theme in total.themes}
    return Presented(
        context={
            "month": format_month(scope.period.since, locale),
            "origins": [
                (gettext(locale, "Source"), sources),
                (gettext(locale, "Channel"), channels),
            ],
            "touchpoints": [_point(point, locale) for point in _points(method)],
            "lines": _lines(method.lines, locale),
            "unrated": _share(total.unrated, locale),
            "themed": _share(total.coverage, locale),
            "formulas": [
                (scale_name(scale, locale), gettext(locale, FORMULAS[scale]))
                for scale in scales
            ],
            "themes": [
                {"name": theme.names[locale], "meaning": theme.negative[locale]}
                for theme in scope.themes.shown
                if theme.key in spoken
            ],
        },
        tables=(_table(method, locale),),
    )


def _parts(
    session: Session, segments: Mapping[str, Segment], total: CellFigures
) -> tuple[Part, ...]:
    """Count each segment, and what is in none of them."""
    parts = []
    for key, segment in segments.items():
        counts = pool(gather_counts(session, segment).values())
        parts.append(
            Part(key=key, answers=counts.occasions, verbatims=counts.verbatims)
        )
    parts.append(
        Part(
            key="",
            answers=total.occasions - sum(part.answers for part in parts),
            verbatims=total.verbatims - sum(part.verbatims for part in parts),
        )
    )
    parts.sort(key=lambda part: (-part.answers, part.key))
    return tuple(part for part in parts if part.answers)


def _points(method: Method) -> list[TouchpointFigures]:
    return [point for phase in method.living.phases for point in phase.touchpoints]


def _point(point: TouchpointFigures, locale: str) -> tuple[str, str, str]:
    return (
        named(point.touchpoint.names, locale),
        format_number(point.figures.occasions, locale),
        format_number(point.figures.verbatims, locale),
    )


def _source_name(part: Part, locale: str) -> str:
    if not part.key:
        return gettext(locale, "Other")
    return gettext(locale, SOURCE_NAMES[Source(part.key)])


def _channel_name(part: Part, locale: str) -> str:
    return channel_name(part.key, locale) if part.key else gettext(locale, "Other")


def _counted(part: Part, locale: str) -> tuple[str, str]:
    return format_number(part.answers, locale), format_number(part.verbatims, locale)


def _share(figure: ShareFigure, locale: str) -> str:
    if figure.estimate is None:
        return gettext(locale, "none")
    return gettext(
        locale,
        "%(hits)s of %(n)s (%(share)s)",
        hits=format_number(figure.hits, locale),
        n=format_number(figure.n, locale),
        share=SHARE.value(figure.estimate.value, locale),
    )


def _lines(lines: LinesOfFiles, locale: str) -> str:
    if not lines.files:
        return ""
    return gettext(
        locale,
        "The files that brought this month’s answers held %(read)s lines, of this "
        "month and of others: %(imported)s taken, %(repeated)s already known, "
        "%(refused)s refused with their reason.",
        read=format_number(lines.read, locale),
        imported=format_number(lines.imported, locale),
        repeated=format_number(lines.repeated, locale),
        refused=format_number(lines.refused, locale),
    )


def _table(method: Method, locale: str) -> DataTable:
    rows = [
        ("source", part.key, part.answers, part.verbatims) for part in method.sources
    ]
    rows += [
        ("channel", part.key, part.answers, part.verbatims) for part in method.channels
    ]
    rows += [
        (
            "touchpoint",
            point.touchpoint.key,
            point.figures.occasions,
            point.figures.verbatims,
        )
        for point in _points(method)
    ]
    return DataTable(
        name="5-bases",
        title=gettext(locale, "Where the answers come from"),
        header=("kind", "key", "answers", "verbatims"),
        rows=tuple(rows),
    )


SECTION = Section(name="method", gather=gather, present=present)
