"""Answers as the fields of a form: reading the fields gives the answer again."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.surveys.questionnaire import Choice, Question
from feedback.surveys.questions import KINDS, kind_of
from feedback.surveys.questions.base import AnswerValue
from feedback.web.filled import fields_of, fields_of_answers

CHOICES = tuple(Choice(key=key, text={"en": key}) for key in ("a", "b", "c"))
ROWS = tuple(Choice(key=key, text={"en": key}) for key in ("x", "y"))
OPTIONS: dict[str, dict[str, Any]] = {
    "single": {"other": True, "none": True},
    "multiple": {"other": True, "none": True},
    "number": {"decimals": 2},
    "contact": {"fields": ["name", "email", "phone"]},
}


def question(kind: str) -> Question:
    return Question(
        key="one",
        kind=kind,
        text={"en": "?"},
        choices=CHOICES,
        rows=ROWS,
        options=OPTIONS.get(kind, {}),
    )


ANSWERS: list[tuple[str, AnswerValue]] = [
    ("nps", 0),
    ("csat", 5),
    ("ces", 7),
    ("single", {"choice": "b"}),
    ("single", {"choice": "none"}),
    ("single", {"other": "By bicycle"}),
    ("dropdown", {"choice": "c"}),
    ("multiple", {"choices": ["a", "c"]}),
    ("multiple", {"choices": [], "other": "By bicycle"}),
    ("multiple", {"choices": ["b"], "other": "By bicycle"}),
    ("ranking", ["c", "a", "b"]),
    ("matrix", {"x": "a", "y": "c"}),
    ("short_text", "One line"),
    ("long_text", "Two\nlines"),
    ("number", 12),
    ("number", 12.5),
    ("number", -0.25),
    ("date", "2026-12-31"),
    ("contact", {"name": "Ada", "email": "ada@example.org", "consent": True}),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("kind", "answer"), ANSWERS)
def test_reading_the_fields_gives_the_answer_again(
    kind: str, answer: AnswerValue, language: str
) -> None:
    asked = question(kind)
    fields = fields_of(asked, answer, language=language)
    read = kind_of(asked).read(asked, fields)

    assert kind_of(asked).check(asked, read, language=language) == answer


@given(st.decimals(-9999, 9999, places=2), st.sampled_from(["fr", "en", "de"]))
@settings(max_examples=200)
def test_every_number_comes_back(number: float, language: str) -> None:
    asked = question("number")
    value = float(number)
    fields = fields_of(asked, value, language=language)
    read = kind_of(asked).read(asked, fields)

    assert kind_of(asked).check(asked, read, language=language) == value


def test_every_kind_that_takes_an_answer_is_tried() -> None:
    takes = {name for name, kind in KINDS.items() if kind.takes_answer}

    assert {kind for kind, _ in ANSWERS} == takes


def test_the_fields_of_several_answers_stand_beside_each_other() -> None:
    rng = random.Random(1)
    kinds = rng.sample([one for one in ANSWERS if one[0] != "contact"], 5)
    questions = [
        Question(
            key=f"q{place}",
            kind=kind,
            text={"en": "?"},
            choices=CHOICES,
            rows=ROWS,
            options=OPTIONS.get(kind, {}),
        )
        for place, (kind, _) in enumerate(kinds)
    ]
    answers = {f"q{place}": answer for place, (_, answer) in enumerate(kinds)}
    fields = fields_of_answers(questions, answers, language="en")

    for one in questions:
        read = kind_of(one).read(one, fields)
        assert kind_of(one).check(one, read, language="en") == answers[one.key]
    assert fields_of_answers(questions, {}, language="en") == {}
