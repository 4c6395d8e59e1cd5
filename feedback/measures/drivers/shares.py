"""How much of R² each driver stands for: Shapley up to twelve, relative weights above.

A driver may be several columns (complained of, praised); they enter together.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import factorial

import numpy as np
from numpy.typing import NDArray

from feedback.measures.drivers.patterns import Floats

#: so many drivers have 4,096 sets; each further one doubles them
MOST_FOR_SHAPLEY = 12
#: what is left of a column once the others are known, below which it adds nothing
_NOTHING_LEFT = 1e-9


def shapley_shares(correlations: Floats, sizes: Sequence[int]) -> Floats:
    """Return each driver's mean growth of R² over all orders of entry.

    Lindeman, Merenda and Gold (1980), the Shapley value of R²: the shares of a row sum
    to its R². All sets are met in one walk: a driver is either swept out of what is
    left or dropped from it, so that a set costs what is left after its last driver.

    Args:
        correlations: squares of correlations, the score last, one a resample.
        sizes: columns of each driver, in their order.

    Returns:
        A row a resample, a column a driver.
    """
    explained = _explained(correlations, sizes)
    weights = _entry_weights(len(sizes))
    shares: Floats = explained @ weights.T
    return shares


def _explained(correlations: Floats, sizes: Sequence[int]) -> Floats:
    """Return R² of each set, by resample; bit i of a set's place is driver i."""
    left = correlations[None]
    for size in sizes:
        dropped = left[:, :, size:, size:]
        swept = left
        for _ in range(size):
            swept = _sweep_first(swept)
        left = np.concatenate([dropped, swept])
    explained: Floats = 1 - left[:, :, 0, 0].T
    return explained


def _sweep_first(matrices: Floats) -> Floats:
    """Return what is left of the other columns once the first is known."""
    pivot = matrices[..., 0, 0]
    over = np.divide(1.0, pivot, out=np.zeros(pivot.shape), where=pivot > _NOTHING_LEFT)
    row = matrices[..., 0, 1:]
    left: Floats = (
        matrices[..., 1:, 1:]
        - row[..., :, None] * (row * over[..., None])[..., None, :]
    )
    return left


def _entry_weights(count: int) -> Floats:
    """Return with which weight each set counts for each driver, drivers by row."""
    sets = np.arange(2**count)
    holds: NDArray[np.bool_] = (sets[None, :] >> np.arange(count)[:, None]) & 1 == 1
    size = holds.sum(0)
    orders = np.array(
        [
            factorial(before) * factorial(count - before - 1) / factorial(count)
            for before in range(count)
        ]
    )
    joined = orders[np.maximum(size - 1, 0)]
    absent = orders[np.minimum(size, count - 1)]
    weights: Floats = np.where(holds, joined, -absent)
    return weights


def relative_weights(correlations: Floats, sizes: Sequence[int]) -> Floats:
    """Return Johnson's (2000) relative weights; those of a row sum to its R².

    The columns are replaced by the nearest ones that do not correlate, and the weight
    of these is given back by how they make up the columns. It is an approximation
    whose derivation Thomas et al. (2014) dispute; it mostly lies close to Shapley.
    """
    among, with_score = correlations[:, :-1, :-1], correlations[:, :-1, -1]
    values, vectors = np.linalg.eigh(among)
    roots = np.sqrt(np.maximum(values, 0))
    over = np.divide(
        1.0, roots, out=np.zeros(roots.shape), where=values > _NOTHING_LEFT
    )
    turned = np.swapaxes(vectors, 1, 2)
    loadings = (vectors * roots[:, None, :]) @ turned
    beta = ((vectors * over[:, None, :]) @ turned @ with_score[:, :, None])[:, :, 0]
    weights = (loadings**2 @ (beta**2)[:, :, None])[:, :, 0]
    return sum_up(weights, sizes)


def sum_up(columns: Floats, sizes: Sequence[int]) -> Floats:
    """Return the sums over the columns of each driver, rows as they are."""
    ends = np.cumsum([0, *sizes])
    return np.column_stack(
        [columns[:, first:until].sum(1) for first, until in pairwise(ends)]
    )
