"""Responses as a CSV or XLSX file: a line a response, a column a question.

A grid has a column a row. Old answers are said in the words of the version that they
answer, and texts as the analysis masked them. Who may not see customers gets neither
texts nor contact details: no masking is complete, and here a text stands beside all
that the same person answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO

from sqlalchemy.orm import Session

from feedback.collection.response_filter import ResponseFilter
from feedback.collection.response_list import ResponseRead, iterate_responses
from feedback.collection.results import list_asked
from feedback.collection.stretches import find_stretches
from feedback.collection.wording import channel_name, flag_name, state_name
from feedback.core.spreadsheets import SEPARATORS, Cell, csv_parts
from feedback.i18n.catalogs import gettext, mark
from feedback.surveys.piping import fill
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.choices import OTHER, WORDS
from feedback.surveys.questions.contact import Contact
from feedback.surveys.questions.matrix import Matrix
from feedback.surveys.questions.numbers import Date
from feedback.surveys.questions.text import TextKind
from feedback.voice.exports import write_book
from feedback.voice.wording import language_name

#: who may see them: people with the right to see customers
PRIVATE = (TextKind, Contact)
_HEADINGS = (
    mark("Reference"),
    mark("Date"),
    mark("Touchpoint"),
    mark("Channel"),
    mark("Language"),
    mark("Version"),
    mark("State"),
    mark("Flags"),
    mark("Test"),
    mark("Seconds"),
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How responses are written down, and for whom."""

    locale: str
    #: touchpoint to its name
    places: Mapping[int, str]
    #: whether texts and customers may be seen
    is_full: bool


@dataclass(frozen=True, kw_only=True)
class _Column:
    """One question, or one row of a grid."""

    heading: str
    key: str
    row: str | None = None


def csv_lines(
    session: Session, wanted: ResponseFilter, reading: Reading
) -> Iterator[bytes]:
    """Yield the responses wanted as CSV, the newest first, some lines at a time."""
    columns = _columns(session, wanted.survey_id, reading)
    return csv_parts(
        chain([_headings(columns, reading)], _rows(session, wanted, columns, reading)),
        separator=SEPARATORS[reading.locale],
    )


def write_xlsx(
    session: Session, wanted: ResponseFilter, reading: Reading, file: IO[bytes]
) -> None:
    """Write the responses wanted as a workbook; what a sheet cannot hold goes on."""
    columns = _columns(session, wanted.survey_id, reading)
    rows = _rows(session, wanted, columns, reading)
    write_book(file, _headings(columns, reading), rows)


def _columns(session: Session, survey_id: int, reading: Reading) -> tuple[_Column, ...]:
    """Return a column for every question that was ever asked, the newest first."""
    stretches = find_stretches(list_asked(session, survey_id))
    found = []
    for key, own in stretches.of.items():
        question, asked = own[-1].question, own[-1].questionnaire
        if not reading.is_full and isinstance(kind_of(question), PRIVATE):
            continue
        words = fill(question.text, asked, {}, {}, reading.locale) or key
        if not isinstance(kind_of(question), Matrix):
            found.append(_Column(heading=words, key=key))
            continue
        rows: dict[str, str] = {}
        for stretch in own:
            rows |= _said(stretch.question.rows, stretch.questionnaire, reading.locale)
        found += [
            _Column(heading=f"{words} – {row_words}", key=key, row=row)
            for row, row_words in rows.items()
        ]
    return tuple(found)


def _said(
    choices: Sequence[Choice], asked: Questionnaire, locale: str
) -> dict[str, str]:
    return {one.key: asked.say(one.text, locale) or one.key for one in choices}


def _headings(columns: Sequence[_Column], reading: Reading) -> list[Cell]:
    known = (*_HEADINGS, *((mark("Customer"),) if reading.is_full else ()))
    return [
        *(gettext(reading.locale, heading) for heading in known),
        *(column.heading for column in columns),
    ]


def _rows(
    session: Session,
    wanted: ResponseFilter,
    columns: Sequence[_Column],
    reading: Reading,
) -> Iterator[list[Cell]]:
    locale = reading.locale
    for one in iterate_responses(session, wanted):
        yield [
            one.public_id,
            one.day.isoformat(),
            reading.places.get(one.touchpoint_id, ""),
            channel_name(one.channel, locale),
            language_name(one.language, locale),
            one.version,
            state_name(one.state, locale),
            ", ".join(flag_name(flag, locale) for flag in one.flags),
            gettext(locale, "yes") if one.is_test else "",
            round(one.seconds, 1),
            *([one.customer or one.name or ""] if reading.is_full else []),
            *(_cell(one, column, reading) for column in columns),
        ]


def _cell(one: ResponseRead, column: _Column, reading: Reading) -> Cell:
    value = one.answers.get(column.key)
    question = one.questionnaire.question(column.key)
    if value is None or question is None:
        return None
    if column.row is None:
        return _say(one, question, value, reading)
    if not isinstance(value, Mapping) or column.row not in value:
        return None
    chosen = str(value[column.row])
    return _said(question.choices, one.questionnaire, reading.locale).get(
        chosen, chosen
    )


def _say(
    one: ResponseRead, question: Question, value: AnswerValue, reading: Reading
) -> Cell:
    """Return an answer as a number or in words; None for what may not be seen."""
    kind = kind_of(question)
    if isinstance(value, int | float):
        return value
    if isinstance(kind, Date):
        return str(value)
    if reading.is_full:
        return one.say(question, reading.locale)
    if isinstance(kind, PRIVATE):
        return None
    if isinstance(value, dict) and OTHER in value:
        value = {**value, OTHER: gettext(reading.locale, WORDS[OTHER])}
    return kind.say(question, value, reading.locale, one.questionnaire)
