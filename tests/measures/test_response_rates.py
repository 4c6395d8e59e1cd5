"""Outcome rates: the formulas of AAPOR, checked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.intervals import Estimate
from feedback.measures.response_rates import (
    Completeness,
    Outcomes,
    completeness,
    con1,
    coop1,
    rates,
    ref1,
    rr1,
    rr2,
    rr3,
    rr4,
    rr5,
    rr6,
)

#: 1,500 asked: 1,410 eligible, of whom 510 were reached, and 90 unknown
FIELD = Outcomes(
    complete=412, partial=38, refused=50, non_contact=900, other=10, unknown=90
)
counts = st.builds(
    Outcomes,
    complete=st.integers(0, 5000),
    partial=st.integers(0, 5000),
    refused=st.integers(0, 5000),
    non_contact=st.integers(0, 5000),
    other=st.integers(0, 5000),
    unknown=st.integers(0, 5000),
)


def figures(estimate: Estimate | None) -> tuple[float, float, float, int]:
    assert estimate is not None
    return (
        round(estimate.value, 4),
        round(estimate.low, 4),
        round(estimate.high, 4),
        estimate.n,
    )


def test_the_golden_field_gives_the_golden_rates() -> None:
    assert figures(rr1(FIELD)) == (0.2747, 0.2527, 0.2978, 1500)
    assert figures(rr2(FIELD)) == (0.3, 0.2773, 0.3237, 1500)
    assert figures(rr5(FIELD)) == (0.2922, 0.2691, 0.3165, 1410)
    assert figures(rr6(FIELD)) == (0.3191, 0.2953, 0.3439, 1410)
    assert figures(coop1(FIELD)) == (0.8078, 0.7714, 0.8397, 510)
    assert figures(ref1(FIELD)) == (0.0333, 0.0254, 0.0437, 1500)
    assert figures(con1(FIELD)) == (0.34, 0.3165, 0.3644, 1500)


def test_rates_with_an_estimated_share_lie_between_the_two_extremes() -> None:
    assert rr3(FIELD, e=0.5) == pytest.approx(412 / 1455)
    assert rr4(FIELD, e=0.5) == pytest.approx(450 / 1455)
    assert rr3(FIELD, e=1) == pytest.approx(412 / 1500)
    assert rr3(FIELD, e=0) == pytest.approx(412 / 1410)


def test_nobody_asked_is_no_rate_and_not_a_rate_of_zero() -> None:
    nobody = Outcomes()

    assert set(vars(rates(nobody)).values()) == {None}
    assert rr3(nobody, e=0.5) is None
    assert rr5(Outcomes(unknown=3)) is None


def test_nobody_who_answers_is_a_rate_of_zero() -> None:
    assert figures(rr1(Outcomes(non_contact=12))) == (0.0, 0.0, 0.2425, 12)


@pytest.mark.parametrize(
    ("answered", "shown", "expected"),
    [
        (0, 0, Completeness.BREAK_OFF),
        (0, 5, Completeness.BREAK_OFF),
        (2, 5, Completeness.BREAK_OFF),
        (49, 100, Completeness.BREAK_OFF),
        (1, 2, Completeness.PARTIAL),
        (3, 4, Completeness.PARTIAL),
        (79, 100, Completeness.PARTIAL),
        (4, 5, Completeness.COMPLETE),
        (5, 5, Completeness.COMPLETE),
    ],
)
def test_how_much_was_answered_says_what_it_counts_as(
    answered: int, shown: int, expected: Completeness
) -> None:
    assert completeness(answered, shown) is expected


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="6 answered of 5"):
        completeness(6, 5)
    with pytest.raises(ValueError, match="below 0"):
        Outcomes(complete=-1)
    with pytest.raises(ValueError, match="no share"):
        rr3(FIELD, e=1.1)


@given(outcomes=counts)
def test_the_rates_stand_in_the_order_in_which_they_are_made_to(
    outcomes: Outcomes,
) -> None:
    all_of_them = rates(outcomes)
    if outcomes.eligible == 0:
        return
    one, two, five, six = (
        estimate.value
        for estimate in (
            all_of_them.rr1,
            all_of_them.rr2,
            all_of_them.rr5,
            all_of_them.rr6,
        )
        if estimate is not None
    )
    three = rr3(outcomes, e=0.3)

    assert three is not None
    assert 0 <= one <= three <= five <= six <= 1
    assert one <= two <= six
