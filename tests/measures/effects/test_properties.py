"""What holds of every verdict, whatever came in."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.measures.effects import Verdict, VerdictKind, Week, judge
from feedback.measures.intervals import Moments
from tests.measures.effects.histories import THROUGH, plan, weeks_of

MIRRORED = {
    VerdictKind.IMPROVED: VerdictKind.WORSENED,
    VerdictKind.WORSENED: VerdictKind.IMPROVED,
}
ANY_ANSWERS = st.lists(
    st.lists(st.sampled_from([-100.0, 0.0, 100.0]), max_size=9), max_size=40
)
HISTORIES = st.builds(
    lambda seed, weeks, step, answers: [
        list(
            np.random.default_rng([seed, week]).normal(
                step * (week > weeks / 2), 1, answers
            )
        )
        for week in range(weeks)
    ],
    seed=st.integers(0, 10_000),
    weeks=st.integers(14, 50),
    step=st.floats(-3, 3),
    answers=st.integers(3, 20),
)


def verdict_on(answers: list[list[float]], *, higher: bool = True) -> Verdict:
    return judge(
        plan(len(answers) // 2 + 1, matters=0.5, higher=higher),
        weeks_of(answers),
        through=THROUGH,
    )


def changed(weeks: list[list[float]], factor: float, add: float) -> list[list[float]]:
    return [[factor * one + add for one in week] for week in weeks]


@given(HISTORIES)
@settings(max_examples=40, deadline=None)
def test_mirrored_answers_mirror_the_verdict(answers: list[list[float]]) -> None:
    one, other = verdict_on(answers), verdict_on(changed(answers, -1, 0))

    assert other.kind is MIRRORED.get(one.kind, one.kind)
    if one.effect is not None and one.low is not None and one.high is not None:
        assert (other.effect, other.low, other.high) == pytest.approx(
            (-one.effect, -one.high, -one.low), abs=1e-6
        )
    assert other.smallest_detectable == pytest.approx(one.smallest_detectable)


@given(HISTORIES)
@settings(max_examples=40, deadline=None)
def test_the_other_way_for_the_better_turns_the_words_alone(
    answers: list[list[float]],
) -> None:
    one, other = verdict_on(answers), verdict_on(answers, higher=False)

    assert other.kind is MIRRORED.get(one.kind, one.kind)
    turned = replace(other, kind=one.kind, change_course=one.change_course)
    assert turned == one


@given(HISTORIES, st.floats(0.1, 50), st.floats(-300, 300))
@settings(max_examples=40, deadline=None)
def test_another_unit_says_the_same(
    answers: list[list[float]], factor: float, add: float
) -> None:
    one, other = verdict_on(answers), verdict_on(changed(answers, factor, add))

    assert other.kind is one.kind
    if one.effect is not None and one.low is not None and one.high is not None:
        assert (other.effect, other.low, other.high) == pytest.approx(
            (factor * one.effect, factor * one.low, factor * one.high),
            abs=1e-4 * factor,
        )


@given(HISTORIES)
@settings(max_examples=40, deadline=None)
def test_an_effect_lies_in_its_interval_and_is_told_when_nought_does_not(
    answers: list[list[float]],
) -> None:
    one = verdict_on(answers)

    assert (one.effect is None) == (one.low is None) == (one.high is None)
    if one.effect is None or one.low is None or one.high is None:
        return
    assert one.low <= one.effect <= one.high
    if one.kind is VerdictKind.IMPROVED:
        assert one.low > 0
    elif one.kind is VerdictKind.WORSENED:
        assert one.high < 0
    elif one.kind is VerdictKind.NONE_DETECTABLE:
        assert one.low <= 0 <= one.high
    if one.change_course:
        assert one.high < 0.5


@given(HISTORIES, st.floats(0.01, 4))
@settings(max_examples=40, deadline=None)
def test_a_further_step_moves_the_effect_and_not_its_error(
    answers: list[list[float]], step: float
) -> None:
    start = len(answers) // 2 + 1
    stepped = answers[:start] + changed(answers[start:], 1, step)
    one, other = verdict_on(answers), verdict_on(stepped)

    if one.segmented is None or other.segmented is None:
        return
    assert other.segmented.effect == pytest.approx(one.segmented.effect + step)
    assert other.smallest_detectable == pytest.approx(one.smallest_detectable)


@given(ANY_ANSWERS, ANY_ANSWERS, st.integers(0, 40), st.integers(0, 20))
@settings(max_examples=100, deadline=None)
def test_nothing_that_comes_in_raises(
    treated: list[list[float]],
    comparison: list[list[float]],
    start: int,
    washout: int,
) -> None:
    verdict = judge(
        plan(start, washout_days=washout),
        weeks_of(treated),
        weeks_of(comparison),
        through=THROUGH,
    )

    assert verdict.kind in VerdictKind


@pytest.mark.parametrize("value", [0.0, 1.0, -100.0, 1e9])
@pytest.mark.parametrize("size", [1, 3, 40])
def test_answers_that_never_differ_show_no_change(value: float, size: int) -> None:
    verdict = judge(plan(60), weeks_of([[value] * size] * 120), through=THROUGH)

    assert verdict.kind is VerdictKind.NONE_DETECTABLE
    assert verdict.effect == 0
    assert verdict.smallest_detectable is None
    assert not verdict.change_course
    assert verdict.p == 1


def test_answers_that_never_differ_but_for_a_step_have_changed() -> None:
    verdict = judge(
        plan(20), weeks_of([[1.0] * 5] * 20 + [[4.0] * 5] * 10), through=THROUGH
    )

    assert verdict.kind is VerdictKind.IMPROVED
    assert verdict.effect == 3


@pytest.mark.parametrize(("n", "enough"), [(29, False), (30, True)])
def test_fewer_than_thirty_answers_on_a_side_are_not_enough(
    n: int, *, enough: bool
) -> None:
    rng = np.random.default_rng(1)
    late = [list(rng.normal(size=n - 9))] + [list(rng.normal(size=3))] * 3
    weeks = weeks_of([list(rng.normal(size=10)) for _ in range(20)] + late)

    verdict = judge(plan(20), weeks, through=THROUGH)

    assert (verdict.kind is not VerdictKind.NOT_ENOUGH_DATA) is enough
    assert verdict.n_after == n


@pytest.mark.parametrize(
    ("before", "after", "enough"), [(7, 9, False), (8, 3, False), (8, 4, True)]
)
def test_too_few_weeks_are_not_enough_however_many_answers(
    before: int, after: int, *, enough: bool
) -> None:
    rng = np.random.default_rng(1)
    weeks = weeks_of([list(rng.normal(size=50)) for _ in range(before + after)])

    verdict = judge(plan(before), weeks, through=THROUGH)

    assert (verdict.kind is not VerdictKind.NOT_ENOUGH_DATA) is enough
    assert verdict.two_period is not None
    assert (verdict.segmented is not None) is enough
    assert not (verdict.change_course and not enough)


def test_empty_weeks_between_are_time_that_passes() -> None:
    rng = np.random.default_rng(1)
    filled = [list(rng.normal(size=20)) if week % 3 else [] for week in range(60)]

    verdict = judge(plan(40), weeks_of(filled), through=THROUGH)

    assert verdict.kind is VerdictKind.NONE_DETECTABLE
    assert verdict.weeks_before == 26


def test_a_plan_without_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no change that matters"):
        plan(3, matters=0)
    with pytest.raises(ValueError, match="-1 days"):
        plan(3, washout_days=-1)


def test_rounding_of_large_values_does_not_pass_for_variation() -> None:
    week = Week(
        start=plan(0).started_on,
        moments=Moments(n=3, total=0.3, total_squares=0.03),
    )
    weeks = weeks_of([[0.1] * 3] * 60)

    verdict = judge(
        plan(40), [replace(week, start=one.start) for one in weeks], through=THROUGH
    )

    assert verdict.kind is VerdictKind.NONE_DETECTABLE
