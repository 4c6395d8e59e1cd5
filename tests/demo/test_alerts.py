"""What was planted in two years of the demonstration is found, and little else."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.alerts import NOW, draw, judge, tell
from feedback.demo.history import SEED
from feedback.demo.rates import PLANTED


@pytest.mark.slow
def test_planted_changes_are_alerted_within_two_weeks_and_nothing_else_is(
    tmp_path: Path,
) -> None:
    told = tell(draw(tmp_path), now=NOW, seed=SEED)
    verdicts, false = judge(told, now=NOW)

    assert {one.story for one in verdicts} == {
        "improvement_that_works",
        "friction_that_grows",
    }
    for one in verdicts:
        assert one.found is not None
        assert one.visible is not None
        assert one.found - one.visible <= timedelta(days=14)
    assert len(false) <= 2

    unchanged = {
        (one.journey, one.touchpoint, one.theme)
        for one in PLANTED
        if one.story in {"improvement_that_does_not", "nothing_happened"}
    }
    assert unchanged.isdisjoint(one.key for one in false)
