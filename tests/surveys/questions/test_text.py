"""Answers in the person's own words, and patterns they are to fit."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.cleaning import clean
from feedback.surveys.questions.patterns import LONGEST_MATCHED, pattern_fault
from tests.surveys.asking import answer, question, refusal

LINE = question("short_text")
LINES = question("long_text")
CODE = question(
    "short_text", pattern="[A-Z]{2}-[0-9]+", pattern_message={"en": "As FR-12."}
)


def test_a_short_text_is_one_line_and_a_long_one_keeps_its_lines() -> None:
    form = {"q.q": ["  one \r\n\ttwo\rthree\u2028four\0\x1b\ud800 "]}

    assert answer(LINE, form) == "one two three four"
    assert answer(LINES, form) == "one \n two\nthree\nfour"


def test_letters_are_composed_and_joined_emoji_stay_whole() -> None:
    assert answer(LINE, {"q.q": ["e\u0301te\u0301 👩\u200d🔧"]}) == "été 👩\u200d🔧"


def test_marks_that_turn_the_direction_of_the_page_are_taken_out() -> None:
    assert answer(LINE, {"q.q": ["abc\u202edef\u2066"]}) == "abcdef"


def test_a_text_of_nothing_visible_is_no_answer() -> None:
    assert answer(LINE, {"q.q": [" \0\t"]}) is None
    assert refusal(question("long_text", required=True), {"q.q": ["\0"]}) == "required"


def test_a_text_has_five_thousand_characters_at_most() -> None:
    assert answer(LINES, {"q.q": ["x" * 5000]}) == "x" * 5000
    assert answer(LINES, {"q.q": ["x" * 5000 + " " * 3000]}) == "x" * 5000
    assert refusal(LINES, {"q.q": ["x" * 5001]}) == "too_long"
    assert refusal(LINES, {"q.q": [" " * 20_000 + "x"]}) == "too_long"
    assert refusal(LINE, {"q.q": ["x" * 501]}) == "too_long"


def test_limits_of_an_author_count_the_characters_that_are_kept() -> None:
    asked = question("long_text", at_least=3, at_most=5)

    assert refusal(asked, {"q.q": [" ab "]}) == "too_short"
    assert answer(asked, {"q.q": ["été"]}) == "été"
    assert refusal(asked, {"q.q": ["abcdef"]}) == "too_long"
    assert KINDS["long_text"].limits(asked) == {"at_least": 3, "at_most": 5}
    assert KINDS["long_text"].limits(LINES) == {"at_most": 5000}


def test_a_pattern_is_to_fit_the_whole_text() -> None:
    assert answer(CODE, {"q.q": ["FR-12"]}) == "FR-12"
    assert refusal(CODE, {"q.q": ["FR-12 or so"]}) == "bad_pattern"
    assert KINDS["short_text"].own_words(CODE, "bad_pattern") == {"en": "As FR-12."}
    assert KINDS["short_text"].own_words(CODE, "required") == {}
    assert refusal(CODE, {"q.q": ["F" * 251]}) == "too_long"


def test_a_pattern_that_may_not_be_tried_fits_everything() -> None:
    assert answer(question("short_text", pattern="(a+)+b"), {"q.q": ["a" * 40]})


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{5}",
        r"\d{2}(?: ?\d{2}){4}",
        r"(?:\+33|0)[1-9](?:[ .-]?\d{2}){4}",
        r"[^@ ]+@[^@ ]+\.[a-z]{2,}",
        "(?:yes|no|oui|non)?",
        r"[]\]a-z]*",
        "a{,3}b{}c{,}",
        r"#[0-9a-f]{6}",
    ],
)
def test_patterns_that_people_write_can_be_used(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|aa)+b",
        "(?:a?){40}b",
        "(.*)(.*)(.*)(.*)x",
        "((a{1000}){1000}){1000}",
        "(a*){99999}",
        r"(\w)\1",
        "(?=a)b",
        "(?i)a",
        "[[a]",
        "[a&&b]",
        "a*+",
        "a" * 201,
    ],
)
def test_patterns_that_could_hold_a_process_are_refused(pattern: str) -> None:
    assert pattern_fault(pattern) == "pattern_too_free"


@pytest.mark.parametrize("pattern", ["(", "a**", "[z-a]", "a{3,2}", "\\"])
def test_patterns_that_mean_nothing_are_refused(pattern: str) -> None:
    assert pattern_fault(pattern) == "pattern_broken"


@given(
    pattern=st.text("ab.[]()*+?{}|,1259\\d^-", max_size=24),
    text=st.text("ab1-", min_size=1, max_size=LONGEST_MATCHED),
)
def test_a_pattern_that_is_accepted_answers_soon(pattern: str, text: str) -> None:
    if pattern_fault(pattern) is None:
        asked = question("short_text", pattern=pattern)
        started = time.thread_time()
        with suppress(Invalid):
            answer(asked, {"q.q": [text]})
        assert time.thread_time() - started < 1


@given(st.text(), st.booleans())
def test_cleaning_a_text_twice_changes_nothing(text: str, lines: bool) -> None:
    once = clean(text, lines=lines)

    assert clean(once, lines=lines) == once
    assert lines or "\n" not in once
    once.encode()


def test_what_a_text_lacks_is_named() -> None:
    kind = KINDS["short_text"]

    assert kind.check_definition(question("short_text", at_least=9, at_most=8)) == [
        "limits_crossed"
    ]
    assert kind.check_definition(question("short_text", pattern="(")) == [
        "pattern_broken"
    ]
    assert kind.check_definition(question("short_text", asks="money")) == ["bad_option"]
