"""Answers in the person's own words."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Question, Questionnaire, Text
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    QuestionKind,
    field,
    first,
)
from feedback.surveys.questions.cleaning import LONGEST_ANSWER, clean, is_overlong
from feedback.surveys.questions.patterns import LONGEST_MATCHED, pattern_fault
from feedback.surveys.questions.summaries import CountSummary

#: what a text is about, for those who read it
ASKS = ("reason", "praise", "improvement")
LONGEST_SHORT = 500

OPTIONS: Mapping[str, Option] = {
    "at_least": Option(form=OptionForm.WHOLE, label=mark("Characters at least")),
    "at_most": Option(form=OptionForm.WHOLE, label=mark("Characters at most")),
    "pattern": Option(form=OptionForm.LINE, label=mark("Pattern")),
    "pattern_message": Option(
        form=OptionForm.TEXT, label=mark("What to say when the pattern does not fit")
    ),
    "asks": Option(form=OptionForm.ONE_OF, label=mark("Asks for"), values=ASKS),
}


class TextKind(QuestionKind):
    """A text, kept without control characters. Form: `q.KEY` holds it."""

    longest: ClassVar[int]
    lines: ClassVar[bool]
    options = OPTIONS

    def check_definition(self, question: Question) -> list[str]:
        """Add `limits_crossed`, `pattern_broken` or `pattern_too_free`."""
        codes = super().check_definition(question)
        if (self.option(question, "at_least") or 0) > self.most(question):
            codes.append("limits_crossed")
        fault = pattern_fault(self.option(question, "pattern") or "")
        return [*codes, fault] if fault else codes

    def most(self, question: Question) -> int:
        """Return how many characters are accepted: fewer with a pattern."""
        bounds = [self.longest]
        asked = self.option(question, "at_most")
        if asked is not None:
            bounds.append(max(asked, 1))
        if self.option(question, "pattern"):
            bounds.append(LONGEST_MATCHED)
        return min(bounds)

    def limits(self, question: Question) -> Mapping[str, object]:
        """Return `at_most`, and `at_least` where there is one."""
        return {**super().limits(question), "at_most": self.most(question)}

    def read(self, question: Question, form: Form) -> object:
        """Return what was written."""
        return first(form, field(question))

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_text`, `too_short`, `too_long`, `bad_pattern`."""
        if not isinstance(raw, str):
            raise Invalid({question.key: "not_text"})
        if is_overlong(raw):
            raise Invalid({question.key: "too_long"})
        text = clean(raw, lines=self.lines)
        if not text:
            return None
        if len(text) > self.most(question):
            raise Invalid({question.key: "too_long"})
        if len(text) < (self.option(question, "at_least") or 0):
            raise Invalid({question.key: "too_short"})
        pattern = self.option(question, "pattern")
        if pattern and not _matches(pattern, text):
            raise Invalid({question.key: "bad_pattern"})
        return text

    def own_words(self, question: Question, code: str) -> Text:
        """Return the author's words for `bad_pattern`."""
        if code != "bad_pattern":
            return {}
        return self.option(question, "pattern_message") or {}

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> CountSummary:
        """Return how many wrote something."""
        return CountSummary(count=sum(isinstance(one, str) for one in values))

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return the text itself."""
        return str(value)


class ShortText(TextKind):
    """One line of at most 500 characters."""

    name = "short_text"
    label = mark("Short text")
    icon = "forms"
    longest = LONGEST_SHORT
    lines = False


class LongText(TextKind):
    """Several lines of at most 5,000 characters."""

    name = "long_text"
    label = mark("Long text")
    icon = "message"
    longest = LONGEST_ANSWER
    lines = True


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    return None if pattern_fault(pattern) else re.compile(pattern)


def _matches(pattern: str, text: str) -> bool:
    """Tell whether a text fits; a pattern that may not be used fits every text."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(text) is not None
