"""A verdict in words: the same on the page and in the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedback.i18n.catalogs import gettext, mark, ngettext
from feedback.i18n.formats import format_date, format_number, format_p
from feedback.improvements.plan import Plan
from feedback.improvements.verdicts import KeptVerdict
from feedback.improvements.wording import points_words, short_measure, written_as
from feedback.insights.words import Direction
from feedback.voice.taxonomy import Themes

LABELS: Mapping[str, str] = {
    "improved": mark("Improved"),
    "worsened": mark("Worsened"),
    "none_detectable": mark("No detectable change"),
    "not_enough_data": mark("Not enough data"),
}
DIRECTIONS: Mapping[str, Direction] = {"improved": "better", "worsened": "worse"}
_SENTENCES = {
    "improved": mark(
        "Improved: %(measure)s, %(effect)s (95%% interval from %(low)s to %(high)s). "
        "Chance alone would seldom make such a difference (%(p)s)."
    ),
    "worsened": mark(
        "Worsened: %(measure)s, %(effect)s (95%% interval from %(low)s to %(high)s). "
        "Chance alone would seldom make such a difference (%(p)s)."
    ),
    "none_detectable": mark(
        "No detectable change: %(measure)s, %(effect)s (95%% interval from %(low)s to "
        "%(high)s), which may well be chance (%(p)s)."
    ),
}
_METHODS = {
    "two_period": mark("Method: all answers before against all answers after (Welch)."),
    "segmented": mark(
        "Method: the weeks after against what the trend and season of the weeks before "
        "led to expect (segmented regression)."
    ),
    "difference_in_differences": mark(
        "Method: the change where it was felt less the change of the comparison "
        "(difference in differences)."
    ),
}


@dataclass(frozen=True, kw_only=True)
class ToldVerdict:
    """A verdict in words.

    Attributes:
        label: one of the four, in a few words.
        direction: whether it is for the better.
        sentence: what was found, with its interval.
        missed: what could have been seen; empty when it does not matter.
        change_course: why to think of another way; empty unless there is reason.
        basis: on how many answers and weeks it rests.
        checks: method, plain before and after, comparison, placebo: a sentence each.
    """

    label: str
    direction: Direction
    sentence: str
    missed: str
    change_course: str
    basis: str
    checks: tuple[str, ...]


def tell(verdict: KeptVerdict, themes: Themes, locale: str) -> ToldVerdict:
    """Put a verdict into words."""
    teller = _Teller(verdict, themes, locale)
    return ToldVerdict(
        label=gettext(locale, LABELS[verdict.kind]),
        direction=DIRECTIONS.get(verdict.kind, "none"),
        sentence=teller.sentence(),
        missed=teller.missed(),
        change_course=teller.change_course(),
        basis=teller.basis(),
        checks=tuple(filter(None, teller.checks())),
    )


class _Teller:
    def __init__(self, verdict: KeptVerdict, themes: Themes, locale: str) -> None:
        self._verdict, self._themes, self._locale = verdict, themes, locale
        self._figures = verdict.figures
        self._plan: Plan = verdict.plan.plan
        self._how = written_as(self._plan)

    def sentence(self) -> str:
        kind, figures = self._verdict.kind, self._figures
        if kind == "not_enough_data" or figures["effect"] is None:
            return self._say(
                mark(
                    "Not enough data yet to tell a change from chance: at least eight "
                    "weeks with answers are needed before the start, four after it, "
                    "and thirty answers on each side."
                )
            )
        return self._say(
            _SENTENCES[kind],
            measure=short_measure(self._plan, self._themes, self._locale),
            effect=self._signed(figures["effect"]),
            low=self._how.signed(figures["low"], self._locale),
            high=self._signed(figures["high"]),
            p=format_p(figures["p"], self._locale),
        )

    def missed(self) -> str:
        smallest = self._figures["smallest_detectable"]
        if self._verdict.kind != "none_detectable" or smallest is None:
            return ""
        return self._say(
            mark("A change of %(points)s would have been seen four times in five."),
            points=points_words(self._plan, smallest, self._locale),
        )

    def change_course(self) -> str:
        if not self._verdict.change_course:
            return ""
        return self._say(
            mark(
                "Change course? Even at the better end of its interval, the change "
                "stays below the %(points)s that were to matter."
            ),
            points=points_words(
                self._plan, self._plan.smallest_that_matters, self._locale
            ),
        )

    def basis(self) -> str:
        figures = self._figures
        return self._say(
            mark(
                "%(n_before)s answers in %(weeks_before)s weeks before, %(n_after)s in "
                "%(weeks_after)s weeks after; up to %(day)s."
            ),
            n_before=format_number(figures["n_before"], self._locale),
            weeks_before=format_number(figures["weeks_before"], self._locale),
            n_after=format_number(figures["n_after"], self._locale),
            weeks_after=format_number(figures["weeks_after"], self._locale),
            day=format_date(self._verdict.through, self._locale),
        )

    def checks(self) -> tuple[str, ...]:
        if self._verdict.kind == "not_enough_data":
            return (self._two_period(),)
        return (
            self._say(_METHODS[self._figures["primary"]]),
            self._two_period(),
            self._comparison(),
            self._placebo(),
        )

    def _two_period(self) -> str:
        two = self._figures["two_period"]
        enough = min(self._figures["n_before"], self._figures["n_after"]) >= 10
        if two is None or not enough:
            return ""
        return self._say(
            mark(
                "All answers: %(before)s before, %(after)s after; difference "
                "%(effect)s (from %(low)s to %(high)s)."
            ),
            before=self._how.value(two["before"], self._locale),
            after=self._how.value(two["after"], self._locale),
            effect=self._signed(two["effect"]),
            low=self._how.signed(two["low"], self._locale),
            high=self._signed(two["high"]),
        )

    def _comparison(self) -> str:
        if not self._plan.comparison:
            return ""
        found = self._figures["difference_in_differences"]
        if found is None:
            return self._say(
                mark("The comparison has too few answers, and was not used.")
            )
        p = format_p(found["parallel_trend_p"], self._locale)
        if not found["parallel"]:
            return self._say(
                mark(
                    "The comparison was not used: before the start, the two did not "
                    "run in parallel (%(p)s)."
                ),
                p=p,
            )
        return self._say(
            mark(
                "Before the start, nothing speaks against the two having run in "
                "parallel (%(p)s)."
            ),
            p=p,
        )

    def _placebo(self) -> str:
        placebo = self._figures["placebo"]
        if placebo is None or not placebo["dates"]:
            return ""
        dates = len(placebo["dates"])
        return ngettext(
            self._locale,
            "Placebo: at %(dates)s date before the start, when nothing was done, the "
            "same method sees a change at %(found)s.",
            "Placebo: at %(dates)s dates before the start, when nothing was done, the "
            "same method sees a change at %(found)s.",
            dates,
            dates=format_number(dates, self._locale),
            found=format_number(placebo["found"], self._locale),
        )

    def _signed(self, value: float) -> str:
        """Return `−23 points`; without a unit where the scale is one of few points."""
        signed = self._how.signed(value, self._locale)
        size = self._how.difference(value, self._locale)
        return size if signed[0].isdigit() else f"{signed[0]}{size}"

    def _say(self, message: str, **values: Any) -> str:
        return gettext(self._locale, message, **values)
