"""The words that tell the talk of one theme from that of the others."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log, sqrt

from feedback.measures.intervals import NORMAL_95

#: a word of at least three letters, whatever the language
_WORD = re.compile(r"[^\W\d_]{3,}")
#: each word is thought to have been seen so often already, on both sides
_PRIOR = 0.5
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


def typical_words(
    of_theme: Iterable[Span], of_others: Iterable[Span], *, most: int = 12
) -> tuple[TypicalWord, ...]:
    """Return the words most typical of a theme's spans, the most typical first.

    The score is the difference of the log odds of a word in the spans of the theme
    and in those of the others, over its standard error (Monroe, Colaresi and Quinn
    2008), with a small flat prior, among the words of the same language. Common
    words weigh the same on both sides and fall out by themselves, so no list of stop
    words is needed. A span counts a word once, in lower case.
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
    here: Counter[str], there: Counter[str], language: str | None
) -> Iterator[TypicalWord]:
    prior = _PRIOR * len(here | there)
    all_here, all_there = here.total() + prior, there.total() + prior
    for word, n in here.items():
        a, b = n + _PRIOR, there[word] + _PRIOR
        if n < _SEEN_FROM or a >= all_here or b >= all_there:
            continue
        odds, others = a / (all_here - a), b / (all_there - b)
        score = (log(odds) - log(others)) / sqrt(1 / a + 1 / b)
        if score >= NORMAL_95:
            yield TypicalWord(word=word, language=language, n=n, score=score)


def _count(spans: Iterable[Span]) -> defaultdict[str | None, Counter[str]]:
    counted: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for language, text in spans:
        counted[language].update(set(_WORD.findall(text.casefold())))
    return counted
