"""Logistic regression on sparse counts by SciPy's L-BFGS: same input, same fit.

The penalty is half the sum of squares of all weights but the biases; `strength` is
what it is set against, the inverse of the penalty's own weight.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

Values = NDArray[np.float64]
ROUNDS = 80


def fit_yes_no(
    rows: csr_array, wanted: NDArray[Any], weights: Values, *, strength: float = 1.0
) -> tuple[Values, float]:
    """Fit the chance of a yes.

    Args:
        rows: examples x features.
        wanted: true or false for each example.
        weights: how much each example counts.
        strength: how much the examples count against the penalty.

    Returns:
        The weight of each feature and the bias, on the scale of logits.
    """
    turned = rows.T.tocsr()
    sign = np.where(wanted, 1.0, -1.0)

    def loss(point: Values) -> tuple[float, Values]:
        margin = sign * (rows @ point[:-1] + point[-1])
        lost = strength * float(weights @ np.logaddexp(0, -margin))
        pull = -strength * weights * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        slope = np.append(turned @ pull + point[:-1], pull.sum())
        return lost + 0.5 * float(point[:-1] @ point[:-1]), slope

    best = _lowest(loss, rows.shape[1] + 1)
    return best[:-1], float(best[-1])


def fit_classes(
    rows: csr_array,
    wanted: NDArray[Any],
    weights: Values,
    *,
    classes: int,
    strength: float = 1.0,
) -> tuple[Values, Values]:
    """Fit the chances of classes that exclude each other.

    Args:
        rows: examples x features.
        wanted: the number of the class of each example, from 0.
        weights: how much each example counts.
        classes: how many classes there are.
        strength: how much the examples count against the penalty.

    Returns:
        Weights (features x classes) and biases, on the scale of logits.
    """
    count, width = rows.shape
    turned = rows.T.tocsr()
    truth = np.zeros((count, classes))
    truth[np.arange(count), wanted] = 1.0

    def loss(point: Values) -> tuple[float, Values]:
        table = point.reshape(width + 1, classes)
        logits = rows @ table[:-1] + table[-1]
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        total = shares.sum(axis=1, keepdims=True)
        shares /= total
        chosen = (logits * truth).sum(axis=1) - np.log(total[:, 0])
        pull = strength * weights[:, None] * (shares - truth)
        slope = np.vstack([turned @ pull + table[:-1], pull.sum(axis=0)])
        penalty = 0.5 * float((table[:-1] ** 2).sum())
        return penalty - strength * float(weights @ chosen), slope.ravel()

    best = _lowest(loss, (width + 1) * classes).reshape(width + 1, classes)
    return best[:-1], best[-1]


def _lowest(loss: Any, size: int) -> Values:
    found = minimize(
        loss,
        np.zeros(size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ROUNDS, "maxcor": 6},
    )
    best: Values = found.x
    return best
