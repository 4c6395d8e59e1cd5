"""Many comparisons at once: fewer finds, never more, and in the order given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.measures.comparison import Change, Comparison, compare_shares
from feedback.measures.multiplicity import adjust, judge_together

P_VALUES = st.lists(st.floats(0, 1), max_size=40)


def share(hits_before: int, hits_after: int, n: int = 400) -> Comparison:
    return compare_shares(
        hits_before=hits_before, n_before=n, hits_after=hits_after, n_after=n
    )


@given(P_VALUES)
def test_the_adjustment_is_that_of_the_statistics_library(
    p_values: list[float],
) -> None:
    adjusted = [result.adjusted for result in adjust(p_values)]

    expected = stats.false_discovery_control(p_values) if p_values else []
    assert adjusted == pytest.approx(list(expected))


@given(P_VALUES)
def test_the_order_given_is_kept_and_does_not_matter(p_values: list[float]) -> None:
    forth = adjust(p_values)
    back = adjust(p_values[::-1])

    assert [result.p for result in forth] == p_values
    assert forth == back[::-1]


@given(P_VALUES)
def test_an_adjusted_probability_is_never_smaller(p_values: list[float]) -> None:
    assert all(result.p <= result.adjusted <= 1 for result in adjust(p_values))


def test_nothing_in_nothing_out() -> None:
    assert adjust([]) == ()
    assert judge_together([]) == ()


def test_the_rate_decides_what_is_found() -> None:
    p_values = [0.01, 0.04, 0.30]

    assert [result.is_discovery for result in adjust(p_values)] == [True, True, False]
    assert not any(result.is_discovery for result in adjust(p_values, rate=0.02))


def test_one_lucky_theme_among_forty_is_not_called_a_change() -> None:
    lucky = share(100, 129)
    assert lucky.change is Change.UP

    judged = judge_together([lucky, *[share(100, 101)] * 39])

    assert judged[0].change is Change.NONE_DETECTABLE
    assert judged[0].p == lucky.p
    assert judged[0].adjusted_p is not None
    assert lucky.p is not None
    assert judged[0].adjusted_p > lucky.p


def test_a_strong_change_stands_among_many() -> None:
    judged = judge_together([share(200, 100), *[share(100, 101)] * 39])

    assert judged[0].change is Change.DOWN
    assert {one.change for one in judged[1:]} == {Change.NONE_DETECTABLE}


def test_what_has_too_few_answers_is_left_as_it_is_and_does_not_count() -> None:
    tiny = share(0, 20, n=20)
    alone = judge_together([share(100, 140)])
    judged = judge_together([tiny, share(100, 140), *[tiny] * 10])

    assert judged[0] == tiny
    assert judged[0].adjusted_p is None
    assert judged[1] == alone[0]
