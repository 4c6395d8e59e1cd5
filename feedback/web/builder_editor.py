"""What is open in the builder, as its editor shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from feedback.core.text import shorten
from feedback.i18n.catalogs import mark
from feedback.surveys.editing import find_question
from feedback.surveys.questionnaire import (
    Ending,
    Question,
    Questionnaire,
    Text,
)
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import OptionForm, QuestionKind
from feedback.web.builder_check import ShownFinding
from feedback.web.builder_kinds import AFTER, list_kinds, question_words
from feedback.web.language import gettext
from feedback.web.rules import CLASS_WORDS, ShownRule, list_subjects, show_rule

_VALUE_WORDS = {
    "faces": mark("faces"),
    "stars": mark("stars"),
    "reason": mark("the reason of a score"),
    "praise": mark("what was liked"),
    "improvement": mark("what to improve"),
    "name": mark("name"),
    "email": mark("e-mail address"),
    "phone": mark("phone number"),
}
#: what the form calls the field of an option
_INPUTS = {
    OptionForm.WHOLE: "number",
    OptionForm.NUMBER: "number",
    OptionForm.DAY: "date",
}
_LONGEST_NAME = 60
#: options that most questions do without
LIMITS = frozenset(
    {
        "at_least",
        "at_most",
        "pattern",
        "pattern_message",
        "decimals",
        "earliest",
        "latest",
    }
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words in one language, with those of the default language to go by."""

    name: str
    label: str
    value: str
    #: empty while the default language is edited
    reference: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionField:
    """An option of a kind, to be set."""

    name: str
    label: str
    #: an `OptionForm` value
    form: str
    value: Any
    #: value and words
    values: tuple[tuple[str, str], ...] = ()
    #: type of the field
    input: str = "text"
    words: Words | None = None

    @property
    def is_end(self) -> bool:
        """Whether it names an end of a scale, beside the other."""
        return self.name in {"option.low", "option.high"}


@dataclass(frozen=True, kw_only=True)
class ChoiceField:
    """A choice, or a row of a matrix."""

    key: str
    value: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class ChoiceList:
    """The choices of a question, or the rows of a matrix."""

    #: `choices` or `rows`
    name: str
    label: str
    #: of one of them
    one: str
    add: str
    fields: tuple[ChoiceField, ...]


@dataclass(frozen=True, kw_only=True)
class Insert:
    """Something earlier that words can repeat."""

    text: str
    label: str


