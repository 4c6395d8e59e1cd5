"""What one deployment's own answers teach of the side that a text takes.

A small layer over the shipped weights, by language. It weighs how far these lean to
the good or the bad together with the words of the text, and leaves everything else as
it is. A text that the shipped analysis calls mixed or neutral, and a text of few words
that a rule knows, takes the side of the model only where that is sure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from math import sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from feedback.nlp.annotation import Feeling
from feedback.nlp.features import BEGINNING, pair_bucket, word_buckets
from feedback.nlp.whole import Whole

#: several of the shipped buckets share one of these
BUCKETS = 1 << 15
#: how much words count beside the shipped lean
OWN_WORDS = 6.0
#: in logits: up to here stays what a rule says of a text of few words, and what is
#: mixed or neutral by the shipped analysis
UNSURE = 0.75
#: the steps of a table, to either side of 0
STEPS = 127
_SIDES = frozenset({Feeling.POSITIVE, Feeling.NEGATIVE})


@dataclass(frozen=True, eq=False)
class House:
    """A model of a deployment.

    Attributes:
        version: 8 characters, told from what was learned.
        table: what each bucket adds to the side, in steps.
        step: what one of them is worth, in logits.
        lean: how much the shipped lean counts.
        bias: where the side stands when nothing speaks for either.
    """

    version: str
    table: NDArray[np.int8]
    step: float
    lean: float
    bias: float

    def side(self, lean: float, buckets: Collection[int]) -> float:
        """Return the log odds of good against bad.

        Args:
            lean: those of the shipped weights.
            buckets: of the words of the text, see `buckets_of`.
        """
        places = np.fromiter(buckets, dtype=np.int64, count=len(buckets))
        said = int(self.table[places].sum(dtype=np.int64)) * self.step
        return self.bias + self.lean * lean + said * share_of_one(buckets)

    def settle(self, whole: Whole, buckets: Collection[int]) -> tuple[Feeling, float]:
        """Return the feeling of a text and its score, -1 to 1."""
        side = self.side(whole.lean, buckets)
        is_open = whole.feeling in _SIDES and not whole.is_by_rule
        if not is_open and abs(side) < UNSURE:
            return whole.feeling, whole.score
        settled = Feeling.POSITIVE if side > 0 else Feeling.NEGATIVE
        return settled, round(tanh(side / 2), 3)


def buckets_of(passages: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """Return the buckets of the folded words of each passage, and of their pairs.

    Each once, in order, however often it is said.
    """
    found: set[int] = set()
    for words in passages:
        for before, word in zip([BEGINNING, *words], words, strict=False):
            found.update(bucket % BUCKETS for bucket in word_buckets(word))
            found.add(pair_bucket(before, word) % BUCKETS)
    return tuple(sorted(found))


def share_of_one(buckets: Collection[int]) -> float:
    """Return how much one bucket of a text counts: less in a long one."""
    return OWN_WORDS / sqrt(max(len(buckets), 1))


def pack(table: NDArray[np.int8], *, step: float, lean: float, bias: float) -> bytes:
    """Return a model as the bytes that `unpack` reads; numbers only."""
    kept = BytesIO()
    np.savez_compressed(kept, table=table, numbers=np.array([step, lean, bias]))
    return kept.getvalue()


@lru_cache(maxsize=8)
def unpack(kept: bytes) -> House:
    """Read a model; the same bytes give the same object.

    Raises:
        ValueError: they are no model.
    """
    with np.load(BytesIO(kept), allow_pickle=False) as stored:
        table, numbers = stored["table"], stored["numbers"]
    if table.shape != (BUCKETS,) or table.dtype != np.int8 or numbers.shape != (3,):
        raise ValueError("not a model of a deployment")
    digest = sha256(table.tobytes() + numbers.tobytes()).hexdigest()
    return House(digest[:8], table, *map(float, numbers))
