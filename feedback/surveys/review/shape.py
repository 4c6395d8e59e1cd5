"""Whether every part is there: questions, definitions, words in each language."""

from collections.abc import Iterable, Iterator
from math import ceil, floor

from feedback.core.text import fold
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.choices import ChoiceKind
from feedback.surveys.review.findings import Finding, finding
from feedback.surveys.review.places import (
    PlacedQuestion,
    PlacedText,
    placed_questions,
    placed_texts,
)
from feedback.surveys.theming import theme_faults

#: faults of a definition with which no answer is accepted
_BLOCKING = frozenset({"limits_crossed", "rows_missing", "fields_missing"})


def review_shape(questionnaire: Questionnaire, *, anonymous: bool) -> Iterator[Finding]:
    """Yield what is missing, doubled or cannot be answered."""
    yield from _pages(questionnaire)
    for placed in placed_questions(questionnaire):
        yield from _definition(placed)
        for name in ("choices", "rows"):
            items = getattr(placed.question, name)
            yield from _doubled(questionnaire, placed, name, items)
    if anonymous:
        yield from _telling(questionnaire)
    for text in placed_texts(questionnaire):
        yield from _words(questionnaire, text)
    for fault in theme_faults(questionnaire.theme):
        yield finding(
            fault.code,
            f"theme.{fault.field}",
            front=fault.field,
            behind=fault.behind,
            ratio=fault.ratio,
        )


def _pages(questionnaire: Questionnaire) -> Iterator[Finding]:
    kinds = [KINDS.get(one.kind) for one in questionnaire.questions()]
    if not any(kind is not None and kind.takes_answer for kind in kinds):
        yield finding("nothing_asked", "pages")
    for number, page in enumerate(questionnaire.pages):
        if not page.questions:
            yield finding("empty_page", f"pages.{number}", number=number + 1)


def _telling(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Yield what would tell who answers."""
    for placed in placed_questions(questionnaire):
        if placed.question.kind == "contact":
            yield finding("anonymous_contact", placed.place, placed.question.key)
    for number, ending in enumerate(questionnaire.endings):
        if ending.callback:
            yield finding("anonymous_callback", f"endings.{number}.callback")


def _definition(placed: PlacedQuestion) -> Iterator[Finding]:
    question, place = placed.question, placed.place
    kind = KINDS.get(question.kind)
    if kind is None:
        yield finding("unknown_kind", f"{place}.kind", question.key, kind=question.kind)
        return
    codes = kind.check_definition(question)
    for code in codes:
        yield finding(code, place, question.key)
    if question.kind == "number" and not codes and not _has_number(question):
        yield finding("no_number_fits", f"{place}.options", question.key)
        codes = ["limits_crossed"]
    is_blocked = not _BLOCKING.isdisjoint(codes) or (
        isinstance(kind, ChoiceKind) and not kind.offered(question)
    )
    if question.required and kind.takes_answer and is_blocked:
        yield finding("dead_end", place, question.key)


def _has_number(question: Question) -> bool:
    """Tell whether a number with the allowed decimals lies within the limits."""
    kind = KINDS["number"]
    least, most = kind.option(question, "at_least"), kind.option(question, "at_most")
    if least is None or most is None:
        return True
    unit = 10 ** (kind.option(question, "decimals") or 0)
    return bool(ceil(least * unit) <= floor(most * unit))


def _doubled(
    questionnaire: Questionnaire,
    placed: PlacedQuestion,
    name: str,
    items: Iterable[Choice],
) -> Iterator[Finding]:
    """Yield choices that nobody can tell apart, once a language."""
    for language in questionnaire.languages:
        seen: set[str] = set()
        for number, item in enumerate(items):
            words = item.text.get(language, "")
            if words and fold(words) in seen:
                yield finding(
                    "duplicate_choices",
                    f"{placed.place}.{name}.{number}",
                    placed.question.key,
                    words=words,
                    language=language,
                )
                break
            seen.add(fold(words))


def _words(questionnaire: Questionnaire, placed: PlacedText) -> Iterator[Finding]:
    has = {
        language
        for language in questionnaire.languages
        if placed.text.get(language, "").strip()
    }
    where = (placed.place, placed.question_key)
    if not has:
        if placed.needed:
            yield finding("missing_text", *where, part=placed.part)
        return
    default = questionnaire.default_language
    if default not in has:
        yield finding("missing_default", *where, part=placed.part, language=default)
    for language in questionnaire.languages:
        if language not in has and language != default:
            yield finding(
                "missing_translation", *where, part=placed.part, language=language
            )
