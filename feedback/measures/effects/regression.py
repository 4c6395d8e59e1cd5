"""The plain segmented regression, with the errors of Newey and West."""

import numpy as np
from scipy.special import stdtr, stdtrit

from feedback.measures.effects.newey_west import regress, usual_lag
from feedback.measures.effects.results import Coefficient, Regression
from feedback.measures.effects.weeks import Weeks

#: Weeks each side that it needs.
FEWEST = 8


def regression(weeks: Weeks) -> Regression | None:
    """Return the plain segmented regression, or None below eight weeks each side."""
    if min(weeks.count_before, weeks.count_after) < FEWEST:
        return None
    used = weeks.answers > 0
    late = weeks.after.astype(float)
    t = np.arange(len(used)) - float(np.argmax(weeks.after))
    regressors = np.column_stack([np.ones(len(t)), t, late, t * late])[used]
    lag = usual_lag(len(regressors))
    fit = regress(weeks.means[used], regressors, weeks.answers[used], lag=lag)
    errors = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    level, trend, step, slope_change = (
        _coefficient(float(value), float(error), len(regressors) - 4)
        for value, error in zip(fit.coefficients, errors, strict=True)
    )
    return Regression(
        level=level, trend=trend, step=step, slope_change=slope_change, lag=lag
    )


def _coefficient(value: float, error: float, freedom: int) -> Coefficient:
    half = float(stdtrit(freedom, 0.975)) * error
    if error:
        p = 2 * float(stdtr(freedom, -abs(value) / error))
    else:
        p = 1.0 if value == 0 else 0.0
    return Coefficient(
        value=value, error=error, low=value - half, high=value + half, p=p
    )
