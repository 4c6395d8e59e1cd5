"""The scales: what is on them and what each point means."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.scales import (
    Scale,
    ScoreClass,
    class_counts,
    distribution,
    is_on_scale,
    score_class,
)

ORDER = [ScoreClass.LOW, ScoreClass.MIDDLE, ScoreClass.HIGH]


@pytest.mark.parametrize(
    ("scale", "low", "middle", "high"),
    [
        (Scale.NPS, range(7), range(7, 9), range(9, 11)),
        (Scale.CSAT, range(1, 3), range(3, 4), range(4, 6)),
        (Scale.STARS, range(1, 3), range(3, 4), range(4, 6)),
        (Scale.CES, range(1, 4), range(4, 5), range(5, 8)),
    ],
)
def test_every_point_is_of_its_class(
    scale: Scale, low: range, middle: range, high: range
) -> None:
    assert [*low, *middle, *high] == list(scale.points)
    assert {score_class(scale, value) for value in low} == {ScoreClass.LOW}
    assert {score_class(scale, value) for value in middle} == {ScoreClass.MIDDLE}
    assert {score_class(scale, value) for value in high} == {ScoreClass.HIGH}


def test_zero_is_an_answer_to_nps_only() -> None:
    assert is_on_scale(Scale.NPS, 0)
    assert not any(
        is_on_scale(scale, 0) for scale in (Scale.CSAT, Scale.CES, Scale.STARS)
    )


@pytest.mark.parametrize("scale", Scale)
def test_what_is_beside_the_scale_has_no_class(scale: Scale) -> None:
    for value in (scale.lowest - 1, scale.highest + 1):
        assert not is_on_scale(scale, value)
        with pytest.raises(ValueError, match="not on the"):
            score_class(scale, value)


@pytest.mark.parametrize("scale", Scale)
def test_a_better_answer_is_never_of_a_lower_class(scale: Scale) -> None:
    ranks = [ORDER.index(score_class(scale, value)) for value in scale.points]

    assert all(worse <= better for worse, better in pairwise(ranks))


def test_a_distribution_is_complete_and_in_order() -> None:
    assert list(distribution(Scale.CSAT, {5: 2, 1: 3}).items()) == [
        (1, 3),
        (2, 0),
        (3, 0),
        (4, 0),
        (5, 2),
    ]


@pytest.mark.parametrize("counts", [{6: 1}, {0: 1}, {3: -1}])
def test_impossible_counts_are_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"scale|answers"):
        distribution(Scale.STARS, counts)


@given(
    st.sampled_from(Scale).flatmap(
        lambda scale: st.tuples(
            st.just(scale),
            st.dictionaries(st.sampled_from(scale.points), st.integers(0, 1000)),
        )
    )
)
def test_every_answer_is_in_one_class(case: tuple[Scale, dict[int, int]]) -> None:
    scale, counts = case

    assert sum(class_counts(scale, counts).values()) == sum(counts.values())
