"""Drivers: what goes with the score is found, what does not is told as such."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.measures.drivers.analysis import (
    Bounded,
    Drivers,
    Method,
    Reason,
    find_drivers,
)
from feedback.measures.drivers.contrast import Kind, kind_of
from feedback.measures.drivers.patterns import Flags, Floats

QUEUE, STAFF, BREAD, NOTHING, RARE = range(5)


def answers(n: int = 1500, seed: int = 1) -> tuple[Floats, Flags, Flags]:
    """Queues cost, staff cost and earn, bread earns, the fourth does neither."""
    rng = np.random.default_rng(seed)
    complaints = rng.random((n, 5)) < [0.15, 0.12, 0.02, 0.2, 0.001]
    praises = rng.random((n, 5)) < [0.03, 0.15, 0.2, 0.1, 0.0]
    score = 7 - complaints @ [4, 2, 0, 0, 0] + praises @ [0, 2, 2.5, 0, 0]
    score = np.clip(np.round(score + rng.normal(0, 1.2, n)), 0, 10)
    return score, complaints, praises


def value(figure: Bounded | None) -> float:
    assert figure is not None
    return figure.value


def found_in(
    n: int = 1500, seed: int = 1, resamples: int = 200, **changed: Flags
) -> Drivers:
    score, complaints, praises = answers(n, seed)
    return find_drivers(
        score,
        score,
        changed.get("complaints", complaints),
        changed.get("praises", praises),
        rng=np.random.default_rng(2),
        resamples=resamples,
    )


def test_what_costs_and_what_earns_is_told_with_its_kind() -> None:
    found = found_in()
    by_theme = {one.theme: one for one in found.drivers}
    assert found.method is Method.SHAPLEY
    assert {one.theme for one in found.drivers[:3]} == {QUEUE, STAFF, BREAD}
    assert by_theme[QUEUE].kind is Kind.BASIC
    assert by_theme[STAFF].kind is Kind.PERFORMANCE
    assert by_theme[BREAD].kind is Kind.EXCITEMENT
    assert by_theme[NOTHING].kind is Kind.UNCLEAR
    assert RARE not in by_theme
    assert value(by_theme[QUEUE].penalty) == pytest.approx(-4, abs=0.4)
    assert by_theme[QUEUE].impact.high < 0


def test_shares_are_those_of_r2_and_ranks_follow_them() -> None:
    found = found_in()
    assert found.r2 is not None
    weights = [one.weight.value for one in found.drivers]
    assert sum(weights) == pytest.approx(found.r2.value)
    assert sum(one.share.value for one in found.drivers) == pytest.approx(1)
    assert all(one >= other for one, other in pairwise(weights))
    assert [one.rank for one in found.drivers] == list(range(1, len(weights) + 1))
    for one in found.drivers:
        assert one.ranks[0] <= one.rank <= one.ranks[1]
        assert 0 <= one.kept <= 1


def test_impact_is_the_score_less_that_without_the_theme() -> None:
    score, complaints, praises = answers()
    found = found_in()
    one = next(one for one in found.drivers if one.theme == STAFF)
    silent = ~(complaints[:, STAFF] | praises[:, STAFF])
    assert one.impact.value == pytest.approx(score.mean() - score[silent].mean())
    assert one.impact.low <= one.impact.value <= one.impact.high


def test_slopes_are_those_of_least_squares() -> None:
    score, complaints, praises = answers()
    has = [(complaints, place) for place in (QUEUE, STAFF, BREAD, NOTHING)]
    also = [(praises, place) for place in (QUEUE, STAFF, BREAD, NOTHING)]
    columns = [side[:, place] for side, place in has + also]
    whole = np.column_stack([np.ones(len(score)), *columns])
    slopes = np.linalg.lstsq(whole, score, rcond=None)[0]
    by_theme = {one.theme: one for one in found_in().drivers}
    assert value(by_theme[QUEUE].penalty) == pytest.approx(slopes[1], abs=1e-5)
    assert value(by_theme[STAFF].reward) == pytest.approx(slopes[6], abs=1e-5)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(40):
        found = found_in(600, seed, 150)
        one = next(one for one in found.drivers if one.theme == QUEUE)
        assert one.penalty is not None
        # clipping at 10 takes a little off praise and nothing off this
        held += one.penalty.low <= -4 <= one.penalty.high
    assert held >= 34


def test_the_same_seed_gives_the_same_figures() -> None:
    assert found_in() == found_in()


def test_more_than_twelve_themes_are_weighed_by_relative_weights() -> None:
    rng = np.random.default_rng(6)
    complaints = rng.random((900, 14)) < 0.08
    score = np.rint(8 - complaints @ np.arange(14) / 4).astype(np.float64)
    found = find_drivers(
        score,
        score,
        complaints,
        np.zeros_like(complaints),
        rng=rng,
        resamples=50,
    )
    assert found.method is Method.RELATIVE_WEIGHTS
    assert found.drivers[0].theme in {12, 13}


def test_themes_that_go_together_are_known_by_their_inflation() -> None:
    score, complaints, praises = answers()
    complaints[:, NOTHING] = complaints[:, QUEUE]
    complaints[:20, NOTHING] ^= True
    found = {one.theme: one for one in found_in(complaints=complaints).drivers}
    assert found[QUEUE].vif > 5
    assert found[BREAD].vif < 1.5
    assert score.size == praises.shape[0]


@pytest.mark.parametrize(
    ("n", "reason"),
    [(99, Reason.TOO_FEW_ANSWERS), (1500, None)],
)
def test_a_hundred_answers_are_needed(n: int, reason: Reason | None) -> None:
    assert found_in(n).reason is reason


def test_ten_answers_a_column_are_needed() -> None:
    rng = np.random.default_rng(1)
    complaints = rng.random((120, 15)) < 0.3
    score = rng.integers(0, 10, 120).astype(float)
    found = find_drivers(score, score, complaints, complaints, rng=rng)
    assert found.reason is Reason.TOO_MANY_DRIVERS


def test_equal_scores_and_themes_nobody_speaks_of_say_nothing() -> None:
    none = np.zeros((200, 3), bool)
    same, rng = np.full(200, 9.0), np.random.default_rng(1)
    assert find_drivers(same, same, none, none, rng=rng).reason is (
        Reason.ALL_SCORES_EQUAL
    )
    differs = np.tile(np.arange(10.0), 20)
    assert find_drivers(differs, differs, none, none, rng=rng).reason is (
        Reason.NO_DRIVER
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999), n=st.integers(100, 250), themes=st.integers(1, 4))
def test_whatever_is_answered_intervals_hold_their_figure(
    seed: int, n: int, themes: int
) -> None:
    rng = np.random.default_rng(seed)
    complaints = rng.random((n, themes)) < rng.random(themes)
    praises = rng.random((n, themes)) < rng.random(themes)
    score = rng.integers(0, 11, n).astype(float)
    found = find_drivers(score, score, complaints, praises, rng=rng, resamples=40)
    if found.reason is None:
        assert found.r2 is not None
        assert 0 <= found.r2.value <= 1 + 1e-9
        for one in found.drivers:
            for figure in (one.impact, one.weight, one.share):
                assert figure.low <= figure.value <= figure.high
            assert one.vif >= 1


@pytest.mark.parametrize(
    ("penalty", "reward", "surplus", "kind"),
    [
        ((-3, -1), (-0.5, 0.5), (1, 2), Kind.BASIC),
        ((-3, -1), (0.1, 0.5), (0.6, 2.5), Kind.BASIC),
        ((-3, -1), (0.8, 2), (-0.6, 1.5), Kind.PERFORMANCE),
        ((-1, 0.5), (0.8, 2), (-2, 0.1), Kind.EXCITEMENT),
        (None, (0.8, 2), None, Kind.EXCITEMENT),
        ((-1, 0.5), (-0.8, 2), (-2, 0.1), Kind.UNCLEAR),
        ((-1, -0.1), (-0.8, 2), (-2, 0.1), Kind.BASIC),
        ((-1, -0.1), None, (0.1, 1), Kind.BASIC),
    ],
)
def test_the_kind_is_told_from_intervals(
    penalty: tuple[float, float] | None,
    reward: tuple[float, float] | None,
    surplus: tuple[float, float] | None,
    kind: Kind,
) -> None:
    assert kind_of(penalty, reward, surplus) is kind
