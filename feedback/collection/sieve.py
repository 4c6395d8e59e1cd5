"""Which answers of a response count, thousands of times over.

Pure. The same as `surveys.branching.walk`, without its pages and its ending: which
questions are shown depends on the answers and facts that conditions look at, and on
nothing else, so it is worked out once for all who agree in these.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedback.collection.facts import read_facts
from feedback.surveys.branching import Answers, walk
from feedback.surveys.conditions import Facts
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import kind_of

#: ways through one questionnaire that are remembered
MOST_WAYS = 10_000


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """What one response says."""

    #: keys of the questions that were shown and could be answered, in their order
    shown: tuple[str, ...]
    #: the answers that count: those to questions that are shown
    answers: Answers


@dataclass(frozen=True, kw_only=True)
class Way:
    """Keys of the questions to answer and of the pages that were shown."""

    questions: tuple[str, ...]
    pages: tuple[str, ...]


class Sieve:
    """Tells the answers that count from those that do not, for one version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self._asked = tuple(
            one.key for one in questionnaire.questions() if kind_of(one).takes_answer
        )
        self._page_of = {
            question.key: page.key
            for page in questionnaire.pages
            for question in page.questions
        }
        looked_at = set(_looked_at(questionnaire))
        self._everything = Way(
            questions=self._asked,
            pages=tuple(page.key for page in questionnaire.pages if page.questions),
        )
        self._is_plain = not looked_at
        #: keys of the answers that conditions look at
        self._answers = sorted(
            {name.partition(".")[0] for kind, name in looked_at if kind in _ANSWERS}
        )
        #: subjects and names of the facts that they look at
        self._facts = sorted(one for one in looked_at if one[0] not in _ANSWERS)
        self._ways: dict[str, Way] = {}

    @property
    def looks_at_facts(self) -> bool:
        """Whether something besides answers decides what is shown."""
        return bool(self._facts)

    @property
    def needs_facts(self) -> bool:
        """Whether something besides answers and language decides what is shown."""
        return any(subject != "language" for subject, _ in self._facts)

    def sift(
        self, answers: Answers, known: Facts, *, left: Container[str] | None = None
    ) -> Sifted:
        """Return what was shown and what of it was answered.

        Args:
            answers: everything that was saved.
            known: facts about the person, with the language.
            left: keys of the pages that were left, when the response is a part; on the
                other pages only what was answered is known to have been seen.
        """
        way = self.way(answers, known)
        if left is not None:
            way = self.as_far_as(way, answers, left)
        return Sifted(
            shown=way.questions,
            answers={
                key: value
                for key in way.questions
                if (value := answers.get(key)) is not None
            },
        )

    def as_far_as(self, way: Way, answers: Answers, left: Container[str]) -> Way:
        """Return what of a way is known to have been seen when it was not ended."""
        return Way(
            questions=tuple(
                key
                for key in way.questions
                if self._page_of[key] in left or key in answers
            ),
            pages=way.pages,
        )

    def way(self, answers: Answers, known: Facts) -> Way:
        """Return what is shown to somebody with these answers.

        The answers that count are those to its questions.
        """
        if self._is_plain:
            return self._everything
        agreed = repr(
            (
                [answers.get(key) for key in self._answers],
                [known.get(fact) for fact in self._facts],
            )
        )
        found = self._ways.get(agreed)
        if found is None:
            if len(self._ways) >= MOST_WAYS:
                self._ways.clear()
            gone = walk(self.questionnaire, answers, known)
            keys = {question.key for question in gone.questions()}
            found = self._ways[agreed] = Way(
                questions=tuple(key for key in self._asked if key in keys),
                pages=tuple(page.key for page in gone.pages),
            )
        return found


_ANSWERS = frozenset({"answer", "class"})


def _looked_at(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Yield the subject and name of every condition of a question."""
    for question in questionnaire.questions():
        if question.show_if is not None:
            for condition in question.show_if.conditions:
                yield condition.subject, condition.name


def facts_with(document: Mapping[str, Any], language: str) -> Facts:
    """Return the facts of a response, in the language in which it was given."""
    return {**read_facts(document), ("language", ""): language}
