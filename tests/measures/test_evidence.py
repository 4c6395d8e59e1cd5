"""Evidence: how far a figure is trusted and whether it is printed."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback.measures.evidence import Base, Evidence, base, evidence

NOW = datetime(2018, 4, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("n", "age_days", "expected"),
    [
        (0, 0, Evidence.NONE),
        (1, 0, Evidence.LITTLE),
        (29, 0, Evidence.LITTLE),
        (30, 0, Evidence.ENOUGH),
        (30, 90, Evidence.ENOUGH),
        (30, 91, Evidence.STALE),
        (29, 91, Evidence.LITTLE),
    ],
)
def test_evidence_is_counted_first_and_dated_second(
    n: int, age_days: int, expected: Evidence
) -> None:
    assert evidence(n, NOW - timedelta(days=age_days), now=NOW) is expected


def test_without_a_date_nothing_is_stale() -> None:
    assert evidence(0, None, now=NOW) is Evidence.NONE
    assert evidence(30, None, now=NOW) is Evidence.ENOUGH


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Base.HIDDEN),
        (9, Base.HIDDEN),
        (10, Base.SMALL),
        (29, Base.SMALL),
        (30, Base.PRINTABLE),
    ],
)
def test_a_small_base_is_marked_and_a_tiny_one_hidden(n: int, expected: Base) -> None:
    assert base(n) is expected
