"""Verdicts on made-up histories are as often wrong as they may be, and see enough."""

from dataclasses import replace

import pytest

from benchmarks.verdicts import CASES, WRONG, Case, history, outcome, plan, verdict
from feedback.measures.effects import VerdictKind, judge
from tests.measures.effects.histories import THROUGH

HISTORIES = range(2026, 2026 + 80)
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize(
    "name",
    [
        "no effect",
        "steep trend, 16 + 10 weeks",
        "season, one year before",
        "autocorrelation 0.6",
        "fewest, 10 a week, 8 + 4 weeks",
    ],
)
def test_few_are_wrong_and_most_steps_of_the_stated_size_are_found(name: str) -> None:
    outcomes = [outcome(BY_NAME[name], seed) for seed in HISTORIES]
    judged = [one for one in outcomes if one.is_judged]

    assert len(judged) > 60
    # a binomial of 5 % passes 12 % of eighty one time in two hundred
    assert sum(one.nothing.kind in WRONG for one in judged) <= 0.12 * len(judged)
    assert sum(one.at_stated for one in judged) >= 0.7 * len(judged)


def test_a_step_that_moves_every_answer_is_found_where_the_table_says() -> None:
    case = BY_NAME["autocorrelation 0.4"]

    for seed in HISTORIES[:12]:
        one = outcome(case, seed)
        stepped = verdict(case, seed, one.nothing.smallest_detectable or 0.0)
        assert (stepped.kind is VerdictKind.IMPROVED) == one.at_stated


def test_the_same_seed_gives_the_same_history_whatever_the_step() -> None:
    case = replace(Case(name="any"), drift=0.3, memory=0.5, compared=True)

    still, comparison = history(case, 5, 0.0)
    moved, other = history(case, 5, 2.0)

    assert comparison == other
    assert still[: case.before] == moved[: case.before]
    effect = judge(plan(case), moved, through=THROUGH).effect
    before = judge(plan(case), still, through=THROUGH).effect
    assert effect == pytest.approx((before or 0.0) + 2)
