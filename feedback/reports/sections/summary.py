"""Page 1, read in two minutes: scores, frictions, what changed, one decision."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_number
from feedback.i18n.locales import named
from feedback.insights.dashboards import CellFigures, ThemeFigure
from feedback.insights.words import SHARE, Words
from feedback.journey.queries import TouchpointOnMap
from feedback.measures.comparison import Change
from feedback.measures.evidence import Base
from feedback.measures.intervals import Estimate
from feedback.reports.charts import Bar, friction_bars
from feedback.reports.pdf import DataTable
from feedback.reports.sections import actions
from feedback.reports.sections.actions import Actions
from feedback.reports.sections.base import Presented, Scope, Section
from feedback.reports.sections.phrases import (
    Named,
    figure_cells,
    moved,
    named_emotion,
    named_negative,
    named_score,
)

TILES = 4
#: How many themes that moved are named on page 1; part 3 has them all.
CHANGES = 4


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The friction that weighs most on a base that carries it, and where it is worst.

    `worst` is None when no touchpoint has enough verbatims to be compared.
    """

    friction: ThemeFigure
    estimate: Estimate
    worst: TouchpointOnMap | None
    worst_estimate: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What page 1 shows, out of the month's map and the verdicts."""

    total: CellFigures
    frictions: tuple[ThemeFigure, ...]
    changed: tuple[ThemeFigure, ...]
    decision: Decision | None
    actions: Actions


def gather(session: Session, scope: Scope) -> Summary:
    """Choose the figures of page 1, out of the map and of the verdicts."""
    total = scope.living.total
    changed = [
        theme
        for theme in total.themes
        if theme.share.comparison.change in {Change.UP, Change.DOWN}
    ]
    changed.sort(key=lambda theme: (theme.share.comparison.adjusted_p, theme.key))
    return Summary(
        total=total,
        frictions=tuple(one for one in total.top_frictions if one.share.hits),
        changed=tuple(changed[:CHANGES]),
        decision=_choose(scope),
        actions=actions.gather(session, scope),
    )


def present(summary: Summary, scope: Scope, locale: str) -> Presented:
    """Put page 1 into words."""
    words = scope.words(locale)
    bars = [
        Bar(label=scope.themes.name(theme.key, locale), estimate=theme.share.estimate)
        for theme in summary.frictions
        if theme.share.estimate is not None
    ]
    name = gettext(locale, "Share of verbatims with this friction")
    return Presented(
        context={
            "lead": _lead(summary.total, scope, locale),
            "tiles": _tiles(summary.total, words),
            "frictions": friction_bars(bars, name=name, locale=locale)
            if bars
            else None,
            "actions": actions.headlines(summary.actions, locale),
            "changed": [moved(theme, words, scope.themes) for theme in summary.changed],
            "nothing_changed": _nothing_changed(summary.total, locale),
            "decision": _in_words(summary.decision, scope, locale),
        },
        tables=(_figures(summary, locale),),
    )


@dataclass(frozen=True, kw_only=True)
class Headlines:
    """What a mail says of the report: the scores, and the decision asked."""

    scores: tuple[str, ...]
    question: str | None


def headlines(summary: Summary, scope: Scope, locale: str) -> Headlines:
    """Put page 1 into the few lines of a mail."""
    lines = [
        gettext(
            locale,
            "%(figure)s: %(value)s (interval %(interval)s, %(n)s), %(change)s",
            figure=tile.label,
            value=tile.told.value,
            interval=tile.told.interval,
            n=tile.told.n,
            change=tile.told.change,
        )
        for tile in _tiles(summary.total, scope.words(locale))
        if tile.told.value
    ]
    decision = _in_words(summary.decision, scope, locale)
    return Headlines(
        scores=tuple(lines), question=decision["question"] if decision else None
    )


