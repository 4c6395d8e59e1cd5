"""Kinds of questions as the builder offers them, and questions in a line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from feedback.core.text import shorten
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.web.language import gettext

#: heading to kinds, in the order in which they are offered
KIND_GROUPS: Mapping[str, tuple[str, ...]] = {
    mark("Scores"): ("nps", "csat", "ces"),
    mark("Choices"): ("single", "multiple", "dropdown", "ranking", "matrix"),
    mark("Words"): ("long_text", "short_text"),
    mark("Figures and details"): ("number", "date", "contact"),
    mark("Without an answer"): ("statement",),
}
#: what a kind is good for
KIND_HINTS = {
    "nps": mark("From 0 to 10: would they recommend you?"),
    "csat": mark("From 1 to 5, as faces or stars."),
    "ces": mark("From 1 to 7: was it easy?"),
    "single": mark("One answer of several."),
    "multiple": mark("Several answers, with “other” and “none”."),
    "dropdown": mark("One answer of a long list."),
    "ranking": mark("Choices put in an order."),
    "matrix": mark("Several lines, the same answers for each."),
    "long_text": mark("Their own words, analysed by theme."),
    "short_text": mark("One line: an order number, a town."),
    "number": mark("An amount, an age, a number of visits."),
    "date": mark("A day."),
    "contact": mark("Name, address, phone, with their consent."),
    "statement": mark("Words to read, nothing to answer."),
}
#: class of an earlier score to the words after it
AFTER = {
    "low": mark("After a low score"),
    "middle": mark("After a middling score"),
    "high": mark("After a high score"),
}
#: characters of a question in a list
LONGEST_LINE = 110
_FILLED_IN = re.compile(r"\{[a-z]+:[^{}]*\}")


@dataclass(frozen=True, kw_only=True)
class KindCard:
    """A kind of question that can be added."""

    name: str
    label: str
    hint: str
    icon: str


def list_cards() -> list[tuple[str, list[KindCard]]]:
    """Return the kinds by heading, each with what it is good for."""
    return [
        (
            gettext(heading),
            [
                KindCard(
                    name=name,
                    label=gettext(KINDS[name].label),
                    hint=gettext(KIND_HINTS[name]),
                    icon=KINDS[name].icon,
                )
                for name in names
            ],
        )
        for heading, names in KIND_GROUPS.items()
    ]


def list_kinds() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the kinds of questions by heading, in the language of the request."""
    return tuple(
        (
            gettext(heading),
            tuple((name, gettext(KINDS[name].label)) for name in names),
        )
        for heading, names in KIND_GROUPS.items()
    )


def question_words(draft: Questionnaire, question: Question, language: str) -> str:
    """Return a question in a line: its words, else what its kind is called."""
    words = " ".join(draft.say(question.text, language).split())
    if not words:
        kind = KINDS.get(question.kind)
        return gettext(kind.label) if kind else question.kind
    return shorten(_FILLED_IN.sub("…", words), LONGEST_LINE)
