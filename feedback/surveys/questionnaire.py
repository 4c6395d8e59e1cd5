"""Questionnaire: what a version asks, as frozen data, and as the JSON it is kept in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Rule, read_rule, write_rule

FORMAT = 1
LONGEST_TEXT = 4000
MOST_QUESTIONS = 200
MOST_CHOICES = 200
MOST_LANGUAGES = 20

#: language code to words; a language may be missing while a survey is being written
Text = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer to choose, or one row of a matrix."""

    key: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class WordingByScore:
    """Other words for a question, after the class of a score given earlier.

    "What disappointed you?" for `low`, "What did you like?" for `high`.
    """

    question: str
    texts: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, or one statement between questions.

    `options` holds what only its kind knows; see `feedback.surveys.questions`.
    """

    key: str
    kind: str
    text: Text
    help: Text = field(default_factory=dict)
    required: bool = False
    show_if: Rule | None = None
    wording: WordingByScore | None = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Questions shown together; saved when it is left."""

    key: str
    questions: tuple[Question, ...] = ()
    #: whether the questions come in random order, the same for one person
    shuffle: bool = False


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is said at the end; the first whose rule holds is shown."""

    key: str
    title: Text
    text: Text = field(default_factory=dict)
    show_if: Rule | None = None
    #: whether "may we call you back?" is asked here
    callback: bool = False


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The look of the pages: colours as `#rrggbb`, a font of the list, a logo."""

    accent: str = "#1a5fb4"
    background: str = "#f6f5f4"
    surface: str = "#ffffff"
    text: str = "#1e1e24"
    font: str = "system"
    #: name of an uploaded file in the data folder, None without a logo
    logo: str | None = None


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """Everything that a person who answers can meet."""

    title: Text
    languages: tuple[str, ...]
    default_language: str
    pages: tuple[Page, ...]
    endings: tuple[Ending, ...] = ()
    introduction: Text = field(default_factory=dict)
    theme: Theme = field(default_factory=Theme)

    def questions(self) -> Iterator[Question]:
        """Yield every question in the order in which it is written."""
        for page in self.pages:
            yield from page.questions

    def question(self, key: str) -> Question | None:
        """Return the question with this key, None without one."""
        return next((one for one in self.questions() if one.key == key), None)

    def say(self, text: Text, language: str) -> str:
        """Return the words in a language, else in the default, else in any."""
        return (
            text.get(language)
            or text.get(self.default_language)
            or next((words for words in text.values() if words), "")
        )


def read_questionnaire(document: object) -> Questionnaire:
    """Read a questionnaire from its JSON.

    Its shape alone is checked here; whether it can be answered is for `review`.

    Raises:
        Invalid: one code per faulty place, as `pages.0.questions.2.kind: missing`;
            `missing`, `not_text`, `not_a_list`, `not_an_object`, `not_a_choice`,
            `too_long`, `too_many`, `duplicate_key`, `bad_key`, `unknown_format`.
    """
    return _Reader().questionnaire(document)


