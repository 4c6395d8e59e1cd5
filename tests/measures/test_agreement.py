"""Kappa: against the worked examples of the books, and in its bounds."""

from collections import Counter
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.agreement import (
    Agreement,
    Strength,
    can_be_told,
    cohens_kappa,
    decline,
    pooled_kappa,
    strength,
)
from feedback.measures.intervals import Estimate

TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc")),
    st.integers(0, 40),
    max_size=9,
)


def agreement(kappa: float, error: float) -> Agreement:
    estimate = Estimate(value=kappa, low=kappa, high=kappa, n=100)
    return Agreement(kappa=estimate, error=error, observed=0.9, expected=0.5)


def test_the_example_of_fleiss_levin_and_paik() -> None:
    """Table 18.1: two raters, 100 subjects, three diagnoses (in per cent)."""
    found = cohens_kappa(
        {
            ("psychotic", "psychotic"): 75,
            ("psychotic", "neurotic"): 1,
            ("psychotic", "organic"): 4,
            ("neurotic", "psychotic"): 5,
            ("neurotic", "neurotic"): 4,
            ("neurotic", "organic"): 1,
            ("organic", "organic"): 10,
        }
    )

    assert found is not None
    assert found.observed == pytest.approx(0.89)
    assert found.expected == pytest.approx(0.66)
    assert found.kappa.value == pytest.approx(0.68, abs=0.005)
    assert found.error == pytest.approx(0.087, abs=0.001)


def test_a_table_of_two_by_two_worked_out_by_hand() -> None:
    """20 both yes, 5 and 10 apart, 15 both no: 0.7 seen, 0.5 by chance."""
    found = cohens_kappa(
        {(True, True): 20, (True, False): 5, (False, True): 10, (False, False): 15}
    )

    assert found is not None
    assert found.kappa.value == pytest.approx(0.4)
    assert found.kappa.n == 50
    # A is 0.10972, B is 0.10188, C is 0.01
    assert found.error == pytest.approx(sqrt(0.2016 / 50) / 0.5)


@given(TABLES)
def test_kappa_stays_in_its_bounds_and_its_interval_holds_it(
    table: dict[tuple[str, str], int],
) -> None:
    found = cohens_kappa(table)

    if found is not None:
        assert -1 <= found.kappa.low <= found.kappa.value <= found.kappa.high <= 1
        assert found.error >= 0
        assert found.kappa.n == sum(table.values())


@given(TABLES)
def test_it_does_not_matter_who_is_named_first(
    table: dict[tuple[str, str], int],
) -> None:
    found = cohens_kappa(table)
    turned = cohens_kappa({(b, a): count for (a, b), count in table.items()})

    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert found.kappa.value == pytest.approx(turned.kappa.value)
        assert found.error == pytest.approx(turned.error)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=300))
def test_who_agrees_on_everything_has_one_and_an_interval_below(
    said: list[str],
) -> None:
    found = cohens_kappa(Counter((one, one) for one in said))

    if len(set(said)) == 1:
        assert found is None
    else:
        assert found is not None
        assert found.kappa.value == found.kappa.high == 1
        assert found.kappa.low < 1


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5))
def test_raters_who_know_nothing_of_each_other_have_zero(
    yes: int, no: int, times: int
) -> None:
    found = cohens_kappa(
        {
            (True, True): yes * yes * times,
            (True, False): yes * no * times,
            (False, True): no * yes * times,
            (False, False): no * no * times,
        }
    )

    assert found is not None
    assert found.kappa.value == pytest.approx(0, abs=1e-12)


def test_nothing_rated_and_one_category_alone_have_no_kappa() -> None:
    assert cohens_kappa({}) is None
    assert cohens_kappa({("a", "a"): 30}) is None
    with pytest.raises(ValueError, match="below 0"):
        cohens_kappa({("a", "b"): -1})


def test_one_decision_a_thing_pools_to_the_plain_kappa() -> None:
    table = {(1, 1): 40, (1, 0): 12, (0, 1): 8, (0, 0): 60}
    plain = cohens_kappa(table)
    pooled = pooled_kappa([{pair: 1} for pair, n in table.items() for _ in range(n)])

    assert plain is not None
    assert pooled is not None
    assert pooled.kappa.value == pytest.approx(plain.kappa.value)
    assert pooled.kappa.n == plain.kappa.n == 120
    assert pooled.error == pytest.approx(plain.error, rel=0.05)


def test_the_same_decisions_said_twice_bring_no_certainty() -> None:
    parts = [{(1, 1): 1}] * 40 + [{(1, 0): 1}] * 12 + [{(0, 0): 1}] * 60
    once = pooled_kappa(parts)
    twice = pooled_kappa([dict.fromkeys(part, 2) for part in parts])

    assert once is not None
    assert twice is not None
    assert twice.error == pytest.approx(once.error)


def test_what_hangs_on_a_single_thing_is_not_pooled() -> None:
    assert pooled_kappa([]) is None
    assert pooled_kappa([{(1, 1): 1}]) is None
    assert pooled_kappa([{(1, 0): 1}, *[{(0, 0): 1}] * 40]) is None


@pytest.mark.parametrize(
    ("kappa", "name"),
    [
        (-0.01, Strength.POOR),
        (0, Strength.SLIGHT),
        (0.2, Strength.SLIGHT),
        (0.21, Strength.FAIR),
        (0.41, Strength.MODERATE),
        (0.61, Strength.SUBSTANTIAL),
        (0.81, Strength.ALMOST_PERFECT),
        (1, Strength.ALMOST_PERFECT),
    ],
)
def test_the_names_are_those_of_landis_and_koch(kappa: float, name: Strength) -> None:
    assert strength(kappa) is name


def test_a_kappa_is_told_from_thirty_things_and_five_positives() -> None:
    assert can_be_told(n=30, positives=5)
    assert not can_be_told(n=29, positives=20)
    assert not can_be_told(n=300, positives=4)


def test_a_fall_beyond_chance_is_told_and_others_are_not() -> None:
    before = [agreement(0.80, 0.04), agreement(0.70, 0.04)]

    assert decline(agreement(0.50, 0.05), []) is None
    assert decline(agreement(0.85, 0.04), before) is None
    assert decline(agreement(0.72, 0.04), before) is None
    fall = decline(agreement(0.55, 0.05), before)
    assert fall is not None
    assert fall.fallen == pytest.approx(0.25)
    assert 0 < fall.low < fall.fallen < fall.high


def test_the_best_of_many_has_to_be_missed_by_more() -> None:
    few = [agreement(0.70, 0.05)]
    many = few * 12

    assert decline(agreement(0.55, 0.05), few) is not None
    assert decline(agreement(0.55, 0.05), many) is None
