"""Effort: the mean of seven points and the share who found it easy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.measures.ces import effort

COUNTS = st.dictionaries(st.integers(1, 7), st.integers(0, 200))


def test_the_mean_has_the_t_interval_of_the_statistics_library() -> None:
    answers = [1, 3, 4, 4, 5, 6, 6, 7]
    figure = effort({value: answers.count(value) for value in set(answers)})

    expected = stats.t.interval(
        0.95, len(answers) - 1, loc=4.5, scale=stats.sem(answers)
    )
    assert figure is not None
    assert figure.value == 4.5
    assert (figure.low, figure.high) == pytest.approx(expected)


def test_five_to_seven_is_easy_and_four_is_not() -> None:
    figure = effort({3: 1, 4: 2, 5: 3, 6: 4, 7: 10})

    assert figure is not None
    assert figure.easy.value == 17 / 20
    assert figure.easy.n == figure.n == 20


def test_one_answer_leaves_the_whole_scale_open() -> None:
    figure = effort({6: 1})

    assert figure is not None
    assert (figure.low, figure.value, figure.high) == (1, 6, 7)


def test_no_answer_gives_no_figure() -> None:
    assert effort({}) is None


@pytest.mark.parametrize("counts", [{0: 1}, {8: 1}, {4: -2}])
def test_impossible_counts_are_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"scale|answers"):
        effort(counts)


@given(COUNTS)
def test_the_interval_holds_the_mean_and_stays_on_the_scale(
    counts: dict[int, int],
) -> None:
    figure = effort(counts)

    if figure is not None:
        assert 1 <= figure.low <= figure.value <= figure.high <= 7
        assert 0 <= figure.easy.low <= figure.easy.value <= figure.easy.high <= 1


@given(COUNTS)
def test_the_order_of_the_counts_does_not_matter(counts: dict[int, int]) -> None:
    assert effort(dict(reversed(counts.items()))) == effort(counts)
