"""What the elements of a SurveyJS file have in common: texts, values, names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.surveys.imports.remarks import Remarks
from feedback.surveys.imports.translation import Target
from feedback.surveys.imports.words import Keys, clean, number
from feedback.surveys.questionnaire import Question, Text

#: one element of the file, and what it may hold
Element = Mapping[str, Any]

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_PIPED = re.compile(r"\{([^{}]{1,200})\}")
#: stands where the answer that is repeated is missing
_UNKNOWN = "…"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A question made of an element, and how conditions of the file name it."""

    question: Question
    targets: Mapping[str, Target]


@dataclass
class Reading:
    """What is known while a file is read: languages, keys, remarks."""

    locale: str
    remarks: Remarks = field(default_factory=Remarks)
    keys: Keys = field(default_factory=Keys)
    _languages: dict[str, None] = field(default_factory=dict)
    _own_words: list[tuple[dict[str, str], Text]] = field(default_factory=list)

    @property
    def default_language(self) -> str:
        """The language of texts that name none: English unless the file says."""
        return self.locale if _LANGUAGE.fullmatch(self.locale) else "en"

    def text(self, value: object, place: str) -> Text:
        """Return a text in each of its languages; it may be a text or an object."""
        given = value if isinstance(value, Mapping) else {"default": value}
        texts = {}
        for name, words in given.items():
            language = self.default_language if name == "default" else str(name)
            if not plain_value(words).strip() or isinstance(words, list | dict):
                continue
            if _LANGUAGE.fullmatch(language) is None:
                self.remarks.add("language_left_out", place, language=language)
                continue
            self._languages[language] = None
            said = clean(plain_value(words), place, self.remarks)
            texts[language] = self._piped(said, place)
        return {language: words for language, words in texts.items() if words}

    def _piped(self, words: str, place: str) -> str:
        """Return words with the answers that they repeat named as we name them."""

        def answer(found: re.Match[str]) -> str:
            key = self.keys.find(found[1].strip())
            if key is None:
                self.remarks.add("piping_left_out", place, expression=found[0])
                return found[0]
            return f"{{answer:{key}|{_UNKNOWN}}}"

        return _PIPED.sub(answer, words)

    def own_words(self, words: Text) -> Text:
        """Return words of ours, which get their languages when all are known."""
        text: dict[str, str] = {}
        self._own_words.append((text, words))
        return text

    def spread(self) -> tuple[str, ...]:
        """Return the languages found, the default first; own words get them all."""
        found = self._languages or {self.default_language: None}
        default = self.default_language
        languages = tuple(sorted(found, key=lambda one: one != default))
        for text, words in self._own_words:
            for language in languages:
                text[language] = words.get(language[:2].lower(), words["en"])
        return languages

    def item(self, value: object, place: str) -> tuple[str, Text]:
        """Return the value and the words of a choice, which may be one plain thing."""
        body = value if isinstance(value, Mapping) else {"value": value}
        for setting in ("visibleIf", "enableIf"):
            if body.get(setting):
                self.remarks.add("setting_left_out", place, setting=setting)
        if body.get("imageLink"):
            self.remarks.add("media_left_out", place)
        name = plain_value(body.get("value"))
        return name, self.text(body.get("text") or name, place)


def plain_value(value: object) -> str:
    """Return a value as conditions write it: `true`, `3`, `3.5`, `abc`, `` for none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, list | dict) else str(value)


def name_of(element: Element, number: int = 0) -> str:
    """Return the name by which conditions know an element."""
    return plain_value(element.get("name")) or f"question{number}"


def sequence(value: object) -> Sequence[Any]:
    """Return a list as it is, nothing for anything else."""
    return value if isinstance(value, list) else []


def elements_in(value: object) -> list[Element]:
    """Return the objects of a list, nothing for anything else."""
    return [one for one in sequence(value) if isinstance(one, Mapping)]


def limits(body: Element, lowest: str, highest: str) -> dict[str, int | float]:
    """Return the options `at_least` and `at_most` out of two settings."""
    found = {"at_least": number(body.get(lowest)), "at_most": number(body.get(highest))}
    return {name: value for name, value in found.items() if value is not None}


def counts(body: Element, lowest: str, highest: str) -> dict[str, int]:
    """Return them for what is counted: whole numbers from 1."""
    return {
        name: int(value)
        for name, value in limits(body, lowest, highest).items()
        if value >= 1
    }


def rules(element: Element, kind: str) -> list[Element]:
    """Return the validators of one type."""
    return [
        rule
        for rule in elements_in(element.get("validators"))
        if str(rule.get("type", "")).removesuffix("validator") == kind
    ]


def is_on(element: Element, *names: str) -> bool:
    """Tell whether one of some settings, which changed its name, is true."""
    return any(element.get(name) is True for name in names)
