"""What changed since the month before, theme by theme, and what could not be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.core.periods import Period, local_day, start_of_day
from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_date, format_month, format_n
from feedback.i18n.locales import named
from feedback.insights.dashboards import CellFigures, ThemeFigure
from feedback.insights.words import (
    SHARE,
    Direction,
    Written,
    score_words,
)
from feedback.measures.comparison import Comparison
from feedback.measures.evidence import PRINTED_FROM
from feedback.reports.pdf import DataTable
from feedback.reports.sections.base import Presented, Scope, Section
from feedback.reports.sections.phrases import (
    Named,
    comparison_cells,
    missed,
    named_score,
    named_theme,
)
from feedback.surveys.reworded import list_reworded
from feedback.voice.taxonomy import Stance

#: Themes below so many verbatims in both months are named, not tabled.
_TABLED_FROM = 3


@dataclass(frozen=True, kw_only=True)
class NewWords:
    """A question of a survey in its new words, by language, and since which day."""

    survey: str
    words: Mapping[str, str]
    day: date


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Every score and theme of the journey beside what it was the month before."""

    total: CellFigures
    before: Period
    #: questions of surveys that were asked in other words in one of the two months
    reworded: tuple[NewWords, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One figure, before and after, as a line of the table."""

    name: str
    before: str
    after: str
    interval: str
    words: str
    missed: str
    direction: Direction


def gather(session: Session, scope: Scope) -> Changes:
    """Take the comparisons of the month's map, and what forbids some of them."""
    before = scope.living.before
    reworded = list_reworded(
        session,
        scope.journey.id,
        since=start_of_day(before.since, scope.zone),
        until=start_of_day(scope.period.until, scope.zone),
    )
    return Changes(
        total=scope.living.total,
        before=before,
        reworded=tuple(
            NewWords(
                survey=one.survey,
                words=one.words,
                day=local_day(one.since, scope.zone),
            )
            for one in reworded
        ),
    )


def present(changes: Changes, scope: Scope, locale: str) -> Presented:
    """Put every comparison into words."""
    total, words = changes.total, scope.words(locale)
    enough = total.verbatims >= PRINTED_FROM
    tabled = [theme for theme in total.themes if enough and _is_tabled(theme)]
    in_tables = {theme.key for theme in tabled}
    rare = [theme for theme in total.themes if theme.key not in in_tables]
    return Presented(
        context={
            "month": format_month(scope.period.since, locale),
            "before": scope.before_name(locale),
            "scores": [
                _row(
                    named_score(one, words),
                    one.comparison,
                    score_words(one.scale),
                    locale,
                )
                for one in total.scores
            ],
            "frictions": _rows(tabled, Stance.FRICTION, scope, locale),
            "praises": _rows(tabled, Stance.PRAISE, scope, locale),
            "rare": _names(rare, scope, locale),
            "reworded": [_new_words(one, locale) for one in changes.reworded],
        },
        tables=(_table(changes, locale),),
    )


def _is_tabled(theme: ThemeFigure) -> bool:
    comparison = theme.share.comparison
    hits_before = round((comparison.before or 0) * comparison.n_before)
    return max(theme.share.hits, hits_before) >= _TABLED_FROM


def _rows(
    themes: list[ThemeFigure], stance: Stance, scope: Scope, locale: str
) -> list[ChangeRow]:
    words = scope.words(locale)
    return [
        _row(
            named_theme(theme, words, scope.themes),
            theme.share.comparison,
            SHARE,
            locale,
        )
        for theme in themes
        if theme.stance is stance
    ]


def _row(figure: Named, comparison: Comparison, how: Written, locale: str) -> ChangeRow:
    return ChangeRow(
        name=figure.label,
        before=_side(comparison.before, comparison.n_before, how, locale),
        after=_side(comparison.after, comparison.n_after, how, locale),
        interval=_difference(comparison, how, locale),
        words=figure.told.change,
        missed=missed(comparison, how, locale),
        direction=figure.told.direction,
    )


def _side(value: float | None, n: int, how: Written, locale: str) -> str:
    if value is None or n < PRINTED_FROM:
        return gettext(locale, "fewer than 10")
    return f"{how.value(value, locale)} ({format_n(n, locale)})"


def _difference(comparison: Comparison, how: Written, locale: str) -> str:
    if (
        min(comparison.n_before, comparison.n_after) < PRINTED_FROM
        or comparison.difference is None
        or comparison.low is None
        or comparison.high is None
    ):
        return ""
    return gettext(
        locale,
        "%(difference)s (from %(low)s to %(high)s)",
        difference=how.signed(comparison.difference, locale),
        low=how.signed(comparison.low, locale),
        high=how.signed(comparison.high, locale),
    )


def _new_words(one: NewWords, locale: str) -> str:
    return gettext(
        locale,
        "%(survey)s: the words of the question “%(question)s” changed on %(day)s. Its "
        "answers before and after are not to be compared.",
        survey=one.survey,
        question=named(one.words, locale),
        day=format_date(one.day, locale),
    )


def _names(themes: list[ThemeFigure], scope: Scope, locale: str) -> str:
    names = dict.fromkeys(scope.themes.name(theme.key, locale) for theme in themes)
    return " · ".join(names)


def _table(changes: Changes, locale: str) -> DataTable:
    scores = [
        (one.scale.value, "", *comparison_cells(one.comparison))
        for one in changes.total.scores
        if one.comparison.n_after >= PRINTED_FROM
    ]
    themes = [
        (theme.key, theme.stance.value, *comparison_cells(theme.share.comparison))
        for theme in changes.total.themes
        if theme.share.n >= PRINTED_FROM
    ]
    return DataTable(
        name="4-changes",
        title=gettext(locale, "Changes since the month before"),
        header=(
            "figure",
            "stance",
            "after",
            "n_after",
            "before",
            "n_before",
            "difference",
            "low",
            "high",
            "p",
            "adjusted_p",
            "smallest_detectable",
            "change",
        ),
        rows=(*scores, *themes),
    )


SECTION = Section(name="changes", gather=gather, present=present)
