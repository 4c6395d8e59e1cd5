"""A change among weeks that drift: a mixed model of the answers, over all drifts.

The mean of the answers of week t is

    y_t = x_t b + d_t + e_t    var e_t = s^2 / n_t    d_t = rho d_(t-1) + u_t

with regressors x_t (level, trend, season, change), s^2 the variance of one answer, and
a drift d_t of variance q s^2 and memory rho that goes on through weeks without answers.
The coefficients of the season are themselves drawn, with standard deviation a s.

Were q, rho and a known, this would be generalised least squares, and the change would
have a t distribution. They are not, and few weeks hardly tell them; to take the
likeliest values makes intervals too narrow (Turner et al. 2021). So the t distributions
over a grid of values are mixed, each weighted by its restricted likelihood (Harville
1974) and its prior: of the share of the sampling error in the variance of a usual week
nearly uniform (Daniels 1999), of a uniform up to 0.25, and of rho more on slow drifts.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpttrf, dpttrs
from scipy.special import gammaln, stdtr, stdtrit

Array = NDArray[np.float64]

#: Shares of the sampling error in the variance of a usual week; how likely each is held
#: to be falls evenly, from 1.5 to 0.5.
SAMPLING_SHARES = (0.005, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
#: Memories of the drift from week to week, and how likely each is held to be: most of
#: it where drifts are slow, as these pass most easily for an effect.
MEMORIES = (0.2, 0.5, 0.7, 0.85, 0.93, 0.98)
MEMORY_WEIGHTS = (1, 1, 2, 3, 3, 2)
#: Sizes of a season, in standard deviations of one answer; uniform.
SEASONS = (0.0125, 0.05, 0.1, 0.2)
LARGEST_SEASON = 0.25
#: What weighs less than this beside all others changes no figure that is shown.
NEGLIGIBLE = 1e-3
#: Squares below this part of those of the means are left by rounding.
ROUNDING = 1e-12
#: Steps within which a quantile is found, whatever the mixture.
STEPS = 60


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """What is known of a change: t distributions, each with a weight.

    Attributes:
        weights: of each, together 1.
        locations: centre of each, in the unit of the measure.
        scales: standard error of each, the same unit.
        freedom: degrees of freedom of all of them.
        likeliest: the drift of the heaviest.
    """

    weights: Array
    locations: Array
    scales: Array
    freedom: float
    likeliest: "Drift"

    @property
    def mean(self) -> float:
        """The estimate of the change."""
        return float(self.weights @ self.locations)

    @property
    def p(self) -> float:
        """Twice the probability that the change has the other sign, 0..1."""
        under = float(self._below(np.zeros(1))[0])
        return min(1.0, 2 * min(under, 1 - under))

    def quantiles(self, *shares: float) -> Array:
        """Return the values that the change is below with these probabilities.

        By Newton's method, kept between bounds that close in.
        """
        wanted = np.array(shares)
        spread = self.scales**2 + (self.locations - self.mean) ** 2
        width = float(np.sqrt(self.weights @ spread))
        reach = 1e4 * self.scales.max() + np.ptp(self.locations)
        low = np.full(len(wanted), self.mean - reach)
        high = np.full(len(wanted), self.mean + reach)
        value = self.mean + width * np.asarray(stdtrit(self.freedom, wanted))
        for _ in range(STEPS):
            excess = self._below(value) - wanted
            low = np.where(excess < 0, value, low)
            high = np.where(excess < 0, high, value)
            step = excess / np.maximum(self._density(value), 1e-12 / width)
            if np.all(np.abs(step) <= 1e-10 * width):
                break
            inside = (value - step > low) & (value - step < high)
            value = np.where(inside, value - step, (low + high) / 2)
        return value

    def _below(self, values: Array) -> Array:
        t = (values[:, None] - self.locations) / self.scales
        return np.asarray(stdtr(self.freedom, t) @ self.weights)

    def _density(self, values: Array) -> Array:
        t = (values[:, None] - self.locations) / self.scales
        half = (self.freedom + 1) / 2
        height = np.exp(gammaln(half) - gammaln(self.freedom / 2))
        height /= np.sqrt(self.freedom * np.pi)
        bell = height * np.exp(-half * np.log1p(t**2 / self.freedom))
        return np.asarray(bell @ (self.weights / self.scales))


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How weeks differ beyond their sampling error.

    Attributes:
        variance: of the drift, in variances of one answer.
        memory: correlation of the drift with that of the week before, 0..1.
        season: size of the season, in standard deviations of one answer.
    """

    variance: float
    memory: float
    season: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """Weeks of one measure, ready to be weighed.

    Attributes:
        means: mean of each week, 0 where there are no answers.
        answers: answers of each week, or what they are worth; may be 0.
        regressors: one row a week; the last column is the change.
        seasonal: for each regressor, how much of a season it is: 0 for none.
        squares: sum of squares of the answers around the means of their weeks.
        freedom: degrees of freedom of these squares.
    """

    means: Array
    answers: Array
    regressors: Array
    seasonal: Array
    squares: float
    freedom: float


