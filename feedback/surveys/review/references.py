"""Whether conditions and words name what there is, and what comes before them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from feedback.core.text import fold
from feedback.measures.scales import ScoreClass
from feedback.surveys.conditions import Condition
from feedback.surveys.piping import Reference, references
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.review.findings import Finding, finding
from feedback.surveys.review.places import (
    PlacedQuestion,
    PlacedRule,
    PlacedText,
    placed_questions,
    placed_rules,
    placed_texts,
)

#: what is known of a person, and so of nobody in an anonymous survey
_PERSONAL = frozenset({"attribute", "event", "persona", "past"})
_BRACED = re.compile(r"\{[^{}]*\}")
Places = Mapping[str, PlacedQuestion]


def review_references(
    questionnaire: Questionnaire, *, anonymous: bool
) -> Iterator[Finding]:
    """Yield what is wrong with the names in conditions and words."""
    places = {one.question.key: one for one in placed_questions(questionnaire)}
    for rule in placed_rules(questionnaire):
        for number, condition in enumerate(rule.rule.conditions):
            place = f"{rule.place}.conditions.{number}"
            for code, values in _condition_faults(
                condition, rule, places, questionnaire
            ):
                yield finding(code, place, rule.question_key, **values)
            if anonymous and condition.subject in _PERSONAL:
                yield finding("anonymous_condition", place, rule.question_key)
    for one in places.values():
        yield from _wording_faults(one, places)
    for text in placed_texts(questionnaire):
        yield from _piping_faults(text, places, anonymous=anonymous)


def base_of(name: str, places: Mapping[str, Any]) -> str:
    """Return the key of the question that an answer fact belongs to.

    `ROWS.PRICE` is the row PRICE of the matrix ROWS.
    """
    return name if name in places else name.partition(".")[0]


Fault = tuple[str, dict[str, object]]


def _condition_faults(
    condition: Condition,
    rule: PlacedRule,
    places: Places,
    questionnaire: Questionnaire,
) -> Iterator[Fault]:
    if condition.subject == "language":
        for value in _values(condition):
            if value not in questionnaire.languages:
                yield "condition_unknown_language", {"language": str(value)}
    if condition.subject not in {"answer", "class"}:
        return
    key = base_of(condition.name, places)
    asked = places.get(key)
    if asked is None:
        yield "condition_unknown_question", {"key": key}
        return
    if asked.rank >= rule.rank:
        yield "condition_later_question", {"key": key}
        return
    if asked.question.kind in KINDS:
        yield from _value_faults(condition, asked)
    if asked.page_key == rule.page_key:
        yield "condition_same_page", {"key": key}


def _value_faults(condition: Condition, asked: PlacedQuestion) -> Iterator[Fault]:
    if not KINDS[asked.question.kind].takes_answer:
        yield "condition_unanswerable", {"key": asked.question.key}
    elif condition.subject == "class":
        yield from _class_faults(condition, asked)
    else:
        yield from _answer_faults(condition, asked)


def _class_faults(condition: Condition, asked: PlacedQuestion) -> Iterator[Fault]:
    if KINDS[asked.question.kind].scale is None:
        yield "condition_not_a_score", {"key": asked.question.key}
        return
    for value in _values(condition):
        if value not in set(ScoreClass):
            yield "condition_unknown_class", {"value": str(value)}


def _answer_faults(condition: Condition, asked: PlacedQuestion) -> Iterator[Fault]:
    kind, key = KINDS[asked.question.kind], asked.question.key
    outcomes = kind.outcomes(asked.question)
    if condition.name not in outcomes:
        _, _, row = condition.name.partition(".")
        yield "condition_unknown_row", {"key": key, "row": row}
        return
    able = outcomes[condition.name]
    if able is None:
        return
    for value in _values(condition):
        if kind.scale is not None:
            if not _is_on(value, condition.operator, able):
                yield "condition_off_scale", {"key": key, "value": str(value)}
        elif fold(str(value)) not in map(fold, able):
            yield "condition_unknown_choice", {"key": key, "choice": str(value)}


def _is_on(value: object, operator: str, points: Sequence[int]) -> bool:
    try:
        number = float(str(value))
    except ValueError:
        return False
    if operator in {"at_least", "at_most"}:
        return points[0] <= number <= points[-1]
    return number in points


def _values(condition: Condition) -> Sequence[Any]:
    if condition.operator in {"known", "unknown"}:
        return ()
    if condition.operator in {"any_of", "none_of"}:
        return tuple(condition.value)
    return (condition.value,)


def _wording_faults(one: PlacedQuestion, places: Places) -> Iterator[Finding]:
    wording = one.question.wording
    if wording is None:
        return
    place, key = f"{one.place}.wording", one.question.key
    asked = places.get(wording.question)
    kind = KINDS.get(asked.question.kind) if asked else None
    if asked is None or kind is None or kind.scale is None or asked.rank >= one.rank:
        yield finding("wording_not_a_score", place, key, key=wording.question)
    elif asked.page_key == one.page_key:
        yield finding("wording_same_page", place, key, key=wording.question)


def _piping_faults(
    text: PlacedText, places: Places, *, anonymous: bool
) -> Iterator[Finding]:
    found: dict[tuple[str, str], None] = {}
    for words in text.text.values():
        for fault in _faults_in(words, text, places, anonymous=anonymous):
            found[fault] = None
    for code, name in found:
        yield finding(code, text.place, text.question_key, key=name)


def _faults_in(
    words: str, text: PlacedText, places: Places, *, anonymous: bool
) -> Iterator[tuple[str, str]]:
    for braced in _BRACED.findall(words):
        if not any(references(braced)):
            yield "piping_broken", braced
    for one in references(words):
        if one.subject == "answer":
            yield from _answer_piping(one, text, places)
        elif anonymous:
            yield "anonymous_piping", one.name
        elif not one.fallback.strip():
            yield "piping_without_fallback", one.name


def _answer_piping(
    one: Reference, text: PlacedText, places: Places
) -> Iterator[tuple[str, str]]:
    asked = places.get(one.name)
    if asked is None or asked.question.kind == "statement":
        yield "piping_unknown_question", one.name
    elif asked.rank >= text.rank:
        yield "piping_later_question", one.name
    else:
        if asked.page_key == text.page_key:
            yield "piping_same_page", one.name
        is_sure = asked.question.required and asked.question.show_if is None
        if not is_sure and not one.fallback.strip():
            yield "piping_without_fallback", one.name
