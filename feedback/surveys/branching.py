"""What a person is shown: pages and questions by their conditions, and the ending.

The way through a questionnaire follows from the answers and what is known, never from
the order in which pages were saved: a condition sees the questions written before its
own, and an answer to a question that is not shown does not count.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

from feedback.i18n.catalogs import mark
from feedback.measures.scales import score_class
from feedback.surveys.conditions import Facts, holds
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
)
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue, QuestionKind, said
from feedback.surveys.questions.choices import ChoiceKind

#: question key to its answer; a question without an answer is absent
Answers = Mapping[str, AnswerValue]

THANKS = mark("Thank you!")
THANKS_TEXT = mark("Your answers have been saved.")


class Keyed(Protocol):
    """Something with a key of its own."""

    @property
    def key(self) -> str:
        """What tells it from its neighbours."""


Item = TypeVar("Item", bound=Keyed)


@dataclass(frozen=True, kw_only=True)
class ShownPage:
    """A page with the questions to show, in the order to show them."""

    page: Page
    questions: tuple[Question, ...]

    @property
    def key(self) -> str:
        """The key of the page."""
        return self.page.key


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The way of one person through a questionnaire."""

    #: pages with something to show
    pages: tuple[ShownPage, ...]
    ending: Ending
    #: what is known, with the answers that count and the classes of their scores
    facts: Facts
    #: the answers that count: those to questions that are shown
    answers: Answers
    #: every page in the order written, for finding the way from one now empty
    page_keys: tuple[str, ...]

    def page(self, key: str) -> ShownPage | None:
        """Return the shown page with a key, None when it is not shown."""
        return next((one for one in self.pages if one.key == key), None)

    def questions(self) -> Iterable[Question]:
        """Yield every question that is shown."""
        for page in self.pages:
            yield from page.questions

    def open_questions(self) -> tuple[Question, ...]:
        """Return the required questions that are shown and not answered."""
        return tuple(
            one
            for one in self.questions()
            if one.required
            and one.key not in self.answers
            and kind_of(one).takes_answer
        )


def walk(
    questionnaire: Questionnaire, answers: Answers, known: Facts, *, seed: str = ""
) -> Walk:
    """Return what a person is shown.

    Args:
        questionnaire: what is asked.
        answers: what was answered so far, each answer checked by its kind.
        known: facts about the person and the event.
        seed: text that is the same for one person; it decides random orders. Without
            one everything stands as written.

    Raises:
        Invalid: `unknown_kind`.
    """
    course = Course(answers, known)
    pages = []
    for page in questionnaire.pages:
        shown = [one for one in page.questions if course.passes(one)]
        if shown:
            if page.shuffle and seed:
                shown = order_of(shown, f"{seed}:{page.key}")
            pages.append(ShownPage(page=page, questions=tuple(shown)))
    return Walk(
        pages=tuple(pages),
        ending=_ending(questionnaire.endings, course.facts),
        facts=course.facts,
        answers=course.counted,
        page_keys=tuple(page.key for page in questionnaire.pages),
    )


class Course:
    """Goes through questions in the order written and gathers what is known."""

    def __init__(self, answers: Answers, known: Facts) -> None:
        self.answers = answers
        self.facts: dict[tuple[str, str], Any] = dict(known)
        self.counted: dict[str, AnswerValue] = {}

    def shows(self, question: Question) -> bool:
        """Tell whether a question is shown after those taken so far."""
        return question.show_if is None or holds(question.show_if, self.facts)

    def passes(self, question: Question) -> bool:
        """Tell whether a question is shown, and take its answer if it is."""
        if not self.shows(question):
            return False
        value = self.answers.get(question.key)
        if value is not None:
            self.take(question, kind_of(question), value)
        return True

    def take(self, question: Question, kind: QuestionKind, value: AnswerValue) -> None:
        """Count an answer: from here on conditions see it."""
        if not kind.takes_answer:
            return
        key = question.key
        self.counted[key] = value
        self.facts["answer", key] = kind.facts(question, value)
        for name, fact in kind.further_facts(question, value).items():
            self.facts["answer", f"{key}.{name}"] = fact
        if (
            kind.scale is not None
            and isinstance(value, int)
            and value in kind.scale.points
        ):
            self.facts["class", key] = score_class(kind.scale, value).value


def next_page(walk: Walk, key: str | None) -> ShownPage | None:
    """Return the page after one, None when the ending follows.

    The first page after None or an unknown key; a page that is no longer shown is
    still somewhere on the way.
    """
    place = _place(walk, key)
    return next((one for one in walk.pages if _place(walk, one.key) > place), None)


def previous_page(walk: Walk, key: str | None) -> ShownPage | None:
    """Return the page before one, None before the first; the last page for None."""
    place = len(walk.page_keys) if key is None else _place(walk, key)
    return next(
        (one for one in reversed(walk.pages) if _place(walk, one.key) < place), None
    )


def _place(walk: Walk, key: str | None) -> int:
    return walk.page_keys.index(key) if key in walk.page_keys else -1


def order_of(items: Iterable[Item], seed: str) -> list[Item]:
    """Return items in a random order that is the same for a seed.

    Each item draws its place by its key, so the others keep their order when one comes
    or goes.
    """
    return sorted(
        items,
        key=lambda one: hashlib.blake2b(
            f"{seed}:{one.key}".encode(), digest_size=8
        ).digest(),
    )


def choices_of(question: Question, seed: str) -> tuple[Choice, ...]:
    """Return the choices to show, in the person's order if it is random.

    "None of these" and "Other" are among them where they are offered, at the end.
    """
    kind = kind_of(question)
    if not isinstance(kind, ChoiceKind):
        return question.choices
    ordered: Sequence[Choice] = question.choices
    if seed and kind.option(question, "shuffle"):
        ordered = order_of(ordered, f"{seed}:{question.key}")
    return kind.offered(question, ordered)


def rows_of(question: Question, seed: str) -> tuple[Choice, ...]:
    """Return the rows of a matrix, in the person's order if it is random."""
    kind = kind_of(question)
    if seed and "shuffle" in kind.options and kind.option(question, "shuffle"):
        return tuple(order_of(question.rows, f"{seed}:{question.key}"))
    return question.rows


def _ending(endings: Sequence[Ending], facts: Facts) -> Ending:
    """Return the first ending whose rule holds, else the last one without a rule."""
    for ending in endings:
        if _has_rule(ending) and holds(ending.show_if, facts):
            return ending
    plain = [ending for ending in endings if not _has_rule(ending)]
    return plain[-1] if plain else built_in_ending()


def _has_rule(ending: Ending) -> bool:
    return ending.show_if is not None and bool(ending.show_if.conditions)


@cache
def built_in_ending() -> Ending:
    """Return the ending of a survey that has none of its own for somebody."""
    return Ending(key="end", title=said(THANKS), text=said(THANKS_TEXT))