def weigh(model: Model) -> Mixture | None:
    """Return what is known of the change; None when nothing varies at all."""
    answered = model.answers > 0
    shares, memories, priors = _grid()
    variances = (1 / shares - 1) / float(model.answers[answered].mean())
    # Distances from the middle lose less to rounding than large numbers do.
    middle = float(model.means[answered].mean())
    means = np.where(answered, model.means - middle, 0.0)
    products, log_volume = products_of(
        np.column_stack([model.regressors, means]), model.answers, variances, memories
    )
    precisions, log_penalty = _penalties(model.seasonal)
    columns = len(model.seasonal)
    # Every drift with every size of season, in one row of points.
    crossed = products[None, :, :-1, :-1] + precisions
    crossed = crossed.reshape(-1, columns, columns)
    right = np.tile(products[:, :-1, -1], (len(SEASONS), 1))
    inverse = np.linalg.inv(crossed)
    found = np.einsum("aij,aj->ai", inverse, right)
    left = np.tile(products[:, -1, -1], len(SEASONS))
    left -= np.einsum("ai,ai->a", found, right)
    squares = model.squares + np.maximum(left, 0.0)
    fixed = int((model.seasonal == 0).sum())
    freedom = model.freedom + float(answered.sum()) - fixed
    rounding = ROUNDING * float(model.answers @ model.means**2)
    if freedom <= 0 or squares.max() <= rounding:
        return None
    squares = np.maximum(squares, rounding)
    log_weights = (
        priors
        + np.repeat(log_penalty, len(shares))
        - np.tile(log_volume, len(SEASONS)) / 2
        - np.linalg.slogdet(crossed)[1] / 2
        - freedom / 2 * np.log(squares)
    )
    weights = np.exp(log_weights - log_weights.max())
    season, point = divmod(int(weights.argmax()), len(shares))
    kept = weights > NEGLIGIBLE * weights.sum()
    return Mixture(
        weights=weights[kept] / weights[kept].sum(),
        locations=found[kept, -1],
        scales=np.sqrt(squares[kept] / freedom * inverse[kept, -1, -1]),
        freedom=freedom,
        likeliest=Drift(
            variance=float(variances[point]),
            memory=float(memories[point]),
            season=SEASONS[season],
        ),
    )


def products_of(
    columns: Array, answers: Array, variances: Array, memories: Array
) -> tuple[Array, Array]:
    """Return Z' V^-1 Z and log |V| for each drift, V in variances of one answer.

    By Woodbury, with N the answers and R the correlations of the drift, whose inverse Q
    is tridiagonal: V^-1 = N - N (N + Q/q)^-1 N, in which a week without answers counts
    for nothing. All drifts are one tridiagonal system, as blocks that do not touch.

    Args:
        columns: Z, one row a week.
        answers: N, one a week.
        variances: q of each drift, above 0.
        memories: rho of each drift, below 1.
    """
    weeks, drifts = len(answers), len(variances)
    scale = 1 / (variances * (1 - memories**2))
    diagonal = np.repeat((scale * (1 + memories**2))[:, None], weeks, axis=1)
    diagonal[:, 0] = diagonal[:, -1] = scale
    diagonal += answers
    beside = np.zeros((drifts, weeks))
    beside[:, :-1] = -(scale * memories)[:, None]
    weighted = answers[:, None] * columns
    pivots, below, _ = dpttrf(diagonal.ravel(), beside.ravel()[:-1])
    solved, _ = dpttrs(pivots, below, np.tile(weighted.T, (1, drifts)).T)
    taken = solved.T.reshape(-1, drifts, weeks) @ weighted
    # |V| = |N + Q/q| |q R| / |N|, and |R| = (1 - rho^2)^(weeks - 1)
    log_volume = (
        np.log(pivots.reshape(drifts, weeks)).sum(axis=1)
        + weeks * np.log(variances)
        + (weeks - 1) * np.log1p(-(memories**2))
        - np.log(answers[answers > 0]).sum()
    )
    return columns.T @ weighted - taken.transpose(1, 0, 2), log_volume


def _penalties(seasonal: Array) -> tuple[Array, Array]:
    """Return what each size of season adds to X'V^-1 X, and to the log likelihood."""
    drawn = seasonal > 0
    deviations = np.outer(SEASONS, np.where(drawn, seasonal, 1.0))
    precisions = np.where(drawn, deviations**-2.0, 0.0)
    log_penalty = -np.log(deviations[:, drawn]).sum(axis=1)
    return precisions[:, None, :, None] * np.eye(len(seasonal)), log_penalty


@cache
def _grid() -> tuple[Array, Array, Array]:
    """Return share of sampling error and memory of each drift, and all their priors.

    The priors are those of every drift with every size of season.
    """
    shares, memories = np.meshgrid(SAMPLING_SHARES, MEMORIES, indexing="ij")
    falling = _widths(SAMPLING_SHARES, 1.0) * (1.5 - np.array(SAMPLING_SHARES))
    of_drifts = np.outer(falling, MEMORY_WEIGHTS).ravel()
    priors = np.outer(_widths(SEASONS, LARGEST_SEASON), of_drifts)
    return shares.ravel(), memories.ravel(), np.log(priors / priors.sum()).ravel()


def _widths(points: tuple[float, ...], end: float) -> Array:
    """Return how much of 0 to `end` is nearest to each point."""
    between = [(a + b) / 2 for a, b in pairwise(points)]
    return np.diff([0.0, *between, end])
