"""Words, keys, scales and patterns of foreign files."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.imports.remarks import MOST_REMARKS, Remarks
from feedback.surveys.imports.words import (
    Keys,
    choice_keys,
    clean,
    number,
    plain,
    scale_kind,
    searching_pattern,
)


@pytest.mark.parametrize(
    ("markup", "words", "lost"),
    [
        ("Hello", "Hello", set()),
        ("<p>One</p><p>Two</p>", "One\nTwo", set()),
        ("a<br/>b<br>c", "a\nb\nc", set()),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3", set()),
        ("a < b and c > d", "a < b and c > d", set()),
        ("<b>Bold</b> words", "Bold words", {"formatting_left_out"}),
        ("<a href='x'>here</a>", "here", {"links_left_out"}),
        ("<img src=x onerror=y>Look", "Look", {"media_left_out"}),
        ("<script>alert(1)</script>Hi<style>p{}</style>", "Hi", {"scripts_left_out"}),
        ("<!-- no -->yes", "yes", set()),
        ("  many \t spaces \n\n\n\n here ", "many spaces\n\nhere", set()),
        ("Où\u202f?\u00a0:", "Où\u202f?\u00a0:", set()),
        ("nul\0byte", "nulbyte", set()),
    ],
)
def test_words_are_taken_out_of_html(markup: str, words: str, lost: set[str]) -> None:
    assert plain(markup) == (words, frozenset(lost))


@given(st.text(alphabet="<>/!-ab &;scriptyle=\"'\n", max_size=200))
def test_no_markup_makes_it_fail(markup: str) -> None:
    words, _ = plain(markup)

    assert words == words.strip()


def test_words_that_are_too_long_are_cut_with_a_remark() -> None:
    remarks = Remarks()

    assert len(clean("word " * 1000, "q", remarks)) <= 4000
    assert [(one.code, one.place) for one in remarks.all()] == [("text_cut", "q")]


def test_a_remark_is_kept_once_and_not_without_end() -> None:
    remarks = Remarks()
    for turn in range(3):
        remarks.add("links_left_out", "q")
        remarks.add("text_cut", f"q{turn}", most=4000)
    assert len(remarks.all()) == 4

    for turn in range(2 * MOST_REMARKS):
        remarks.add("links_left_out", f"place {turn}")
    assert len(remarks.all()) == MOST_REMARKS


@given(st.lists(st.text(max_size=80), max_size=30))
def test_every_name_gets_a_key_of_its_own(names: list[str]) -> None:
    keys = Keys()
    given_ = [keys.give(name) for name in names]

    assert len(set(given_)) == len(set(names))
    for key in given_:
        assert re.fullmatch(r"[0-9A-Za-z_]{1,60}", key)
    assert [keys.find(name) for name in names] == given_
    assert keys.find("never given") is None


def test_choices_do_not_take_the_keys_of_the_product() -> None:
    keys = choice_keys()

    assert [keys.fresh("other"), keys.fresh("none"), keys.fresh("é à")] == [
        "other_2",
        "none_2",
        "e_a",
    ]


@pytest.mark.parametrize(
    ("points", "words", "kind"),
    [
        (range(11), "Nous recommanderiez-vous ?", "nps"),
        (range(11), "How likely are you to recommend us?", "nps"),
        (range(11), "How was it?", None),
        (range(1, 6), "How was it?", "csat"),
        (range(1, 8), "It was easy.", "ces"),
        (range(1, 11), "Would you recommend us?", None),
        ((1, 2, 4, 5, 6), "How was it?", None),
        ((), "", None),
    ],
)
def test_scales_are_known_by_their_points(
    points: range, words: str, kind: str | None
) -> None:
    assert scale_kind(list(points), {"en": words}) == kind


@pytest.mark.parametrize(
    ("written", "fits", "fails"),
    [
        ("^[0-9]{5}$", "69001", "a69001"),
        ("[0-9]", "a 5 b", "abc"),
        ("^A", "Abc", "bA"),
        ("z$", "abcz", "zab"),
    ],
)
def test_a_pattern_is_sought_in_an_answer(written: str, fits: str, fails: str) -> None:
    pattern = searching_pattern(written)

    assert pattern is not None
    assert re.fullmatch(pattern, fits)
    assert not re.fullmatch(pattern, fails)


@pytest.mark.parametrize("written", ["", "(", "(a+)+b", "(?<=x)y", "x" * 300])
def test_a_pattern_that_cannot_be_used_is_refused(written: str) -> None:
    assert searching_pattern(written) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (3.0, 3),
        ("3.5", 3.5),
        ("+5", 5),
        ("", None),
        (None, None),
        (True, None),
        ("nan", None),
        ("inf", None),
        (1e300, None),
        ([], None),
    ],
)
def test_numbers_are_read_from_settings(value: object, expected: float | None) -> None:
    assert number(value) == expected
