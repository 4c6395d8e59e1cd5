"""The net promoter score: worked vectors, bounds and symmetry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.intervals import NORMAL_95
from feedback.measures.nps import net_promoter_score, score_of_classes

COUNTS = st.dictionaries(st.integers(0, 10), st.integers(0, 500))
CLASS = st.integers(0, 500)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "points", "error"),
    [
        (540, 360, 300, 20.0, 2.3452),
        (675, 351, 324, 26.0, 2.2318),
        (10, 5, 5, 25.0, 18.5405),
        (0, 0, 12, -100.0, 0.0),
        (30, 0, 0, 100.0, 0.0),
    ],
)
def test_the_score_and_its_plain_error(
    promoters: int, passives: int, detractors: int, points: float, error: float
) -> None:
    score = score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )

    assert score is not None
    assert score.value == pytest.approx(points)
    assert score.standard_error == pytest.approx(error, abs=5e-5)
    assert score.n == promoters + passives + detractors


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "low", "high"),
    [
        (540, 360, 300, 15.40, 24.60),
        (675, 351, 324, 21.63, 30.37),
        (10, 5, 5, -11.3387, 61.3387),
    ],
)
def test_the_plain_error_gives_the_plain_interval(
    promoters: int, passives: int, detractors: int, low: float, high: float
) -> None:
    score = score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )

    assert score is not None
    margin = NORMAL_95 * score.standard_error
    assert score.value - margin == pytest.approx(low, abs=5e-3)
    assert score.value + margin == pytest.approx(high, abs=5e-3)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "low", "high"),
    [
        (540, 360, 300, 15.3604, 24.5399),
        (10, 5, 5, -11.7161, 55.1944),
        (0, 0, 12, -100.0, -54.1959),
        (30, 0, 0, 78.6978, 100.0),
    ],
)
def test_the_interval_shown_is_the_adjusted_wald_cut_at_the_ends(
    promoters: int, passives: int, detractors: int, low: float, high: float
) -> None:
    score = score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )

    assert score is not None
    assert score.low == pytest.approx(low, abs=1e-4)
    assert score.high == pytest.approx(high, abs=1e-4)


def test_nine_and_ten_promote_and_six_detracts() -> None:
    score = net_promoter_score({10: 1, 9: 2, 8: 4, 7: 8, 6: 16, 0: 32})

    assert score is not None
    assert (score.promoters, score.passives, score.detractors) == (3, 12, 48)


@pytest.mark.parametrize("counts", [{}, {0: 0, 10: 0}])
def test_no_answer_gives_no_score(counts: dict[int, int]) -> None:
    assert net_promoter_score(counts) is None


def test_a_rating_of_zero_counts() -> None:
    score = net_promoter_score({0: 1})

    assert score is not None
    assert (score.value, score.n) == (-100.0, 1)


@pytest.mark.parametrize("counts", [{11: 1}, {-1: 1}, {5: -1}])
def test_impossible_counts_are_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"scale|answers"):
        net_promoter_score(counts)


def test_a_negative_class_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        score_of_classes(promoters=3, passives=-1, detractors=0)


@given(COUNTS)
def test_the_interval_holds_the_score_and_stays_on_the_scale(
    counts: dict[int, int],
) -> None:
    score = net_promoter_score(counts)

    if score is not None:
        assert -100 <= score.low <= score.value <= score.high <= 100
        assert score.low < score.high
        assert score.adjusted_error > 0


@given(CLASS, CLASS, CLASS)
def test_promoters_and_detractors_mirror_each_other(
    one: int, passives: int, other: int
) -> None:
    score = score_of_classes(promoters=one, passives=passives, detractors=other)
    mirror = score_of_classes(promoters=other, passives=passives, detractors=one)

    if score is not None and mirror is not None:
        assert score.value == pytest.approx(-mirror.value)
        assert score.low == pytest.approx(-mirror.high)
        assert score.standard_error == pytest.approx(mirror.standard_error)


@given(CLASS, CLASS, CLASS)
def test_one_more_promoter_never_lowers_the_score(
    promoters: int, passives: int, detractors: int
) -> None:
    before = score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )
    after = score_of_classes(
        promoters=promoters + 1, passives=passives, detractors=detractors
    )

    assert after is not None
    assert before is None or after.value >= before.value - 1e-9


@given(COUNTS)
def test_the_order_of_the_counts_does_not_matter(counts: dict[int, int]) -> None:
    backwards = dict(reversed(counts.items()))

    assert net_promoter_score(backwards) == net_promoter_score(counts)


@given(CLASS, CLASS, CLASS)
def test_ten_times_the_answers_narrow_the_interval(
    promoters: int, passives: int, detractors: int
) -> None:
    few = score_of_classes(
        promoters=promoters, passives=passives, detractors=detractors
    )
    many = score_of_classes(
        promoters=10 * promoters, passives=10 * passives, detractors=10 * detractors
    )

    if few is not None and many is not None:
        assert many.value == pytest.approx(few.value)
        assert many.adjusted_error < few.adjusted_error
