"""Numbers and days."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from statistics import fmean, median, quantiles
from typing import ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import NO_BREAK_SPACE, format_date, format_number
from feedback.i18n.locales import SUPPORTED
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    QuestionKind,
    field,
    first,
    is_number,
)
from feedback.surveys.questions.cleaning import parse_day
from feedback.surveys.questions.summaries import DateSummary, NumberSummary

MOST_DECIMALS = 6
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_ENGLISH_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+")
_MILLIONS = re.compile(r"[+-]?[0-9]{1,3}([,.])[0-9]{3}(?:\1[0-9]{3})+")


class Number(QuestionKind):
    """A number, whole unless decimals are allowed.

    Form: `q.KEY` holds it as it was typed (a text field with `inputmode="decimal"`):
    with a comma or a point, with spaces between thousands.
    """

    name = "number"
    label = mark("Number")
    icon = "equal"
    options: ClassVar[Mapping[str, Option]] = {
        "at_least": Option(form=OptionForm.NUMBER, label=mark("Lowest number")),
        "at_most": Option(form=OptionForm.NUMBER, label=mark("Highest number")),
        "decimals": Option(form=OptionForm.WHOLE, label=mark("Decimals at most")),
        "unit": Option(form=OptionForm.TEXT, label=mark("Unit")),
    }

    def check_definition(self, question: Question) -> list[str]:
        """Add `limits_crossed`, and `bad_option` above six decimals."""
        codes = super().check_definition(question)
        least = self.option(question, "at_least")
        most = self.option(question, "at_most")
        if least is not None and most is not None and least > most:
            codes.append("limits_crossed")
        if (self.option(question, "decimals") or 0) > MOST_DECIMALS:
            codes.append("bad_option")
        return codes

    def decimals(self, question: Question) -> int:
        """Return how many decimals a number may have, 0 to 6."""
        return min(self.option(question, "decimals") or 0, MOST_DECIMALS)

    def read(self, question: Question, form: Form) -> object:
        """Return what was typed."""
        return first(form, field(question))

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Return the number, an int when it is whole.

        Refused: `not_a_number`, `too_many_decimals`, `below_minimum`, `above_maximum`.
        """
        number = parse_number(raw, language) if isinstance(raw, str) else raw
        if not isinstance(number, int | float) or not is_number(number):
            raise Invalid({question.key: "not_a_number"})
        if round(number, self.decimals(question)) != number:
            raise Invalid({question.key: "too_many_decimals"})
        least = self.option(question, "at_least")
        if least is not None and number < least:
            raise Invalid({question.key: "below_minimum"})
        most = self.option(question, "at_most")
        if most is not None and number > most:
            raise Invalid({question.key: "above_maximum"})
        return int(number) if number == int(number) else number

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> NumberSummary:
        """Return where the numbers lie."""
        numbers = [float(one) for one in values if isinstance(one, int | float)]
        if not numbers:
            return NumberSummary(count=0)
        lower, _, upper = (
            quantiles(numbers, n=4, method="inclusive")
            if len(numbers) > 1
            else numbers * 3
        )
        return NumberSummary(
            count=len(numbers),
            mean=fmean(numbers),
            lowest=min(numbers),
            lower_quartile=lower,
            median=median(numbers),
            upper_quartile=upper,
            highest=max(numbers),
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return the number as the language writes it, with its unit."""
        if not isinstance(value, int | float):
            return ""
        text = str(value)
        if language in SUPPORTED:
            decimals = -int(Decimal(text).normalize().as_tuple().exponent)
            text = format_number(value, language, decimals=max(decimals, 0))
        unit = questionnaire.say(self.option(question, "unit") or {}, language)
        return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text


def parse_number(text: str, language: str | None = None) -> int | float | None:
    """Return the number that a person typed, None when it is none.

    Spaces and apostrophes may stand between thousands, a comma or a point before
    decimals; where both stand, the last is before the decimals. In English `1,234` is
    above a thousand, elsewhere a little above one. At most 15 digits before the
    decimals.
    """
    if len(text) > 60:
        return None
    text = re.sub(r"[\s'’]", "", text).replace("\N{MINUS SIGN}", "-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (",", ".") if point > comma else (".", ",")
        text = text.replace(thousands, "").replace(decimal, ".")
    elif millions := _MILLIONS.fullmatch(text):
        text = text.replace(millions[1], "")
    elif language == "en" and _ENGLISH_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    else:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


class Date(QuestionKind):
    """A day: `"YYYY-MM-DD"`.

    Form: `q.KEY` holds it (`type="date"`, or typed as `31/12/2026`).
    """

    name = "date"
    label = mark("Date")
    icon = "calendar"
    options: ClassVar[Mapping[str, Option]] = {
        "earliest": Option(form=OptionForm.DAY, label=mark("Earliest day")),
        "latest": Option(form=OptionForm.DAY, label=mark("Latest day")),
    }

    def check_definition(self, question: Question) -> list[str]:
        """Add `limits_crossed`."""
        codes = super().check_definition(question)
        earliest = self.option(question, "earliest")
        latest = self.option(question, "latest")
        if earliest and latest and earliest > latest:
            codes.append("limits_crossed")
        return codes

    def read(self, question: Question, form: Form) -> object:
        """Return what was typed."""
        return first(form, field(question))

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_a_date`, `too_early`, `too_late`."""
        day = parse_day(raw) if isinstance(raw, str) else None
        if day is None:
            raise Invalid({question.key: "not_a_date"})
        earliest = self.option(question, "earliest")
        if earliest and day < earliest:
            raise Invalid({question.key: "too_early"})
        latest = self.option(question, "latest")
        if latest and day > latest:
            raise Invalid({question.key: "too_late"})
        return day

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> DateSummary:
        """Return the first and the last day."""
        days = [value for value in values if isinstance(value, str)]
        return DateSummary(
            count=len(days),
            earliest=min(days, default=None),
            latest=max(days, default=None),
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return the day as the language writes it."""
        text = str(value)
        if language not in SUPPORTED or parse_day(text) != text:
            return text
        return format_date(date.fromisoformat(text), language)
