"""Satisfaction: worked vectors of the share, and the tail that it hides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.csat import satisfaction
from feedback.measures.scales import Scale

COUNTS = st.dictionaries(st.integers(1, 5), st.integers(0, 500))


@pytest.mark.parametrize(
    ("hits", "n", "percent", "low", "high"),
    [
        (41, 50, 82.0, 69.20, 90.23),
        (8, 10, 80.0, 49.02, 94.33),
        (0, 12, 0.0, 0.0, 24.25),
        (412, 500, 82.4, 78.82, 85.49),
    ],
)
def test_the_share_of_the_two_best_answers_and_its_wilson_interval(
    hits: int, n: int, percent: float, low: float, high: float
) -> None:
    figure = satisfaction({5: hits // 2, 4: hits - hits // 2, 3: n - hits})

    assert figure is not None
    assert 100 * figure.value == pytest.approx(percent)
    assert 100 * figure.low == pytest.approx(low, abs=5e-3)
    assert 100 * figure.high == pytest.approx(high, abs=5e-3)
    assert figure.n == n


def test_the_mean_and_the_distribution_show_the_lower_tail() -> None:
    calm = satisfaction({4: 8, 3: 2})
    split = satisfaction({5: 8, 1: 2})

    assert calm is not None
    assert split is not None
    assert calm.value == split.value
    assert (calm.mean.value, split.mean.value) == (3.8, 4.2)
    assert dict(split.distribution) == {1: 2, 2: 0, 3: 0, 4: 0, 5: 8}


def test_stars_are_read_as_satisfaction() -> None:
    counts = {1: 3, 4: 5, 5: 7}

    assert satisfaction(counts, Scale.STARS) == satisfaction(counts)


@pytest.mark.parametrize("scale", [Scale.NPS, Scale.CES])
def test_another_scale_is_refused(scale: Scale) -> None:
    with pytest.raises(ValueError, match="not a satisfaction scale"):
        satisfaction({4: 1}, scale)


def test_no_answer_gives_no_figure() -> None:
    assert satisfaction({}) is None
    assert satisfaction({5: 0}) is None


@given(COUNTS)
def test_the_interval_holds_the_share_and_stays_within_bounds(
    counts: dict[int, int],
) -> None:
    figure = satisfaction(counts)

    if figure is not None:
        assert 0 <= figure.low <= figure.value <= figure.high <= 1
        assert figure.low < figure.high
        assert 1 <= figure.mean.low <= figure.mean.value <= figure.mean.high <= 5
        assert sum(figure.distribution.values()) == figure.n == figure.mean.n


@given(COUNTS)
def test_the_order_of_the_counts_does_not_matter(counts: dict[int, int]) -> None:
    assert satisfaction(dict(reversed(counts.items()))) == satisfaction(counts)


@given(COUNTS)
def test_one_more_good_answer_never_lowers_the_share(counts: dict[int, int]) -> None:
    before = satisfaction(counts)
    after = satisfaction({**counts, 5: counts.get(5, 0) + 1})

    assert after is not None
    assert before is None or after.value >= before.value
