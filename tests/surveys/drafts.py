"""Small questionnaires for tests: complete unless a test says otherwise."""

from typing import Any

from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
    Text,
)


def said(words: str) -> Text:
    """Return words in both languages."""
    return {"fr": words, "en": words}


def question(key: str, kind: str = "nps", **more: Any) -> Question:
    """Return a question that nothing is wrong with."""
    if kind in {"single", "multiple", "dropdown", "ranking", "matrix"}:
        more.setdefault("choices", choices("a", "b", "c"))
    if kind == "matrix":
        more.setdefault("rows", choices("price", "speed"))
    if kind == "contact":
        more.setdefault("options", {"fields": ["email"], "consent": said("I agree")})
    more.setdefault("text", said(f"Question {key}"))
    return Question(key=key, kind=kind, **more)


def choices(*keys: str) -> tuple[Choice, ...]:
    """Return choices whose words are their keys."""
    return tuple(Choice(key=key, text=said(key)) for key in keys)


def survey(*questions: Question, **more: Any) -> Questionnaire:
    """Return a survey of both languages with one question a page."""
    pages = tuple(Page(key=f"page-{one.key}", questions=(one,)) for one in questions)
    whole: dict[str, Any] = {
        "title": said("Survey"),
        "languages": ("fr", "en"),
        "default_language": "fr",
        "pages": pages,
    }
    return Questionnaire(**{**whole, **more})


def ending(key: str, rule: Rule | None = None, **more: Any) -> Ending:
    """Return an ending with a title."""
    return Ending(key=key, title=said(key), show_if=rule, **more)


def where(
    name: str, operator: str, value: Any = None, subject: str = "answer"
) -> Condition:
    """Return a condition, on an answer unless another subject is given."""
    return Condition(subject=subject, name=name, operator=operator, value=value)


def all_of(*conditions: Condition) -> Rule:
    """Return a rule whose conditions must all hold."""
    return Rule(conditions=conditions)


def one_of(*conditions: Condition) -> Rule:
    """Return a rule of whose conditions one must hold."""
    return Rule(conditions=conditions, any=True)
