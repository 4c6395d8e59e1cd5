"""Choosing one of several, one from a list, or an order of several."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    QuestionKind,
    field,
    first,
    in_words,
    said,
)
from feedback.surveys.questions.cleaning import LONGEST_OTHER, clean, is_overlong
from feedback.surveys.questions.summaries import (
    ChoiceSummary,
    RankingSummary,
    Standing,
)

#: keys of the two choices that the product adds; no choice of an author may have them
OTHER = "other"
NONE = "none"
WORDS = {OTHER: mark("Other"), NONE: mark("None of these")}
MOST_OTHER_TEXTS = 200

SHUFFLE = Option(form=OptionForm.FLAG, label=mark("Choices in random order"))
ADDED: Mapping[str, Option] = {
    "other": Option(
        form=OptionForm.FLAG, label=mark("Let people write another answer")
    ),
    "other_text": Option(form=OptionForm.TEXT, label=mark("Words for “Other”")),
    "none": Option(form=OptionForm.FLAG, label=mark("Offer “None of these”")),
    "none_text": Option(form=OptionForm.TEXT, label=mark("Words for “None of these”")),
    "shuffle": SHUFFLE,
}


class ChoiceKind(QuestionKind):
    """What the kinds with `question.choices` share."""

    has_choices = True

    def check_definition(self, question: Question) -> list[str]:
        """Add `choices_missing` below two, `reserved_key` for `other` and `none`."""
        codes = super().check_definition(question)
        if len(self.offered(question)) < 2 or not question.choices:
            codes.append("choices_missing")
        if any(choice.key in WORDS for choice in question.choices):
            codes.append("reserved_key")
        return codes

    def offered(
        self, question: Question, choices: Sequence[Choice] | None = None
    ) -> tuple[Choice, ...]:
        """Return the choices to show: the author's, then "none", then "other".

        `choices` are the author's in the order to show them, as written without.
        """
        added = tuple(
            Choice(
                key=key,
                text=self.option(question, f"{key}_text") or said(WORDS[key]),
            )
            for key in (NONE, OTHER)
            if self.offers(question, key)
        )
        return (*(question.choices if choices is None else choices), *added)

    def offers(self, question: Question, key: str) -> bool:
        """Tell whether "none" or "other" is among the choices."""
        return key in self.options and self.option(question, key) is True

    def keys(self, question: Question) -> list[str]:
        """Return the keys that can be chosen and kept, "other" not among them."""
        keys = [choice.key for choice in question.choices]
        return [*keys, NONE] if self.offers(question, NONE) else keys

    def outcomes(self, question: Question) -> Mapping[str, tuple[Any, ...] | None]:
        """Return every key, with `none` and `other` where they are offered."""
        added = (OTHER,) if self.offers(question, OTHER) else ()
        return {question.key: (*self.keys(question), *added)}

    def words_of(
        self, question: Question, key: str, language: str, questionnaire: Questionnaire
    ) -> str:
        """Return the words of a choice, its key when the question has it no more."""
        for choice in question.choices:
            if choice.key == key:
                return questionnaire.say(choice.text, language) or key
        if key in WORDS:
            own = self.option(question, f"{key}_text") or {}
            return questionnaire.say(own, language) or in_words(WORDS[key], language)
        return key


def other_text(question: Question, raw: object) -> str:
    """Return what was written beside "other", cleaned; `too_long` is refused."""
    if not isinstance(raw, str):
        raise Invalid({question.key: "other_missing"})
    text = "" if is_overlong(raw) else clean(raw)
    if len(text) > LONGEST_OTHER or is_overlong(raw):
        raise Invalid({question.key: "too_long"})
    return text


def count_choices(
    keys: Sequence[str], values: Iterable[Mapping[str, Any]]
) -> ChoiceSummary:
    """Return the answers per choice; each value has `choice`, `choices` or `other`."""
    counts: Counter[str] = Counter(dict.fromkeys(keys, 0))
    texts: list[str] = []
    count = other = 0
    for value in values:
        count += 1
        counts.update(value.get("choices", ()))
        if "choice" in value:
            counts[value["choice"]] += 1
        if "other" in value:
            other += 1
            if len(texts) < MOST_OTHER_TEXTS:
                texts.append(value["other"])
    return ChoiceSummary(
        count=count, counts=dict(counts), other=other, other_texts=tuple(texts)
    )


class Single(ChoiceKind):
    """One of several: `{"choice": KEY}`, or `{"other": TEXT}`.

    Form: `q.KEY` holds the key of the choice, `none`, or `other` (radio buttons);
    `q.KEY.other` what was written beside it. A text without any button pressed counts
    as "other"; beside another button it does not count.
    """

    name = "single"
    label = mark("One choice")
    icon = "circle-check"
    options = ADDED

    def read(self, question: Question, form: Form) -> object:
        """Return the choice, or the text beside "other"."""
        key = first(form, field(question))
        if not self.offers(question, OTHER):
            return key and {"choice": key}
        text = first(form, field(question, OTHER))
        if key == OTHER or (key is None and text is not None):
            return {"other": text or ""}
        return key and {"choice": key}

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_a_choice`, `other_missing`, `too_long`."""
        if isinstance(raw, Mapping):
            if "other" in raw and self.offers(question, OTHER):
                text = other_text(question, raw["other"])
                if not text:
                    raise Invalid({question.key: "other_missing"})
                return {"other": text}
            if raw.get("choice") in self.keys(question):
                return {"choice": raw["choice"]}
        raise Invalid({question.key: "not_a_choice"})

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return the key, `other` for a text."""
        if not isinstance(value, Mapping):
            return None
        return OTHER if "other" in value else value.get("choice")

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
        """Return the words of the choice, or what was written."""
        if not isinstance(value, Mapping):
            return ""
        if "other" in value:
            return str(value["other"])
        key = str(value.get("choice", ""))
        return self.words_of(question, key, language, questionnaire)


class Dropdown(Single):
    """One of many, from a list: `{"choice": KEY}`.

    Form: `q.KEY` holds the key of the choice, empty for none (one select).
    """

    name = "dropdown"
    label = mark("Drop-down list")
    icon = "chevron-down"
    options: ClassVar[Mapping[str, Option]] = {"shuffle": SHUFFLE}


class Ranking(ChoiceKind):
    """Choices in an order, the best first: `[KEYS]`.

    Form: `q.KEY.CHOICE` holds the rank of each choice in digits, 1 for the best, empty
    for none: one select a choice. With `places` only so many are ranked.
    """

    name = "ranking"
    label = mark("Ranking")
    icon = "arrows-sort"
    options: ClassVar[Mapping[str, Option]] = {
        "places": Option(form=OptionForm.WHOLE, label=mark("How many to rank")),
        "shuffle": SHUFFLE,
    }

    def places(self, question: Question) -> int:
        """Return how many choices are to be ranked: all unless fewer are asked."""
        asked = self.option(question, "places") or len(question.choices)
        return min(int(asked), len(question.choices))

    def read(self, question: Question, form: Form) -> object:
        """Return the rank of each choice that has one."""
        ranks = {
            choice.key: rank
            for choice in question.choices
            if (rank := first(form, field(question, choice.key))) is not None
        }
        return ranks or None

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_a_rank`, `tied`, `not_a_choice`, `ranks_missing`."""
        keys = self.keys(question)
        if isinstance(raw, Mapping):
            raw = self._in_order(question, raw)
        if not isinstance(raw, list | tuple) or not all(key in keys for key in raw):
            raise Invalid({question.key: "not_a_choice"})
        if not raw:
            return None
        if len(set(raw)) < len(raw):
            raise Invalid({question.key: "tied"})
        if len(raw) != self.places(question):
            raise Invalid({question.key: "ranks_missing"})
        return list(raw)

    def _in_order(self, question: Question, ranks: Mapping[str, object]) -> list[str]:
        known = {str(rank): rank for rank in range(1, self.places(question) + 1)}
        read = {key: known.get(str(rank).strip()) for key, rank in ranks.items()}
        if None in read.values():
            raise Invalid({question.key: "not_a_rank"})
        if len(set(read.values())) < len(read):
            raise Invalid({question.key: "tied"})
        return sorted(read, key=lambda key: read[key] or 0)

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return the key of the best: what comes first is what conditions ask for."""
        return value[0] if isinstance(value, list) and value else None

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> RankingSummary:
        """Return mean rank and first places of each choice."""
        ranks: dict[str, Counter[int]] = {key: Counter() for key in self.keys(question)}
        count = 0
        for value in values:
            if isinstance(value, list):
                count += 1
                for rank, key in enumerate(value, start=1):
                    ranks.setdefault(key, Counter())[rank] += 1
        return RankingSummary(
            count=count,
            standings={
                key: Standing(
                    count=got.total(),
                    mean_rank=_mean(got) if got else None,
                    first_places=got[1],
                )
                for key, got in ranks.items()
            },
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return `1. First, 2. Second`."""
        if not isinstance(value, list):
            return ""
        return ", ".join(
            f"{rank}. {self.words_of(question, key, language, questionnaire)}"
            for rank, key in enumerate(value, start=1)
        )


def _mean(ranks: Counter[int]) -> float:
    return sum(rank * count for rank, count in ranks.items()) / ranks.total()
