"""Words between questions."""

from collections.abc import Iterable

from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions.base import AnswerValue, Form, QuestionKind
from feedback.surveys.questions.summaries import CountSummary


class Statement(QuestionKind):
    """Something to read: `text` is its heading, `help` its words. No form field."""

    name = "statement"
    label = mark("Statement")
    icon = "info-circle"
    takes_answer = False

    def read(self, question: Question, form: Form) -> object:
        """Return None."""
        return None

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Return None: nothing is kept."""
        return None

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> CountSummary:
        """Return no answer."""
        return CountSummary(count=0)

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return nothing."""
        return ""
