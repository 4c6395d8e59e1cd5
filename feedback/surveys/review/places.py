"""Walking through a questionnaire with the place of each part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.surveys.conditions import Rule
from feedback.surveys.questionnaire import Question, Questionnaire, Text


@dataclass(frozen=True, kw_only=True)
class PlacedQuestion:
    """A question, where it stands, and its rank among all."""

    question: Question
    place: str
    page_key: str
    rank: int


@dataclass(frozen=True, kw_only=True)
class PlacedText:
    """A text that people read, and from which question on it can be read."""

    text: Text
    place: str
    question_key: str | None
    #: questions with a lower rank were answered when it is read
    rank: int
    #: `title`, `introduction`, `question`, `help`, `wording`, `choice`, `row`,
    #: `option`, `ending` or `ending_text`
    part: str
    #: whether people are at a loss without it
    needed: bool = False
    page_key: str = ""


@dataclass(frozen=True, kw_only=True)
class PlacedRule:
    """A rule, where it stands, and what it can look back on."""

    rule: Rule
    place: str
    question_key: str | None
    rank: int
    page_key: str = ""


def placed_questions(questionnaire: Questionnaire) -> Iterator[PlacedQuestion]:
    """Yield every question with its place."""
    rank = 0
    for number, page in enumerate(questionnaire.pages):
        for position, question in enumerate(page.questions):
            yield PlacedQuestion(
                question=question,
                place=f"pages.{number}.questions.{position}",
                page_key=page.key,
                rank=rank,
            )
            rank += 1


def placed_rules(questionnaire: Questionnaire) -> Iterator[PlacedRule]:
    """Yield every rule with conditions: of questions, then of endings."""
    rank = 0
    for one in placed_questions(questionnaire):
        rank = one.rank + 1
        rule = one.question.show_if
        if rule is not None and rule.conditions:
            yield PlacedRule(
                rule=rule,
                place=f"{one.place}.show_if",
                question_key=one.question.key,
                rank=one.rank,
                page_key=one.page_key,
            )
    for number, ending in enumerate(questionnaire.endings):
        if ending.show_if is not None and ending.show_if.conditions:
            yield PlacedRule(
                rule=ending.show_if,
                place=f"endings.{number}.show_if",
                question_key=None,
                rank=rank,
            )


def placed_texts(questionnaire: Questionnaire) -> Iterator[PlacedText]:
    """Yield every text with its place, also those without words."""
    yield PlacedText(
        text=questionnaire.title,
        place="title",
        question_key=None,
        rank=0,
        part="title",
        needed=True,
    )
    yield PlacedText(
        text=questionnaire.introduction,
        place="introduction",
        question_key=None,
        rank=0,
        part="introduction",
    )
    last = 0
    for one in placed_questions(questionnaire):
        last = one.rank + 1
        for place, text, part, needed in _texts_of(one.question):
            yield PlacedText(
                text=text,
                place=f"{one.place}.{place}",
                question_key=one.question.key,
                rank=one.rank,
                part=part,
                needed=needed,
                page_key=one.page_key,
            )
    for number, ending in enumerate(questionnaire.endings):
        for name, text in (("title", ending.title), ("text", ending.text)):
            yield PlacedText(
                text=text,
                place=f"endings.{number}.{name}",
                question_key=None,
                rank=last,
                part="ending" if name == "title" else "ending_text",
                needed=name == "title",
            )


def _texts_of(question: Question) -> Iterator[tuple[str, Text, str, bool]]:
    # a statement may be a heading alone, or words without one
    needs_words = question.kind != "statement" or not any(question.help.values())
    yield "text", question.text, "question", needs_words
    yield "help", question.help, "help", False
    if question.wording is not None:
        for name, text in question.wording.texts.items():
            yield f"wording.texts.{name}", text, "wording", False
    for number, choice in enumerate(question.choices):
        yield f"choices.{number}", choice.text, "choice", True
    for number, row in enumerate(question.rows):
        yield f"rows.{number}", row.text, "row", True
    for name, value in question.options.items():
        if isinstance(value, Mapping) and all(
            isinstance(words, str) for words in value.values()
        ):
            yield f"options.{name}", value, "option", False
