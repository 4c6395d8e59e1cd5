"""Answers as the fields of a form that hold them: the way back from `kind.read`."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedback.surveys.branching import Answers
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions.base import AnswerValue, field
from feedback.surveys.questions.choices import OTHER

Fields = Mapping[str, Sequence[str]]


def fields_of_answers(
    questions: Sequence[Question], answers: Answers, *, language: str
) -> Fields:
    """Return the fields that hold the answers to some questions."""
    fields: dict[str, Sequence[str]] = {}
    for question in questions:
        value = answers.get(question.key)
        if value is not None:
            fields |= fields_of(question, value, language=language)
    return fields


def fields_of(question: Question, value: AnswerValue, *, language: str) -> Fields:
    """Return the fields that hold one answer; reading them gives it again."""
    own = field(question)
    if isinstance(value, Mapping):
        return _of_parts(question, value)
    if isinstance(value, list):
        return {
            field(question, key): [str(rank)] for rank, key in enumerate(value, start=1)
        }
    if isinstance(value, float):
        text = repr(value)
        return {own: [text.replace(".", ",") if language == "fr" else text]}
    return {own: [str(value)]}


def _of_parts(question: Question, value: Mapping[str, Any]) -> Fields:
    own = field(question)
    match question.kind:
        case "single" | "dropdown" | "multiple":
            chosen = list(value.get("choices", ()))
            if "choice" in value:
                chosen.append(value["choice"])
            if "other" not in value:
                return {own: chosen}
            return {own: [*chosen, OTHER], field(question, OTHER): [value["other"]]}
        case _:
            return {
                field(question, name): ["1" if part is True else str(part)]
                for name, part in value.items()
            }
