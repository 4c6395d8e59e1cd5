"""Surveys as their pages show them: counts, and versions to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.collection.tallies import count_complete
from feedback.journey.queries import JourneyMap
from feedback.journey.template import five_phases
from feedback.surveys.imports import Remark
from feedback.surveys.library import Template, list_templates
from feedback.surveys.queries import SurveyOnList, Version
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.choices import ChoiceKind
from feedback.web.builder_kinds import AFTER, question_words
from feedback.web.builder_view import LanguageTab, language_tabs
from feedback.web.context import current_session, locale
from feedback.web.language import gettext, named
from feedback.web.rules import list_subjects, rule_words
from feedback.web.survey_words import remark_words


@dataclass(frozen=True, kw_only=True)
class ReadQuestion:
    """A question of a version, in the words of one language."""

    number: int
    kind: str
    icon: str
    words: str
    help: str
    choices: tuple[str, ...]
    rows: tuple[str, ...]
    is_required: bool
    #: when it is asked, in words; empty for always
    rule: str
    #: other words after a score: class and words
    wording: tuple[tuple[str, str], ...]
    #: whether its trend breaks with this version
    breaks: bool


@dataclass(frozen=True, kw_only=True)
class ReadVersion:
    """A version, in the words of one language."""

    language: str
    languages: tuple[LanguageTab, ...]
    title: str
    introduction: str
    pages: tuple[tuple[ReadQuestion, ...], ...]
    #: title, text and rule
    endings: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class GalleryCard:
    """A template in the gallery."""

    key: str
    name: str
    description: str
    minutes: int
    #: icon and name of the kinds of its questions, each once
    kinds: tuple[tuple[str, str], ...]


def list_gallery() -> list[tuple[str, list[GalleryCard]]]:
    """Return the templates by the name of their phase, in the order of the journey."""
    phases = {phase.key: named(phase.names) for phase in five_phases()}
    groups: dict[str, list[GalleryCard]] = {}
    for template in list_templates():
        heading = phases.get(template.phase, template.phase)
        groups.setdefault(heading, []).append(_card(template))
    return list(groups.items())


def _card(template: Template) -> GalleryCard:
    used = {one.kind: KINDS[one.kind] for one in template.questionnaire.questions()}
    return GalleryCard(
        key=template.key,
        name=named(template.names),
        description=named(template.descriptions),
        minutes=max(1, round(template.minutes)),
        kinds=tuple(
            (kind.icon, gettext(kind.label))
            for kind in used.values()
            if kind.takes_answer
        ),
    )


def list_asked(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    """Return icon, kind and words of the questions, in the language of the request."""
    return [
        (
            KINDS[one.kind].icon,
            gettext(KINDS[one.kind].label),
            question_words(questionnaire, one, locale()),
        )
        for one in questionnaire.questions()
    ]


def touchpoint_for(template: Template, maps: Sequence[JourneyMap]) -> int | None:
    """Return the touchpoint that a template is about, None where no map has it."""
    phases = [
        phase for shown in maps for phase in shown.phases if phase.key == template.phase
    ]
    points = [point for phase in phases for point in phase.touchpoints]
    meant = [point for point in points if point.key == template.touchpoint]
    return next((point.id for point in [*meant, *points]), None)


def remark_lines(remarks: Sequence[Remark]) -> list[str]:
    """Return what an import left out, each line with its place."""
    return [
        gettext("%(place)s: %(fault)s", place=one.place, fault=remark_words(one))
        if one.place
        else remark_words(one)
        for one in remarks
    ]


def count_answers(surveys: Sequence[SurveyOnList]) -> Mapping[int, int]:
    """Return the complete responses of each survey, 0 for one without any."""
    counted = count_complete(current_session(), [one.id for one in surveys])
    return {one.id: counted.get(one.id, 0) for one in surveys}


def read_version(version: Version, language: str) -> ReadVersion:
    """Return a version to be read, in a language of it or its default."""
    draft = version.questionnaire
    spoken = language if language in draft.languages else draft.default_language
    numbers = {one.key: number for number, one in enumerate(draft.questions(), 1)}
    return ReadVersion(
        language=spoken,
        languages=language_tabs(draft, spoken),
        title=draft.say(draft.title, spoken),
        introduction=draft.say(draft.introduction, spoken),
        pages=tuple(
            tuple(
                _question(draft, one, numbers[one.key], spoken, version.breaks)
                for one in page.questions
            )
            for page in draft.pages
        ),
        endings=tuple(
            (
                draft.say(one.title, spoken),
                draft.say(one.text, spoken),
                rule_words(one.show_if, list_subjects(draft, None, spoken)),
            )
            for one in draft.endings
        ),
    )


def _question(
    draft: Questionnaire,
    question: Question,
    number: int,
    language: str,
    breaks: Sequence[str],
) -> ReadQuestion:
    kind = KINDS.get(question.kind)
    offered = (
        kind.offered(question) if isinstance(kind, ChoiceKind) else question.choices
    )

    def say(choices: Sequence[Choice]) -> tuple[str, ...]:
        return tuple(draft.say(one.text, language) or one.key for one in choices)

    wording = question.wording
    return ReadQuestion(
        number=number,
        kind=gettext(kind.label) if kind else question.kind,
        icon=kind.icon if kind else "help-circle",
        words=draft.say(question.text, language),
        help=draft.say(question.help, language),
        choices=say(offered),
        rows=say(question.rows),
        is_required=question.required,
        rule=rule_words(question.show_if, list_subjects(draft, question.key, language)),
        wording=tuple(
            (gettext(AFTER[name]), draft.say(text, language))
            for name, text in (wording.texts if wording else {}).items()
            if draft.say(text, language)
        ),
        breaks=question.key in breaks,
    )
