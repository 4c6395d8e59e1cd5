"""What came of a survey: the figures of each question, and how sound they are.

Counted anew each time, from the responses themselves: the newest 50,000 of those that
are wanted. Only answers that count are counted (see `sieve`), those to other words
apart (see `stretches`), and what somebody wrote is never among them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import Row, String, cast, null, select
from sqlalchemy.orm import Session

from feedback.collection.models import Response
from feedback.collection.response_filter import (
    ResponseFilter,
    conditions,
    count_responses,
    find_span,
)
from feedback.collection.stretches import Asked, Stretch
from feedback.collection.tallying import Cell, Tally
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.core.periods import Period
from feedback.measures.evidence import ENOUGH_FROM
from feedback.measures.scales import Scale
from feedback.surveys.models import SurveyVersion
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Page, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.summaries import ChoiceSummary, Summary

#: responses that are counted at most, the newest first
MOST_COUNTED = 50_000
#: a trend goes by weeks in a period of at most so many days, when most weeks of it
#: have answers enough to stand alone
LONGEST_BY_WEEKS = 92
_AT_ONCE = 200


class Grain(StrEnum):
    """How long a point of a trend is."""

    WEEK = "week"
    MONTH = "month"

    def start(self, day: date) -> date:
        """Return the first day of the week or month that holds a day."""
        if self is Grain.MONTH:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday())

    def after(self, start: date) -> date:
        """Return the first day of the next week or month."""
        return self.start(start + timedelta(days=31 if self is Grain.MONTH else 7))


@dataclass(frozen=True, kw_only=True)
class StretchResult:
    """The answers to a question while it was asked in the same words."""

    stretch: Stretch
    #: how many were shown it
    shown: int
    #: how many answered it
    n: int
    #: figures of its kind; texts of "other" are left out
    summary: Summary
    #: answers per point by the first day of week or month, of scales
    trend: Mapping[date, Mapping[int, int]]
    #: answers per point without the flagged responses, of scales
    sound: Mapping[int, int]
    #: median seconds until the answer, None where no page told them
    seconds: float | None

    @property
    def skipped(self) -> int:
        """How many were shown it and did not answer."""
        return self.shown - self.n


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """What was answered to one question."""

    key: str
    kind: str
    scale: Scale | None
    #: the newest first; older ones that nobody was shown are left out
    stretches: tuple[StretchResult, ...]
    #: whether the newest version asks it
    is_asked: bool

    @property
    def newest(self) -> StretchResult:
        """The answers to its newest words."""
        return self.stretches[0]


@dataclass(frozen=True, kw_only=True)
class PageResult:
    """How a page of the newest version went, of complete responses and of parts."""

    #: the first is 1
    number: int
    page: Page
    #: how many left it, and how many were last seen on it
    left: int
    stopped: int
    #: median seconds of those who left it, None without any
    seconds: float | None

    @property
    def reached(self) -> int:
        """How many came to it."""
        return self.left + self.stopped


@dataclass(frozen=True, kw_only=True)
class Results:
    """What came of a survey, as far as it was asked for."""

    wanted: ResponseFilter
    #: the days that are looked at, from the first to the last with a response
    period: Period
    grain: Grain
    complete: int
    #: told even when they do not count
    partial: int
    #: those about which something is odd, of what is counted; told even when they are
    #: left out
    flagged: int
    flags: Mapping[Flag, int]
    #: responses behind the figures, the most first
    languages: Mapping[str, int]
    channels: Mapping[Channel, int]
    questions: tuple[QuestionResult, ...]
    pages: tuple[PageResult, ...]
    #: what the newest version asks, None of a survey that was never published
    newest: Questionnaire | None
    #: whether there were more than are counted
    is_cut: bool

    @property
    def counted(self) -> int:
        """The responses behind the figures."""
        return sum(self.languages.values())

    @property
    def starts(self) -> tuple[date, ...]:
        """The first days of the weeks or months, the oldest first."""
        found = [self.grain.start(self.period.since)]
        while (start := self.grain.after(found[-1])) < self.period.until:
            found.append(start)
        return tuple(found)


def list_asked(session: Session, survey_id: int) -> tuple[Asked, ...]:
    """Return every version of a survey with what it asks, the oldest first."""
    rows = session.execute(
        select(
            SurveyVersion.id,
            SurveyVersion.number,
            SurveyVersion.checksum,
            SurveyVersion.breaks,
            SurveyVersion.published_at,
        )
        .where(SurveyVersion.survey_id == survey_id)
        .order_by(SurveyVersion.number)
    )
    return tuple(
        Asked(
            id=row.id,
            number=row.number,
            published_at=row.published_at,
            breaks=tuple(row.breaks),
            questionnaire=questionnaire_of(session, row.id, row.checksum),
        )
        for row in rows
    )


def gather_results(session: Session, wanted: ResponseFilter, *, today: date) -> Results:
    """Count the responses that are wanted.

    Where there is none and no period was named, `today` is the period.
    """
    span = find_span(session, wanted)
    period = span or wanted.period or Period(today, today + timedelta(days=1))
    grain = _grain(session, wanted, period)
    versions = list_asked(session, wanted.survey_id)
    tally, is_cut = _count(session, wanted, versions, grain)
    return Results(
        wanted=wanted,
        period=period,
        grain=grain,
        complete=tally.states[ResponseState.COMPLETE],
        partial=tally.states[ResponseState.PARTIAL],
        flagged=tally.flagged,
        flags={flag: tally.flags[flag] for flag in Flag if tally.flags[flag]},
        languages=dict(tally.languages.most_common()),
        channels=dict(tally.channels.most_common()),
        questions=_questions(tally),
        pages=_pages(tally, versions),
        newest=versions[-1].questionnaire if versions else None,
        is_cut=is_cut,
    )


def _grain(session: Session, wanted: ResponseFilter, period: Period) -> Grain:
    if period.days > LONGEST_BY_WEEKS:
        return Grain.MONTH
    weeks = -(-period.days // 7)
    is_dense = count_responses(session, wanted) >= weeks * ENOUGH_FROM
    return Grain.WEEK if is_dense else Grain.MONTH


def count_scores(
    session: Session, wanted: ResponseFilter
) -> Mapping[str, Mapping[int, Mapping[int, int]]]:
    """Return the answers per point of the questions with a scale that have any.

    By key of the question and place of the stretch.
    """
    versions = list_asked(session, wanted.survey_id)
    tally, _ = _count(session, wanted, versions, Grain.MONTH)
    found: dict[str, dict[int, Mapping[int, int]]] = defaultdict(dict)
    for (key, place), cell in tally.cells.items():
        if counts := cell.histogram():
            found[key][place] = counts
    return found


def _count(
    session: Session, wanted: ResponseFilter, versions: Sequence[Asked], grain: Grain
) -> tuple[Tally, bool]:
    """Return what was counted, and whether there was more to count."""
    tally = Tally(
        versions,
        grain.start,
        with_partial=wanted.with_partial,
        without_flagged=wanted.without_flagged,
    )
    read = 0
    rows = _rows(session, wanted, with_facts=tally.needs_facts)
    for read, row in enumerate(rows, start=1):
        if read <= MOST_COUNTED:
            tally.add(row)
    return tally, read > MOST_COUNTED


def _rows(
    session: Session, wanted: ResponseFilter, *, with_facts: bool
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield the responses, the newest first, and one more than are counted.

    The flagged ones and the parts are among them: how many there are is told even if
    they do not count.
    """
    # Reading JSON takes most of the time, so as little of it is read as will do.
    everything = replace(wanted, with_partial=True, without_flagged=False)
    statement = (
        select(
            Response.version_id,
            Response.state,
            Response.channel,
            Response.language,
            Response.answers,
            Response.seconds,
            Response.question_seconds,
            (Response.facts if with_facts else null()).label("facts"),
            cast(Response.flags, String).label("flags"),
            Response.day,
        )
        .where(*conditions(everything))
        .order_by(Response.day.desc(), Response.id.desc())
        .limit(MOST_COUNTED + 1)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(statement)


def _questions(tally: Tally) -> tuple[QuestionResult, ...]:
    return tuple(
        QuestionResult(
            key=key,
            kind=own[-1].question.kind,
            scale=kind_of(own[-1].question).scale,
            stretches=tuple(
                _stretch_result(cell)
                for place in reversed(range(len(own)))
                if (cell := tally.cells[key, place]).shown or place == len(own) - 1
            ),
            is_asked=key in tally.stretches.asked_now,
        )
        for key, own in tally.stretches.of.items()
    )


def _pages(tally: Tally, versions: Sequence[Asked]) -> tuple[PageResult, ...]:
    pages = versions[-1].questionnaire.pages if versions else ()
    found = []
    for number, page in enumerate(pages, start=1):
        cell = tally.pages[page.key]
        found.append(
            PageResult(
                number=number,
                page=page,
                left=len(cell.seconds),
                stopped=cell.stopped,
                seconds=median(cell.seconds) if cell.seconds else None,
            )
        )
    return tuple(found)


def _stretch_result(cell: Cell) -> StretchResult:
    question = cell.stretch.question
    summary = kind_of(question).summarise(question, cell.values())
    if isinstance(summary, ChoiceSummary):
        summary = replace(summary, other_texts=())
    return StretchResult(
        stretch=cell.stretch,
        shown=cell.shown,
        n=summary.count,
        summary=summary,
        trend={start: dict(counts) for start, counts in cell.trend.items()},
        sound=dict(cell.histogram() - cell.odd),
        seconds=median(cell.seconds) if cell.seconds else None,
    )
