"""Which weeks count on which side, and what the difference of two is worth."""

import numpy as np
import pytest

from feedback.measures.effects import EffectPlan
from feedback.measures.effects.weeks import differences, split
from tests.measures.effects.histories import (
    FIRST,
    THROUGH,
    drawn,
    monday,
    plan,
    weeks_of,
)


def test_a_week_counts_before_only_when_all_of_it_lies_before_the_start() -> None:
    started = EffectPlan(
        started_on=monday(3).replace(day=monday(3).day + 2),
        washout_days=0,
        smallest_that_matters=1,
        higher_is_better=True,
    )

    sides = split(started, weeks_of([[1.0]] * 6), through=THROUGH)

    assert list(sides.weeks.answers) == [1, 1, 1, 0, 1, 1]
    assert list(sides.weeks.after) == [False] * 4 + [True] * 2


def test_the_wash_out_counts_on_neither_side_and_its_weeks_stay_in_time() -> None:
    sides = split(plan(2, washout_days=10), weeks_of([[1.0, 2.0]] * 6), through=THROUGH)

    assert list(sides.weeks.answers) == [2, 2, 0, 0, 2, 2]
    assert (sides.before.n, sides.after.n) == (4, 4)
    assert (sides.weeks.count_before, sides.weeks.count_after) == (2, 2)


def test_a_week_that_is_not_over_does_not_count() -> None:
    weeks = weeks_of([[1.0]] * 6)

    whole = split(plan(2), weeks, through=monday(6) - (monday(1) - FIRST) / 7)
    one_less = split(plan(2), weeks, through=monday(5))

    assert whole.weeks.count_after == 4
    assert one_less.weeks.count_after == 3


def test_a_difference_is_worth_the_answers_that_one_measure_would_need() -> None:
    rng = np.random.default_rng(7)
    weeks = drawn(rng, [0.0] * 12, answers=20)
    doubled = weeks_of([[2.0, 6.0] * 5] * 12)
    one = split(plan(6), weeks, through=THROUGH).weeks
    other = split(plan(6), doubled, through=THROUGH).weeks

    both = differences(one, other)

    assert both is not None
    own, foreign = one.squares / one.freedom, other.squares / other.freedom
    assert both.answers == pytest.approx(1 / (1 / 20 + foreign / own / 10))
    assert own / both.answers == pytest.approx(own / 20 + foreign / 10)
    assert both.squares / both.freedom == pytest.approx(own)
    assert both.means == pytest.approx(one.means - 4)


def test_weeks_that_only_one_of_two_has_do_not_count() -> None:
    rng = np.random.default_rng(7)
    weeks = drawn(rng, [0.0] * 12)
    one = split(plan(6), weeks, through=THROUGH).weeks
    other = split(plan(6), weeks[3:11], through=THROUGH).weeks

    both = differences(one, other)

    assert both is not None
    assert both.starts == one.starts[3:11]
    assert (both.count_before, both.count_after) == (3, 5)
    assert differences(one, split(plan(6), [], through=THROUGH).weeks) is None
