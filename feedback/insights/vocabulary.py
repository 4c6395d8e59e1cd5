"""The words that tell the talk of one theme from that of the others."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from feedback.measures.intervals import NORMAL_95

#: a word of at least three letters, whatever the language
_WORD = re.compile(r"[^\W\d_]{3,}")
#: each word is thought to have been seen so often already, on both sides
_PRIOR = 0.5
#: below this many spans a word is an accident
_SEEN_FROM = 3


@dataclass(frozen=True, kw_only=True)
class TypicalWord:
    """A word, the spans of the theme that hold it, and how far it stands out.

    `score` is in standard errors; 1.96 and above is kept.
    """

    word: str
    n: int
    score: float


def typical_words(
    of_theme: Iterable[str], of_others: Iterable[str], *, most: int = 12
) -> tuple[TypicalWord, ...]:
    """Return the words most typical of a theme's spans, the most typical first.

    The score is the difference of the log odds of a word in the spans of the theme
    and in those of the others, over its standard error (Monroe, Colaresi and Quinn
    2008), with a small flat prior. Common words weigh the same on both sides and
    fall out by themselves, so no list of stop words is needed. A span counts a word
    once, in lower case.
    """
    here, there = _count(of_theme), _count(of_others)
    kinds = len(here | there)
    all_here, all_there = here.total(), there.total()
    found = []
    for word, n in here.items():
        a, b = n + _PRIOR, there[word] + _PRIOR
        rest_a = all_here + _PRIOR * kinds - a
        rest_b = all_there + _PRIOR * kinds - b
        if n < _SEEN_FROM or rest_a <= 0 or rest_b <= 0:
            continue
        score = (log(a / rest_a) - log(b / rest_b)) / sqrt(1 / a + 1 / b)
        if score >= NORMAL_95:
            found.append(TypicalWord(word=word, n=n, score=score))
    found.sort(key=lambda one: (-one.score, one.word))
    return tuple(found[:most])


def _count(spans: Iterable[str]) -> Counter[str]:
    return Counter(
        word for span in spans for word in set(_WORD.findall(span.casefold()))
    )
