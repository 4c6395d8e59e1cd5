"""Questions and questionnaires in few words, for tests."""

from typing import Any

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
)
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue, Form


def choices(*keys: str) -> tuple[Choice, ...]:
    """Return choices named for their keys, otherwise in French."""
    return tuple(
        Choice(key=key, text={"en": key.title(), "fr": f"{key.title()} {key}"})
        for key in keys
    )


def question(kind: str, key: str = "q", **fields: Any) -> Question:
    """Return a question; what is no field of it becomes an option."""
    known = ("text", "help", "required", "show_if", "wording", "choices", "rows")
    given = {name: fields.pop(name) for name in known if name in fields}
    return Question(
        key=key, kind=kind, options=fields, **{"text": {"en": f"{key}?"}, **given}
    )


def survey(
    *pages: tuple[Question, ...], endings: tuple[Ending, ...] = ()
) -> Questionnaire:
    """Return a questionnaire of pages `p0`, `p1`, ... in English and French."""
    return Questionnaire(
        title={"en": "About us"},
        languages=("en", "fr"),
        default_language="en",
        pages=tuple(
            Page(key=f"p{number}", questions=questions)
            for number, questions in enumerate(pages)
        ),
        endings=endings,
    )


def when(subject: str, name: str, operator: str, value: Any = None) -> Rule:
    """Return a rule of one condition."""
    return Rule(
        conditions=(
            Condition(subject=subject, name=name, operator=operator, value=value),
        )
    )


def answer(
    asked: Question, form: Form, *, language: str | None = None
) -> AnswerValue | None:
    """Return the answer to a question that a form holds."""
    kind = kind_of(asked)
    return kind.check(asked, kind.read(asked, form), language=language)


def refusal(asked: Question, form: Form) -> str:
    """Return the code for which a form is refused."""
    with pytest.raises(Invalid) as refused:
        answer(asked, form)
    assert list(refused.value.fields) == [asked.key]
    return refused.value.fields[asked.key]


def words(asked: Question, value: AnswerValue, language: str = "en") -> str:
    """Return an answer in words."""
    return kind_of(asked).say(asked, value, language, survey((asked,)))
