"""The words and pairs of words by which short texts are told apart."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.core.text import fold

_WORD = re.compile(r"[^\W\d_]+")
#: between two words of a pair: nothing that ends a thought
_ENDS = re.compile(r"[.,;:!?()\n•]")
_SHORTEST = 3
#: words without a meaning of their own that may stand within a pair
_MOST_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a pair of words; `key` is alike for its singular and its plural.

    `surface` is how it stands in the text, in lower case, with what stands between.
    """

    key: str
    surface: str


@dataclass(frozen=True, kw_only=True)
class GroupWord:
    """A word or pair that sets a group apart.

    `key` is alike from one time to the next; `shown` is how most of the texts write
    it; `variants` are its spellings without accents, the most frequent first.
    """

    key: str
    shown: str
    variants: tuple[str, ...]


def terms_of(text: str, language: str) -> Iterator[Term]:
    """Yield the terms of a text of `fr` or `en`, each time they occur.

    Words that any text may hold (articles, pronouns, greetings, plain praise) are no
    terms; two words that are left make a pair when only such words stand between them.
    """
    empty = empty_words(language)
    before: tuple[str, int] | None = None
    end, between = 0, 0
    for found in _WORD.finditer(text):
        plain = fold(found.group())
        if before and _ENDS.search(text, end, found.start()):
            before = None
        end = found.end()
        if plain in empty or len(plain) < _SHORTEST:
            between += 1
            continue
        key = stem(plain, language)
        yield Term(key, found.group().lower())
        if before is not None and between <= _MOST_BETWEEN and before[0] != key:
            pair = " ".join(text[before[1] : end].lower().split())
            yield Term(f"{before[0]} {key}", pair)
        before, between = (key, found.start()), 0


def stem(word: str, language: str) -> str:
    """Return a folded word without the ending of its plural."""
    if len(word) <= _SHORTEST + 1:
        return word
    if language == "en":
        if word.endswith("ies"):
            return f"{word[:-3]}y"
        return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    if word.endswith("eaux"):
        return word[:-1]
    return word[:-1] if word.endswith(("s", "x")) else word


def same_subject(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two signatures are of the same group at different times.

    More than half of the words of the shorter one stand in the other.
    """
    shorter = min(len(set(one)), len(set(other)))
    return shorter > 0 and 2 * len({*one} & {*other}) > shorter


@cache
def empty_words(language: str) -> frozenset[str]:
    """Return the folded words that tell nothing of what a text is about."""
    source = files("feedback.nlp") / "data" / "empty_words.toml"
    words = tomllib.loads(source.read_text(encoding="utf-8"))[language]
    return frozenset(word for part in words.values() for word in part.split())
