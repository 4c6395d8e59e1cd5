"""Figures in words: one wording for the map, the theme pages and the report."""

from dataclasses import dataclass
from typing import Literal

from feedback.core.periods import Period
from feedback.i18n.catalogs import gettext, mark, ngettext
from feedback.i18n.formats import (
    Unit,
    format_interval,
    format_n,
    format_number,
    format_p,
    format_percent,
    format_period,
    format_signed,
)
from feedback.insights.dashboards import (
    EmotionFigure,
    ScoreFigure,
    ShareFigure,
    ThemeFigure,
)
from feedback.measures.ces import Effort
from feedback.measures.comparison import Change, Comparison
from feedback.measures.csat import Satisfaction
from feedback.measures.evidence import Base
from feedback.measures.intervals import Estimate
from feedback.measures.nps import NetPromoterScore
from feedback.measures.scales import Scale
from feedback.voice.taxonomy import Stance

Direction = Literal["better", "worse", "none"]


@dataclass(frozen=True, kw_only=True)
class Written:
    """How figures of one kind are written."""

    unit: Unit
    decimals: int = 0

    def value(self, value: float, locale: str) -> str:
        """Return one figure: `+32`, `71 %` or `4,1`."""
        if self.unit is Unit.PERCENT:
            return format_percent(value, locale, decimals=self.decimals)
        write = format_signed if self.unit is Unit.SIGNED else format_number
        return write(value, locale, decimals=self.decimals)

    def interval(self, estimate: Estimate, locale: str) -> str:
        """Return the 95 % interval of a figure: `de +15 à +25`."""
        return format_interval(
            estimate.low,
            estimate.high,
            locale,
            unit=self.unit,
            decimals=self.decimals,
        )

    def difference(self, difference: float, locale: str) -> str:
        """Return the size of a difference without its sign: `3 points`, `0,4`."""
        if self.decimals:
            return format_number(abs(difference), locale, decimals=self.decimals)
        points = abs(difference) * (100 if self.unit is Unit.PERCENT else 1)
        text = format_number(points, locale)
        if text in {"0", "1"}:
            return gettext(locale, "%(n)s point", n=text)
        return gettext(locale, "%(n)s points", n=text)

    def signed(self, difference: float, locale: str) -> str:
        """Return a difference with its sign and no unit: `+9`, `−0,4`."""
        points = difference * (100 if self.unit is Unit.PERCENT else 1)
        return format_signed(points, locale, decimals=self.decimals)


SHARE = Written(unit=Unit.PERCENT)
EMOTION = Written(unit=Unit.SIGNED, decimals=1)
_SPEAK = mark("Verbatims that speak of it: %(hits)s of %(n)s.")
_SCORES = {
    Scale.NPS: Written(unit=Unit.SIGNED),
    Scale.CSAT: SHARE,
    Scale.STARS: SHARE,
    Scale.CES: Written(unit=Unit.NUMBER, decimals=1),
}


def score_words(scale: Scale) -> Written:
    """Return how the headline figure of a scale is written."""
    return _SCORES[scale]


def scale_name(scale: Scale, locale: str) -> str:
    """Return what a scale is called."""
    return gettext(locale, "Stars") if scale is Scale.STARS else scale.value.upper()


@dataclass(frozen=True, kw_only=True)
class Told:
    """One figure in words, ready to be shown.

    Attributes:
        value: the figure; None when too few answers stand behind it.
        interval: its 95 % interval; None with the value.
        n: its base.
        base: whether it may be printed, and whether it is ranked.
        verdict: what may be said of its change.
        change: the same in a few words.
        direction: whether that change is for the better; none unless detected.
        basis: in sentences, how it was made and how it compares.
    """

    value: str | None
    interval: str | None
    n: str
    base: Base
    verdict: Change
    change: str
    direction: Direction
    basis: str

    @property
    def is_small(self) -> bool:
        """Whether the figure is shown greyed, and never ranked."""
        return self.base is Base.SMALL


