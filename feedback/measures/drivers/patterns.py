"""Answers collapsed into patterns, and the sums that every figure is made of.

Answers with the same score and the same themes are one pattern with a count. A
resample of the answers is then a draw of counts, and whatever is asked of it follows
from sums of products. Most answers speak of one theme or two, so that most products
are 0 and are left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: below this standard deviation a column holds one value alone
_STEADY = 1e-9
#: patterns are drawn each by itself where they are fewer than one answer in so many
_DRAWN_APART = 20


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What figures are made of, one resample a row.

    Attributes:
        squares: sums of products of 1, of whether each column applies, of the score.
        points: sum of the score as the headline figure counts it.
        spoken: answers that speak of each theme.
        spoken_points: sum of their scores as the headline figure counts them.
    """

    squares: Floats
    points: Floats
    spoken: Floats
    spoken_points: Floats

    @property
    def n(self) -> Floats:
        """How many answers."""
        return self.squares[:, 0, 0]

    def correlations(self) -> Floats:
        """Return the correlations of columns and score; 0 with one that is steady."""
        n = self.n[:, None, None]
        means = self.squares[:, 0, 1:] / n[:, 0]
        covariances = self.squares[:, 1:, 1:] / n - means[:, :, None] * means[:, None]
        spread = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0))
        known = spread > _STEADY
        over = np.divide(1.0, spread, out=np.zeros(spread.shape), where=known)
        found: Floats = covariances * over[:, :, None] * over[:, None, :]
        return found


class Patterns:
    """Different answers, with how many gave each.

    Args:
        columns: whether each column applies, answers by row.
        spoken: whether each theme is spoken of, answers by row.
        values: the score of each answer.
        points: the same as the headline figure counts it.
    """

    def __init__(
        self, columns: Flags, spoken: Flags, values: Floats, points: Floats
    ) -> None:
        first, self._counts = _collapse(np.hstack([columns, spoken]), values)
        self.n = len(values)
        self._size = columns.shape[1] + 2
        self._upper = np.triu_indices(self._size)
        self._themes = spoken.shape[1]
        own = np.column_stack([np.ones(len(first)), columns[first], values[first]])
        told, counted = spoken[first].astype(np.float64), points[first][:, None]
        self._products: Any = csr_array(
            hstack(
                [
                    _pairs(csr_array(own), self._upper),
                    csr_array(counted),
                    csr_array(told),
                    csr_array(told * counted),
                ]
            ).T
        )

    def sums(self, counts: Floats | None = None) -> Sums:
        """Return the sums of resamples by row; without any, of the answers as given."""
        weights = self._counts[None, :] if counts is None else counts
        flat: Floats = (self._products @ weights.T).T
        pairs, rest = np.split(flat, [len(self._upper[0])], axis=1)
        squares = np.empty((len(weights), self._size, self._size))
        squares[:, self._upper[0], self._upper[1]] = pairs
        squares[:, self._upper[1], self._upper[0]] = pairs
        return Sums(
            squares=squares,
            points=rest[:, 0],
            spoken=rest[:, 1 : 1 + self._themes],
            spoken_points=rest[:, 1 + self._themes :],
        )

    def resample(self, times: int, rng: np.random.Generator) -> Floats:
        """Draw as many answers with replacement, so many times; return the counts."""
        size = len(self._counts)
        if size * _DRAWN_APART < self.n:
            share = self._counts / self.n
            return rng.multinomial(self.n, share, size=times).astype(np.float64)
        place = np.repeat(np.arange(size), self._counts.astype(np.int64))
        return np.array(
            [
                np.bincount(place[rng.integers(0, self.n, self.n)], minlength=size)
                for _ in range(times)
            ],
            dtype=np.float64,
        )


def _collapse(flags: Flags, values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return one answer of each pattern, and how many follow it."""
    _, score = np.unique(values, return_inverse=True)
    packed = np.packbits(flags, axis=1)
    name = score.astype(np.uint32).view(np.uint8).reshape(-1, 4)
    rows = np.ascontiguousarray(np.hstack([name, packed]))
    named = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, counts = np.unique(named, return_index=True, return_counts=True)
    return first, counts.astype(np.float64)


def _pairs(own: Any, upper: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Any:
    """Return the product of each pair of columns, by row."""
    by_column = own.tocsc()
    return by_column[:, upper[0]].multiply(by_column[:, upper[1]])
