"""Watching many shares: what has changed is told, what has not is left alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from feedback.measures.monitoring import RATE, Signal, Watch, Way

Counts = NDArray[np.float64]
WEEK, YEAR = 7, 364


def said(shares: Counts, *, a_day: float = 6.0, seed: int = 1) -> tuple[Counts, Counts]:
    """Make up verbatims of series by their share of each day."""
    rng = np.random.default_rng(seed)
    bases = rng.poisson(a_day, shares.shape)
    return rng.binomial(bases, shares).astype(float), bases.astype(float)


def steady(series: int, days: int, share: float = 0.1) -> Counts:
    return np.full((series, days), share)


def first_told(watch: Watch, days: range) -> tuple[int, Signal] | None:
    for day in days:
        found = watch.look(day)
        if found:
            return day, found[0]
    return None


def test_a_rise_is_told_soon_with_the_week_in_which_it_began() -> None:
    shares = steady(5, 2 * YEAR)
    shares[2, 420:] = 0.35
    told = first_told(Watch(*said(shares)), range(300, 2 * YEAR))
    assert told is not None
    day, signal = told
    assert (signal.series, signal.way) == (2, Way.UP)
    assert 420 <= day <= 434
    assert abs(signal.began - 420) <= 2 * WEEK
    assert signal.n >= 30
    assert signal.hits / signal.n > signal.usual_hits / signal.usual_n
    assert signal.p <= signal.adjusted <= RATE


def test_a_fall_is_told_too() -> None:
    shares = steady(3, 2 * YEAR, 0.3)
    shares[0, 420:] = 0.08
    told = first_told(Watch(*said(shares)), range(300, 2 * YEAR))
    assert told is not None
    assert (told[1].series, told[1].way) == (0, Way.DOWN)
    assert 420 <= told[0] <= 448


def test_slow_growth_is_told_though_no_week_is_out_of_its_limits() -> None:
    shares = steady(4, 2 * YEAR)
    shares[1, 420:] = np.minimum(0.1 + np.arange(2 * YEAR - 420) * 0.12 / 56, 0.22)
    told = first_told(Watch(*said(shares, a_day=10)), range(300, 2 * YEAR))
    assert told is not None
    assert told[1].series == 1
    assert 420 < told[0] <= 420 + 56


@pytest.mark.parametrize("seed", range(5))
def test_shares_that_never_change_are_left_alone(seed: int) -> None:
    hits, bases = said(steady(40, 2 * YEAR), a_day=2.5, seed=seed)
    watch, told = Watch(hits, bases), set()
    for day in range(200, 2 * YEAR, 7):
        told |= {one.series for one in watch.look(day)}
    assert len(told) <= 1


def test_many_looks_do_not_make_a_false_alarm_likelier() -> None:
    """At most three in ten of one-series watches in nine weeks, as the bound says."""
    alarms = 0
    for seed in range(60):
        watch = Watch(*said(steady(1, YEAR + 63), a_day=8, seed=100 + seed))
        alarms += first_told(watch, range(YEAR, YEAR + 63)) is not None
    assert alarms <= 18


def test_nothing_is_told_in_the_first_half_year() -> None:
    shares = steady(1, 200)
    shares[0, 150:] = 0.9
    assert first_told(Watch(*said(shares)), range(1, 182)) is None


def test_fewer_than_thirty_verbatims_raise_nothing() -> None:
    shares = steady(1, 2 * YEAR)
    shares[0, 420:] = 0.9
    told = first_told(Watch(*said(shares, a_day=1)), range(300, 2 * YEAR))
    assert told is not None
    assert told[0] >= 440
    assert told[1].n >= 30


def test_a_theme_that_is_hardly_spoken_of_is_not_watched() -> None:
    hits, bases = np.zeros((1, YEAR)), np.full((1, YEAR), 20.0)
    hits[0, -11:] = 1.0
    assert Watch(hits, bases).look(YEAR) == ()


def test_what_was_told_already_is_not_told_again() -> None:
    shares = steady(1, 2 * YEAR)
    shares[0, 420:] = 0.35
    watch = Watch(*said(shares))
    assert watch.look(450)
    assert watch.look(450, after=np.array([448])) == ()


def test_another_level_before_is_not_what_is_usual() -> None:
    shares = steady(1, 2 * YEAR, 0.3)
    shares[0, 300:] = 0.1
    hits, bases = said(shares)
    assert Watch(hits, bases).look(364)
    assert Watch(hits, bases, since=np.array([300])).look(600) == ()


def test_a_share_that_came_back_is_back() -> None:
    shares = steady(1, 2 * YEAR)
    shares[0, 420:480] = 0.4
    watch = Watch(*said(shares))
    signal = watch.look(440)[0]
    assert not watch.is_back(signal, 480)
    assert watch.is_back(signal, 522)


def test_the_same_weeks_of_the_year_before_explain_a_season() -> None:
    shares = steady(1, 3 * YEAR)
    season = np.arange(3 * YEAR) % YEAR
    shares[0, (season > 300) & (season < 350)] = 0.3
    watch = Watch(*said(shares))
    second = 2 * YEAR + 300
    assert first_told(watch, range(300, 350)) is not None
    assert first_told(watch, range(second - 10, second + 40)) is None


def test_weeks_that_scatter_much_need_more_evidence() -> None:
    rng = np.random.default_rng(8)
    weekly = np.repeat(rng.beta(1.5, 12, 2 * YEAR // 7), 7)
    shares = np.array(
        [rng.permutation(weekly.reshape(-1, 7)).ravel() for _ in range(6)]
    )
    watch = Watch(*said(shares, a_day=15))
    told = {one.series for day in range(300, 2 * YEAR, 7) for one in watch.look(day)}
    assert len(told) <= 1


def test_no_series_tell_nothing() -> None:
    assert Watch(np.zeros((0, 30)), np.zeros((0, 30))).look(30) == ()
