"""Penalty and reward: what complaint and praise of a theme go with, in points."""

from enum import StrEnum

import numpy as np

from feedback.measures.drivers.patterns import Floats, Sums


class Kind(StrEnum):
    """What a theme is to customers (Brandt 1987; Matzler and Sauerwein 2002).

    Basic: complaints alone count, or far more than praise. Performance: both count.
    Excitement: praise alone does. Unclear: neither can be told from chance.
    """

    BASIC = "basic"
    PERFORMANCE = "performance"
    EXCITEMENT = "excitement"
    UNCLEAR = "unclear"


def coefficients(sums: Sums) -> Floats:
    """Return by how many points the score goes with each column, the others equal.

    Least squares of the score on all columns. Where the others make a column up, it
    is held to the smallest slope. A row a resample.
    """
    among = sums.squares[:, :-1, :-1].copy()
    size = np.arange(among.shape[1])
    # a hair of a ridge, so that a column that nobody drew does not stop the others
    among[:, size, size] += 1e-9 * sums.n[:, None]
    solved = np.linalg.solve(among, sums.squares[:, :-1, -1:])
    return np.asarray(solved[:, 1:, 0], dtype=np.float64)


def inflation(correlations: Floats) -> Floats:
    """Return the variance inflation factor of each column, from 1 to infinity.

    How much wider than on its own a coefficient is, because the columns go together.
    """
    among = correlations[0, :-1, :-1]
    steady = np.diagonal(among) == 0
    whole = among + np.diag(steady.astype(np.float64))
    values, vectors = np.linalg.eigh(whole)
    with np.errstate(divide="ignore"):
        over = np.where(values > 1e-9, 1 / np.maximum(values, 1e-12), np.inf)
    share = vectors**2
    factors: Floats = np.where(share > 1e-9, share * over, 0.0).sum(1)
    return np.maximum(factors, 1.0)


def kind_of(
    penalty: tuple[float, float] | None,
    reward: tuple[float, float] | None,
    surplus: tuple[float, float] | None,
) -> Kind:
    """Tell what a theme is from the intervals of its penalty and its reward.

    Args:
        penalty: interval of what goes with complaint; None where nobody complained.
        reward: interval of what goes with praise; None where nobody praised.
        surplus: interval of the size of the penalty less that of the reward.
    """
    costs = penalty is not None and penalty[1] < 0
    earns = reward is not None and reward[0] > 0
    if costs and earns:
        is_larger = surplus is not None and surplus[0] > 0
        return Kind.BASIC if is_larger else Kind.PERFORMANCE
    if costs:
        return Kind.BASIC
    return Kind.EXCITEMENT if earns else Kind.UNCLEAR
