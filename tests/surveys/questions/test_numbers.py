"""Numbers and days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.cleaning import parse_day
from feedback.surveys.questions.numbers import parse_number
from feedback.surveys.questions.summaries import DateSummary, NumberSummary
from tests.surveys.asking import answer, question, refusal, words

COUNT = question("number")
PRICE = question(
    "number", decimals=2, at_least=-1, at_most=1e6, unit={"en": "EUR", "fr": "€"}
)
DAY = question("date", earliest="2020-01-01", latest="2026-12-31")


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("12", None, 12),
        (" 12 ", None, 12),
        ("3,5", "fr", 3.5),
        ("3,5", "en", 3.5),
        ("3.5", "fr", 3.5),
        ("1 234,5", "fr", 1234.5),
        ("1\N{NARROW NO-BREAK SPACE}234", "fr", 1234),
        ("1’234", "fr", 1234),
        ("1,234", "en", 1234),
        ("1,234", "fr", 1.234),
        ("1,234.5", "fr", 1234.5),
        ("1.234,5", "en", 1234.5),
        ("1.234.567", None, 1234567),
        ("\N{MINUS SIGN}3", None, -3),
        ("+3", None, 3),
    ],
)
def test_a_number_is_read_as_people_write_it(
    text: str, language: str | None, number: float
) -> None:
    assert parse_number(text, language) == number


@pytest.mark.parametrize(
    "text", ["", "twelve", "1e9", "nan", "inf", "1.", ".5", "0x1", "٣", "--1", "1" * 16]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert parse_number(text) is None
    if text:
        assert refusal(COUNT, {"q.q": [text]}) == "not_a_number"


@given(st.text("0123456789+-.,' \u202f", max_size=70))
def test_no_text_makes_reading_a_number_raise(text: str) -> None:
    number = parse_number(text)

    assert number is None or abs(number) < 1e16


def test_a_number_keeps_to_its_limits() -> None:
    assert answer(PRICE, {"q.q": ["12,50"]}) == 12.5
    assert answer(PRICE, {"q.q": ["12,00"]}) == 12
    assert answer(question("number", required=True), {"q.q": ["0"]}) == 0
    assert refusal(PRICE, {"q.q": ["0,125"]}) == "too_many_decimals"
    assert refusal(COUNT, {"q.q": ["0,5"]}) == "too_many_decimals"
    assert refusal(PRICE, {"q.q": ["-2"]}) == "below_minimum"
    assert refusal(PRICE, {"q.q": ["1000001"]}) == "above_maximum"


def test_a_number_is_said_as_the_language_writes_it() -> None:
    assert words(PRICE, 1234.5) == "1,234.5\N{NO-BREAK SPACE}EUR"
    assert words(PRICE, 1234.5, "fr") == (
        "1\N{NARROW NO-BREAK SPACE}234,5\N{NO-BREAK SPACE}€"
    )
    assert words(COUNT, 7, "de") == "7"


def test_numbers_are_summed_up_by_where_they_lie() -> None:
    values: list[AnswerValue] = [1, 2, 3, 4, 10]

    assert KINDS["number"].summarise(COUNT, values) == NumberSummary(
        count=5,
        mean=4.0,
        lowest=1.0,
        lower_quartile=2.0,
        median=3.0,
        upper_quartile=4.0,
        highest=10.0,
    )
    assert KINDS["number"].summarise(COUNT, []) == NumberSummary(count=0)
    alone = KINDS["number"].summarise(COUNT, [0])
    assert isinstance(alone, NumberSummary)
    assert (alone.lower_quartile, alone.median, alone.upper_quartile) == (0, 0, 0)


@pytest.mark.parametrize(
    "text", ["2026-12-31", "31/12/2026", "31.12.2026", "31-12-2026"]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == "2026-12-31"


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "12/31/2026", "31/12/26", "0001-01-01", "٣١/١٢/٢٠٢٦", "today"],
)
def test_what_is_no_day_is_not_read_as_one(text: str) -> None:
    assert parse_day(text) is None


def test_a_day_keeps_to_its_limits() -> None:
    assert answer(DAY, {"q.q": ["5/4/2021"]}) == "2021-04-05"
    assert refusal(DAY, {"q.q": ["2019-12-31"]}) == "too_early"
    assert refusal(DAY, {"q.q": ["1/1/2027"]}) == "too_late"
    assert refusal(DAY, {"q.q": ["30/02/2021"]}) == "not_a_date"


def test_a_day_is_said_as_the_language_writes_it() -> None:
    assert words(DAY, "2021-04-01") == "1 April 2021"
    assert words(DAY, "2021-04-01", "fr") == "1er avril 2021"
    assert words(DAY, "2021-04-01", "de") == "2021-04-01"


def test_days_are_summed_up_by_the_first_and_the_last() -> None:
    values: list[AnswerValue] = ["2021-04-01", "2020-05-05"]

    assert KINDS["date"].summarise(DAY, values) == DateSummary(
        count=2, earliest="2020-05-05", latest="2021-04-01"
    )
    assert KINDS["date"].summarise(DAY, []) == DateSummary(
        count=0, earliest=None, latest=None
    )


def test_crossed_limits_are_named() -> None:
    crossed = question("number", at_least=2, at_most=1)
    late = question("date", earliest="2026-01-02", latest="2026-01-01")

    assert KINDS["number"].check_definition(crossed) == ["limits_crossed"]
    assert KINDS["date"].check_definition(late) == ["limits_crossed"]
    assert KINDS["number"].check_definition(question("number", decimals=7)) == [
        "bad_option"
    ]
    assert KINDS["date"].check_definition(question("date", latest="31/12/2026")) == [
        "bad_option"
    ]
