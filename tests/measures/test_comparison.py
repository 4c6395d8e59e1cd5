"""Before against after: worked vectors, verdicts and the words that are withheld."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.measures.comparison import (
    Change,
    Comparison,
    Method,
    compare,
    compare_means,
    compare_nps,
    compare_shares,
    smallest_detectable_nps,
)
from feedback.measures.intervals import Moments, moments
from feedback.measures.nps import NetPromoterScore, score_of_classes
from feedback.measures.scales import Scale

SHARE = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def nps(promoters: int, passives: int, detractors: int) -> NetPromoterScore | None:
    return score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )


def shares(before: tuple[int, int], after: tuple[int, int]) -> Comparison:
    return compare_shares(
        hits_before=before[0], n_before=before[1], hits_after=after[0], n_after=after[1]
    )


def test_six_points_on_twelve_hundred_answers_are_no_detectable_change() -> None:
    result = compare_nps(nps(540, 360, 300), nps(675, 351, 324))

    assert result.difference == pytest.approx(6.0)
    assert result.statistic == pytest.approx(1.8533, abs=5e-5)
    assert result.p == pytest.approx(0.0638, abs=5e-5)
    assert result.low == pytest.approx(-0.345, abs=5e-4)
    assert result.high == pytest.approx(12.345, abs=5e-4)
    assert result.smallest_detectable == pytest.approx(2.8016 * 3.2374, abs=0.02)
    assert result.change is Change.NONE_DETECTABLE


def test_a_share_that_fell_is_seen_by_the_pooled_z_test() -> None:
    result = shares((120, 400), (90, 410))

    assert result.statistic == pytest.approx(-2.6134, abs=5e-5)
    assert result.p == pytest.approx(0.00896, abs=5e-6)
    assert result.method is Method.TWO_PROPORTION_Z
    assert result.change is Change.DOWN
    assert result.high is not None
    assert result.high < 0


@pytest.mark.parametrize(
    ("n", "points"),
    [(50, 44.8), (100, 31.7), (200, 22.4), (400, 15.8), (800, 11.2), (1500, 8.2)],
)
def test_the_smallest_detectable_difference_of_two_scores(
    n: int, points: float
) -> None:
    assert smallest_detectable_nps(n, n) == pytest.approx(points, abs=0.05)


def test_nothing_is_detectable_without_answers() -> None:
    assert smallest_detectable_nps(0, 100) is None
    assert smallest_detectable_nps(100, 0) is None


def test_a_real_rise_is_called_up_and_its_reverse_down() -> None:
    low, high = nps(100, 100, 200), nps(250, 100, 50)

    assert compare_nps(low, high).change is Change.UP
    assert compare_nps(high, low).change is Change.DOWN


@pytest.mark.parametrize(("before", "after"), [(29, 1000), (1000, 29), (1, 1)])
def test_below_thirty_answers_nothing_is_said(before: int, after: int) -> None:
    for result in (
        compare_nps(nps(0, 0, before), nps(after, 0, 0)),
        shares((0, before), (after, after)),
        compare(Scale.CES, {1: before}, {7: after}),
    ):
        assert result.change is Change.NOT_ENOUGH_DATA


@pytest.mark.parametrize("scale", Scale)
def test_an_empty_side_gives_the_figure_of_the_other_and_no_more(scale: Scale) -> None:
    for before, after in (({}, {5: 40}), ({5: 40}, {}), ({}, {})):
        result = compare(scale, before, after)

        assert (result.before is None, result.after is None) == (not before, not after)
        assert (result.n_before, result.n_after) == (
            sum(before.values()),
            sum(after.values()),
        )
        assert (result.difference, result.low, result.high) == (None, None, None)
        assert (result.p, result.smallest_detectable) == (None, None)
        assert result.change is Change.NOT_ENOUGH_DATA


def test_scores_that_do_not_vary_can_still_be_compared() -> None:
    risen = compare_nps(nps(0, 40, 0), nps(40, 0, 0))
    same = compare_nps(nps(40, 0, 0), nps(40, 0, 0))

    assert risen.change is Change.UP
    assert risen.low is not None
    assert risen.high is not None
    assert risen.low < 100 < risen.high
    assert (same.difference, same.p) == (0, 1)
    assert same.change is Change.NONE_DETECTABLE
    assert same.smallest_detectable is not None
    assert same.smallest_detectable > 0


def test_few_expected_hits_are_left_to_fisher() -> None:
    result = shares((0, 40), (8, 40))

    assert result.method is Method.FISHER
    assert result.statistic is None
    assert result.p == pytest.approx(stats.fisher_exact([[0, 40], [8, 32]]).pvalue)
    assert result.change is Change.UP


@pytest.mark.parametrize(
    ("hits", "method"), [(9, Method.FISHER), (10, Method.TWO_PROPORTION_Z)]
)
def test_five_expected_are_enough_for_the_z_test(hits: int, method: Method) -> None:
    assert shares((0, 100), (hits, 100)).method is method


def test_two_shares_of_nothing_do_not_differ_but_stay_uncertain() -> None:
    result = shares((0, 50), (0, 50))

    assert (result.difference, result.p) == (0, 1)
    assert result.change is Change.NONE_DETECTABLE
    assert result.low is not None
    assert result.high is not None
    assert result.low < 0 < result.high
    assert result.smallest_detectable is not None
    assert result.smallest_detectable > 0


def test_the_interval_of_two_shares_is_that_of_newcombe() -> None:
    # Newcombe (1998), table II, method 10: 56/70 less 48/80 is 0.0524 to 0.3339.
    result = shares((48, 80), (56, 70))

    assert result.low == pytest.approx(0.0524, abs=5e-5)
    assert result.high == pytest.approx(0.3339, abs=5e-5)


def test_means_are_compared_as_by_the_statistics_library() -> None:
    before = [1, 2, 2, 3, 4, 4, 5, 6, 7] * 6
    after = [3, 4, 5, 5, 6, 6, 7] * 5
    result = compare(
        Scale.CES,
        {value: before.count(value) for value in range(1, 8)},
        {value: after.count(value) for value in range(1, 8)},
    )

    expected = stats.ttest_ind(after, before, equal_var=False)
    interval = expected.confidence_interval()
    assert result.method is Method.WELCH_T
    assert result.statistic == pytest.approx(expected.statistic)
    assert result.p == pytest.approx(expected.pvalue)
    assert (result.low, result.high) == pytest.approx((interval.low, interval.high))
    assert result.change is Change.UP


def test_means_that_do_not_vary_differ_for_certain_or_not_at_all() -> None:
    risen = compare_means(moments({4: 40}), moments({5: 40}))
    same = compare_means(moments({4: 40}), moments({4: 40}))

    assert (risen.p, risen.change) == (0, Change.UP)
    assert (same.p, same.change) == (1, Change.NONE_DETECTABLE)


def test_the_headline_of_each_scale_is_compared() -> None:
    before, after = {2: 40, 5: 40}, {2: 20, 5: 60}

    assert compare(Scale.NPS, before, after).method is Method.NPS_Z
    for scale in (Scale.CSAT, Scale.STARS):
        result = compare(scale, before, after)
        assert (result.before, result.after) == (0.5, 0.75)
        assert result.method is Method.TWO_PROPORTION_Z
    assert compare(Scale.CES, before, after).before == 3.5


def test_counts_beside_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="not on the"):
        compare(Scale.CES, {8: 1}, {7: 1})


@given(SHARE, SHARE)
def test_the_interval_of_two_shares_holds_the_difference(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    result = shares(before, after)

    assert result.difference is not None
    assert result.low is not None
    assert result.high is not None
    assert result.p is not None
    assert -1 - 1e-9 <= result.low <= result.difference <= result.high <= 1 + 1e-9
    assert 0 <= result.p <= 1 + 1e-9


@given(SHARE, SHARE)
def test_turning_time_round_turns_the_difference_round(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    forth, back = shares(before, after), shares(after, before)
    turned = {Change.UP: Change.DOWN, Change.DOWN: Change.UP}

    assert forth.difference is not None
    assert back.difference == pytest.approx(-forth.difference)
    assert back.p == pytest.approx(forth.p)
    assert back.low is not None
    assert forth.high == pytest.approx(-back.low)
    assert back.change is turned.get(forth.change, forth.change)


@given(st.integers(2, 200), st.integers(2, 200), st.floats(-2, 2), st.floats(-2, 2))
def test_means_are_symmetric_too(
    n_before: int, n_after: int, mean_before: float, mean_after: float
) -> None:
    def sample(n: int, mean: float) -> Moments:
        return Moments(n=n, total=n * mean, total_squares=n * (mean**2 + 0.5))

    before, after = sample(n_before, mean_before), sample(n_after, mean_after)
    forth, back = compare_means(before, after), compare_means(after, before)

    assert forth.p == pytest.approx(back.p)
    assert forth.p is not None
    assert 0 <= forth.p <= 1
    assert forth.difference is not None
    assert back.difference == pytest.approx(-forth.difference)
