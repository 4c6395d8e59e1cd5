"""What is odd about a response: found by simple rules, and honest people left alone."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.quality import (
    Answered,
    is_gibberish,
    is_repeated,
    judge,
    texts_of,
    written,
)
from feedback.collection.terms import Flag
from feedback.surveys.questionnaire import Choice, Page, Question, Questionnaire

DAY = date(2026, 10, 15)
COLUMNS = tuple(Choice(key=key, text={"en": key}) for key in ("bad", "fair", "good"))
ROWS = tuple(Choice(key=f"row{n}", text={"en": f"Row {n}"}) for n in range(5))


def question(key: str, kind: str, **more: Any) -> Question:
    words = {"en": "How satisfied were you with all this today?"}
    return Question(key=key, kind=kind, text=words, **more)


QUESTIONS = (
    *(question(f"csat{n}", "csat") for n in range(4)),
    question("grid", "matrix", choices=COLUMNS, rows=ROWS),
    question("why", "long_text"),
    question("one", "single", choices=COLUMNS, options={"other": True}),
)
SURVEY = Questionnaire(
    title={"en": "All"},
    languages=("en",),
    default_language="en",
    pages=(Page(key="page", questions=QUESTIONS),),
)


def flags(answers: Mapping[str, Any], *, seconds: float = 120) -> frozenset[Flag]:
    return judge(
        SURVEY,
        Answered(
            questions=QUESTIONS,
            answers=answers,
            seconds={"page": seconds},
            language="en",
        ),
    )


def test_an_honest_response_has_no_flag() -> None:
    answers = {
        "csat0": 4,
        "csat1": 5,
        "csat2": 4,
        "csat3": 3,
        "grid": {"row0": "good", "row1": "fair", "row2": "good", "row3": "good"},
        "why": "The bread was still warm, and the staff are lovely.",
        "one": {"other": "By bicycle"},
    }

    assert flags(answers) == frozenset()


@pytest.mark.parametrize(("seconds", "is_fast"), [(3, True), (16, True), (17, False)])
def test_who_answers_faster_than_one_reads_is_a_speeder(
    seconds: float, is_fast: bool
) -> None:
    # seven questions of eight words: 16.8 seconds at 0.3 seconds a word
    assert (Flag.SPEEDER in flags({"csat0": 4}, seconds=seconds)) == is_fast


def test_two_questions_are_never_answered_too_fast() -> None:
    short = Answered(
        questions=QUESTIONS[:2], answers={"csat0": 4}, seconds={}, language="en"
    )

    assert judge(SURVEY, short) == frozenset()


@pytest.mark.parametrize(
    ("answers", "is_straight"),
    [
        ({f"csat{n}": 3 for n in range(4)}, True),
        ({f"csat{n}": 3 for n in range(3)}, False),
        ({"csat0": 3, "csat1": 3, "csat2": 3, "csat3": 4}, False),
        ({"grid": {row.key: "good" for row in ROWS}}, True),
        ({"grid": {row.key: "good" for row in ROWS[:3]}}, False),
        ({"grid": {"row0": "bad", **{row.key: "good" for row in ROWS[1:]}}}, False),
    ],
)
def test_the_same_answer_down_the_line_is_a_straight_line(
    answers: dict[str, Any], is_straight: bool
) -> None:
    assert (Flag.STRAIGHT_LINING in flags(answers)) == is_straight


def test_a_text_within_a_second_was_not_typed() -> None:
    assert Flag.BOT in flags({"why": "Very good"}, seconds=0.4)
    assert Flag.BOT not in flags({"why": "Very good"}, seconds=1)
    assert Flag.BOT not in flags({"csat0": 4}, seconds=0.4)


@pytest.mark.parametrize(
    "text",
    [
        "qsdfqsdf",
        "asdfghjkl",
        "azertyuiop azertyuiop",
        "hjklmsdfg sdfgh",
        "xkcdvbnmt",
        "wxcvbn wxcvbn",
        "aaaaaaaaaaa",
        "BBBBBBBB",
        "dfgdfgdfgdfg",
        "sdlkfjhsdkfjh",
        "poiuytreza",
    ],
)
def test_mashed_keys_are_gibberish(text: str) -> None:
    assert is_gibberish(text)
    assert Flag.GIBBERISH in flags({"why": text})
    assert Flag.GIBBERISH in flags({"one": {"other": text}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "RAS",
        "n/a",
        "Bien",
        "SNCF",
        "Pffff, encore une heure",
        "Pfffffff",
        "Suuuuuper accueil !!!",
        "Grrrr",
        "Hmmm...",
        "10/10",
        "👍👍👍👍👍👍",
        "Strengths",
        "Property and liberty",
        "lkjhgfds@example.org",
        "Très très bien, rythme parfait",
        "Спасибо, всё хорошо",
        "とても良かったです",
        "شكرا جزيلا لكم",
        "https://example.org/xkcdvbn",
        "Why?!",
        "rhythm myths",
    ],
)
def test_what_people_write_is_not(text: str) -> None:
    assert not is_gibberish(text)


def test_no_sentence_of_the_demonstration_is_gibberish() -> None:
    lines = (files("feedback.demo") / "data" / "verbatims.jsonl").read_text("utf-8")
    texts = [json.loads(line)["text"] for line in lines.splitlines() if line.strip()]

    assert len(texts) > 50
    assert [text for text in texts if is_gibberish(text)] == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert is_gibberish(text) in {True, False}
    assert is_gibberish(f"{text} ") == is_gibberish(text)


@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=8, max_size=60))
def test_consonants_alone_are_gibberish_unless_they_are_drawn_out(text: str) -> None:
    distinct = all(a != b for a, b in pairwise(text))

    assert is_gibberish(text) or not distinct


@given(
    st.dictionaries(st.sampled_from([f"csat{n}" for n in range(4)]), st.integers(1, 5)),
    st.floats(0, 4000),
)
def test_flags_do_not_depend_on_the_order_of_answers(
    answers: dict[str, int], seconds: float
) -> None:
    turned = dict(reversed(answers.items()))

    assert flags(answers, seconds=seconds) == flags(turned, seconds=seconds)


@given(st.floats(0, 4000), st.floats(0, 4000))
def test_more_time_never_makes_a_speeder(one: float, other: float) -> None:
    fast, slow = sorted((one, other))

    assert Flag.SPEEDER in flags({"csat0": 1}, seconds=fast) or (
        Flag.SPEEDER not in flags({"csat0": 1}, seconds=slow)
    )


def test_the_same_long_text_by_the_same_within_a_week_is_repeated() -> None:
    text = "The queue was far too long today"
    first = written([text], by="link 1", day=DAY)
    again = written(["THE QUEUE was  far too long today"], by="link 1", day=DAY)
    other = written([text], by="link 2", day=DAY)
    later = written([text], by="link 1", day=DAY + timedelta(days=8))
    assert first is not None
    assert again is not None
    assert other is not None
    assert later is not None

    assert is_repeated(again, [first])
    assert not is_repeated(first, [])
    assert not is_repeated(other, [first])
    assert not is_repeated(later, [first])


def test_what_many_people_write_is_not_compared() -> None:
    assert written(["Très bien", "Merci"], by="link 1", day=DAY) is None


def test_the_details_of_a_contact_are_no_text() -> None:
    contact = question("who", "contact")

    assert texts_of([contact], {"who": {"name": "Azerty", "consent": True}}) == ()
