"""Phase by phase: the map, touchpoints, themes in customers' words, and the trend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.core.spreadsheets import Cell
from feedback.i18n.catalogs import gettext, ngettext
from feedback.i18n.formats import format_number
from feedback.i18n.locales import named
from feedback.insights.dashboards import (
    CellFigures,
    PhaseFigures,
    ThemeFigure,
    TouchpointFigures,
)
from feedback.insights.figures import NOTHING, Counts, gather_months
from feedback.insights.segments import Segment
from feedback.insights.words import Words, scale_name
from feedback.measures.evidence import PRINTED_FROM
from feedback.measures.intervals import share_estimate
from feedback.measures.scales import Scale
from feedback.measures.scores import score
from feedback.nlp.annotation import Feeling
from feedback.reports.charts import feeling_shares, score_distribution, score_trend
from feedback.reports.drawing import Chart, Frame
from feedback.reports.pdf import DataTable
from feedback.reports.sections.base import Presented, Scope, Section
from feedback.reports.sections.phrases import (
    figure_cells,
    main_score,
    named_negative,
    named_score,
    named_theme,
    stance_name,
)
from feedback.reports.sections.quotations import Quotation, choose, source_words
from feedback.reports.trends import MonthFigure
from feedback.voice.taxonomy import Stance

FRICTIONS, PRAISES = 3, 2
DISTRIBUTIONS = 2
_ANSWERS = Frame(width=316, height=150, left=40, right=4, top=18, bottom=22)
#: beside the quotations
_TREND = Frame(width=316, height=146, left=40, right=40, top=8)


@dataclass(frozen=True, kw_only=True)
class PhaseStory:
    """A phase with the words said there and its twelve months."""

    figures: PhaseFigures
    quotations: tuple[Quotation, ...]
    #: scale that most answers of the phase were given on; None when nobody rated
    scale: Scale | None
    months: tuple[MonthFigure, ...]


@dataclass(frozen=True, kw_only=True)
class JourneyStory:
    """All phases, and how the feelings went over the whole journey."""

    phases: tuple[PhaseStory, ...]
    negative: tuple[MonthFigure, ...]
    positive: tuple[MonthFigure, ...]
    #: answers per point of the scales that were answered most in the month
    answers: tuple[tuple[Scale, Mapping[int, int]], ...]


def gather(session: Session, scope: Scope) -> JourneyStory:
    """Read the twelve months of every phase and choose what is quoted."""
    total = _months(session, scope, None)
    return JourneyStory(
        phases=tuple(_story(session, scope, phase) for phase in scope.living.phases),
        negative=_feelings(total, scope.months, Feeling.NEGATIVE),
        positive=_feelings(total, scope.months, Feeling.POSITIVE),
        answers=_answers(total.get(scope.period.since, NOTHING)),
    )


def present(story: JourneyStory, scope: Scope, locale: str) -> Presented:
    """Put every phase into words."""
    feelings = feeling_shares(story.negative, story.positive, locale=locale)
    return Presented(
        context={
            "lead": ngettext(
                locale,
                "The journey has %(n)s phase. Intervals hold the true figure 19 times "
                "out of 20; changes are told against %(before)s.",
                "The journey has %(n)s phases. Intervals hold the true figure 19 times "
                "out of 20; changes are told against %(before)s.",
                len(story.phases),
                before=scope.before_name(locale),
            ),
            "has_stars": any(
                point.is_moment_of_truth for point in scope.journey.touchpoints
            ),
            "before": scope.before_name(locale),
            "phases": [_phase(phase, scope, locale) for phase in story.phases],
            "distributions": _distributions(story, locale),
            "feelings": feelings if _is_drawn(story.negative) else None,
        },
        tables=(
            _touchpoint_table(story, locale),
            _trend_table(story, feelings, locale),
        ),
    )


def _story(session: Session, scope: Scope, phase: PhaseFigures) -> PhaseStory:
    points = tuple(point.id for point in phase.phase.touchpoints)
    rated = main_score(phase.figures)
    months = _months(session, scope, points)
    return PhaseStory(
        figures=phase,
        quotations=choose(session, scope, phase),
        scale=rated.scale if rated else None,
        months=_scores(months, scope.months, rated.scale) if rated else (),
    )


def _months(
    session: Session, scope: Scope, touchpoint_ids: tuple[int, ...] | None
) -> dict[date, Counts]:
    return gather_months(
        session,
        Segment(
            journey_id=scope.journey.id,
            period=Period(scope.months[0], scope.period.until),
            touchpoint_ids=touchpoint_ids,
        ),
    )


def _scores(
    counts: Mapping[date, Counts], months: Sequence[date], scale: Scale
) -> tuple[MonthFigure, ...]:
    return tuple(
        MonthFigure(
            month=month,
            estimate=score(scale, counts[month].ratings.get(scale, {}))
            if month in counts
            else None,
        )
        for month in months
    )


def _feelings(
    counts: Mapping[date, Counts], months: Sequence[date], feeling: Feeling
) -> tuple[MonthFigure, ...]:
    return tuple(
        MonthFigure(
            month=month,
            estimate=share_estimate(
                counts[month].feelings.get(feeling, 0), counts[month].rated
            )
            if month in counts
            else None,
        )
        for month in months
    )


def _answers(counts: Counts) -> tuple[tuple[Scale, Mapping[int, int]], ...]:
    """Return the answers of the scales that were answered most."""
    most = sorted(
        counts.ratings, key=lambda scale: -sum(counts.ratings[scale].values())
    )
    shown = [scale for scale in Scale if scale in most[:DISTRIBUTIONS]]
    return tuple((scale, dict(counts.ratings[scale])) for scale in shown)


def _distributions(story: JourneyStory, locale: str) -> list[dict[str, Any]]:
    drawn = []
    for scale, counts in story.answers:
        name = gettext(
            locale, "How the answers fall: %(score)s", score=scale_name(scale, locale)
        )
        chart = score_distribution(
            counts, scale=scale, name=name, locale=locale, frame=_ANSWERS
        )
        if chart:
            drawn.append({"title": name, "chart": chart})
    return drawn


def _phase(story: PhaseStory, scope: Scope, locale: str) -> dict[str, Any]:
    phase, figures = story.figures, story.figures.figures
    words = scope.words(locale)
    return {
        "name": named(phase.phase.names, locale),
        "evidence": figures.evidence.value,
        "facts": _facts(figures, locale),
        "answered": figures.occasions > 0,
        "scores": [named_score(one, words) for one in figures.scores],
        "negative": named_negative(figures.negative, words),
        "frictions": [
            named_theme(one, words, scope.themes)
            for one in figures.top_frictions
            if one.share.hits
        ],
        "touchpoints": [_touchpoint(point, words) for point in phase.touchpoints],
        "themes": [
            (stance_name(one.stance, locale), named_theme(one, words, scope.themes))
            for one in _themes(figures)
        ],
        "quotations": [
            {
                "text": said.text,
                "language": said.language,
                "source": source_words(said, scope, locale),
            }
            for said in story.quotations
        ],
        "trend": _trend(story, locale),
    }


def _facts(figures: CellFigures, locale: str) -> str:
    answers = ngettext(
        locale,
        "%(answers)s answer",
        "%(answers)s answers",
        figures.occasions,
        answers=format_number(figures.occasions, locale),
    )
    verbatims = ngettext(
        locale,
        "%(verbatims)s verbatim",
        "%(verbatims)s verbatims",
        figures.verbatims,
        verbatims=format_number(figures.verbatims, locale),
    )
    return f"{answers} · {verbatims}"


def _touchpoint(point: TouchpointFigures, words: Words) -> dict[str, Any]:
    figures = point.figures
    rated = main_score(figures)
    return {
        "name": named(point.touchpoint.names, words.locale),
        "is_moment_of_truth": point.touchpoint.is_moment_of_truth,
        "answers": format_number(figures.occasions, words.locale),
        "score": named_score(rated, words) if rated else None,
        "negative": named_negative(figures.negative, words),
    }


def _themes(figures: CellFigures) -> tuple[ThemeFigure, ...]:
    """Return the frictions and praises that the phase shows, none below ten texts."""
    if figures.verbatims < PRINTED_FROM:
        return ()
    shown = (
        *figures.top(Stance.FRICTION, FRICTIONS),
        *figures.top(Stance.PRAISE, PRAISES),
    )
    return tuple(theme for theme in shown if theme.share.hits > 0)


def _trend(story: PhaseStory, locale: str) -> dict[str, Any] | None:
    if story.scale is None or not _is_drawn(story.months):
        return None
    name = scale_name(story.scale, locale)
    chart = score_trend(
        story.months, scale=story.scale, name=name, locale=locale, frame=_TREND
    )
    title = gettext(
        locale, "%(score)s over twelve months, with its interval", score=name
    )
    return {"title": title, "chart": chart}


def _is_drawn(months: Sequence[MonthFigure]) -> bool:
    """Tell whether a trend has at least two months to show."""
    drawn = [one for one in months if one.estimate and one.estimate.n >= PRINTED_FROM]
    return len(drawn) > 1


def _touchpoint_table(story: JourneyStory, locale: str) -> DataTable:
    rows: list[tuple[Cell, ...]] = []
    for phase in story.phases:
        for point in phase.figures.touchpoints:
            place = (
                named(phase.figures.phase.names, locale),
                named(point.touchpoint.names, locale),
            )
            rows += [
                (*place, one.scale.value, *figure_cells(one.estimate))
                for one in point.figures.scores
            ]
            negative = point.figures.negative.estimate
            if negative is not None:
                rows.append((*place, "negative_verbatims", *figure_cells(negative)))
    return DataTable(
        name="2-touchpoints",
        title=gettext(locale, "Figures by touchpoint"),
        header=("phase", "touchpoint", "figure", "value", "low", "high", "n"),
        rows=tuple(rows),
    )


def _trend_table(story: JourneyStory, feelings: Chart, locale: str) -> DataTable:
    rows: list[tuple[Cell, ...]] = [("", *row) for row in feelings.table.rows]
    for phase in story.phases:
        name = named(phase.figures.phase.names, locale)
        rows += [
            (
                name,
                phase.scale.value,
                f"{one.month:%Y-%m}",
                *figure_cells(one.estimate),
            )
            for one in phase.months
            if phase.scale is not None
        ]
    return DataTable(
        name="3-months",
        title=gettext(locale, "Figures by month"),
        header=("phase", "figure", "month", "value", "low", "high", "n"),
        rows=tuple(rows),
    )


SECTION = Section(name="journey", gather=gather, present=present)
