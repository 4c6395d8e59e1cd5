"""What learned weights look at: words, pieces of words, and pairs of words.

Each is known by a number alone, its bucket, so that weights hold no text.
"""

from functools import lru_cache
from zlib import crc32

BUCKETS = 1 << 18
#: lengths of the pieces of a word, its borders counted as letters
PIECES = (3, 4, 5)
#: stands before the first word, and before a word that is denied ("not good")
BEGINNING, DENIED = "^", "!"
#: so many letters stand for a denied word and its endings
STEM = 5


@lru_cache(maxsize=1 << 15)
def word_buckets(word: str) -> tuple[int, ...]:
    """Return the buckets of a folded word and of its pieces.

    Of a denied word its beginning stands for its pieces.
    """
    names = [f"w {word}"]
    if word.startswith(DENIED):
        names.append(f"d {word[: len(DENIED) + STEM]}")
    elif word.isalpha():
        bordered = f"<{word}>"
        names += [
            f"c {bordered[at : at + length]}"
            for length in PIECES
            for at in range(len(bordered) - length + 1)
        ]
    return tuple(map(_bucket, names))


def pair_bucket(before: str, word: str) -> int:
    """Return the bucket of two words that follow each other."""
    return _bucket(f"b {before} {word}")


def question_bucket(word: str) -> int:
    """Return the bucket of a word of the question that was asked."""
    return _bucket(f"q {word}")


def _bucket(name: str) -> int:
    return crc32(name.encode()) % BUCKETS
