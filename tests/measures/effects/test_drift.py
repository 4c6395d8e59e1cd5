"""The mixture over drifts, against the same sums done the long way."""

import numpy as np
import pytest
from scipy.special import stdtr

from feedback.measures.effects.drift import (
    MEMORIES,
    MEMORY_WEIGHTS,
    SAMPLING_SHARES,
    SEASONS,
    Drift,
    Mixture,
    weigh,
)
from feedback.measures.effects.segmented import model
from feedback.measures.effects.weeks import split
from tests.measures.effects.histories import THROUGH, drawn, plan

NO_DRIFT = Drift(variance=1, memory=0, season=0)


def mixture(
    weights: list[float], locations: list[float], scales: list[float]
) -> Mixture:
    return Mixture(
        weights=np.array(weights),
        locations=np.array(locations),
        scales=np.array(scales),
        freedom=9,
        likeliest=NO_DRIFT,
    )


def test_one_distribution_has_the_quantiles_of_students_t() -> None:
    one = mixture([1], [3], [2])

    assert one.mean == 3
    assert one.quantiles(0.025, 0.5, 0.975) == pytest.approx(
        [3 - 2 * 2.262157, 3, 3 + 2 * 2.262157], abs=1e-5
    )
    assert one.p == pytest.approx(2 * stdtr(9, -1.5))


def test_the_interval_leaves_out_nothing_just_when_p_is_five_per_cent() -> None:
    several = mixture([0.5, 0.3, 0.2], [2, 2.4, 1.2], [0.5, 3, 0.01])
    low, high = several.quantiles(0.025, 0.975)

    for bound in (low, high):
        moved = mixture(
            [0.5, 0.3, 0.2], [2 - bound, 2.4 - bound, 1.2 - bound], [0.5, 3, 0.01]
        )
        assert moved.p == pytest.approx(0.05, abs=1e-8)


def test_weights_and_places_are_those_of_the_whole_matrices() -> None:
    rng = np.random.default_rng(11)
    weeks = drawn(rng, rng.normal(0, 0.4, 20), answers=8)
    known = model(split(plan(12, washout_days=10), weeks, through=THROUGH).weeks)

    found = weigh(known)

    used = known.answers > 0
    x, y = known.regressors[used], known.means[used]
    freedom = known.freedom + used.sum() - 4
    logs, places, widths = [], [], []
    shares = np.diff([0, *np.convolve(SAMPLING_SHARES, [0.5, 0.5], "valid"), 1])
    sizes = np.diff([0, *np.convolve(SEASONS, [0.5, 0.5], "valid"), 0.25])
    apart = np.abs(np.subtract.outer(np.flatnonzero(used), np.flatnonzero(used)))
    for size, size_weight in zip(SEASONS, sizes, strict=True):
        drawn_too = x * known.seasonal * size
        for share, share_weight in zip(SAMPLING_SHARES, shares, strict=True):
            q = (1 / share - 1) / known.answers[used].mean()
            for memory, memory_weight in zip(MEMORIES, MEMORY_WEIGHTS, strict=True):
                v = np.diag(1 / known.answers[used]) + q * memory**apart
                v += drawn_too @ drawn_too.T
                flat = x[:, known.seasonal == 0]
                inverse = np.linalg.inv(v)
                crossed = flat.T @ inverse @ flat
                b = np.linalg.solve(crossed, flat.T @ inverse @ y)
                left = known.squares + (y - flat @ b) @ inverse @ (y - flat @ b)
                determinants = np.linalg.slogdet(v)[1] + np.linalg.slogdet(crossed)[1]
                logs.append(
                    np.log(size_weight * share_weight * (1.5 - share) * memory_weight)
                    - determinants / 2
                    - freedom / 2 * np.log(left)
                )
                places.append(b[-1])
                widths.append(np.sqrt(left / freedom * np.linalg.inv(crossed)[-1, -1]))
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()

    assert found is not None
    assert found.freedom == freedom
    assert found.mean == pytest.approx(weights @ np.array(places), rel=0.01)
    heaviest = weights.argmax()
    at = found.weights.argmax()
    assert found.locations[at] == pytest.approx(places[heaviest])
    assert found.scales[at] == pytest.approx(widths[heaviest])
    assert found.weights[at] == pytest.approx(weights[heaviest], rel=0.05)


def test_weeks_that_drift_leave_more_open_than_weeks_that_do_not() -> None:
    rng = np.random.default_rng(3)
    still = drawn(rng, [0.0] * 60)
    drift = drawn(rng, np.repeat(rng.normal(0, 0.5, 12), 5))

    widths = []
    for weeks in (still, drift):
        found = weigh(model(split(plan(40), weeks, through=THROUGH).weeks))
        assert found is not None
        widths.append(np.ptp(found.quantiles(0.025, 0.975)))

    assert widths[1] > 2 * widths[0]
