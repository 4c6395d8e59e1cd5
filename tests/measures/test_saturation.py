"""How much new further interviews bring: known cases, and what always holds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.saturation import MOST_PROPOSED, saturation

THEMES = st.frozensets(st.sampled_from("abcdefghij"), max_size=6)
SERIES = st.lists(THEMES, max_size=30)


def test_the_curve_says_what_each_interview_brought() -> None:
    found = saturation([{"a", "b"}, {"b"}, {"b", "c"}])

    assert [one.new for one in found.curve] == [2, 0, 1]
    assert [one.known for one in found.curve] == [2, 2, 3]


def test_nothing_is_estimated_below_five_interviews() -> None:
    found = saturation([{"a"}, {"b"}, {"c"}, {"d"}])

    assert (found.known, found.once) == (4, 4)
    assert found.estimated is found.coverage is found.next_new is found.more is None


def test_the_estimate_is_that_of_the_formula() -> None:
    """Five interviews, Q1 = 3 (c, d, e), Q2 = 1 (b), nine incidences."""
    found = saturation([{"a", "b"}, {"a", "b"}, {"a", "c"}, {"d"}, {"a", "e"}])

    unseen = 4 / 5 * 3 * 2 / (2 * 2)
    assert found.estimated == pytest.approx(5 + unseen)
    assert found.coverage == pytest.approx(1 - 3 / 9 * (4 * 3 / (4 * 3 + 2)))
    assert found.next_new == pytest.approx(unseen * 3 / (3 + 5 * unseen))


def test_what_every_interview_speaks_of_is_all_there_is() -> None:
    found = saturation([{"a", "b"}] * 6)

    assert (found.estimated, found.coverage, found.more) == (2, 1.0, 0)


def test_the_estimate_comes_near_the_truth() -> None:
    """Thirty themes, each spoken of with a chance of its own; 200 made-up series."""
    rng = random.Random(7)
    chances = [rng.uniform(0.1, 0.5) for _ in range(30)]
    estimates = []
    for _ in range(200):
        series = [
            {str(n) for n, chance in enumerate(chances) if rng.random() < chance}
            for _ in range(8)
        ]
        estimates.append(saturation(series).estimated or 0.0)

    assert sum(estimates) / len(estimates) == pytest.approx(30, abs=1.5)


@given(SERIES)
def test_the_curve_never_falls_and_ends_at_what_is_known(
    series: list[frozenset[str]],
) -> None:
    found = saturation(series)
    known = [one.known for one in found.curve]

    assert known == sorted(known)
    assert sum(one.new for one in found.curve) == found.known
    assert found.known == len(frozenset().union(*series))


@given(SERIES)
def test_estimates_stay_within_their_bounds(series: list[frozenset[str]]) -> None:
    found = saturation(series)

    if len(series) >= 5:
        assert found.estimated is not None
        assert found.estimated >= found.known
        assert found.coverage is None or 0 <= found.coverage <= 1
        assert found.next_new is not None
        assert 0 <= found.next_new <= found.estimated - found.known + 1e-9
        assert found.more is not None
        assert 0 <= found.more <= MOST_PROPOSED


@given(SERIES, st.randoms(use_true_random=False))
def test_the_order_changes_the_curve_and_no_estimate(
    series: list[frozenset[str]], rng: random.Random
) -> None:
    other = list(series)
    rng.shuffle(other)
    one, two = saturation(series), saturation(other)

    assert (one.known, one.estimated, one.coverage, one.more) == (
        two.known,
        two.estimated,
        two.coverage,
        two.more,
    )
