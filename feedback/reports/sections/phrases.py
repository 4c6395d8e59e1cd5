"""Figures of the map as the parts of the report name them."""

from dataclasses import dataclass

from feedback.core.spreadsheets import Cell
from feedback.i18n.catalogs import gettext, mark
from feedback.insights.dashboards import (
    CellFigures,
    EmotionFigure,
    ScoreFigure,
    ShareFigure,
    ThemeFigure,
)
from feedback.insights.words import Direction, Told, Words, Written, scale_name
from feedback.measures.comparison import Change, Comparison
from feedback.measures.evidence import PRINTED_FROM
from feedback.measures.intervals import Estimate
from feedback.voice.taxonomy import Stance, Themes

_MOVED = {
    Stance.FRICTION: mark(
        "Friction “%(theme)s”: %(change)s, to %(share)s of verbatims"
    ),
    Stance.PRAISE: mark("Praise of “%(theme)s”: %(change)s, to %(share)s of verbatims"),
}


@dataclass(frozen=True, kw_only=True)
class Named:
    """A figure in words, under the name that readers know."""

    label: str
    told: Told


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What happened to a figure, in one line."""

    words: str
    direction: Direction


def named_score(figure: ScoreFigure, words: Words) -> Named:
    """Tell the headline figure of a scale."""
    return Named(label=scale_name(figure.scale, words.locale), told=words.score(figure))


def named_negative(figure: ShareFigure, words: Words) -> Named:
    """Tell the share of negative verbatims."""
    label = gettext(words.locale, "Negative verbatims")
    return Named(label=label, told=words.negative(figure))


def named_emotion(figure: EmotionFigure, words: Words) -> Named:
    """Tell the mean emotion."""
    label = gettext(words.locale, "Emotion, from −2 to +2")
    return Named(label=label, told=words.emotion(figure))


def named_theme(figure: ThemeFigure, words: Words, themes: Themes) -> Named:
    """Tell the share of a theme."""
    return Named(label=themes.name(figure.key, words.locale), told=words.theme(figure))


def main_score(figures: CellFigures) -> ScoreFigure | None:
    """Return the score that most answers stand behind, None when nobody rated."""
    return max(figures.scores, key=lambda one: one.estimate.n, default=None)


def stance_name(stance: Stance, locale: str) -> str:
    """Return what a stance is called."""
    if stance is Stance.FRICTION:
        return gettext(locale, "friction")
    return gettext(locale, "praise")


def moved(figure: ThemeFigure, words: Words, themes: Themes) -> Moved:
    """Say what happened to a theme: `Friction “Prices”: up 4 points, to 12 %`."""
    told = words.theme(figure)
    text = gettext(
        words.locale,
        _MOVED[figure.stance],
        theme=themes.name(figure.key, words.locale),
        change=told.change,
        share=told.value,
    )
    return Moved(words=text, direction=told.direction)


def missed(comparison: Comparison, how: Written, locale: str) -> str:
    """Return the change that would have been seen, where none was; else nothing."""
    smallest = comparison.smallest_detectable
    if comparison.change is not Change.NONE_DETECTABLE or smallest is None:
        return ""
    return how.difference(smallest, locale)


def figure_cells(estimate: Estimate | None) -> tuple[Cell, ...]:
    """Return value, bounds and base as a file has them; no figure below ten."""
    if estimate is None or estimate.n < PRINTED_FROM:
        return (None, None, None, estimate.n if estimate else 0)
    return (estimate.value, estimate.low, estimate.high, estimate.n)


def comparison_cells(comparison: Comparison) -> tuple[Cell, ...]:
    """Return both sides of a comparison and what it found, as a file has them."""
    return (
        comparison.after,
        comparison.n_after,
        comparison.before,
        comparison.n_before,
        comparison.difference,
        comparison.low,
        comparison.high,
        comparison.p,
        comparison.adjusted_p,
        comparison.smallest_detectable,
        comparison.change.value,
    )