def _choose(scope: Scope) -> Decision | None:
    frictions = scope.living.total.top_frictions
    if not frictions or not frictions[0].share.hits:
        return None
    chosen = frictions[0]
    assert chosen.share.estimate is not None  # noqa: S101 - something was counted
    places = [
        (share.estimate, point.touchpoint)
        for phase in scope.living.phases
        for point in phase.touchpoints
        for theme in point.figures.themes
        if (theme.key, theme.stance) == (chosen.key, chosen.stance)
        if (share := theme.share).base is Base.PRINTABLE and share.estimate
    ]
    worst = max(places, key=lambda place: place[0].value, default=None)
    return Decision(
        friction=chosen,
        estimate=chosen.share.estimate,
        worst=worst[1] if worst else None,
        worst_estimate=worst[0] if worst else None,
    )


def _lead(total: CellFigures, scope: Scope, locale: str) -> str:
    return gettext(
        locale,
        "%(answers)s answers, %(verbatims)s verbatims in customers’ own words. Changes "
        "are told against %(before)s.",
        answers=format_number(total.occasions, locale),
        verbatims=format_number(total.verbatims, locale),
        before=scope.before_name(locale),
    )


def _tiles(total: CellFigures, words: Words) -> list[Named]:
    tiles = [named_score(figure, words) for figure in total.scores]
    tiles += [
        named_negative(total.negative, words),
        named_emotion(total.emotion, words),
    ]
    return tiles[:TILES]


def _nothing_changed(total: CellFigures, locale: str) -> str:
    smallest = [
        theme.share.comparison.smallest_detectable
        for theme in total.top_frictions
        if theme.share.comparison.change is Change.NONE_DETECTABLE
        and theme.share.comparison.smallest_detectable is not None
    ]
    if not smallest:
        return gettext(
            locale,
            "Too few verbatims in one of the two months to tell a change from chance.",
        )
    return gettext(
        locale,
        "No detectable change in any theme. Of the frictions above, a change of "
        "%(difference)s would have been seen four times in five.",
        difference=SHARE.difference(max(smallest), locale),
    )


def _in_words(
    decision: Decision | None, scope: Scope, locale: str
) -> dict[str, str] | None:
    if decision is None:
        return None
    theme = scope.themes.name(decision.friction.key, locale)
    base = gettext(
        locale,
        "It weighs most: %(hits)s of %(n)s verbatims, that is %(share)s "
        "(interval %(interval)s).",
        hits=format_number(decision.friction.share.hits, locale),
        n=format_number(decision.friction.share.n, locale),
        share=SHARE.value(decision.estimate.value, locale),
        interval=SHARE.interval(decision.estimate, locale),
    )
    if decision.worst is None or decision.worst_estimate is None:
        question = gettext(
            locale,
            "“%(theme)s”: who takes it on, down to what share, and by when?",
            theme=theme,
        )
        return {"question": question, "base": base}
    place = named(decision.worst.names, locale)
    question = gettext(
        locale,
        "“%(theme)s”: who takes it on, starting with “%(place)s”, down to what share, "
        "and by when?",
        theme=theme,
        place=place,
    )
    base += " " + gettext(
        locale,
        "It is highest at “%(place)s”: %(share)s of %(n)s verbatims there.",
        place=place,
        share=SHARE.value(decision.worst_estimate.value, locale),
        n=format_number(decision.worst_estimate.n, locale),
    )
    return {"question": question, "base": base}


def _figures(summary: Summary, locale: str) -> DataTable:
    total = summary.total
    figures = [(str(one.scale.value), one.estimate) for one in total.scores]
    rows = [(name, *figure_cells(estimate)) for name, estimate in figures]
    rows += [
        ("negative_verbatims", *figure_cells(total.negative.estimate)),
        ("unrated_verbatims", *figure_cells(total.unrated.estimate)),
        ("verbatims_with_theme", *figure_cells(total.coverage.estimate)),
        ("emotion", *figure_cells(total.emotion.estimate)),
    ]
    return DataTable(
        name="1-scores",
        title=gettext(locale, "Scores of the month"),
        header=("figure", "value", "low", "high", "n"),
        rows=tuple(rows),
    )


SECTION = Section(name="summary", gather=gather, present=present)
