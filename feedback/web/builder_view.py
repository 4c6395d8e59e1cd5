"""The builder as its templates show it: the parts of a survey, and what is open."""

from dataclasses import dataclass

from feedback.core.text import shorten
from feedback.surveys.languages import texts_of
from feedback.surveys.queries import SurveyDraft
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.web.builder_check import Checked
from feedback.web.builder_kinds import LONGEST_LINE, question_words
from feedback.web.language import gettext
from feedback.web.respondent import own_name

#: what can be open beside questions, pages and endings
PANELS = ("start", "languages", "look", "settings", "check", "publish")
#: parts that have a key
_KEYED = ("question", "page", "ending", "add")


@dataclass(frozen=True, kw_only=True)
class Place:
    """What of a survey is open in the builder."""

    #: a panel, or `question`, `page`, `ending`, `add` for a new question on a page
    what: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.what}-{self.key}" if self.key else self.what

    @classmethod
    def read(cls, text: str, draft: Questionnaire) -> "Place":
        """Return the place that an address names; without one, where to begin."""
        what, _, key = text.partition("-")
        if text in PANELS:
            return cls(what=text)
        if what in _KEYED and key in _keys(draft, what):
            return cls(what=what, key=key)
        first = next(draft.questions(), None)
        if first is not None:
            return cls(what="question", key=first.key)
        if draft.pages:
            return cls(what="add", key=draft.pages[0].key)
        return cls(what="start")


def _keys(draft: Questionnaire, what: str) -> set[str]:
    if what == "question":
        return {one.key for one in draft.questions()}
    return {one.key for one in (draft.endings if what == "ending" else draft.pages)}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A survey in the builder: what of it is open, and in which language."""

    survey: SurveyDraft
    place: Place
    #: of the words that are edited
    language: str
    checked: Checked

    @property
    def draft(self) -> Questionnaire:
        """What the survey asks, as far as it is written."""
        return self.survey.questionnaire


@dataclass(frozen=True, kw_only=True)
class QuestionLine:
    """A question in the list of parts."""

    key: str
    number: int
    words: str
    icon: str
    kind: str
    is_open: bool
    is_required: bool
    is_conditional: bool
    #: the heaviest that the check says of it, empty for nothing
    severity: str


@dataclass(frozen=True, kw_only=True)
class PageLine:
    """A page in the list of parts."""

    key: str
    number: int
    is_open: bool
    #: whether a question is being added to it
    is_growing: bool
    is_shuffled: bool
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, kw_only=True)
class EndingLine:
    """An ending in the list of parts."""

    key: str
    words: str
    is_open: bool
    is_conditional: bool
    severity: str


@dataclass(frozen=True, kw_only=True)
class LanguageTab:
    """A language of the survey."""

    code: str
    name: str
    is_shown: bool
    is_default: bool
    #: texts that have words in another language and none in this one
    missing: int
    #: texts that have words in it
    texts: int


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The parts of a survey, for the list beside the editor."""

    pages: tuple[PageLine, ...]
    endings: tuple[EndingLine, ...]
    languages: tuple[LanguageTab, ...]


def outline(opened: Opened) -> Outline:
    """Return the list of parts, its words in the language that is edited."""
    draft, place = opened.draft, opened.place
    numbers = {one.key: number for number, one in enumerate(draft.questions(), 1)}
    return Outline(
        pages=tuple(
            PageLine(
                key=page.key,
                number=number,
                is_open=place == Place(what="page", key=page.key),
                is_growing=place == Place(what="add", key=page.key),
                is_shuffled=page.shuffle,
                questions=tuple(
                    _line(opened, one, numbers[one.key]) for one in page.questions
                ),
            )
            for number, page in enumerate(draft.pages, 1)
        ),
        endings=tuple(
            EndingLine(
                key=ending.key,
                words=shorten(draft.say(ending.title, opened.language), LONGEST_LINE),
                is_open=place == Place(what="ending", key=ending.key),
                is_conditional=ending.show_if is not None,
                severity=opened.checked.severity_at(f"ending-{ending.key}"),
            )
            for ending in draft.endings
        ),
        languages=language_tabs(draft, opened.language),
    )


def language_tabs(draft: Questionnaire, shown: str) -> tuple[LanguageTab, ...]:
    """Return the languages of a survey with how much each of them says."""
    texts = list(texts_of(draft))
    return tuple(
        LanguageTab(
            code=code,
            name=own_name(code),
            is_shown=code == shown,
            is_default=code == draft.default_language,
            missing=sum(1 for text in texts if not text.get(code)),
            texts=sum(1 for text in texts if text.get(code)),
        )
        for code in draft.languages
    )


def _line(opened: Opened, question: Question, number: int) -> QuestionLine:
    kind = KINDS.get(question.kind)
    return QuestionLine(
        key=question.key,
        number=number,
        words=question_words(opened.draft, question, opened.language),
        icon=kind.icon if kind else "help-circle",
        kind=gettext(kind.label) if kind else question.kind,
        is_open=opened.place == Place(what="question", key=question.key),
        is_required=question.required,
        is_conditional=question.show_if is not None,
        severity=opened.checked.severity_at(f"question-{question.key}"),
    )
