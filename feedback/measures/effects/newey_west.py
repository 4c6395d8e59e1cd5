"""Weighted least squares with the errors of Newey and West (1987)."""

from dataclasses import dataclass

import numpy as np

from feedback.measures.effects.drift import Array


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Coefficients, their covariance and the lag that it allows for."""

    coefficients: Array
    covariance: Array
    lag: int


def usual_lag(count: int) -> int:
    """Return the lag for a number of observations: 4 (count / 100)^(2/9), rounded down.

    The rule of Newey and West (1994) for weights of Bartlett.
    """
    return int(4 * (count / 100) ** (2 / 9))


def regress(y: Array, regressors: Array, weights: Array, *, lag: int) -> Fit:
    """Return the weighted least squares fit with errors that may hang together.

    The covariance is B^-1 M B^-1 n / (n - k) with B = X'WX and M the sum over lags l up
    to `lag` of the products of the scores of observations l apart, weighted by
    1 - l / (lag + 1).

    Args:
        y: observations, in order of time.
        regressors: one row an observation, more rows than columns.
        weights: of each observation, above 0.
        lag: how far apart observations may still hang together.
    """
    weighted = regressors * weights[:, None]
    bread = np.linalg.inv(regressors.T @ weighted)
    coefficients = bread @ (weighted.T @ y)
    scores = weighted * (y - regressors @ coefficients)[:, None]
    middle = scores.T @ scores
    for apart in range(1, lag + 1):
        crossed = scores[apart:].T @ scores[:-apart]
        middle += (1 - apart / (lag + 1)) * (crossed + crossed.T)
    rows, columns = regressors.shape
    return Fit(
        coefficients=coefficients,
        covariance=bread @ middle @ bread * (rows / (rows - columns)),
        lag=lag,
    )
