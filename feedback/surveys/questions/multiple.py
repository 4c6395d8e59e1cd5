"""Choosing several of several."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    field,
    first,
)
from feedback.surveys.questions.choices import (
    ADDED,
    NONE,
    OTHER,
    ChoiceKind,
    count_choices,
    other_text,
)
from feedback.surveys.questions.summaries import ChoiceSummary


class Multiple(ChoiceKind):
    """Several of several: `{"choices": [KEYS]}`, with `"other": TEXT` if written.

    Form: `q.KEY`, once for each ticked box, holds the key, `none` or `other`;
    `q.KEY.other` what was written beside it. A text counts without its box.
    """

    name = "multiple"
    label = mark("Several choices")
    icon = "list-check"
    options: ClassVar[Mapping[str, Option]] = {
        **ADDED,
        "at_least": Option(form=OptionForm.WHOLE, label=mark("Choices at least")),
        "at_most": Option(form=OptionForm.WHOLE, label=mark("Choices at most")),
    }

    def check_definition(self, question: Question) -> list[str]:
        """Add `limits_crossed` when no number of choices satisfies the limits."""
        codes = super().check_definition(question)
        least = self.option(question, "at_least") or 0
        most = self.option(question, "at_most")
        able = len(question.choices) + self.offers(question, OTHER)
        if least > able or (most is not None and most < max(least, 1)):
            codes.append("limits_crossed")
        return codes

    def read(self, question: Question, form: Form) -> object:
        """Return the ticked boxes and the text beside "other"."""
        keys = [key for key in form.get(field(question), ()) if key.strip()]
        raw: dict[str, object] = {"choices": keys}
        if self.offers(question, OTHER):
            text = first(form, field(question, OTHER))
            if OTHER in keys or text is not None:
                raw["choices"] = [key for key in keys if key != OTHER]
                raw["other"] = text or ""
        return raw if raw["choices"] or "other" in raw else None

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_a_choice`, `other_missing`, `too_long`, `none_with_others`.

        Further `too_few_choices` and `too_many_choices`; "none" needs no other.
        """
        given = raw.get("choices", ()) if isinstance(raw, Mapping) else None
        if not isinstance(given, list | tuple):
            raise Invalid({question.key: "not_a_choice"})
        keys = self.keys(question)
        if not all(key in keys for key in given):
            raise Invalid({question.key: "not_a_choice"})
        value: dict[str, Any] = {"choices": [key for key in keys if key in given]}
        if isinstance(raw, Mapping) and "other" in raw:
            value["other"] = self._other(question, raw["other"])
        return self._counted(question, value)

    def _other(self, question: Question, raw: object) -> str:
        if not self.offers(question, OTHER):
            raise Invalid({question.key: "not_a_choice"})
        text = other_text(question, raw)
        if not text:
            raise Invalid({question.key: "other_missing"})
        return text

    def _counted(
        self, question: Question, value: dict[str, Any]
    ) -> dict[str, Any] | None:
        chosen = len(value["choices"]) + ("other" in value)
        if not chosen:
            return None
        if self.offers(question, NONE) and NONE in value["choices"]:
            if chosen > 1:
                raise Invalid({question.key: "none_with_others"})
            return value
        if chosen < (self.option(question, "at_least") or 0):
            raise Invalid({question.key: "too_few_choices"})
        most = self.option(question, "at_most")
        if most is not None and chosen > most:
            raise Invalid({question.key: "too_many_choices"})
        return value

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return the keys, with `other` for a text."""
        if not isinstance(value, Mapping):
            return None
        return [*value.get("choices", ()), *([OTHER] if "other" in value else ())]

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> ChoiceSummary:
        """Return the answers per choice, "other" apart."""
        return count_choices(
            self.keys(question), (one for one in values if isinstance(one, dict))
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return the words of the choices, then what was written, with commas."""
        if not isinstance(value, Mapping):
            return ""
        said_ = [
            self.words_of(question, key, language, questionnaire)
            for key in value.get("choices", ())
        ]
        return ", ".join([*said_, *([value["other"]] if "other" in value else [])])
