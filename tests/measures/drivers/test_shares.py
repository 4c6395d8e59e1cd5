"""R² shared out: against all orders of entry, and against Johnson's own formula."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.measures.drivers.patterns import Floats
from feedback.measures.drivers.shares import relative_weights, shapley_shares


def made_up(seed: int, sizes: list[int], n: int = 60) -> Floats:
    """Return columns that go together, and a score that goes with them."""
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, sum(sizes)))
    columns += rng.normal(size=(n, 1))
    score = columns @ rng.normal(size=sum(sizes)) + rng.normal(size=n) * 2
    return np.column_stack([columns, score])


def related_in(data: Floats) -> Floats:
    """Return the correlations of columns and score, as one resample."""
    return np.asarray(np.corrcoef(data.T)).reshape(1, data.shape[1], data.shape[1])


def explained(data: Floats, wanted: list[int]) -> float:
    """Return R² of the score on some columns, by least squares."""
    score = data[:, -1] - data[:, -1].mean()
    if not wanted:
        return 0.0
    columns = data[:, wanted] - data[:, wanted].mean(0)
    left = score - columns @ np.linalg.lstsq(columns, score, rcond=None)[0]
    return float(1 - left @ left / (score @ score))


def by_all_orders(data: Floats, sizes: list[int]) -> list[float]:
    ends = np.cumsum([0, *sizes])
    groups = [list(range(ends[one], ends[one + 1])) for one in range(len(sizes))]
    growth = np.zeros(len(sizes))
    orders = list(permutations(range(len(sizes))))
    for order in orders:
        entered: list[int] = []
        for one in order:
            before = explained(data, entered)
            entered += groups[one]
            growth[one] += explained(data, entered) - before
    return [float(one) for one in growth / len(orders)]


@pytest.mark.parametrize("sizes", [[1], [1, 1, 1], [2, 1, 2], [1, 2, 1, 2, 1]])
def test_shapley_is_the_mean_growth_over_all_orders(sizes: list[int]) -> None:
    data = made_up(3, sizes)
    found = shapley_shares(related_in(data), sizes)[0]
    assert found == pytest.approx(by_all_orders(data, sizes), abs=1e-10)


def test_relative_weights_are_those_of_the_singular_vectors() -> None:
    """Johnson (2000): X = P D Q', Z = P Q', weights (L^2) (beta^2)."""
    data = made_up(4, [1] * 5)
    standard = (data - data.mean(0)) / data.std(0) / np.sqrt(len(data))
    columns, score = standard[:, :-1], standard[:, -1]
    p, _, q = np.linalg.svd(columns, full_matrices=False)
    nearest = p @ q
    weights = (nearest.T @ columns).T ** 2 @ (nearest.T @ score) ** 2
    found = relative_weights(related_in(data), [1] * 5)[0]
    assert found == pytest.approx(weights, abs=1e-10)


def test_drivers_that_do_not_go_together_get_their_squared_correlation() -> None:
    """Any method agrees there: the example that every textbook begins with."""
    related = np.array([[[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]])
    for method in (shapley_shares, relative_weights):
        assert method(related, [1, 1])[0] == pytest.approx([0.36, 0.09])


def test_two_drivers_share_what_they_have_in_common() -> None:
    """Correlated 0.5 between them, 0.6 and 0.4 with the score: R² is 0.3733."""
    related = np.array([[[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]]])
    r2 = (0.36 + 0.16 - 2 * 0.5 * 0.6 * 0.4) / (1 - 0.25)
    first = (0.36 + r2 - 0.16) / 2
    assert shapley_shares(related, [1, 1])[0] == pytest.approx([first, r2 - first])


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    sizes=st.lists(st.integers(1, 2), min_size=1, max_size=6),
)
def test_shares_sum_to_r2_by_either_method(seed: int, sizes: list[int]) -> None:
    data = made_up(seed, sizes)
    whole = explained(data, list(range(sum(sizes))))
    related = related_in(data)
    assert shapley_shares(related, sizes).sum() == pytest.approx(whole, abs=1e-8)
    assert relative_weights(related, sizes).sum() == pytest.approx(whole, abs=1e-6)
    assert (shapley_shares(related, sizes) > -1e-9).all()
    assert (relative_weights(related, sizes) > -1e-9).all()


def test_a_column_that_says_the_same_as_another_adds_nothing() -> None:
    related = np.array([[[1.0, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]])
    assert shapley_shares(related, [1, 1])[0] == pytest.approx([0.125, 0.125])
    assert relative_weights(related, [1, 1])[0] == pytest.approx([0.125, 0.125])


def test_a_steady_column_has_no_share() -> None:
    related = np.array([[[1.0, 0, 0.5], [0, 0, 0], [0.5, 0, 1]]])
    for method in (shapley_shares, relative_weights):
        assert method(related, [1, 1])[0] == pytest.approx([0.25, 0])


def test_shapley_and_relative_weights_lie_close() -> None:
    data = made_up(9, [1] * 10, n=400)
    related = related_in(data)
    one = shapley_shares(related, [1] * 10)[0]
    other = relative_weights(related, [1] * 10)[0]
    assert np.corrcoef(one, other)[0, 1] > 0.98