@dataclass(frozen=True, kw_only=True)
class Words:
    """Puts the figures of a period into words, beside those of the period `before`."""

    locale: str
    before: Period

    def score(self, figure: ScoreFigure) -> Told:
        """Tell a score; more is better on every scale."""
        how = score_words(figure.scale)
        made = score_basis(figure.estimate, self.locale)
        return self._tell(figure, figure.estimate, how, made, up="better")

    def negative(self, figure: ShareFigure) -> Told:
        """Tell the share of negative verbatims among those with a feeling."""
        return self._share(
            figure,
            mark("Negative verbatims: %(hits)s of %(n)s whose feeling could be told."),
            up="worse",
        )

    def unrated(self, figure: ShareFigure) -> Told:
        """Tell the share of verbatims whose feeling could not be told."""
        return self._share(
            figure,
            mark("Verbatims whose feeling could not be told: %(hits)s of %(n)s."),
            up="none",
        )

    def coverage(self, figure: ShareFigure) -> Told:
        """Tell the share of verbatims in which a theme was found."""
        return self._share(
            figure,
            mark("Verbatims with at least one theme: %(hits)s of %(n)s."),
            up="none",
        )

    def theme(self, figure: ThemeFigure) -> Told:
        """Tell the share of verbatims that take a stance on a theme."""
        up: Direction = "better" if figure.stance is Stance.PRAISE else "worse"
        return self._share(figure.share, _SPEAK, up=up)

    def friction(self, figure: ShareFigure) -> Told:
        """Tell the share of verbatims of one place that complain of a theme."""
        return self._share(figure, _SPEAK, up="worse")

    def group(self, figure: ShareFigure) -> Told:
        """Tell the share of verbatims in a group that no theme holds yet."""
        return self._share(figure, _SPEAK, up="none")

    def emotion(self, figure: EmotionFigure) -> Told:
        """Tell a point of the emotion curve."""
        made = ngettext(
            self.locale,
            "Mean emotion of %(occasions)s contact, from −2 to +2.",
            "Mean emotion of %(occasions)s contacts, from −2 to +2.",
            figure.n,
            occasions=format_number(figure.n, self.locale),
        )
        return self._tell(figure, figure.estimate, EMOTION, made, up="better")

    def _share(self, figure: ShareFigure, message: str, *, up: Direction) -> Told:
        made = gettext(
            self.locale,
            message,
            hits=format_number(figure.hits, self.locale),
            n=format_number(figure.n, self.locale),
        )
        return self._tell(figure, figure.estimate, SHARE, made, up=up)

    def _tell(
        self,
        figure: ScoreFigure | ShareFigure | EmotionFigure,
        estimate: Estimate | None,
        how: Written,
        made: str,
        *,
        up: Direction,
    ) -> Told:
        shown = None if figure.base is Base.HIDDEN else estimate
        interval = how.interval(shown, self.locale) if shown else None
        sentences = [made]
        if interval:
            sentences.append(
                gettext(self.locale, "95%% interval: %(interval)s.", interval=interval)
            )
            sentences.append(self.compared(figure.comparison, how))
        return Told(
            value=how.value(shown.value, self.locale) if shown else None,
            interval=interval,
            n=format_n(estimate.n if estimate else 0, self.locale),
            base=figure.base,
            verdict=figure.comparison.change,
            change=change_words(figure.comparison, how, self.locale),
            direction=direction_of(figure.comparison.change, up=up),
            basis=" ".join(sentences),
        )

    def compared(self, comparison: Comparison, how: Written) -> str:
        """Return a comparison in sentences: how much, how sure, what was missed."""
        before = format_period(self.before, self.locale)
        if comparison.before is None or comparison.difference is None:
            return gettext(
                self.locale,
                "Nothing to compare with in the period before (%(period)s).",
                period=before,
            )
        was = ngettext(
            self.locale,
            "Before, %(period)s: %(value)s (%(answers)s answer).",
            "Before, %(period)s: %(value)s (%(answers)s answers).",
            comparison.n_before,
            period=before,
            value=how.value(comparison.before, self.locale),
            answers=format_number(comparison.n_before, self.locale),
        )
        if comparison.change is Change.NOT_ENOUGH_DATA:
            return f"{was} " + gettext(
                self.locale, "Too few answers to tell a change from chance."
            )
        return f"{was} {self._difference(comparison, how)}"

    def _difference(self, comparison: Comparison, how: Written) -> str:
        difference, low, high = (
            how.signed(value or 0.0, self.locale)
            for value in (comparison.difference, comparison.low, comparison.high)
        )
        sentences = [
            gettext(
                self.locale,
                "Difference: %(difference)s (95%% interval from %(low)s to %(high)s).",
                difference=difference,
                low=low,
                high=high,
            )
        ]
        if comparison.adjusted_p is not None:
            sentences.append(
                gettext(
                    self.locale,
                    "Among all themes: %(p)s (Benjamini-Hochberg).",
                    p=format_p(comparison.adjusted_p, self.locale),
                )
            )
        elif comparison.p is not None:
            sentences.append(f"{format_p(comparison.p, self.locale)}.")
        missed = comparison.smallest_detectable
        if comparison.change is Change.NONE_DETECTABLE and missed is not None:
            sentences.append(
                gettext(
                    self.locale,
                    "A change of %(difference)s would be seen four times in five.",
                    difference=how.difference(missed, self.locale),
                )
            )
        return " ".join(sentences)


