"""What the questions of a LimeSurvey file have in common: texts, names, settings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.surveys.imports.limesurvey_tables import Item, Row, Survey, Words
from feedback.surveys.imports.remarks import Remarks
from feedback.surveys.imports.translation import Target
from feedback.surveys.imports.words import Keys, choice_keys, clean
from feedback.surveys.questionnaire import Choice, Question, Text

_PIPED = re.compile(r"\{([^{}]{1,300})\}")
_ENDINGS = re.compile(r"\.(?:NAOK|value|code|shown)$")


@dataclass(frozen=True, kw_only=True)
class Made:
    """A question, and how conditions of the file name it and its parts."""

    question: Question
    targets: Mapping[str, Target]
    #: variable of a box to tick to the key of the question and that of its choice
    boxes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Reading:
    """What is known while a file is read."""

    survey: Survey
    languages: Sequence[str]
    remarks: Remarks = field(default_factory=Remarks)
    keys: Keys = field(default_factory=Keys)
    #: variable to the key of its question, for words that repeat answers
    named: dict[str, str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def key(self, code: str) -> str:
        """Return the key for the question of a code, another one the second time."""
        key = self.keys.give(code)
        if key in self._used:
            key = self.keys.fresh(code)
        self._used.add(key)
        return key

    def text(self, words: Words, place: str) -> Text:
        """Return words by language; those that name none stand for all without."""
        found = {
            language: self._piped(clean(markup, place, self.remarks), place)
            for language, markup in words.items()
        }
        said = {one: found.get(one) or found.get("", "") for one in self.languages}
        return {language: text for language, text in said.items() if text}

    def _piped(self, words: str, place: str) -> str:
        def known(found: re.Match[str]) -> str:
            name = _ENDINGS.sub("", found[1].strip())
            name = name.removeprefix("INSERTANS:")
            subject, _, attribute = name.partition(":")
            if subject in {"TOKEN", "TOKEN_ATTRIBUTE"} and attribute:
                return f"{{attribute:{attribute.lower()}|…}}"
            key = self.named.get(name)
            if key is None:
                self.remarks.add("piping_left_out", place, expression=found[0])
                return found[0]
            return f"{{answer:{key}|…}}"

        return _PIPED.sub(known, words)

    def in_all(self, words: Text) -> Text:
        """Return words of ours in every language, in English where there are none."""
        return {one: words.get(one[:2].lower(), words["en"]) for one in self.languages}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of the file."""

    row: Row
    qid: str
    code: str

    @property
    def kind(self) -> str:
        """The letter of its type."""
        return self.row.get("type", "")


def variables(reading: Reading, asked: Asked, part: str = "") -> tuple[str, ...]:
    """Return the names by which conditions may know a question or a part of it."""
    place = f"{reading.survey.setting('sid')}X{asked.row.get('gid')}X{asked.qid}"
    by_code = f"{asked.code}_{part}" if part else asked.code
    return by_code, f"{place}{part}"


def made_of(
    reading: Reading,
    asked: Asked,
    kind: str,
    *,
    text: Text | None = None,
    part: str = "",
    choices: tuple[Choice, ...] = (),
    rows: tuple[Choice, ...] = (),
    options: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> Made:
    """Return a question with the names by which conditions know it and its parts."""
    code = f"{asked.code}_{part}" if part else asked.code
    survey = reading.survey
    question = Question(
        key=reading.key(code),
        kind=kind,
        text=text or reading.text(survey.titles[asked.qid], asked.code),
        help=reading.text(survey.helps[asked.qid], asked.code),
        required=asked.row.get("mandatory") == "Y" and kind != "statement",
        choices=choices,
        rows=rows,
        options=options or {},
    )
    target = Target(
        key=question.key,
        kind=kind,
        choices=values or {},
        is_whole=not question.options.get("decimals"),
    )
    targets = dict.fromkeys(variables(reading, asked, part), target)
    boxes: dict[str, tuple[str, str]] = {}
    for name, key in (parts or {}).items():
        for variable in variables(reading, asked, name):
            if kind == "multiple":
                boxes[variable] = (question.key, key)
            else:
                row = replace(target, key=f"{question.key}.{key}", kind="single")
                targets[variable] = row
    return Made(question=question, targets=targets, boxes=boxes)


def choices_of(
    reading: Reading, items: Sequence[Item], place: str
) -> tuple[tuple[Choice, ...], dict[str, str]]:
    """Return the choices of some items, and their codes to the keys."""
    keys = choice_keys()
    values: dict[str, str] = {}
    choices = []
    for item in items:
        if item.code not in values:
            values[item.code] = keys.fresh(item.code)
            text = reading.text(item.words, place)
            choices.append(
                Choice(
                    key=values[item.code],
                    text=text or reading.in_all({"en": item.code}),
                )
            )
    return tuple(choices), values


def is_random(reading: Reading, asked: Asked) -> bool:
    """Tell whether choices or rows come in random order."""
    survey = reading.survey
    return survey.attribute(asked.qid, "random_order") == "1" or "random" in (
        survey.attribute(asked.qid, "answer_order"),
        survey.attribute(asked.qid, "subquestion_order"),
    )


def added_options(reading: Reading, asked: Asked) -> dict[str, Any]:
    """Return the options for random order and for "other"."""
    options: dict[str, Any] = {"shuffle": is_random(reading, asked)}
    if asked.row.get("other") == "Y":
        words = reading.survey.attribute_words(asked.qid, "other_replace_text")
        text = reading.text(words, asked.code)
        options |= {"other": True, **({"other_text": text} if text else {})}
    return options


def own_choices(
    reading: Reading, answers: Sequence[tuple[str, Text]]
) -> tuple[tuple[Choice, ...], dict[str, str]]:
    """Return the choices that a type brings itself, and their codes to the keys."""
    keys = choice_keys()
    values = {code: keys.fresh(words["en"].lower()) for code, words in answers}
    choices = tuple(
        Choice(key=values[code], text=reading.in_all(words)) for code, words in answers
    )
    return choices, values
