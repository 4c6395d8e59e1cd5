"""Words that speak of what the person said: earlier answers, attributes, scores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from feedback.core.text import shorten
from feedback.surveys.branching import Answers, Walk
from feedback.surveys.conditions import Facts
from feedback.surveys.questionnaire import Question, Questionnaire, Text
from feedback.surveys.questions import kind_of

#: what can be named in `{answer:KEY|fallback}`
SUBJECTS = ("answer", "attribute", "event")
#: characters of an answer that is said again
LONGEST_SAID = 200

_REFERENCE = re.compile(
    r"\{(answer|attribute|event):([^{}|]{1,200})(?:\|([^{}]{0,200}))?\}"
)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One place of a text that is filled in."""

    #: `answer`, `attribute` or `event`
    subject: str
    #: key of the question, name of the attribute, path of the datum
    name: str
    fallback: str


def references(text: str) -> Iterator[Reference]:
    """Yield the places of a text that are filled in."""
    for found in _REFERENCE.finditer(text):
        yield Reference(
            subject=found[1], name=found[2].strip(), fallback=found[3] or ""
        )


def fill(
    text: Text | str,
    questionnaire: Questionnaire,
    answers: Answers,
    known: Facts,
    language: str,
) -> str:
    """Return a text with what is known filled in, as plain text.

    `{answer:KEY|fallback}` becomes the answer in words, `{attribute:NAME|fallback}` and
    `{event:PATH|fallback}` what is known of the customer and the event; the fallback,
    or nothing, stands where nothing is known. What is filled in is one line of at most
    200 characters and is not filled in again.

    Args:
        text: words by language, or words already chosen.
        questionnaire: where the answers come from.
        answers: those that count (`Walk.answers`).
        known: facts about the person and the event.
        language: of the words and of the answers.
    """
    words = text if isinstance(text, str) else questionnaire.say(text, language)
    if "{" not in words:
        return words

    def said(found: re.Match[str]) -> str:
        subject, name = found[1], found[2].strip()
        if subject == "answer":
            value = _answer(questionnaire, name, answers, language)
        else:
            fact = known.get((subject, name))
            value = "" if fact is None else _line(fact)
        return value or (found[3] or "").strip()

    return _REFERENCE.sub(said, words)


def word_of(
    question: Question,
    questionnaire: Questionnaire,
    walk: Walk,
    language: str,
) -> str:
    """Return the words of a question for one person, as plain text.

    Those for the class of an earlier score where the author wrote some, otherwise its
    own; what is known is filled in.
    """
    text: Text = question.text
    if question.wording is not None:
        found = walk.facts.get(("class", question.wording.question))
        after = question.wording.texts.get(str(found), {})
        # the person's language goes before the score
        if after.get(language) or not text.get(language):
            text = after if questionnaire.say(after, language) else text
    return fill(text, questionnaire, walk.answers, walk.facts, language)


def _answer(
    questionnaire: Questionnaire, key: str, answers: Answers, language: str
) -> str:
    question = questionnaire.question(key)
    value = answers.get(key)
    if question is None or value is None:
        return ""
    return _line(kind_of(question).say(question, value, language, questionnaire))


def _line(value: object) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(one) for one in value)
    return shorten(" ".join(str(value).split()), LONGEST_SAID)