@dataclass(frozen=True, kw_only=True)
class WordingForm:
    """Other words after the class of an earlier score."""

    question: str
    #: key and words of the scores asked before
    sources: tuple[tuple[str, str], ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionEditor:
    """A question, to be edited."""

    question: Question
    kind: QuestionKind
    number: int
    page_number: int
    #: name and words of the kinds, by heading
    kinds: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    text: Words
    help: Words
    lists: tuple[ChoiceList, ...]
    options: tuple[OptionField, ...]
    #: options that most questions do without
    limits: tuple[OptionField, ...]
    rule: ShownRule
    wording: WordingForm | None
    inserts: tuple[Insert, ...]
    findings: tuple[ShownFinding, ...]
    is_first: bool
    is_last: bool

    @property
    def has_limits(self) -> bool:
        """Whether one of the limits is set."""
        return any(
            one.words.value if one.words else one.value != "" for one in self.limits
        )


@dataclass(frozen=True, kw_only=True)
class EndingEditor:
    """An ending, to be edited."""

    ending: Ending
    title: Words
    text: Words
    rule: ShownRule
    inserts: tuple[Insert, ...]
    findings: tuple[ShownFinding, ...]
    is_first: bool
    is_last: bool


def edit_question(
    draft: Questionnaire,
    key: str,
    language: str,
    personas: Sequence[tuple[str, str]],
    findings: tuple[ShownFinding, ...],
) -> QuestionEditor:
    """Return a question to be edited, with its words in a language.

    Raises:
        NotFound: `question`.
        KeyError: nobody knows its kind.
    """
    page, question = find_question(draft, key)
    keys = [one.key for one in draft.questions()]
    kind = KINDS[question.kind]
    say = _Say(draft, language)
    return QuestionEditor(
        question=question,
        kind=kind,
        number=keys.index(key) + 1,
        page_number=[one.key for one in draft.pages].index(page.key) + 1,
        kinds=list_kinds(),
        text=say.words("text", _question_label(kind), question.text),
        help=say.words("help", gettext("Help below the question"), question.help),
        lists=tuple(_lists(question, kind, say)),
        options=tuple(
            _option(name, question, kind, say)
            for name in sorted_options(kind)
            if name not in LIMITS
        ),
        limits=tuple(
            _option(name, question, kind, say)
            for name in kind.options
            if name in LIMITS
        ),
        rule=show_rule(question.show_if, list_subjects(draft, key, language, personas)),
        wording=_wording(draft, question, say),
        inserts=list_inserts(draft, key, language),
        findings=findings,
        is_first=keys[0] == key,
        is_last=keys[-1] == key,
    )


def edit_ending(
    draft: Questionnaire,
    ending: Ending,
    language: str,
    personas: Sequence[tuple[str, str]],
    findings: tuple[ShownFinding, ...],
) -> EndingEditor:
    """Return an ending to be edited, with its words in a language."""
    keys = [one.key for one in draft.endings]
    say = _Say(draft, language)
    return EndingEditor(
        ending=ending,
        title=say.words("title", gettext("Title"), ending.title),
        text=say.words("text", gettext("Text"), ending.text),
        rule=show_rule(ending.show_if, list_subjects(draft, None, language, personas)),
        inserts=list_inserts(draft, None, language),
        findings=findings,
        is_first=keys[0] == ending.key,
        is_last=keys[-1] == ending.key,
    )


def list_inserts(
    draft: Questionnaire, before: str | None, language: str
) -> tuple[Insert, ...]:
    """Return what words can repeat that stand after the questions before a key."""
    earlier = takewhile(lambda one: one.key != before, draft.questions())
    said = tuple(
        Insert(
            text=f"{{answer:{one.key}|…}}",
            label=f"{number}. "
            + shorten(question_words(draft, one, language), _LONGEST_NAME),
        )
        for number, one in enumerate(earlier, 1)
        if (kind := KINDS.get(one.kind)) and kind.takes_answer
    )
    return (
        *said,
        Insert(
            text="{attribute:name|…}", label=gettext("An attribute of the customer")
        ),
        Insert(text="{event:order.id|…}", label=gettext("A detail of the event")),
    )


def sorted_options(kind: QuestionKind) -> list[str]:
    """Return the options of a kind, those that are ticked first."""
    flags = [n for n, one in kind.options.items() if one.form is OptionForm.FLAG]
    return [*flags, *(name for name in kind.options if name not in flags)]


class _Say:
    """Makes fields of words in one language."""

    def __init__(self, draft: Questionnaire, language: str) -> None:
        self.language = language
        self._default = draft.default_language

    def words(self, name: str, label: str, text: Text, hint: str = "") -> Words:
        """Return a field of words."""
        return Words(
            name=name,
            label=label,
            value=text.get(self.language, ""),
            reference=self.reference(text),
            hint=hint,
        )

    def reference(self, text: Text) -> str:
        """Return the words to translate, empty while these are edited."""
        return "" if self.language == self._default else text.get(self._default, "")


def _question_label(kind: QuestionKind) -> str:
    return gettext("Question") if kind.takes_answer else gettext("Words")


def _lists(question: Question, kind: QuestionKind, say: _Say) -> list[ChoiceList]:
    if question.kind == "matrix":
        return [
            ChoiceList(
                name="rows",
                label=gettext("Lines"),
                one=gettext("Line"),
                add=gettext("Add a line"),
                fields=_choices(question.rows, say),
            ),
            ChoiceList(
                name="choices",
                label=gettext("Columns"),
                one=gettext("Column"),
                add=gettext("Add a column"),
                fields=_choices(question.choices, say),
            ),
        ]
    if not kind.has_choices:
        return []
    return [
        ChoiceList(
            name="choices",
            label=gettext("Choices"),
            one=gettext("Choice"),
            add=gettext("Add a choice"),
            fields=_choices(question.choices, say),
        )
    ]


def _choices(given: Sequence[Any], say: _Say) -> tuple[ChoiceField, ...]:
    return tuple(
        ChoiceField(
            key=one.key,
            value=one.text.get(say.language, ""),
            reference=say.reference(one.text),
        )
        for one in given
    )


def _option(
    name: str, question: Question, kind: QuestionKind, say: _Say
) -> OptionField:
    option = kind.options[name]
    value = kind.option(question, name)
    words = None
    if option.form is OptionForm.TEXT:
        words = say.words(f"option.{name}", gettext(option.label), value or {})
    return OptionField(
        name=f"option.{name}",
        label=gettext(option.label),
        form=option.form.value,
        value="" if value is None else value,
        values=tuple((one, gettext(_VALUE_WORDS[one])) for one in option.values),
        input=_INPUTS.get(option.form, "text"),
        words=words,
    )


def _wording(draft: Questionnaire, question: Question, say: _Say) -> WordingForm | None:
    """Return the words after a score, None where no score was asked before."""
    earlier = takewhile(lambda one: one.key != question.key, draft.questions())
    sources = tuple(
        (one.key, f"{number}. {question_words(draft, one, say.language)}")
        for number, one in enumerate(earlier, 1)
        if (kind := KINDS.get(one.kind)) and kind.scale is not None
    )
    chosen = question.wording.question if question.wording else ""
    if chosen and all(key != chosen for key, _ in sources):
        sources = (
            *sources,
            (chosen, gettext("%(key)s (not asked before)", key=chosen)),
        )
    if not sources:
        return None
    texts = question.wording.texts if question.wording else {}
    return WordingForm(
        question=chosen,
        sources=sources,
        words=tuple(
            say.words(
                f"wording.{name}",
                gettext(AFTER[name]),
                texts.get(name, {}),
            )
            for name in CLASS_WORDS
        ),
    )
