"""What two versions say differently, and which questions can no longer be compared."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.surveys.questionnaire import (
    Choice,
    Question,
    Questionnaire,
    Text,
    write_questionnaire,
)

#: kinds whose answers are counted, so that they have a trend
COUNTED = frozenset(
    {
        "nps",
        "csat",
        "ces",
        "single",
        "multiple",
        "dropdown",
        "ranking",
        "matrix",
        "number",
    }
)


def checksum(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 of a questionnaire's JSON, the same on every database."""
    document = write_questionnaire(questionnaire)
    written = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(written.encode()).hexdigest()


def find_breaks(before: Questionnaire, after: Questionnaire) -> tuple[str, ...]:
    """Return the keys of counted questions that people no longer see as before.

    What counts are kind, words, words after the score, choices, rows and options, as
    somebody reads them in each language of the version before: a language that is
    added breaks nothing, a translation that was missing and replaces other words
    does. The help below a question, its page and its conditions do not count.
    """
    return tuple(
        question.key
        for question in after.questions()
        if question.kind in COUNTED
        and (old := before.question(question.key)) is not None
        and any(
            _as_read(before, old, language) != _as_read(after, question, language)
            for language in before.languages
            if language in after.languages
        )
    )


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a questionnaire says otherwise than the one before."""

    added: tuple[Question, ...]
    #: as they stood before
    removed: tuple[Question, ...]
    changed: tuple[Question, ...]
    #: keys of the changed ones that can no longer be compared
    breaks: tuple[str, ...]
    #: `words` of title and introduction, `languages`, `order`, `endings`, `theme`
    elsewhere: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.elsewhere)


def find_changes(before: Questionnaire, after: Questionnaire) -> Changes:
    """Return what differs between two questionnaires, question by question."""
    old = {one.key: one for one in before.questions()}
    new = {one.key: one for one in after.questions()}
    kept = [key for key in new if key in old]
    differing = {
        "words": (before.title, before.introduction)
        != (after.title, after.introduction),
        "languages": (before.languages, before.default_language)
        != (after.languages, after.default_language),
        "order": _order(before, kept) != _order(after, kept),
        "endings": before.endings != after.endings,
        "theme": before.theme != after.theme,
    }
    return Changes(
        added=tuple(one for key, one in new.items() if key not in old),
        removed=tuple(one for key, one in old.items() if key not in new),
        changed=tuple(new[key] for key in kept if new[key] != old[key]),
        breaks=find_breaks(before, after),
        elsewhere=tuple(name for name, differs in differing.items() if differs),
    )


def _order(
    questionnaire: Questionnaire, keys: Sequence[str]
) -> list[tuple[bool, list[str]]]:
    """Return which of the questions stand on which page, pages of others left out."""
    pages = [
        (page.shuffle, [one.key for one in page.questions if one.key in keys])
        for page in questionnaire.pages
    ]
    return [page for page in pages if page[1]]


def _as_read(questionnaire: Questionnaire, question: Question, language: str) -> Any:
    """Return a question as a person reads it in a language."""

    def say(text: Text) -> str:
        return " ".join(questionnaire.say(text, language).split())

    def choices(given: Sequence[Choice]) -> list[tuple[str, str]]:
        return [(one.key, say(one.text)) for one in given]

    wording = question.wording
    return (
        question.kind,
        say(question.text),
        wording
        and (
            wording.question,
            {score: say(text) for score, text in wording.texts.items() if say(text)},
        ),
        choices(question.choices),
        choices(question.rows),
        {
            name: say(value) if is_text(value, questionnaire.languages) else value
            for name, value in question.options.items()
            if value is not None and value is not False and value not in ("", [], {})
        },
    )


def is_text(value: object, languages: Sequence[str]) -> bool:
    """Return whether an option holds words by language, and not something else."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            name in languages and isinstance(words, str)
            for name, words in value.items()
        )
    )
