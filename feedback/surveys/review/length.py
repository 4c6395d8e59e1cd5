"""How long a survey takes, and what makes it tiring.

Minutes = (words to read / WORDS_A_MINUTE) + seconds to answer / 60.

Words are those of title, introduction, questions, helps, choices and rows in the
default language. Adults read a text on a screen at 180 to 240 words a minute; 200 is
taken. To answer takes the seconds of `SECONDS`, by kind. What stands under a condition
counts by half, as it is shown to some only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.review.findings import Finding, finding
from feedback.surveys.review.places import placed_questions
from feedback.surveys.review.wording import count_words

WORDS_A_MINUTE = 200
SHARE_UNDER_CONDITION = 0.5
#: beyond which fewer and fewer people go to the end
MOST_QUESTIONS = 15
MOST_MINUTES = 5.0
MOST_ON_PAGE = 8


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """What an answer takes: for the question, and for each row or place of it."""

    whole: float
    each: float = 0.0


SECONDS: Mapping[str, Seconds] = {
    "nps": Seconds(whole=5),
    "csat": Seconds(whole=4),
    "ces": Seconds(whole=6),
    "single": Seconds(whole=5),
    "multiple": Seconds(whole=8),
    "dropdown": Seconds(whole=7),
    "ranking": Seconds(whole=3, each=5),
    "matrix": Seconds(whole=3, each=4),
    "short_text": Seconds(whole=15),
    "long_text": Seconds(whole=35),
    "number": Seconds(whole=7),
    "date": Seconds(whole=8),
    "contact": Seconds(whole=10, each=8),
    "statement": Seconds(whole=1),
}
#: kind to how many choices are easy to take in, and the code beyond
_MOST_CHOICES = {
    "single": (12, "many_choices"),
    "multiple": (12, "many_choices"),
    "ranking": (7, "long_ranking"),
    "matrix": (7, "many_choices"),
}
_MOST_ROWS = 7


def estimate_minutes(questionnaire: Questionnaire) -> float:
    """Return how many minutes somebody needs, by the formula above."""
    say, default = questionnaire.say, questionnaire.default_language
    words: float = sum(
        count_words(say(text, default))
        for text in (questionnaire.title, questionnaire.introduction)
    )
    seconds = 0.0
    for question in questionnaire.questions():
        share = 1.0 if question.show_if is None else SHARE_UNDER_CONDITION
        texts = [question.text, question.help]
        texts += [one.text for one in (*question.choices, *question.rows)]
        words += share * sum(count_words(say(text, default)) for text in texts)
        seconds += share * _seconds(question)
    return words / WORDS_A_MINUTE + seconds / 60


def _seconds(question: Question) -> float:
    taken = SECONDS.get(question.kind)
    if taken is None:
        return 0.0
    fields = question.options.get("fields")
    number = {
        "ranking": len(question.choices),
        "matrix": len(question.rows),
        "contact": len(fields) if isinstance(fields, list | tuple) else 0,
    }.get(question.kind, 0)
    return taken.whole + number * taken.each


def review_length(questionnaire: Questionnaire, minutes: float) -> Iterator[Finding]:
    """Yield what makes a survey long, or a question tiring."""
    number = sum(1 for one in questionnaire.questions() if _takes_answer(one))
    if number > MOST_QUESTIONS:
        yield finding("many_questions", "pages", number=number, most=MOST_QUESTIONS)
    if minutes > MOST_MINUTES:
        yield finding("long_survey", "pages", minutes=minutes, most=MOST_MINUTES)
    for place, page in enumerate(questionnaire.pages):
        on_page = sum(1 for one in page.questions if _takes_answer(one))
        if on_page > MOST_ON_PAGE:
            yield finding(
                "many_on_page", f"pages.{place}", number=on_page, most=MOST_ON_PAGE
            )
    for placed in placed_questions(questionnaire):
        question, where = placed.question, placed.place
        most, code = _MOST_CHOICES.get(question.kind, (0, ""))
        number = len(question.choices)
        if code and number > most:
            yield finding(
                code, f"{where}.choices", question.key, number=number, most=most
            )
        if len(question.rows) > _MOST_ROWS:
            yield finding(
                "many_rows",
                f"{where}.rows",
                question.key,
                number=len(question.rows),
                most=_MOST_ROWS,
            )


def _takes_answer(question: Question) -> bool:
    kind = KINDS.get(question.kind)
    return kind is None or kind.takes_answer
