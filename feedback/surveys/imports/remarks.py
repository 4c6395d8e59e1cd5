"""What is said of a file that was read, and the last look at what came out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from feedback.core.text import shorten
from feedback.surveys.questionnaire import (
    MOST_CHOICES,
    MOST_LANGUAGES,
    MOST_QUESTIONS,
    Page,
    Question,
    Questionnaire,
    read_questionnaire,
    write_questionnaire,
)

#: remarks kept of one file
MOST_REMARKS = 500


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something of a file that was not taken over, or not as it stood."""

    #: lower_snake; its words are in `feedback.web.survey_words`
    code: str
    #: name of the question or page in the file, "" for the whole survey
    place: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A questionnaire out of a file, and what has to be known about it."""

    questionnaire: Questionnaire
    remarks: tuple[Remark, ...] = ()


class Remarks:
    """Gathers remarks, each of them once, 500 at most."""

    def __init__(self) -> None:
        self._kept: dict[str, Remark] = {}

    def add(self, code: str, place: str = "", **values: object) -> None:
        """Keep a remark; long texts in it are shortened."""
        if len(self._kept) >= MOST_REMARKS:
            return
        short = {
            name: shorten(value, 200) if isinstance(value, str) else value
            for name, value in values.items()
        }
        remark = Remark(code=code, place=shorten(place, 80), values=short)
        self._kept.setdefault(repr(remark), remark)

    def all(self) -> tuple[Remark, ...]:
        """Return the remarks in the order in which they were made."""
        return tuple(self._kept.values())


def finish(questionnaire: Questionnaire, remarks: Remarks) -> Imported:
    """Return a questionnaire within its bounds, with remarks on what was cut off.

    Raises:
        Invalid: the file holds something that no questionnaire can hold.
    """
    kept = _within(questionnaire, remarks)
    # what was read must hold as if it had been written here
    return Imported(
        questionnaire=read_questionnaire(write_questionnaire(kept)),
        remarks=remarks.all(),
    )


def _within(questionnaire: Questionnaire, remarks: Remarks) -> Questionnaire:
    room = MOST_QUESTIONS
    pages: list[Page] = []
    for page in questionnaire.pages:
        kept = page.questions[:room]
        room -= len(kept)
        if kept and len(pages) < MOST_QUESTIONS:
            pages.append(_page_within(page, kept, remarks))
    number = sum(len(page.questions) for page in questionnaire.pages)
    if number > MOST_QUESTIONS:
        left = number - MOST_QUESTIONS
        remarks.add("questions_left_out", number=left, most=MOST_QUESTIONS)
    languages = questionnaire.languages[:MOST_LANGUAGES]
    if len(questionnaire.languages) > MOST_LANGUAGES:
        left = len(questionnaire.languages) - MOST_LANGUAGES
        remarks.add("languages_left_out", number=left, most=MOST_LANGUAGES)
    return replace(
        questionnaire,
        pages=tuple(pages),
        languages=languages,
        endings=questionnaire.endings[:MOST_QUESTIONS],
    )


def _page_within(page: Page, questions: tuple[Question, ...], remarks: Remarks) -> Page:
    kept = []
    for question in questions:
        choices, rows = question.choices[:MOST_CHOICES], question.rows[:MOST_CHOICES]
        left = len(question.choices) - len(choices) + len(question.rows) - len(rows)
        if left:
            remarks.add(
                "choices_left_out", question.key, number=left, most=MOST_CHOICES
            )
        kept.append(replace(question, choices=choices, rows=rows))
    return replace(page, questions=tuple(kept))
