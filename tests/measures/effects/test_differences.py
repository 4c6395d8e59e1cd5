"""Against a comparison: what both have in common is no effect."""

import numpy as np
import pytest

from feedback.measures.effects import Method, VerdictKind, judge
from feedback.measures.effects.differences import of_all_answers
from tests.measures.effects.histories import THROUGH, drawn, plan, week_of

COMMON = np.array([0.0] * 40 + [1.5] * 16)


def test_what_both_have_in_common_is_no_effect() -> None:
    rng = np.random.default_rng(1)
    treated, comparison = drawn(rng, COMMON), drawn(rng, COMMON)

    alone = judge(plan(40), treated, through=THROUGH)
    against = judge(plan(40), treated, comparison, through=THROUGH)

    assert alone.kind is VerdictKind.IMPROVED
    assert against.kind is VerdictKind.NONE_DETECTABLE
    assert against.primary is Method.DIFFERENCE_IN_DIFFERENCES
    assert against.segmented == alone.segmented


def test_what_only_the_treated_has_is_found() -> None:
    rng = np.random.default_rng(1)
    treated, comparison = drawn(rng, 2 * COMMON), drawn(rng, COMMON)

    verdict = judge(plan(40), treated, comparison, through=THROUGH)

    assert verdict.kind is VerdictKind.IMPROVED
    assert verdict.effect == pytest.approx(1.5, abs=0.4)
    assert verdict.difference_in_differences is not None
    assert verdict.difference_in_differences.plain == pytest.approx(1.5, abs=0.2)


def test_trends_that_part_before_the_start_rule_the_comparison_out() -> None:
    rng = np.random.default_rng(1)
    treated = drawn(rng, 0.08 * np.arange(56))
    comparison = drawn(rng, -0.08 * np.arange(56))

    verdict = judge(plan(40), treated, comparison, through=THROUGH)

    assert verdict.difference_in_differences is not None
    assert not verdict.difference_in_differences.parallel
    assert verdict.primary is Method.SEGMENTED
    assert verdict.kind is VerdictKind.NONE_DETECTABLE


def test_a_comparison_with_too_few_answers_is_left_aside() -> None:
    rng = np.random.default_rng(1)
    treated = drawn(rng, COMMON)

    for comparison in ([], drawn(rng, COMMON[:30]), drawn(rng, COMMON, answers=0)):
        verdict = judge(plan(40), treated, comparison, through=THROUGH)

        assert verdict.primary is Method.SEGMENTED
        assert verdict.difference_in_differences is None


def test_two_by_two_means_worked_by_hand() -> None:
    treated = (week_of(0, [1, 3]).moments, week_of(1, [6, 8]).moments)
    comparison = (week_of(0, [0, 2]).moments, week_of(1, [2, 4]).moments)

    effect, error, freedom = of_all_answers(treated, comparison)

    assert effect == (7 - 2) - (3 - 1)
    assert freedom == 4
    # four sums of squares of 2 over four degrees of freedom, four halves
    assert error == pytest.approx((2 * 2) ** 0.5)
