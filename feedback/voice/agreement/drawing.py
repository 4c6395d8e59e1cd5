"""The sample of a round: drawn at random, and drawn the same again from its seed."""

from collections.abc import Sequence
from random import Random

#: how many verbatims a round has at least and at most
FEWEST, MOST = 30, 300
#: seeds are numbers that every database and every person can keep
LARGEST_SEED = 2**31 - 1


def draw(numbers: Sequence[int], size: int, *, seed: int) -> list[int]:
    """Return `size` of the numbers, all of them if there are fewer, in random order.

    The order in which they are given does not matter.
    """
    return _choose(Random(seed), numbers, size)  # noqa: S311 - a sample, no secret


def draw_halves(
    one: Sequence[int], other: Sequence[int], size: int, *, seed: int
) -> list[int]:
    """Return as many of the one as of the other, `size` in all, in random order.

    When one of them has fewer than its half, so does the sample.
    """
    rng = Random(seed)  # noqa: S311 - a sample, no secret
    chosen = _choose(rng, one, size // 2) + _choose(rng, other, size - size // 2)
    rng.shuffle(chosen)
    return chosen


def _choose(rng: Random, numbers: Sequence[int], size: int) -> list[int]:
    return rng.sample(sorted(numbers), min(size, len(numbers)))
