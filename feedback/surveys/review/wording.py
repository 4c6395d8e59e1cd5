"""Whether questions push people, ask two things at once, or are too long.

The words are data: `data/wording.toml`. They are hints for an author, who decides.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from feedback.core.text import fold
from feedback.surveys.questionnaire import Question, Questionnaire, Text
from feedback.surveys.questions import KINDS
from feedback.surveys.review.findings import Finding, finding
from feedback.surveys.review.places import placed_questions

#: words of a question beyond which people lose its beginning
MOST_WORDS = 25

_FILE = Path(__file__).parents[1] / "data" / "wording.toml"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\w[\w'’-]*")
_REFERENCE = re.compile(r"\{[^{}|]*(?:\|([^{}]*))?\}")


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The patterns of one language."""

    leading: tuple[re.Pattern[str], ...]
    joining: re.Pattern[str]
    allowed: tuple[re.Pattern[str], ...]


def review_wording(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Yield the questions whose words may bend the answers."""
    for placed in placed_questions(questionnaire):
        question, place = placed.question, placed.place
        if question.kind == "statement":
            continue
        yield from _in_text(question, question.text, f"{place}.text")
        if question.wording is not None:
            for name, text in question.wording.texts.items():
                yield from _in_text(question, text, f"{place}.wording.texts.{name}")
        if question.kind == "matrix":
            for number, row in enumerate(question.rows):
                yield from _double_in(question, row.text, f"{place}.rows.{number}")


def _in_text(question: Question, text: Text, place: str) -> Iterator[Finding]:
    for language, words in text.items():
        found = find_leading(words, language)
        if found is not None:
            yield finding(
                "leading", place, question.key, language=language, words=found
            )
        number = count_words(words)
        if number > MOST_WORDS:
            yield finding(
                "long_question",
                place,
                question.key,
                language=language,
                number=number,
                most=MOST_WORDS,
            )
    kind = KINDS.get(question.kind)
    if kind is not None and kind.scale is not None:
        yield from _double_in(question, text, place)


def _double_in(question: Question, text: Text, place: str) -> Iterator[Finding]:
    for language, words in text.items():
        found = find_double(words, language)
        if found is not None:
            yield finding("double", place, question.key, language=language, words=found)


def count_words(text: str) -> int:
    """Return how many words a text has; what is filled in counts as one."""
    return len(_WORD.findall(_REFERENCE.sub(" x ", text)))


def find_leading(text: str, language: str) -> str | None:
    """Return the words of a text that push towards an answer, None without any.

    None too for languages whose words are not known.
    """
    lexicon = lexicons().get(_family(language))
    if lexicon is None:
        return None
    plain = _plain(text)
    for pattern in lexicon.leading:
        found = pattern.search(plain)
        if found:
            return found[0].strip()
    return None


def find_double(text: str, language: str) -> str | None:
    """Return the words around the one that joins two things asked, None without.

    Looked at are the questions of a text, or all of it when it has no question mark.
    """
    lexicon = lexicons().get(_family(language))
    if lexicon is None:
        return None
    sentences = _SENTENCE.findall(_plain(text))
    asking = [one for one in sentences if one.rstrip().endswith("?")] or sentences
    for sentence in asking:
        rest = sentence
        for pattern in lexicon.allowed:
            rest = pattern.sub(" ", rest)
        found = lexicon.joining.search(rest)
        if found:
            return found[0].strip()
    return None


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Return the patterns of each language that has some."""
    with _FILE.open("rb") as source:
        document = tomllib.load(source)
    return {language: _lexicon(table) for language, table in document.items()}


def _lexicon(table: Mapping[str, Any]) -> Lexicon:
    lists = {
        "praise": "|".join(table["praise"].split()),
        "blame": "|".join(table["blame"].split()),
        "people": table["people"],
    }

    def compiled(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_filled(one, lists)) for one in table[name])

    return Lexicon(
        leading=compiled("leading"),
        joining=re.compile(rf"\S+ (?:{table['joining']}) \S+(?: \S+)?"),
        allowed=compiled("allowed"),
    )


def _filled(pattern: str, lists: Mapping[str, str]) -> str:
    for name, words in lists.items():
        pattern = pattern.replace(f"{{{name}}}", words)
    return pattern


def _plain(text: str) -> str:
    # without its accent, "where" is "or"
    bare = text.replace("où", "là").replace("Où", "Là").replace("’", "'")
    return fold(_REFERENCE.sub(" x ", bare))


def _family(language: str) -> str:
    return re.split(r"[-_]", language)[0].lower()