def change_words(comparison: Comparison, how: Written, locale: str) -> str:
    """Return what may be said of a change, in a few words."""
    if comparison.n_before == 0:
        return gettext(locale, "nothing to compare with")
    if comparison.change is Change.NOT_ENOUGH_DATA or comparison.difference is None:
        return gettext(locale, "too few to compare")
    if comparison.change is Change.NONE_DETECTABLE:
        return gettext(locale, "no detectable change")
    moved = how.difference(comparison.difference, locale)
    if comparison.change is Change.UP:
        return gettext(locale, "up %(difference)s", difference=moved)
    return gettext(locale, "down %(difference)s", difference=moved)


def direction_of(change: Change, *, up: Direction) -> Direction:
    """Return whether a change is for the better, given what going up means."""
    if up == "none" or change not in {Change.UP, Change.DOWN}:
        return "none"
    if change is Change.UP:
        return up
    return "worse" if up == "better" else "better"


def score_basis(estimate: Estimate, locale: str) -> str:
    """Return how a score was made, and of how many answers, in sentences."""
    answers = ngettext(
        locale,
        "%(answers)s answer.",
        "%(answers)s answers.",
        estimate.n,
        answers=format_number(estimate.n, locale),
    )
    return f"{_score_made(estimate, locale)} {answers}"


def _score_made(estimate: Estimate, locale: str) -> str:
    if isinstance(estimate, NetPromoterScore):
        return gettext(
            locale,
            "Share of promoters (9 and 10) less share of detractors (0 to 6), in "
            "points (promoters: %(promoters)s; passives: %(passives)s; detractors: "
            "%(detractors)s).",
            promoters=format_number(estimate.promoters, locale),
            passives=format_number(estimate.passives, locale),
            detractors=format_number(estimate.detractors, locale),
        )
    if isinstance(estimate, Effort):
        return gettext(
            locale,
            "Mean agreement, from 1 to 7, that it was easy; %(share)s answered 5 to 7.",
            share=format_percent(estimate.easy.value, locale),
        )
    assert isinstance(estimate, Satisfaction)  # noqa: S101 - the only kind left
    return gettext(
        locale,
        "Share of the answers 4 and 5, from 1 to 5; their mean is %(mean)s.",
        mean=format_number(estimate.mean.value, locale, decimals=1),
    )
