"""Weights that were learned from labelled texts, and what they say of words.

A linear model: each word, its pieces and the pair that it makes with the word before
add to each output, so what a text gets can be told word by word. The file holds
numbers only; `feedback nlp train` makes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from feedback.nlp.annotation import Feeling, Polarity, TextType
from feedback.nlp.features import (
    BEGINNING,
    pair_bucket,
    question_bucket,
    word_buckets,
)
from feedback.nlp.taxonomy import shipped_taxonomy

FEELINGS = (Feeling.POSITIVE, Feeling.NEUTRAL, Feeling.NEGATIVE, Feeling.MIXED)
TYPES = tuple(TextType)
TOPICS = tuple(theme.key for theme in shipped_taxonomy())
POLARITIES = tuple(Polarity)
#: the outputs, of the whole text and of a clause
OF_TEXT, OF_CLAUSE = len(FEELINGS) + len(TYPES), len(TOPICS) + len(POLARITIES)
TEXT = slice(0, OF_TEXT)
CLAUSE = slice(OF_TEXT, OF_TEXT + OF_CLAUSE)
#: how much words count beside the signals of the rules, and those of a question
WORDS, ASKED = 2.5, 0.3

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What each word of a passage adds.

    Attributes:
        words: the folded words, marks among them.
        values: words x outputs.
        sizes: how many features each word brought.
    """

    words: tuple[str, ...]
    values: Values
    sizes: NDArray[np.int64]

    def sum(self, start: int, end: int, outputs: slice) -> Values:
        """Return what the words `start` to `end` say together, per output."""
        size = max(int(self.sizes[start:end].sum()), 1)
        total: Values = WORDS * self.values[start:end, outputs].sum(axis=0)
        total /= np.sqrt(size)
        return total

    def share(self, size: int) -> float:
        """Return what turns its own sum into that of a text of `size` features."""
        return float(np.sqrt(self.sizes.sum() / size))


class Weights:
    """The learned weights of one language."""

    def __init__(self, source: Traversable) -> None:
        with as_file(source) as path, np.load(path, allow_pickle=False) as stored:
            self._table: NDArray[np.int8] = stored["table"]
            self._scale: Values = stored["scale"].astype(np.float64)
            self._biases: Values = stored["biases"].astype(np.float64)
            self._text_signals: Values = stored["text_signals"].astype(np.float64)
            self._clause_signals: Values = stored["clause_signals"].astype(np.float64)
        self._word = lru_cache(maxsize=1 << 15)(self._word_values)

    def read(self, words: Sequence[str]) -> Said:
        """Return what each word adds, standing after the word before it."""
        pairs = zip([BEGINNING, *words[:-1]], words, strict=True)
        rows = [
            self._word(word) + self._table[pair_bucket(before, word)]
            for before, word in pairs
        ]
        values = np.array(rows, dtype=np.float64).reshape(len(words), len(self._scale))
        sizes = np.array([len(word_buckets(word)) + 1 for word in words], dtype=int)
        return Said(tuple(words), values * self._scale, sizes)

    def ask(self, words: Sequence[str]) -> Values:
        """Return what the words of the question add to each output of a clause."""
        total = np.zeros(len(self._scale))
        for word in words:
            total += self._table[question_bucket(word)]
        said: Values = ASKED * total[CLAUSE] * self._scale[CLAUSE]
        said /= np.sqrt(max(len(words), 1))
        return said

    def of_text(self, signals: Values, said: Values) -> Values:
        """Return the logits of feelings and types, of what rules and words say."""
        logits: Values = self._biases[TEXT] + signals @ self._text_signals + said
        return logits

    def of_clause(self, signals: Values, said: Values) -> Values:
        """Return the logits of topics and polarities."""
        logits: Values = self._biases[CLAUSE] + signals @ self._clause_signals + said
        return logits

    def _word_values(self, word: str) -> NDArray[np.int32]:
        rows = self._table[list(word_buckets(word))]
        values: NDArray[np.int32] = rows.sum(axis=0, dtype=np.int32)
        return values


def source_of(language: str) -> Traversable:
    """Return where the weights of `fr` or `en` lie."""
    return files("feedback.nlp") / "data" / f"weights_{language}.npz"
