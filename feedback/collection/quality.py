"""What is odd about a response: flagged and counted, never dropped.

Pure, and without any third party. Every rule leaves honest answers alone rather than
finding every bad one:

- `speeder`: three questions or more, answered in less time than it takes to read them.
  0.3 seconds a word is what Zhang and Conrad (2014, "Speeding in Web Surveys") take for
  too fast to have read; at least one second a question.
- `straight_lining`: the same column on all of four rows or more, or the same point on
  all of four questions or more of one scale.
- `gibberish`: most letters of a text stand in words without a vowel, of one letter, or
  in runs along the keyboard.
- `bot`: the field that nobody sees was filled, or a text came within one second.
- `duplicate`: the same long text by the same open link or the same person, within a
  week; the later one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from feedback.collection.terms import Flag
from feedback.core.text import fold
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.text import TextKind

SECONDS_A_WORD = 0.3
LEAST_SECONDS_A_QUESTION = 1.0
LEAST_QUESTIONS_TO_SPEED = 3
LEAST_ALIKE = 4
#: a text that came faster was not typed by a person
LEAST_SECONDS_TO_WRITE = 1.0
#: letters below which a text is too short to be called gibberish
LEAST_LETTERS = 6
#: characters below which two people may well write the same
LEAST_TO_REPEAT = 20
REPEATED_WITHIN = timedelta(days=7)

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S*(?:://|@|www\.)\S*")
_LATIN = re.compile(r"[a-z]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}")
#: rows of keyboards of both countries
_ROWS = ("qwertyuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm", "zxcvbnm", "wxcvbn")
_RUN = 4
_RUNS = frozenset(
    row[start : start + _RUN]
    for keys in _ROWS
    for row in (keys, keys[::-1])
    for start in range(len(row) - _RUN + 1)
)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A response as it is judged."""

    #: those that were shown
    questions: Sequence[Question]
    #: those that count
    answers: Mapping[str, Any]
    #: page key to seconds
    seconds: Mapping[str, float]
    language: str


def judge(questionnaire: Questionnaire, one: Answered) -> frozenset[Flag]:
    """Return what is odd about a response on its own."""
    found = {
        Flag.SPEEDER: _is_speeder(questionnaire, one),
        Flag.STRAIGHT_LINING: _is_straight(one),
        Flag.GIBBERISH: any(map(is_gibberish, texts_of(one.questions, one.answers))),
        Flag.BOT: _is_written_too_fast(questionnaire, one),
    }
    return frozenset(flag for flag, is_so in found.items() if is_so)


def texts_of(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what somebody wrote in their own words, "other" too."""
    texts = []
    for question in questions:
        value = answers.get(question.key)
        if isinstance(kind_of(question), TextKind) and isinstance(value, str):
            texts.append(value)
        elif question.kind in {"single", "multiple"} and isinstance(value, Mapping):
            texts.append(value.get("other", ""))
    return tuple(text for text in texts if text)


def _is_speeder(questionnaire: Questionnaire, one: Answered) -> bool:
    asked = [q for q in one.questions if kind_of(q).takes_answer]
    if len(asked) < LEAST_QUESTIONS_TO_SPEED:
        return False
    needed = sum(
        max(_words(questionnaire, q, one.language) * SECONDS_A_WORD, 1.0) for q in asked
    )
    return sum(one.seconds.values()) < needed


def _words(questionnaire: Questionnaire, question: Question, language: str) -> int:
    return len(questionnaire.say(question.text, language).split())


def _is_straight(one: Answered) -> bool:
    by_scale = defaultdict(list)
    for question in one.questions:
        value = one.answers.get(question.key)
        if question.kind == "matrix" and isinstance(value, Mapping):
            if len(value) >= LEAST_ALIKE and len(set(value.values())) == 1:
                return True
        elif kind_of(question).scale is not None and value is not None:
            by_scale[question.kind].append(value)
    return any(
        len(points) >= LEAST_ALIKE and len(set(points)) == 1
        for points in by_scale.values()
    )


def _is_written_too_fast(questionnaire: Questionnaire, one: Answered) -> bool:
    shown = {question.key for question in one.questions}
    return any(
        one.seconds.get(page.key, LEAST_SECONDS_TO_WRITE) < LEAST_SECONDS_TO_WRITE
        and any(
            texts_of([question], one.answers)
            for question in page.questions
            if question.key in shown
        )
        for page in questionnaire.pages
    )


def is_gibberish(text: str) -> bool:
    """Tell whether most letters of a text are no words of a person.

    Judged by characters alone, for French and English; a text in another script, or
    of fewer than six letters, never is.
    """
    words = _WORD.findall(fold(_ADDRESS.sub(" ", text)))
    letters = sum(map(len, words))
    if letters < LEAST_LETTERS:
        return False
    if sum(len(_LATIN.findall(word)) for word in words) < letters / 2:
        return False
    return sum(len(word) for word in words if _is_no_word(word)) > letters / 2


def _is_no_word(word: str) -> bool:
    if len(word) < 5:
        return False
    if len(set(word)) == 1 or _run_share(word) > 0.6:
        return True
    short = _DRAWN_OUT.sub(r"\1", word)  # "pffff" is a word of people
    no_vowel = len(short) >= 5 and not re.search(r"[aeiouy]", short)
    return no_vowel or bool(_CONSONANTS.search(short))


def _run_share(word: str) -> float:
    """Return the share of a word's letters that lie in runs along the keyboard."""
    inside: set[int] = set()
    for start in range(len(word) - _RUN + 1):
        if word[start : start + _RUN] in _RUNS:
            inside.update(range(start, start + _RUN))
    return len(inside) / len(word)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A long text: by whom or by which link, when, and what in its shortest form."""

    by: str
    day: date
    text: str


def written(texts: Iterable[str], *, by: str, day: date) -> Written | None:
    """Return the long texts of a response as they are compared, None without one."""
    long_ones = [text for text in texts if len(text) >= LEAST_TO_REPEAT]
    return (
        Written(by=by, day=day, text=fold(" ".join(long_ones))) if long_ones else None
    )


def is_repeated(one: Written, earlier: Iterable[Written]) -> bool:
    """Tell whether the same was written before: by the same, within a week."""
    return any(
        other.by == one.by
        and other.text == one.text
        and abs(one.day - other.day) <= REPEATED_WITHIN
        for other in earlier
    )
