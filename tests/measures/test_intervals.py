"""Intervals: against the statistics library, and at the ends of the scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.measures.intervals import (
    Moments,
    mean_estimate,
    moments,
    share_estimate,
)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_has_the_wilson_interval_of_the_statistics_library(
    case: tuple[int, int],
) -> None:
    hits, n = case
    figure = share_estimate(hits, n)
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")

    assert figure is not None
    assert (figure.low, figure.high) == pytest.approx(tuple(expected), abs=1e-9)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1


@given(st.integers(0, 500), st.integers(0, 500))
def test_hits_and_misses_mirror_each_other(hits: int, misses: int) -> None:
    figure = share_estimate(hits, hits + misses)
    mirror = share_estimate(misses, hits + misses)

    if figure is not None and mirror is not None:
        assert figure.low == pytest.approx(1 - mirror.high)
        assert figure.high == pytest.approx(1 - mirror.low)


@pytest.mark.parametrize(("hits", "n"), [(-1, 10), (11, 10), (1, 0)])
def test_impossible_hits_are_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="hits among"):
        share_estimate(hits, n)


def test_nothing_gives_no_estimate() -> None:
    assert share_estimate(0, 0) is None
    assert mean_estimate(moments({}), lowest=1, highest=7) is None


def test_the_variance_needs_two_observations_and_is_unbiased() -> None:
    assert moments({}).mean is None
    assert moments({4: 1}).variance is None
    assert moments({2: 1, 4: 1}).variance == 2


def test_rounding_never_makes_a_variance_negative() -> None:
    sample = Moments(n=3, total=0.3, total_squares=0.03 - 1e-12)

    assert sample.variance == 0
    figure = mean_estimate(sample, lowest=-2, highest=2)
    assert figure is not None
    assert figure.low == figure.value == figure.high


def test_an_interval_of_the_mean_is_cut_at_the_ends_of_the_scale() -> None:
    figure = mean_estimate(moments({7: 2, 6: 1}), lowest=1, highest=7)

    assert figure is not None
    assert figure.high == 7
    assert figure.low > 1
