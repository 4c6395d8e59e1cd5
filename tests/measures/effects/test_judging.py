"""Verdicts: one of four, and what stands beside it."""

import numpy as np
import pytest

from feedback.measures.effects import Method, VerdictKind, judge
from tests.measures.effects.histories import THROUGH, drawn, monday, plan, weeks_of


def test_a_large_step_up_is_an_improvement_where_more_is_better() -> None:
    rng = np.random.default_rng(1)
    weeks = drawn(rng, [0.0] * 52 + [1.0] * 20)

    verdict = judge(plan(52, matters=0.2), weeks, through=THROUGH)

    assert verdict.kind is VerdictKind.IMPROVED
    assert verdict.primary is Method.SEGMENTED
    assert verdict.effect == pytest.approx(1, abs=0.3)
    assert verdict.low is not None
    assert verdict.low > 0
    assert not verdict.change_course


def test_the_same_step_has_worsened_a_share_of_frictions() -> None:
    rng = np.random.default_rng(1)
    weeks = drawn(rng, [0.0] * 52 + [1.0] * 20)

    verdict = judge(plan(52, matters=0.2, higher=False), weeks, through=THROUGH)

    assert verdict.kind is VerdictKind.WORSENED
    assert verdict.change_course


def test_a_trend_that_goes_on_is_no_effect() -> None:
    rng = np.random.default_rng(2)
    weeks = drawn(rng, [0.02 * week for week in range(72)])

    verdict = judge(plan(52, matters=2), weeks, through=THROUGH)

    assert verdict.kind is VerdictKind.NONE_DETECTABLE
    assert verdict.two_period is not None
    assert verdict.two_period.p < 0.001
    assert verdict.change_course


def test_without_weeks_there_is_not_enough_data() -> None:
    verdict = judge(plan(10), [], through=THROUGH)

    assert verdict.kind is VerdictKind.NOT_ENOUGH_DATA
    assert verdict.effect is None
    assert (verdict.n_before, verdict.weeks_after) == (0, 0)


def test_weeks_that_do_not_follow_each_other_are_refused() -> None:
    weeks = weeks_of([[1.0], [2.0], [3.0]])

    with pytest.raises(ValueError, match="does not follow"):
        judge(plan(2), [weeks[0], weeks[2]], through=THROUGH)
    with pytest.raises(ValueError, match="does not follow"):
        judge(plan(2), weeks[::-1], through=monday(3))
