"""Formats: each in French and in English."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.periods import parse_period
from feedback.i18n.formats import (
    Length,
    Unit,
    format_date,
    format_day,
    format_interval,
    format_moment,
    format_month,
    format_n,
    format_number,
    format_p,
    format_percent,
    format_period,
    format_points,
    format_signed,
    format_span,
    format_weekday,
)

FIFTH = date(2018, 4, 5)
FIRST = date(2018, 4, 1)


@pytest.mark.parametrize(
    ("day", "length", "french", "english"),
    [
        (FIFTH, "long", "5 avril 2018", "5 April 2018"),
        (FIFTH, "medium", "5 avr. 2018", "5 Apr 2018"),
        (FIFTH, "short", "05/04/2018", "05/04/2018"),
        (FIRST, "long", "1er avril 2018", "1 April 2018"),
        (FIRST, "medium", "1er avr. 2018", "1 Apr 2018"),
        (FIRST, "short", "01/04/2018", "01/04/2018"),
        (date(2018, 1, 11), "long", "11 janvier 2018", "11 January 2018"),
    ],
)
def test_dates(day: date, length: Length, french: str, english: str) -> None:
    assert format_date(day, "fr", length=length) == french
    assert format_date(day, "en", length=length) == english


def test_a_day_of_this_year_goes_without_its_year() -> None:
    assert format_day(FIFTH, "fr") == "5 avril"
    assert format_day(FIRST, "fr") == "1er avril"
    assert format_day(date(2018, 1, 11), "fr") == "11 janvier"
    assert format_day(FIRST, "en") == "1 April"


def test_a_moment_is_told_in_the_time_of_its_reader() -> None:
    moment = datetime(2018, 4, 5, 22, 30, tzinfo=UTC)
    paris = ZoneInfo("Europe/Paris")

    assert format_moment(moment, "fr", zone=paris) == "6 avril 2018 à 00:30"
    assert format_moment(moment, "en", zone=paris) == "6 April 2018 at 00:30"


def test_months() -> None:
    assert format_month(FIFTH, "fr") == "avril 2018"
    assert format_month(FIFTH, "en") == "April 2018"
    assert format_month(FIFTH, "fr", short=True) == "avr. 2018"
    assert format_month(FIFTH, "en", short=True) == "Apr 2018"


@pytest.mark.parametrize(
    ("period", "french", "english"),
    [
        ("2018-04", "avril 2018", "April 2018"),
        ("2018-04-05..2018-04-06", "5 avril 2018", "5 April 2018"),
        (
            "2018-04-01..2018-04-11",
            "du 1er au 10 avril 2018",
            "from 1 to 10 April 2018",
        ),
        (
            "2018-03-01..2018-05-01",
            "du 1er mars au 30 avril 2018",
            "from 1 March to 30 April 2018",
        ),
        (
            "2017-12-28..2018-01-02",
            "du 28 décembre 2017 au 1er janvier 2018",
            "from 28 December 2017 to 1 January 2018",
        ),
        (
            "2017-04-05..2018-04-06",
            "du 5 avril 2017 au 5 avril 2018",
            "from 5 April 2017 to 5 April 2018",
        ),
    ],
)
def test_periods_name_their_last_day(period: str, french: str, english: str) -> None:
    assert format_period(parse_period(period), "fr") == french
    assert format_period(parse_period(period), "en") == english


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (0, 0, "0", "0"),
        (1234, 0, "1\u202f234", "1,234"),
        (1234567.25, 1, "1\u202f234\u202f567,3", "1,234,567.3"),
        (2.5, 0, "3", "3"),
        (-2.5, 0, "−3", "−3"),
        (-0.4, 0, "0", "0"),
        (4.1, 1, "4,1", "4.1"),
        (4, 2, "4,00", "4.00"),
        (1.005, 2, "1,01", "1.01"),
        (Decimal("2.5"), 0, "3", "3"),
        (np.float64(2.5), 1, "2,5", "2.5"),
    ],
)
def test_numbers(value: float, decimals: int, french: str, english: str) -> None:
    assert format_number(value, "fr", decimals=decimals) == french
    assert format_number(value, "en", decimals=decimals) == english


@pytest.mark.parametrize(
    ("value", "expected"),
    [(32, "+32"), (-9, "−9"), (0, "0"), (0.4, "0"), (-0.4, "0"), (100, "+100")],
)
def test_points_and_changes_carry_their_sign(value: float, expected: str) -> None:
    for locale in ("fr", "en"):
        assert format_points(value, locale) == expected
        assert format_signed(value, locale) == expected


def test_a_signed_number_keeps_the_sign_of_what_is_printed() -> None:
    assert format_signed(0.04, "fr", decimals=1) == "0,0"
    assert format_signed(0.05, "fr", decimals=1) == "+0,1"


@pytest.mark.parametrize(
    ("share", "decimals", "french", "english"),
    [
        (0.24, 0, "24\u202f%", "24%"),
        (0.285, 1, "28,5\u202f%", "28.5%"),
        (0.285, 0, "29\u202f%", "29%"),
        (0, 0, "0\u202f%", "0%"),
        (1, 0, "100\u202f%", "100%"),
        (-0.03, 0, "−3\u202f%", "−3%"),
        (12.5, 0, "1\u202f250\u202f%", "1,250%"),
    ],
)
def test_shares_become_percentages(
    share: float, decimals: int, french: str, english: str
) -> None:
    assert format_percent(share, "fr", decimals=decimals) == french
    assert format_percent(share, "en", decimals=decimals) == english


@pytest.mark.parametrize(
    ("low", "high", "unit", "french", "english"),
    [
        (15.4, 24.6, Unit.NUMBER, "de 15 à 25", "15 to 25"),
        (-11.7, 55.2, Unit.SIGNED, "de −12 à +55", "−12 to +55"),
        (0.692, 0.9023, Unit.PERCENT, "de 69 à 90\u202f%", "69 to 90%"),
    ],
)
def test_intervals(
    low: float, high: float, unit: Unit, french: str, english: str
) -> None:
    assert format_interval(low, high, "fr", unit=unit) == french
    assert format_interval(low, high, "en", unit=unit) == english


def test_an_interval_may_have_decimals() -> None:
    assert format_interval(4.04, 4.36, "fr", decimals=1) == "de 4,0 à 4,4"


@pytest.mark.parametrize(
    ("p", "french", "english"),
    [
        (0.0638, "p\xa0=\xa00,064", "p\xa0=\xa00.064"),
        (0.001, "p\xa0=\xa00,001", "p\xa0=\xa00.001"),
        (0.00099, "p\xa0<\xa00,001", "p\xa0<\xa00.001"),
        (0, "p\xa0<\xa00,001", "p\xa0<\xa00.001"),
        (1, "p\xa0=\xa01,000", "p\xa0=\xa01.000"),
    ],
)
def test_probabilities(p: float, french: str, english: str) -> None:
    assert format_p(p, "fr") == french
    assert format_p(p, "en") == english


def test_bases() -> None:
    assert format_n(1234, "fr") == "n\xa0=\xa01\u202f234"
    assert format_n(1234, "en") == "n\xa0=\xa01,234"


@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.sampled_from(["fr", "en"]))
def test_no_number_is_printed_with_a_hyphen_or_a_signed_zero(
    value: float, decimals: int, locale: str
) -> None:
    text = format_signed(value, locale, decimals=decimals)

    assert "-" not in text
    assert text.startswith(("+", "−")) == any(digit in "123456789" for digit in text)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_printed_as_less(one: float, other: float) -> None:
    def printed(share: float) -> int:
        return int(format_percent(share, "en").rstrip("%"))

    assert (printed(one) <= printed(other)) or one > other


def test_a_day_of_the_week_is_named_from_monday_on() -> None:
    assert format_weekday(0, "fr") == "lundi"
    assert format_weekday(6, "en") == "Sunday"


def test_a_length_of_time_is_said_in_round_words() -> None:
    assert format_span(1095, "fr") == "3 ans"
    assert format_span(60, "en") == "2 months"
