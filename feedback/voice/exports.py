"""What is seen in the explorer as a CSV or XLSX file, in flat memory.

Texts of customers are not trusted. In CSV they are neutralised; in XLSX every text is
typed as text, which no spreadsheet runs. Numbers stay numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from feedback.core.spreadsheets import SEPARATORS, Cell, csv_parts
from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.locales import named
from feedback.journey.channels import channel_name
from feedback.journey.queries import JourneyMap
from feedback.measures.scales import Scale
from feedback.voice.queries import VerbatimFilter, VerbatimInList, iterate_verbatims
from feedback.voice.taxonomy import STANCES, Stance, Themes, read_themes
from feedback.voice.wording import feeling_name, language_name, source_name

#: the most that a sheet holds, the heading left out
LINES_OF_SHEET = 1_048_575
_LONGEST_CELL = 32_767
_HEADINGS = (
    mark("Reference"),
    mark("Date"),
    mark("Phase"),
    mark("Touchpoint"),
    mark("Channel"),
    mark("Persona"),
    mark("Language"),
    mark("Source"),
    *(scale.value.upper() for scale in Scale),
    mark("Feeling"),
    mark("Question"),
    mark("Verbatim"),
    mark("Frictions"),
    mark("Praise"),
    mark("Corrected"),
)


def csv_lines(
    session: Session, wanted: VerbatimFilter, journey: JourneyMap, *, locale: str
) -> Iterator[bytes]:
    """Yield the verbatims wanted as CSV, newest first, some lines at a time."""
    rows = _rows(session, wanted, journey, locale)
    return csv_parts(chain([_headings(locale)], rows), separator=SEPARATORS[locale])


def write_xlsx(
    session: Session,
    wanted: VerbatimFilter,
    journey: JourneyMap,
    file: IO[bytes],
    *,
    locale: str,
) -> None:
    """Write the verbatims wanted as a workbook."""
    write_book(file, _headings(locale), _rows(session, wanted, journey, locale))


def write_book(
    file: IO[bytes], headings: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a table as a workbook, every text typed as text, in flat memory.

    Lines beyond what a sheet holds go on another one. Texts longer than 32,767
    characters, the most that a cell holds, are cut.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = _new_sheet(book, headings)
    for number, row in enumerate(rows):
        line = number % LINES_OF_SHEET
        if number and line == 0:
            sheet = _new_sheet(book, headings)
        _write(sheet, line + 1, row)
    book.close()


def _new_sheet(book: Any, headings: Sequence[Cell]) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    _write(sheet, 0, headings)
    return sheet


def _write(sheet: Any, line: int, row: Sequence[Cell]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(line, column, cell.replace("\0", "")[:_LONGEST_CELL])
        elif cell is not None:
            sheet.write_number(line, column, cell)


def _headings(locale: str) -> list[Cell]:
    return [gettext(locale, heading) for heading in _HEADINGS]


def _rows(
    session: Session, wanted: VerbatimFilter, journey: JourneyMap, locale: str
) -> Iterator[list[Cell]]:
    themes = read_themes(session)
    phases = {phase.id: named(phase.names, locale) for phase in journey.phases}
    points = {
        point.id: (phases[point.phase_id], named(point.names, locale))
        for point in journey.touchpoints
    }
    personas = {one.id: named(one.names, locale) for one in journey.personas}
    for one in iterate_verbatims(session, wanted):
        phase, point = points.get(one.touchpoint_id, ("", ""))
        scores: dict[Scale, int] = dict(reversed(one.ratings))
        yield [
            one.public_id,
            one.day.isoformat(),
            phase,
            point,
            channel_name(one.channel, locale),
            personas.get(one.persona_id or 0, ""),
            language_name(one.language, locale),
            source_name(one.source, locale),
            *(scores.get(scale) for scale in Scale),
            feeling_name(one.feeling, locale),
            one.question,
            one.text,
            _named(themes, one, Stance.FRICTION, locale),
            _named(themes, one, Stance.PRAISE, locale),
            gettext(locale, "yes") if one.is_corrected else "",
        ]


def _named(themes: Themes, one: VerbatimInList, stance: Stance, locale: str) -> str:
    keys = [m.theme for m in one.mentions if STANCES[m.polarity] == stance]
    return ", ".join(themes.name(key, locale) for key in dict.fromkeys(keys))
