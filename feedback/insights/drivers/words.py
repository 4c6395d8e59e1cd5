"""Drivers in words: what goes with the score, never what makes it."""

from dataclasses import dataclass

from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.formats import (
    Unit,
    format_interval,
    format_number,
    format_percent,
    format_signed,
)
from feedback.insights.drivers.queries import ScoreDrivers, ThemeDriver
from feedback.insights.words import Written, scale_name, score_words
from feedback.measures.drivers.analysis import (
    ANSWERS_A_DRIVER,
    ENOUGH_ANSWERS,
    Bounded,
    Method,
    Reason,
)
from feedback.measures.drivers.contrast import Kind
from feedback.measures.scales import Scale

#: from this variance inflation on a figure is read with care
OVERLAPS_FROM = 5.0
_KINDS = {
    Kind.BASIC: mark("taken for granted"),
    Kind.PERFORMANCE: mark("counts both ways"),
    Kind.EXCITEMENT: mark("delights"),
    Kind.UNCLEAR: mark("cannot be told"),
}
_KIND_MEANS = {
    Kind.BASIC: mark(
        "Complaints go with lower scores, praise with less or nothing: put it right "
        "first."
    ),
    Kind.PERFORMANCE: mark(
        "Complaints go with lower scores and praise with higher ones: the better, the "
        "better."
    ),
    Kind.EXCITEMENT: mark(
        "Praise goes with higher scores, complaints with none that is lower: a chance "
        "to stand out."
    ),
    Kind.UNCLEAR: mark("Neither complaints nor praise can be told from chance."),
}
_REASONS = {
    Reason.TOO_FEW_ANSWERS: mark(
        "%(n)s answers with a score and a comment; %(needed)s are needed to tell what "
        "goes with the score."
    ),
    Reason.ALL_SCORES_EQUAL: mark(
        "All %(n)s answers give the same score: nothing goes with a difference that is "
        "not there."
    ),
    Reason.NO_DRIVER: mark(
        "No theme is spoken of in ten answers or more, of %(n)s with a score and a "
        "comment."
    ),
    Reason.TOO_MANY_DRIVERS: mark(
        "%(n)s answers are too few for so many themes: ten are needed for each."
    ),
}


@dataclass(frozen=True, kw_only=True)
class ToldDriver:
    """A driver in words, ready to be shown; None is what cannot be told."""

    impact: str
    impact_interval: str
    share: str
    share_interval: str
    rank: str
    penalty: str | None
    penalty_interval: str | None
    reward: str | None
    reward_interval: str | None
    kind: str
    kind_means: str
    sentence: str
    overlaps: bool


@dataclass(frozen=True, kw_only=True)
class DriverWords:
    """Puts the drivers of one scale into words."""

    locale: str
    scale: Scale

    @property
    def _how(self) -> Written:
        # effects of a theme are small: a decimal more than the score itself has
        how = score_words(self.scale)
        return Written(unit=how.unit, decimals=how.decimals + 1)

    def driver(self, one: ThemeDriver) -> ToldDriver:
        """Tell one driver."""
        figures, locale = one.figures, self.locale
        low, high = figures.ranks
        numbers = {
            "low": format_number(low, locale),
            "high": format_number(high, locale),
        }
        return ToldDriver(
            impact=self._how.signed(figures.impact.value, locale),
            impact_interval=self._points(figures.impact),
            share=format_percent(figures.share.value, locale),
            share_interval=self._shares(figures.share),
            rank=gettext(
                locale,
                "%(kept)s of resamples",
                kept=format_percent(figures.kept, locale),
            )
            if low == high
            else gettext(
                locale,
                "%(kept)s of resamples; places %(low)s to %(high)s",
                kept=format_percent(figures.kept, locale),
                **numbers,
            ),
            penalty=self._slope(figures.penalty),
            penalty_interval=self._slopes(figures.penalty),
            reward=self._slope(figures.reward),
            reward_interval=self._slopes(figures.reward),
            kind=gettext(locale, _KINDS[figures.kind]),
            kind_means=gettext(locale, _KIND_MEANS[figures.kind]),
            sentence=self._sentence(figures.impact),
            overlaps=figures.vif >= OVERLAPS_FROM,
        )

    def explained(self, r2: Bounded) -> str:
        """Tell how much of the differences between scores themes account for."""
        return gettext(
            self.locale,
            "Themes together go with %(share)s of the differences between scores "
            "(95%% interval: %(interval)s). The rest is what nobody wrote.",
            share=format_percent(r2.value, self.locale),
            interval=self._shares(r2),
        )

    def _sentence(self, impact: Bounded) -> str:
        values = {
            "scale": scale_name(self.scale, self.locale),
            "difference": self._how.difference(impact.value, self.locale),
            "interval": self._points(impact),
        }
        if impact.low <= 0 <= impact.high:
            return gettext(
                self.locale,
                "%(scale)s with and without the answers that speak of it cannot be "
                "told apart (95%% interval: %(interval)s).",
                **values,
            )
        if impact.value < 0:
            return gettext(
                self.locale,
                "%(scale)s is %(difference)s lower than without the answers that speak "
                "of it (95%% interval: %(interval)s).",
                **values,
            )
        return gettext(
            self.locale,
            "%(scale)s is %(difference)s higher than without the answers that speak of "
            "it (95%% interval: %(interval)s).",
            **values,
        )

    def _points(self, figure: Bounded) -> str:
        locale, how = self.locale, self._how
        low, high = how.signed(figure.low, locale), how.signed(figure.high, locale)
        return gettext(locale, "from %(low)s to %(high)s", low=low, high=high)

    def _shares(self, figure: Bounded) -> str:
        return format_interval(figure.low, figure.high, self.locale, unit=Unit.PERCENT)

    def _slope(self, figure: Bounded | None) -> str | None:
        if figure is None:
            return None
        return format_signed(figure.value, self.locale, decimals=1)

    def _slopes(self, figure: Bounded | None) -> str | None:
        if figure is None:
            return None
        low, high = (
            format_signed(value, self.locale, decimals=1)
            for value in (figure.low, figure.high)
        )
        return gettext(self.locale, "from %(low)s to %(high)s", low=low, high=high)


def why_not(found: ScoreDrivers, locale: str) -> str | None:
    """Return why nothing is said of drivers; None when something is."""
    if found.found is None:
        return gettext(locale, "Nobody gave both a score and a comment here.")
    if found.found.reason is None:
        return None
    return gettext(
        locale,
        _REASONS[found.found.reason],
        n=format_number(found.found.n, locale),
        needed=format_number(ENOUGH_ANSWERS, locale),
    )


def method_words(method: Method, locale: str) -> str:
    """Return how the shares were made, in a sentence."""
    if method is Method.SHAPLEY:
        return gettext(
            locale,
            "Shares are Shapley values of R² (Lindeman, Merenda and Gold): the mean of "
            "what a theme adds over all orders in which themes can enter.",
        )
    return gettext(
        locale,
        "With more than twelve themes, shares are Johnson’s relative weights, which "
        "mostly lie close to Shapley values; their derivation is disputed (Thomas and "
        "others, 2014).",
    )


#: answers of a theme below which it is left out, to be told
LEFT_OUT_BELOW = ANSWERS_A_DRIVER
