"""The answers to a question as its page shows them: figures in words, and bars."""

from collections.abc import Iterator
from dataclasses import dataclass

from feedback.collection.results import StretchResult
from feedback.i18n.formats import (
    format_number,
    format_percent,
)
from feedback.insights.words import SHARE
from feedback.measures.evidence import Base, base
from feedback.measures.intervals import share_estimate
from feedback.measures.scales import ScoreClass, score_class
from feedback.surveys.piping import fill
from feedback.surveys.questionnaire import Choice
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.choices import NONE, OTHER, ChoiceKind
from feedback.surveys.questions.contact import Contact
from feedback.surveys.questions.numbers import Number
from feedback.surveys.questions.summaries import (
    ChoiceSummary,
    DateSummary,
    MatrixSummary,
    NumberSummary,
    RankingSummary,
    ScaleSummary,
)
from feedback.web.language import gettext

#: bars that stand there at once; the others are in a list to open
MOST_BARS = 15
_SIGNS = {
    ScoreClass.LOW: "negative",
    ScoreClass.MIDDLE: "neutral",
    ScoreClass.HIGH: "positive",
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A share among those who answered, 0..1; in words where it may be printed."""

    label: str
    count: str
    share: str | None
    interval: str | None
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    #: negative, neutral, positive or accent
    sign: str = "accent"


@dataclass(frozen=True, kw_only=True)
class RankRow:
    """How one choice was ranked."""

    label: str
    #: how many gave it a rank
    ranked: str
    mean: str | None
    first: Bar


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row of a grid: how many answered it, and a bar a column."""

    label: str
    n: str
    cells: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where numbers lie, from the lowest to the highest, as `37.5%`."""

    lower: str
    width: str
    median: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One wording of a question with what was answered to it."""

    words: str
    help: str
    kind: str
    n: int
    skipped: int
    base: Base
    #: whether even counts are kept back: few people of an anonymous survey
    is_kept_back: bool
    bars: tuple[Bar, ...] = ()
    further_bars: tuple[Bar, ...] = ()
    ranks: tuple[RankRow, ...] = ()
    columns: tuple[str, ...] = ()
    grid: tuple[GridRow, ...] = ()
    #: name and value
    numbers: tuple[tuple[str, str], ...] = ()
    box: Box | None = None
    is_text: bool = False
    is_contact: bool = False


def show_answers(one: StretchResult, *, locale: str, anonymous: bool) -> Shown:
    """Return the answers to one wording, in words of a language."""
    question, asked = one.stretch.question, one.stretch.questionnaire
    found = _View(one, locale)
    standing = base(one.n)
    is_kept_back = anonymous and standing is Base.HIDDEN and one.n > 0
    bars: list[Bar] = []
    if not is_kept_back:
        bars = found.bars()
    return Shown(
        words=fill(question.text, asked, {}, {}, locale) or question.key,
        help=fill(question.help, asked, {}, {}, locale),
        kind=question.kind,
        n=one.n,
        skipped=one.skipped,
        base=standing,
        is_kept_back=is_kept_back,
        bars=tuple(bars[:MOST_BARS]),
        further_bars=tuple(bars[MOST_BARS:]),
        ranks=() if is_kept_back else found.ranks(),
        columns=found.columns(),
        grid=() if is_kept_back else found.grid(),
        numbers=() if is_kept_back else found.numbers(),
        box=found.box() if standing is not Base.HIDDEN else None,
        is_text=question.kind in {"short_text", "long_text"},
        is_contact=isinstance(kind_of(question), Contact),
    )


def share_bar(
    label: str, hits: int, n: int, locale: str, *, sign: str = "accent"
) -> Bar:
    """Return a share of n with its interval, without figures where n is too small."""
    count = format_number(hits, locale)
    estimate = share_estimate(hits, n)
    if estimate is None or base(n) is Base.HIDDEN:
        return Bar(label=label, count=count, share=None, interval=None, sign=sign)
    return Bar(
        label=label,
        count=count,
        share=format_percent(estimate.value, locale),
        interval=SHARE.interval(estimate, locale),
        value=round(estimate.value, 4),
        low=round(estimate.low, 4),
        high=round(estimate.high, 4),
        sign=sign,
    )


class _View:
    """Puts the figures of one wording into words."""

    def __init__(self, one: StretchResult, locale: str) -> None:
        self.summary = one.summary
        self.n = one.n
        self.question = one.stretch.question
        self.asked = one.stretch.questionnaire
        self.locale = locale

    def bar(self, label: str, hits: int, n: int, sign: str = "accent") -> Bar:
        """Return a share, without figures where too few answered."""
        return share_bar(label, hits, n, self.locale, sign=sign)

    def bars(self) -> list[Bar]:
        """Return the points of a scale, or the choices, in their order.

        A list too long to be seen at once comes with the most frequent first.
        """
        if isinstance(self.summary, ScaleSummary):
            return [
                self.bar(
                    str(point),
                    hits,
                    self.n,
                    _SIGNS[score_class(self.summary.scale, point)],
                )
                for point, hits in self.summary.counts.items()
            ]
        if not isinstance(self.summary, ChoiceSummary):
            return []
        hits = dict(self.summary.counts)
        none = hits.pop(NONE, None)
        found = list(hits.items())
        if len(found) > MOST_BARS:
            found.sort(key=lambda one: -one[1])
        if none is not None:
            found.append((NONE, none))
        if self.summary.other or self._offers_other():
            found.append((OTHER, self.summary.other))
        return [self.bar(self.choice(key), n, self.n) for key, n in found]

    def ranks(self) -> tuple[RankRow, ...]:
        """Return the choices as they were ranked, the best mean first."""
        if not isinstance(self.summary, RankingSummary):
            return ()
        standings = sorted(
            self.summary.standings.items(),
            key=lambda one: (one[1].mean_rank is None, one[1].mean_rank or 0.0),
        )
        is_shown = base(self.n) is not Base.HIDDEN
        return tuple(
            RankRow(
                label=self.choice(key),
                ranked=format_number(one.count, self.locale),
                mean=format_number(one.mean_rank, self.locale, decimals=1)
                if one.mean_rank is not None and is_shown
                else None,
                first=self.bar(self.choice(key), one.first_places, self.n),
            )
            for key, one in standings
        )

    def columns(self) -> tuple[str, ...]:
        """Return the words of the columns of a grid."""
        if not isinstance(self.summary, MatrixSummary):
            return ()
        return tuple(self._said(one) for one in self.question.choices)

    def grid(self) -> tuple[GridRow, ...]:
        """Return the rows of a grid, each among those who answered it."""
        if not isinstance(self.summary, MatrixSummary):
            return ()
        rows = {one.key: self._said(one) for one in self.question.rows}
        found = []
        for key, hits in self.summary.counts.items():
            n = sum(hits.values())
            cells = tuple(
                self.bar(self._said(one), hits.get(one.key, 0), n)
                for one in self.question.choices
            )
            label = rows.get(key, key)
            found.append(
                GridRow(label=label, n=format_number(n, self.locale), cells=cells)
            )
        return tuple(found)

    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Return where numbers or days lie, name by name."""
        return tuple(self._numbers()) if base(self.n) is not Base.HIDDEN else ()

    def _numbers(self) -> Iterator[tuple[str, str]]:
        summary = self.summary
        if isinstance(summary, DateSummary):
            yield gettext("Earliest"), self._day(summary.earliest)
            yield gettext("Latest"), self._day(summary.latest)
        if not isinstance(summary, NumberSummary) or summary.median is None:
            return
        yield gettext("Median"), self._number(summary.median)
        half = [self._number(one) for one in _middle(summary)]
        yield (
            gettext("Middle half"),
            gettext("%(low)s to %(high)s", low=half[0], high=half[1]),
        )
        yield gettext("Mean"), self._number(summary.mean)
        yield gettext("Lowest"), self._number(summary.lowest)
        yield gettext("Highest"), self._number(summary.highest)

    def box(self) -> Box | None:
        """Return the drawing of where numbers lie."""
        summary = self.summary
        if (
            not isinstance(summary, NumberSummary)
            or summary.lowest is None
            or summary.highest is None
            or summary.median is None
            or summary.lowest == summary.highest
        ):
            return None
        lowest, width = summary.lowest, summary.highest - summary.lowest
        lower, upper = ((one - lowest) / width for one in _middle(summary))
        return Box(
            lower=f"{100 * lower:.2f}%",
            width=f"{100 * (upper - lower):.2f}%",
            median=f"{100 * (summary.median - lowest) / width:.2f}%",
        )

    def choice(self, key: str) -> str:
        """Return the words of a choice."""
        kind = kind_of(self.question)
        if isinstance(kind, ChoiceKind):
            return kind.words_of(self.question, key, self.locale, self.asked)
        return key

    def _offers_other(self) -> bool:
        kind = kind_of(self.question)
        return isinstance(kind, ChoiceKind) and kind.offers(self.question, OTHER)

    def _said(self, one: Choice) -> str:
        return self.asked.say(one.text, self.locale) or one.key

    def _number(self, value: float | None) -> str:
        kind = kind_of(self.question)
        if value is None or not isinstance(kind, Number):
            return ""
        # one decimal more than people type: medians and means lie between
        rounded = round(value, kind.decimals(self.question) + 1)
        whole = int(rounded) if rounded == int(rounded) else rounded
        return kind.say(self.question, whole, self.locale, self.asked)

    def _day(self, day: str | None) -> str:
        return kind_of(self.question).say(
            self.question, day or "", self.locale, self.asked
        )


def _middle(summary: NumberSummary) -> tuple[float, float]:
    return summary.lower_quartile or 0.0, summary.upper_quartile or 0.0
