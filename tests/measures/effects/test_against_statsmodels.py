"""Fifty made-up cases, each method against statsmodels, to a millionth."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from feedback.measures.effects.differences import of_all_answers
from feedback.measures.effects.drift import Array, products_of
from feedback.measures.effects.newey_west import regress, usual_lag
from feedback.measures.effects.regression import regression
from feedback.measures.effects.two_period import two_period
from feedback.measures.effects.weeks import split, together
from tests.measures.effects.histories import THROUGH, plan, week_of, weeks_of

CASES = range(50)
CLOSE = 1e-6


def answers_of(rng: np.random.Generator, weeks: int) -> list[Array]:
    """Answers of each week, with a drift and a trend, some weeks few."""
    drift = np.cumsum(rng.normal(0, 0.3, weeks)) + 0.05 * np.arange(weeks)
    return [rng.normal(mean, 2, int(rng.integers(2, 30))) for mean in drift]


@pytest.mark.parametrize("case", CASES)
def test_welch_is_that_of_compare_means(case: int) -> None:
    rng = np.random.default_rng(case)
    a = rng.normal(0, rng.uniform(0.5, 3), int(rng.integers(5, 80)))
    b = rng.normal(rng.normal(), rng.uniform(0.5, 3), int(rng.integers(5, 80)))

    ours = two_period(week_of(0, a).moments, week_of(1, b).moments)
    theirs = CompareMeans(DescrStatsW(b), DescrStatsW(a))

    assert ours is not None
    assert ours.p == pytest.approx(theirs.ttest_ind(usevar="unequal")[1], abs=CLOSE)
    assert (ours.low, ours.high) == pytest.approx(
        theirs.tconfint_diff(usevar="unequal"), abs=CLOSE
    )


@pytest.mark.parametrize("case", CASES)
def test_weighted_least_squares_with_newey_west_errors(case: int) -> None:
    rng = np.random.default_rng(100 + case)
    rows = int(rng.integers(12, 80))
    regressors = np.column_stack([np.ones(rows), rng.normal(size=(rows, 3))])
    y = regressors @ rng.normal(size=4) + np.cumsum(rng.normal(size=rows))
    weights = np.ones(rows) if case % 2 else rng.uniform(1, 50, rows)
    lag = int(rng.integers(0, 6))

    ours = regress(y, regressors, weights, lag=lag)
    theirs = sm.WLS(y, regressors, weights=weights).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}
    )

    np.testing.assert_allclose(ours.coefficients, theirs.params, atol=CLOSE)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), atol=CLOSE)


@pytest.mark.parametrize("case", CASES)
def test_the_segmented_regression_of_weeks(case: int) -> None:
    rng = np.random.default_rng(200 + case)
    before, after = (int(n) for n in rng.integers(8, 40, 2))
    answers = answers_of(rng, before + after)

    ours = regression(split(plan(before), weeks_of(answers), through=THROUGH).weeks)
    t = np.arange(before + after) - before
    late = (t >= 0).astype(float)
    theirs = sm.WLS(
        [one.mean() for one in answers],
        np.column_stack([np.ones(len(t)), t, late, t * late]),
        weights=[len(one) for one in answers],
    ).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": usual_lag(len(t)), "use_correction": True},
        use_t=True,
    )

    assert ours is not None
    coefficients = (ours.level, ours.trend, ours.step, ours.slope_change)
    for index, one in enumerate(coefficients):
        assert one.value == pytest.approx(theirs.params[index], abs=CLOSE)
        assert one.error == pytest.approx(theirs.bse[index], abs=CLOSE)
        assert one.p == pytest.approx(theirs.pvalues[index], abs=CLOSE)
        assert (one.low, one.high) == pytest.approx(theirs.conf_int()[index], abs=CLOSE)


@pytest.mark.parametrize("case", CASES)
def test_a_known_drift_is_generalised_least_squares_on_the_answers(case: int) -> None:
    rng = np.random.default_rng(300 + case)
    weeks = int(rng.integers(10, 25))
    answers = [one[: int(rng.integers(0, 6))] for one in answers_of(rng, weeks)]
    q, rho = rng.uniform(0.01, 2), rng.uniform(0, 0.95)
    regressors = np.column_stack(
        [np.ones(weeks), np.arange(weeks) / 9, np.arange(weeks) > weeks / 2]
    )
    sides = split(plan(0), weeks_of(answers), through=THROUGH).weeks

    products, log_volume = products_of(
        np.column_stack([regressors, sides.means]),
        sides.answers,
        np.array([q]),
        np.array([rho]),
    )
    crossed, right = products[0, :-1, :-1], products[0, :-1, -1]
    found = np.linalg.solve(crossed, right)
    left = products[0, -1, -1] - found @ right
    place = np.repeat(np.arange(weeks), [len(one) for one in answers])
    apart = np.abs(np.subtract.outer(place, place))
    theirs = sm.GLS(
        np.concatenate(answers),
        regressors[place],
        sigma=np.eye(len(place)) + q * rho**apart,
    ).fit()
    used = np.flatnonzero(sides.answers)
    of_means = q * rho ** np.abs(np.subtract.outer(used, used))
    of_means += np.diag(1 / sides.answers[used])

    np.testing.assert_allclose(found, theirs.params, atol=CLOSE)
    np.testing.assert_allclose(
        np.linalg.inv(crossed), theirs.normalized_cov_params, atol=CLOSE
    )
    scale = (sides.squares + left) / (len(place) - 3)
    assert scale == pytest.approx(theirs.scale, abs=CLOSE)
    assert log_volume[0] == pytest.approx(np.linalg.slogdet(of_means)[1], abs=CLOSE)


@pytest.mark.parametrize("case", CASES)
def test_difference_in_differences_of_all_answers(case: int) -> None:
    rng = np.random.default_rng(400 + case)
    groups = [rng.normal(rng.normal(), 2, int(rng.integers(30, 90))) for _ in range(4)]
    a, b, c, d = (week_of(0, one).moments for one in groups)

    effect, error, freedom = of_all_answers((a, b), (c, d))
    treated = np.repeat([1.0, 1.0, 0.0, 0.0], [len(one) for one in groups])
    late = np.repeat([0.0, 1.0, 0.0, 1.0], [len(one) for one in groups])
    theirs = sm.OLS(
        np.concatenate(groups),
        np.column_stack([np.ones(len(late)), treated, late, treated * late]),
    ).fit()

    assert effect == pytest.approx(theirs.params[3], abs=CLOSE)
    assert error == pytest.approx(theirs.bse[3], abs=CLOSE)
    assert freedom == theirs.df_resid
    assert together([a, b, c, d]).n == theirs.nobs
