"""Responses counted one after the other, question by question and stretch by stretch.

Pure. Of what people wrote only that they wrote is kept.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Any, Protocol

from feedback.collection.sieve import Sieve, facts_with
from feedback.collection.stretches import Asked, Stretch, Stretches, find_stretches
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.measures.scales import Scale
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.choices import OTHER
from feedback.surveys.questions.contact import Contact
from feedback.surveys.questions.text import TextKind


class Counted(Protocol):
    """A response as it is counted."""

    version_id: int
    state: ResponseState
    channel: Channel
    language: str
    answers: Mapping[str, Any]
    #: page key to seconds, of the pages that were left
    seconds: Mapping[str, float]
    #: question key to seconds, where the script told them
    question_seconds: Mapping[str, float]
    #: None when no condition looks at them
    facts: Mapping[str, Any] | None
    #: Flag values as JSON
    flags: str
    day: date


@dataclass(kw_only=True)
class Cell:
    """The answers to a question in one of its stretches."""

    stretch: Stretch
    scale: Scale | None
    shown: int = 0
    #: how long it took those whose page told it
    seconds: list[float] = field(default_factory=list)
    #: answers per point by the first day of week or month, of scales
    trend: dict[date, Counter[int]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    #: answers per point of the flagged responses, of scales
    odd: Counter[int] = field(default_factory=Counter)

    def take(self, value: AnswerValue, start: date, *, is_flagged: bool) -> None:
        """Count an answer; `start` is the first day of its week or month."""
        raise NotImplementedError

    def values(self) -> Iterable[AnswerValue]:
        """Yield the answers once more, without what was written in them."""
        raise NotImplementedError

    def histogram(self) -> Counter[int]:
        """Return the answers per point, of a scale."""
        return sum(self.trend.values(), Counter())


@dataclass(kw_only=True)
class _Points(Cell):
    """The answers on a scale, counted."""

    points: range

    def take(self, value: AnswerValue, start: date, *, is_flagged: bool) -> None:
        """Count a point of the scale, and nothing else."""
        if type(value) is int and value in self.points:
            self.trend[start][value] += 1
            if is_flagged:
                self.odd[value] += 1

    def values(self) -> Iterable[AnswerValue]:
        """Yield each point as often as it was chosen."""
        return self.histogram().elements()


@dataclass(kw_only=True)
class _Wordless(Cell):
    """Texts and contact details: that they were given, and nothing of them."""

    n: int = 0
    given: AnswerValue

    def take(self, value: AnswerValue, start: date, *, is_flagged: bool) -> None:
        """Count that something was given."""
        if type(value) is type(self.given):
            self.n += 1

    def values(self) -> Iterable[AnswerValue]:
        """Yield something empty for each."""
        return repeat(self.given, self.n)


@dataclass(kw_only=True)
class _Alike(Cell):
    """Choices, grids, numbers and days: one for all that are alike, and how many.

    Ten thousand small objects that stay cost more than the counting itself.
    """

    alike: dict[str, AnswerValue] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, value: AnswerValue, start: date, *, is_flagged: bool) -> None:
        """Count an answer, without what was written beside "other"."""
        if isinstance(value, dict) and OTHER in value:
            value = {**value, OTHER: ""}
        key = repr(value)
        self.counts[key] += 1
        if key not in self.alike:
            self.alike[key] = value

    def values(self) -> Iterable[AnswerValue]:
        """Yield each answer as often as it was given."""
        for key, n in self.counts.items():
            yield from repeat(self.alike[key], n)


@dataclass(kw_only=True)
class PageCell:
    """How a page went."""

    #: seconds of each response that left it
    seconds: list[float] = field(default_factory=list)
    #: responses that were left on it
    stopped: int = 0


class Tally:
    """Counts responses that are given to it one by one."""

    def __init__(
        self,
        versions: Sequence[Asked],
        start_of: Callable[[date], date],
        *,
        with_partial: bool,
        without_flagged: bool,
    ) -> None:
        self.stretches: Stretches = find_stretches(versions)
        self.cells: dict[tuple[str, int], Cell] = {
            (key, stretch.place): _empty(stretch)
            for key, own in self.stretches.of.items()
            for stretch in own
        }
        self.pages: dict[str, PageCell] = defaultdict(PageCell)
        self.states: Counter[ResponseState] = Counter()
        #: responses of the wanted states about which something is odd
        self.flagged = 0
        self.flags: Counter[Flag] = Counter()
        #: of the responses behind the figures
        self.languages: Counter[str] = Counter()
        self.channels: Counter[Channel] = Counter()
        #: by version: what counts of it, and where each answer is counted
        self._versions: dict[int, tuple[Sieve, dict[str, Cell]]] = {
            one.id: (
                Sieve(one.questionnaire),
                {
                    key: self.cells[key, place]
                    for key, place in self.stretches.places[one.id].items()
                },
            )
            for one in versions
        }
        self._start_of = start_of
        self._starts: dict[date, date] = {}
        self._with_partial = with_partial
        self._without_flagged = without_flagged

    @property
    def needs_facts(self) -> bool:
        """Whether what is known of people decides which answers count."""
        return any(sieve.needs_facts for sieve, _ in self._versions.values())

    def add(self, row: Counted) -> None:
        """Count a response; how its pages went counts even of a part."""
        is_part = row.state == ResponseState.PARTIAL
        is_flagged = row.flags != "[]"
        is_wanted = self._with_partial or not is_part
        self.states[row.state] += 1
        if is_flagged and is_wanted:
            self.flagged += 1
            self.flags.update(Flag(one) for one in json.loads(row.flags))
        if is_flagged and self._without_flagged:
            return
        sieve, cells = self._versions[row.version_id]
        answers = row.answers
        way = sieve.way(
            answers,
            facts_with(row.facts or {}, row.language) if sieve.looks_at_facts else {},
        )
        self._add_pages(row.seconds, way.pages if is_part else ())
        if not is_wanted:
            return
        if is_part:
            way = sieve.as_far_as(way, answers, row.seconds)
        self.languages[row.language] += 1
        self.channels[row.channel] += 1
        start = self._starts.get(row.day)
        if start is None:
            start = self._starts[row.day] = self._start_of(row.day)
        times = row.question_seconds
        for key in way.questions:
            cell = cells[key]
            cell.shown += 1
            value = answers.get(key)
            if value is not None:
                cell.take(value, start, is_flagged=is_flagged)
            if key in times:
                cell.seconds.append(times[key])

    def _add_pages(self, seconds: Mapping[str, float], way: Sequence[str]) -> None:
        """Count the pages that were left; a part was left on the next of its way."""
        for page, spent in seconds.items():
            self.pages[page].seconds.append(spent)
        stopped_on = next((page for page in way if page not in seconds), None)
        if stopped_on is not None:
            self.pages[stopped_on].stopped += 1


def _empty(stretch: Stretch) -> Cell:
    kind = kind_of(stretch.question)
    if kind.scale is not None:
        return _Points(stretch=stretch, scale=kind.scale, points=kind.scale.points)
    if isinstance(kind, TextKind):
        return _Wordless(stretch=stretch, scale=None, given="")
    if isinstance(kind, Contact):
        return _Wordless(stretch=stretch, scale=None, given={})
    return _Alike(stretch=stretch, scale=None)