def write_questionnaire(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the JSON of a questionnaire; reading it back gives an equal one."""
    return {
        "format": FORMAT,
        "title": dict(questionnaire.title),
        "introduction": dict(questionnaire.introduction),
        "languages": list(questionnaire.languages),
        "default_language": questionnaire.default_language,
        "pages": [
            {
                "key": page.key,
                "shuffle": page.shuffle,
                "questions": [_write_question(one) for one in page.questions],
            }
            for page in questionnaire.pages
        ],
        "endings": [
            {
                "key": ending.key,
                "title": dict(ending.title),
                "text": dict(ending.text),
                "show_if": write_rule(ending.show_if),
                "callback": ending.callback,
            }
            for ending in questionnaire.endings
        ],
        "theme": {
            "accent": questionnaire.theme.accent,
            "background": questionnaire.theme.background,
            "surface": questionnaire.theme.surface,
            "text": questionnaire.theme.text,
            "font": questionnaire.theme.font,
            "logo": questionnaire.theme.logo,
        },
    }


def _write_question(question: Question) -> dict[str, Any]:
    wording = question.wording
    return {
        "key": question.key,
        "kind": question.kind,
        "text": dict(question.text),
        "help": dict(question.help),
        "required": question.required,
        "show_if": write_rule(question.show_if),
        "wording": wording
        and {
            "question": wording.question,
            "texts": {name: dict(text) for name, text in wording.texts.items()},
        },
        "choices": [_write_choice(choice) for choice in question.choices],
        "rows": [_write_choice(row) for row in question.rows],
        "options": dict(question.options),
    }


def _write_choice(choice: Choice) -> dict[str, Any]:
    return {"key": choice.key, "text": dict(choice.text)}


class _Reader:
    """Reads a document and gathers every fault before it complains."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def questionnaire(self, document: object) -> Questionnaire:
        body = self.object(document, "")
        if body.get("format", FORMAT) != FORMAT:
            self.faults["format"] = "unknown_format"
        languages = tuple(
            self.key(one, f"languages.{place}")
            for place, one in enumerate(
                self.list(body.get("languages"), "languages", most=MOST_LANGUAGES)
            )
        )
        default = body.get("default_language")
        if not languages:
            self.faults.setdefault("languages", "missing")
        elif default not in languages:
            self.faults["default_language"] = "not_a_choice"
        pages = tuple(
            self.page(one, f"pages.{place}")
            for place, one in enumerate(self.list(body.get("pages"), "pages"))
        )
        endings = tuple(
            self.ending(one, f"endings.{place}")
            for place, one in enumerate(self.list(body.get("endings", []), "endings"))
        )
        read = Questionnaire(
            title=self.text(body.get("title"), "title"),
            introduction=self.text(body.get("introduction", {}), "introduction"),
            languages=languages,
            default_language=str(default),
            pages=pages,
            endings=endings,
            theme=self.theme(body.get("theme", {})),
        )
        self.unique([page.key for page in pages], "pages")
        self.unique([ending.key for ending in endings], "endings")
        self.unique([question.key for question in read.questions()], "questions")
        if sum(1 for _ in read.questions()) > MOST_QUESTIONS:
            self.faults["questions"] = "too_many"
        if self.faults:
            raise Invalid(self.faults)
        return read

    def page(self, value: object, place: str) -> Page:
        body = self.object(value, place)
        questions = self.list(body.get("questions", []), f"{place}.questions")
        return Page(
            key=self.key(body.get("key"), f"{place}.key"),
            shuffle=body.get("shuffle") is True,
            questions=tuple(
                self.question(one, f"{place}.questions.{number}")
                for number, one in enumerate(questions)
            ),
        )

    def question(self, value: object, place: str) -> Question:
        body = self.object(value, place)
        return Question(
            key=self.key(body.get("key"), f"{place}.key"),
            kind=self.key(body.get("kind"), f"{place}.kind"),
            text=self.text(body.get("text", {}), f"{place}.text"),
            help=self.text(body.get("help", {}), f"{place}.help"),
            required=body.get("required") is True,
            show_if=self.rule(body.get("show_if"), f"{place}.show_if"),
            wording=self.wording(body.get("wording"), f"{place}.wording"),
            choices=self.choices(body.get("choices", []), f"{place}.choices"),
            rows=self.choices(body.get("rows", []), f"{place}.rows"),
            options=self.object(body.get("options", {}), f"{place}.options"),
        )

    def wording(self, value: object, place: str) -> WordingByScore | None:
        if value is None:
            return None
        body = self.object(value, place)
        texts = self.object(body.get("texts", {}), f"{place}.texts")
        if set(texts) - {"low", "middle", "high"}:
            self.faults[f"{place}.texts"] = "not_a_choice"
        return WordingByScore(
            question=self.key(body.get("question"), f"{place}.question"),
            texts={
                name: self.text(text, f"{place}.texts.{name}")
                for name, text in texts.items()
            },
        )

    def ending(self, value: object, place: str) -> Ending:
        body = self.object(value, place)
        return Ending(
            key=self.key(body.get("key"), f"{place}.key"),
            title=self.text(body.get("title", {}), f"{place}.title"),
            text=self.text(body.get("text", {}), f"{place}.text"),
            show_if=self.rule(body.get("show_if"), f"{place}.show_if"),
            callback=body.get("callback") is True,
        )

    def theme(self, value: object) -> Theme:
        body = self.object(value, "theme")
        known = {"accent", "background", "surface", "text", "font", "logo"}
        for name in known & set(body):
            if not isinstance(body[name], str) and not (
                name == "logo" and body[name] is None
            ):
                self.faults[f"theme.{name}"] = "not_text"
        return Theme(**{name: body[name] for name in known & set(body)})

    def choices(self, value: object, place: str) -> tuple[Choice, ...]:
        read = []
        for number, one in enumerate(self.list(value, place, most=MOST_CHOICES)):
            body = self.object(one, f"{place}.{number}")
            read.append(
                Choice(
                    key=self.key(body.get("key"), f"{place}.{number}.key"),
                    text=self.text(body.get("text", {}), f"{place}.{number}.text"),
                )
            )
        self.unique([choice.key for choice in read], place)
        return tuple(read)

    def rule(self, value: object, place: str) -> Rule | None:
        try:
            return read_rule(value)
        except Invalid as error:
            for name, code in error.fields.items():
                self.faults[f"{place}.{name}" if name else place] = code
            return None

    def text(self, value: object, place: str) -> Text:
        body = self.object(value, place)
        for language, words in body.items():
            if not isinstance(words, str):
                self.faults[f"{place}.{language}"] = "not_text"
            elif len(words) > LONGEST_TEXT:
                self.faults[f"{place}.{language}"] = "too_long"
            elif "\0" in words:
                self.faults[f"{place}.{language}"] = "not_text"
        return dict(body)

    def key(self, value: object, place: str) -> str:
        if not isinstance(value, str) or not value:
            self.faults[place] = "missing"
            return ""
        if len(value) > 60 or not value.replace("-", "").replace("_", "").isalnum():
            self.faults[place] = "bad_key"
        return value

    def list(
        self, value: object, place: str, *, most: int = MOST_QUESTIONS
    ) -> Sequence[object]:
        if not isinstance(value, list | tuple):
            self.faults[place] = "not_a_list"
            return []
        if len(value) > most:
            self.faults[place] = "too_many"
            return []
        return value

    def object(self, value: object, place: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.faults[place or "questionnaire"] = "not_an_object"
            return {}
        return value

    def unique(self, keys: Sequence[str], place: str) -> None:
        if len(set(keys)) < len(keys):
            self.faults[place] = "duplicate_key"
