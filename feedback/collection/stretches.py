"""How long a question was asked in the same words: its figures are told apart by it.

Pure. A version that changes the words, the scale or the choices of a question begins
a new stretch of it, and answers of two stretches are never counted together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedback.surveys.comparing import find_breaks
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A version as it was published."""

    id: int
    number: int
    published_at: datetime
    #: keys of the questions whose trend breaks with it
    breaks: tuple[str, ...]
    questionnaire: Questionnaire


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A question as it was asked from one version to another, both included."""

    #: place among the stretches of the question, 0 the oldest
    place: int
    first: int
    last: int
    #: when the first of them was published
    since: datetime
    #: as the last of them asks it
    question: Question
    questionnaire: Questionnaire


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """All questions that were ever asked, each with its stretches."""

    #: key to stretches, the oldest first; questions of the newest version come first
    of: Mapping[str, tuple[Stretch, ...]]
    #: version id to key to place among the stretches of the question
    places: Mapping[int, Mapping[str, int]]
    #: keys that the newest version asks
    asked_now: frozenset[str]


def find_stretches(versions: Sequence[Asked]) -> Stretches:
    """Return the stretches of every question that can be answered.

    Args:
        versions: all versions of a survey, the oldest first.
    """
    found: dict[str, list[Stretch]] = {}
    #: key to the place of the newest version that asked it
    seen: dict[str, int] = {}
    places: dict[int, dict[str, int]] = {}
    for number, version in enumerate(versions):
        here = places[version.id] = {}
        for question in version.questionnaire.questions():
            key = question.key
            if not kind_of(question).takes_answer:
                continue
            before = versions[seen[key]] if key in seen else None
            is_next = seen.get(key) == number - 1
            seen[key] = number
            own = found.setdefault(key, [])
            if before is None or _is_broken(before, version, question, is_next):
                own.append(
                    Stretch(
                        place=len(own),
                        first=version.number,
                        last=version.number,
                        since=version.published_at,
                        question=question,
                        questionnaire=version.questionnaire,
                    )
                )
            else:
                own[-1] = replace(
                    own[-1],
                    last=version.number,
                    question=question,
                    questionnaire=version.questionnaire,
                )
            here[key] = len(own) - 1
    newest = list(places[versions[-1].id]) if versions else []
    order = dict.fromkeys([*newest, *reversed(found)])
    return Stretches(
        of={key: tuple(found[key]) for key in order},
        places=places,
        asked_now=frozenset(newest),
    )


def _is_broken(
    before: Asked, version: Asked, question: Question, is_next: bool
) -> bool:
    old = before.questionnaire.question(question.key)
    if old is None or old.kind != question.kind:
        return True
    if is_next:
        return question.key in version.breaks
    # It was not asked for a while: nobody compared these two when it came again.
    return question.key in find_breaks(before.questionnaire, version.questionnaire)
