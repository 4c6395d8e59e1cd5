"""What every kind of question can do, and the options that a kind knows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import gettext
from feedback.i18n.locales import SUPPORTED
from feedback.measures.scales import Scale
from feedback.surveys.questionnaire import (
    LONGEST_TEXT,
    Question,
    Questionnaire,
    Text,
)
from feedback.surveys.questions.cleaning import parse_day
from feedback.surveys.questions.summaries import Summary

#: one answer as JSON holds it: a number, a text, a list of keys or an object
AnswerValue = int | float | str | list[str] | dict[str, Any]
#: what a browser sent: field name to every value of it
Form = Mapping[str, Sequence[str]]


#: characters of an option of plain words
LONGEST_LINE = 500


class OptionForm(StrEnum):
    """How an option is written in JSON, and so which field the builder shows."""

    #: true or false
    FLAG = "flag"
    #: a whole number, 0 or more
    WHOLE = "whole"
    #: any finite number
    NUMBER = "number"
    #: words in each language
    TEXT = "text"
    #: plain words, the same in every language
    LINE = "line"
    #: one of `values`, or none
    ONE_OF = "one_of"
    #: some of `values`
    SOME_OF = "some_of"
    #: YYYY-MM-DD
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One setting of a kind: its form, its name as a msgid, what it is at first."""

    form: OptionForm
    label: str
    default: Any = None
    values: tuple[str, ...] = ()

    def read(self, value: object) -> Any:
        """Return a value that fits the form, None for any other."""
        return value if _FITS[self.form](value, self.values) else None


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e15


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and "\0" not in value


_FITS: Mapping[OptionForm, Callable[[Any, Sequence[str]], bool]] = {
    OptionForm.FLAG: lambda value, _: isinstance(value, bool),
    OptionForm.WHOLE: lambda value, _: type(value) is int and value >= 0,
    OptionForm.NUMBER: lambda value, _: is_number(value),
    OptionForm.TEXT: lambda value, _: (
        isinstance(value, Mapping)
        and all(_is_text(words, LONGEST_TEXT) for words in value.values())
    ),
    OptionForm.LINE: lambda value, _: _is_text(value, LONGEST_LINE),
    OptionForm.ONE_OF: lambda value, allowed: value in allowed,
    OptionForm.SOME_OF: lambda value, allowed: (
        isinstance(value, list | tuple) and all(one in allowed for one in value)
    ),
    OptionForm.DAY: lambda value, _: (
        isinstance(value, str) and parse_day(value) == value
    ),
}


class QuestionKind(ABC):
    """One kind of question. It holds no state: each method is given the question.

    The fields of its form begin with `q.` and the key of the question; the docstring
    of each kind names them.
    """

    name: ClassVar[str]
    #: what the kind is called, a msgid
    label: ClassVar[str]
    icon: ClassVar[str]
    scale: ClassVar[Scale | None] = None
    #: False for what is only read
    takes_answer: ClassVar[bool] = True
    #: whether it is answered by some of `question.choices`
    has_choices: ClassVar[bool] = False
    options: ClassVar[Mapping[str, Option]] = {}

    @property
    def template(self) -> str:
        """The file of the macro that shows it."""
        return f"respond/questions/{self.name}.html"

    def default_options(self) -> dict[str, Any]:
        """Return the options of a new question; those without a default are absent.

        Words are given in every language of the product.
        """
        return {
            name: said(one.default)
            if one.form is OptionForm.TEXT
            else list(one.default)
            if one.form is OptionForm.SOME_OF
            else one.default
            for name, one in self.options.items()
            if one.default is not None
        }

    def option(self, question: Question, name: str) -> Any:
        """Return an option of a question, None when it is absent or of no use."""
        value = question.options.get(name)
        return None if value is None else self.options[name].read(value)

    def check_definition(self, question: Question) -> list[str]:
        """Return the codes of what keeps a question from being asked, [] if nothing.

        `bad_option` for an option of the wrong form; each kind adds its own.
        """
        bad = any(
            one.read(question.options[name]) is None
            for name, one in self.options.items()
            if question.options.get(name) is not None
        )
        return ["bad_option"] if bad else []

    @abstractmethod
    def read(self, question: Question, form: Form) -> object:
        """Return what the form holds for a question, unchecked; None for nothing."""

    def check(
        self, question: Question, raw: object, *, language: str | None = None
    ) -> AnswerValue | None:
        """Return the answer to keep, None for no answer.

        `raw` is what `read` returned, or an answer that was checked before: checking
        it again returns an equal one.

        Args:
            question: the question that was asked.
            raw: its answer, of any shape.
            language: in which numbers were written; `1,234` depends on it.

        Raises:
            Invalid: one code under the key of the question; `required` without an
                answer to a question that needs one.
        """
        value = None if raw is None else self.check_value(question, raw, language)
        if value is None and question.required and self.takes_answer:
            raise Invalid({question.key: "required"})
        return value

    @abstractmethod
    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Return the answer to keep, None when it is empty.

        Raises:
            Invalid: one code under the key of the question.
        """

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return what conditions compare an answer with."""
        return value

    def further_facts(
        self, question: Question, value: AnswerValue
    ) -> Mapping[str, Any]:
        """Return facts about parts of an answer, by the name after `KEY.`."""
        return {}

    def outcomes(self, question: Question) -> Mapping[str, tuple[Any, ...] | None]:
        """Return the names of its answer facts with all values they can take.

        None for values that cannot be listed. Every possible item counts where the
        fact is a list.
        """
        return {question.key: None} if self.takes_answer else {}

    @abstractmethod
    def summarise(self, question: Question, values: Iterable[AnswerValue]) -> Summary:
        """Return the figures of many answers to a question.

        What an earlier version kept and this question cannot mean is left out.
        """

    @abstractmethod
    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return an answer in words of a language, as plain text."""

    def own_words(self, question: Question, code: str) -> Text:
        """Return the words that the author wrote for a code, {} without."""
        return {}

    def limits(self, question: Question) -> Mapping[str, Any]:
        """Return the bounds of a question, to show them and to say them."""
        return {
            name: value
            for name in ("at_least", "at_most", "decimals", "earliest", "latest")
            if name in self.options
            and (value := self.option(question, name)) is not None
        }


def field(question: Question, *parts: str) -> str:
    """Return the name of a form field: `q.KEY`, `q.KEY.PART`."""
    return ".".join(("q", question.key, *parts))


def first(form: Form, name: str) -> str | None:
    """Return the first value of a field, None when it is absent or blank."""
    values = form.get(name)
    if not values:
        return None
    value = values[0]
    return value if value.strip() else None


def said(message: str) -> dict[str, str]:
    """Return the product's words in each of its languages."""
    return {language: gettext(language, message) for language in SUPPORTED}


def in_words(message: str, language: str) -> str:
    """Return the product's words in a language, in English where it speaks it not."""
    return gettext(language, message) if language in SUPPORTED else message
