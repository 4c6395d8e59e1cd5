"""The words that tell the talk of one theme from that of the others."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log, sqrt

from feedback.measures.intervals import NORMAL_95

#: a word of at least three letters, whatever the language
_WORD = re.compile(r"[^\W\d_]{3,}")
#: below this many spans a word is an accident
_SEEN_FROM = 3


#: language and words of one mention of a theme
Span = tuple[str | None, str]


@dataclass(frozen=True, kw_only=True)
class TypicalWord:
    """A word, the spans of the theme that hold it, and how far it stands out.

    `score` is in standard errors; 1.96 and above is kept.
    """

    word: str
    language: str | None
    n: int
    score: float


@dataclass
class _Spans:
    """How many spans there are in a language, and how many hold each word."""

    n: int = 0
    holding: Counter[str] = field(default_factory=Counter)


def typical_words(
    of_theme: Iterable[Span], of_others: Iterable[Span], *, most: int = 12
) -> tuple[TypicalWord, ...]:
    """Return the words most typical of a theme's spans, the most typical first.

    The score is the log of an odds ratio over its standard error, with half a span
    added to each count (Haldane and Anscombe): how much more likely a span of the
    theme holds the word than a span of another theme in the same language. Common
    words weigh the same on both sides and fall out by themselves, so no list of stop
    words is needed.
    """
    here, there = _count(of_theme), _count(of_others)
    found = [
        word
        for language, words in here.items()
        for word in _standing_out(words, there[language], language)
    ]
    found.sort(key=lambda one: (-one.score, one.word))
    return tuple(found[:most])


def _standing_out(
    here: _Spans, there: _Spans, language: str | None
) -> Iterator[TypicalWord]:
    for word, n in here.holding.items():
        if n < _SEEN_FROM:
            continue
        cells = (n, here.n - n, there.holding[word], there.n - there.holding[word])
        a, b, c, d = (cell + 0.5 for cell in cells)
        score = log(a * d / (b * c)) / sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        if score >= NORMAL_95:
            yield TypicalWord(word=word, language=language, n=n, score=score)


def _count(spans: Iterable[Span]) -> defaultdict[str | None, _Spans]:
    counted: defaultdict[str | None, _Spans] = defaultdict(_Spans)
    for language, text in spans:
        found = counted[language]
        found.n += 1
        found.holding.update(set(_WORD.findall(text.casefold())))
    return counted
