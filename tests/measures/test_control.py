"""Control charts of a share: limits, scatter beyond that of a coin, weeks outside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.control import ControlPoint, control_chart, scatter


def chart_of(hits: int, n: int, *, usual: tuple[int, int] = (10, 100)) -> ControlPoint:
    weeks = 20
    chart = control_chart(
        np.array([float(hits)]),
        np.array([float(n)]),
        usual_hits=np.full(weeks, float(usual[0])),
        usual_bases=np.full(weeks, float(usual[1])),
    )
    assert chart is not None
    return chart.points[0]


def test_limits_lie_three_standard_errors_around_the_usual_share() -> None:
    point = chart_of(10, 100)
    assert point.low == pytest.approx(0.10 - 3 * (0.1 * 0.9 / 100) ** 0.5)
    assert point.high == pytest.approx(0.10 + 3 * (0.1 * 0.9 / 100) ** 0.5)
    assert not point.is_outside


def test_a_week_far_above_and_one_far_below_are_outside() -> None:
    assert chart_of(25, 100).is_outside
    assert chart_of(0, 100).is_outside


def test_few_answers_are_judged_by_the_exact_tail_and_not_by_the_limits() -> None:
    # the normal limit is 0.50; three of five at one in ten happen 86 times in 10,000
    point = chart_of(3, 5)
    assert point.high is not None
    assert point.share is not None
    assert point.share > point.high
    assert not point.is_outside
    assert chart_of(4, 5).is_outside


def test_a_week_without_a_verbatim_has_neither_share_nor_limits() -> None:
    point = chart_of(0, 0)
    assert (point.share, point.low, point.high) == (None, None, None)
    assert not point.is_outside


def test_without_earlier_verbatims_there_is_no_chart() -> None:
    nothing = np.zeros(3)
    assert (
        control_chart(nothing, nothing, usual_hits=nothing, usual_bases=nothing) is None
    )


def test_weeks_that_scatter_as_coins_do_are_not_widened() -> None:
    rng = np.random.default_rng(5)
    bases = np.full((200, 52), 40.0)
    hits = rng.binomial(40, 0.2, (200, 52)).astype(float)
    found = scatter(hits, bases)
    assert (found >= 1).all()
    assert (found > 1).mean() < 0.12


def test_weeks_that_scatter_more_widen_the_limits() -> None:
    hits = np.tile([2.0, 18.0], 20)
    bases = np.full(40, 100.0)
    chart = control_chart(
        np.array([25.0]), np.array([100.0]), usual_hits=hits, usual_bases=bases
    )
    assert chart is not None
    assert chart.scatter > 5
    assert not chart.points[0].is_outside


def test_what_hangs_together_over_weeks_is_seen_in_four_weeks_at_a_time() -> None:
    slow = np.repeat([6.0, 14.0], 8)
    hits = np.tile(slow, 3)[None, :]
    assert scatter(hits, np.full(hits.shape, 100.0))[0] > 4


@given(
    hits=st.integers(0, 40),
    n=st.integers(0, 40),
    usual=st.integers(0, 100),
)
def test_limits_stay_within_shares(hits: int, n: int, usual: int) -> None:
    point = chart_of(min(hits, n), n, usual=(usual, 100))
    if point.low is not None and point.high is not None:
        assert 0 <= point.low <= usual / 100 <= point.high <= 1
