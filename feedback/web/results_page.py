"""What a page of results shows: each question with its score, its change, its trend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from feedback.collection.results import (
    QuestionResult,
    Results,
    StretchResult,
    count_scores,
)
from feedback.collection.wording import channel_name
from feedback.core.periods import local_day
from feedback.i18n.formats import (
    NO_BREAK_SPACE,
    format_n,
    format_number,
    format_percent,
)
from feedback.insights.dashboards import ScoreFigure
from feedback.insights.words import Told, Words, score_basis, score_words
from feedback.measures.comparison import Change, compare
from feedback.measures.evidence import Base, base
from feedback.measures.scales import Scale
from feedback.measures.scores import score
from feedback.surveys.piping import fill
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.summaries import ScaleSummary, Summary
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale, settings
from feedback.web.language import gettext
from feedback.web.results_desk import ResultsDesk
from feedback.web.results_drawing import Trend, draw_trend
from feedback.web.results_view import Bar, Shown, share_bar, show_answers

Counts = Mapping[int, int]
#: key to place of the wording to answers per point
Before = Mapping[str, Mapping[int, Counts]]


@dataclass(frozen=True, kw_only=True)
class ShownStretch:
    """One wording with its answers; `told` where it is a score that has any."""

    shown: Shown
    told: Told | None
    first_version: int
    last_version: int
    since: date
    #: median time until the answer in words, None where nobody told it
    seconds: str | None


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """One question with everything that is said of it."""

    number: int
    key: str
    kind: str
    icon: str
    is_asked: bool
    now: ShownStretch
    #: answers to other words, the newest first
    older: tuple[ShownStretch, ...]
    #: whether there are such answers, now or in the period before
    is_broken: bool
    trend: Trend | None


@dataclass(frozen=True, kw_only=True)
class BothWays:
    """A score with the flagged responses, and without them."""

    question: str
    everything: str
    n: int
    sound: str
    sound_n: int


@dataclass(frozen=True, kw_only=True)
class ShownPage:
    """How a page of the newest version went."""

    number: int
    #: the words of its first question
    words: str
    reached: int
    stopped: Bar
    #: in words, None where nobody left it
    seconds: str | None


def show_pages(found: Results) -> tuple[ShownPage, ...]:
    """Return how the pages went, one after the other; nothing before anybody came."""
    asked = found.newest
    if asked is None or not any(one.reached for one in found.pages):
        return ()
    shown = []
    for one in found.pages:
        questions = one.page.questions
        words = fill(questions[0].text, asked, {}, {}, locale()) if questions else ""
        shown.append(
            ShownPage(
                number=one.number,
                words=words,
                reached=one.reached,
                stopped=share_bar(
                    words, one.stopped, one.reached, locale(), sign="negative"
                ),
                seconds=None if one.seconds is None else _seconds(one.seconds),
            )
        )
    return tuple(shown)


def _seconds(seconds: float) -> str:
    """Return a time in words: `12 s`, `1 min 05 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{NO_BREAK_SPACE}s"
    space = NO_BREAK_SPACE
    return f"{whole // 60}{space}min{space}{whole % 60:02}{space}s"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the responses, in words."""

    label: str
    share: str
    count: str


def show_splits(found: Results) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """Return the responses by language and by the way in which people were asked."""
    languages = {
        language_name(code, locale()): n for code, n in found.languages.items()
    }
    channels = {channel_name(one, locale()): n for one, n in found.channels.items()}
    return (
        (gettext("Language"), _parts(languages)),
        (gettext("Asked by"), _parts(channels)),
    )


def _parts(counts: Mapping[str, int]) -> tuple[Part, ...]:
    whole = sum(counts.values())
    return tuple(
        Part(
            label=label,
            share=format_percent(n / whole, locale()),
            count=format_number(n, locale()),
        )
        for label, n in counts.items()
    )


def show_questions(
    desk: ResultsDesk, found: Results
) -> tuple[tuple[str, tuple[ShownQuestion, ...]], ...]:
    """Return the questions that are asked now and those that are gone, with a title.

    Scores are compared with the period before, where there is one.
    """
    words, before = _before(desk)
    shown = [
        _question(desk, found, question, number, words, before)
        for number, question in enumerate(found.questions, start=1)
    ]
    return (
        (gettext("Questions"), tuple(one for one in shown if one.is_asked)),
        (gettext("No longer asked"), tuple(one for one in shown if not one.is_asked)),
    )


def both_ways(found: Results) -> tuple[BothWays, ...]:
    """Return every score with the flagged responses and without them."""
    rows = []
    for question in found.questions:
        one = question.newest
        if isinstance(one.summary, ScaleSummary) and one.n:
            shown = show_answers(one, locale=locale(), anonymous=False)
            scale = one.summary.scale
            rows.append(
                BothWays(
                    question=shown.words,
                    everything=_plain(scale, one.summary.counts),
                    n=one.n,
                    sound=_plain(scale, one.sound),
                    sound_n=sum(one.sound.values()),
                )
            )
    return tuple(rows)


def _before(desk: ResultsDesk) -> tuple[Words | None, Before]:
    """Return the scores of the period before, where there is one to compare with."""
    period, span = desk.wanted.period, desk.span
    if period is None or span is None or period.since <= span.since:
        return None, {}
    earlier = period.previous()
    counts = count_scores(current_session(), replace(desk.wanted, period=earlier))
    return Words(locale=locale(), before=earlier), counts


def _question(
    desk: ResultsDesk,
    found: Results,
    question: QuestionResult,
    number: int,
    words: Words | None,
    before: Before,
) -> ShownQuestion:
    kind = KINDS.get(question.kind)
    newest, *older = question.stretches
    earlier = before.get(question.key, {})
    # Answers to other words on either side: the two are not compared.
    is_broken = bool(older) or bool(set(earlier) - {newest.stretch.place})
    return ShownQuestion(
        number=number,
        key=question.key,
        kind=gettext(kind.label) if kind else question.kind,
        icon=kind.icon if kind else "help-circle",
        is_asked=question.is_asked,
        now=_stretch(
            desk,
            newest,
            None if is_broken else words,
            earlier.get(newest.stretch.place, {}),
        ),
        older=tuple(_stretch(desk, one, None, {}) for one in older),
        is_broken=is_broken,
        trend=draw_trend(found, question, zone=settings().zone, locale=locale()),
    )


def _stretch(
    desk: ResultsDesk, one: StretchResult, words: Words | None, before: Counts
) -> ShownStretch:
    return ShownStretch(
        shown=show_answers(one, locale=locale(), anonymous=desk.survey.anonymous),
        told=_told(one.summary, words, before),
        first_version=one.stretch.first,
        last_version=one.stretch.last,
        since=local_day(one.stretch.since, settings().zone),
        seconds=None if one.seconds is None else _seconds(one.seconds),
    )


def _told(summary: Summary, words: Words | None, before: Counts) -> Told | None:
    """Tell a score, compared with the period before where that makes sense."""
    if not isinstance(summary, ScaleSummary):
        return None
    scale = summary.scale
    estimate = score(scale, summary.counts)
    if estimate is None:
        return None
    standing = base(estimate.n)
    if words is not None:
        comparison = compare(scale, before, summary.counts)
        return words.score(
            ScoreFigure(
                scale=scale, estimate=estimate, base=standing, comparison=comparison
            )
        )
    how, is_hidden = score_words(scale), standing is Base.HIDDEN
    interval = None if is_hidden else how.interval(estimate, locale())
    sentences = [score_basis(estimate, locale())]
    if interval:
        sentences.append(gettext("95%% interval: %(interval)s.", interval=interval))
    return Told(
        value=None if is_hidden else how.value(estimate.value, locale()),
        interval=interval,
        n=format_n(estimate.n, locale()),
        base=standing,
        verdict=Change.NOT_ENOUGH_DATA,
        change="",
        direction="none",
        basis=" ".join(sentences),
    )


def _plain(scale: Scale, counts: Counts) -> str:
    """Return a score in words, a dash where too few answered."""
    estimate = score(scale, counts)
    if estimate is None or base(estimate.n) is Base.HIDDEN:
        return "–"
    return score_words(scale).value(estimate.value, locale())
