"""What is seen in the explorer as a CSV or XLSX file, in flat memory.

Texts of customers are not trusted: a spreadsheet runs a cell that begins like a
formula. In CSV an apostrophe is put before it; in XLSX every text is typed as text,
which no spreadsheet runs. Numbers stay numbers.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext, mark
from feedback.journey.channels import channel_name
from feedback.journey.queries import JourneyMap
from feedback.measures.scales import Scale
from feedback.voice.queries import VerbatimFilter, VerbatimInList, iterate_verbatims
from feedback.voice.taxonomy import STANCES, Stance, theme_name
from feedback.voice.wording import feeling_name, language_name, source_name

Cell = str | int | None

BYTE_ORDER_MARK = "\ufeff"
#: what spreadsheets expect: French ones keep the comma for decimals
SEPARATORS = {"fr": ";", "en": ","}
#: the most that a sheet holds, the heading left out
LINES_OF_SHEET = 1_048_575
_LONGEST_CELL = 32_767
_LINES_AT_ONCE = 200
#: The start of a cell, or of a line in it, with the blanks and quotes that may stand
#: before a sign that begins a formula; the signs of Asian keyboards count too.
_FORMULA = re.compile(r"(^|[\r\n])(?=[\s\"'\u200b\ufeff]*[=+\-@＝＋－＠])")
#: a tab or a line end as the first character is dropped by some programs
_DROPPED_START = re.compile(r"^(?=[\t\r\n])")
#: Some programs cut a line at each separator, whatever the quotes say.
_AFTER_SEPARATOR = re.compile(r"(?<=[;,\t])(?=[\s\"']*[=@＝＠])")
#: without any of these a text needs no closer look, which most do not
_SUSPECT = re.compile(r"[=+\-@＝＋－＠\t\r\n\0]")
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


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, NUL characters left out.

    An apostrophe stands before what begins like one: at the start of the cell, of a
    line in it, or after a separator.
    """
    if not _SUSPECT.search(text):
        return text
    safe = _FORMULA.sub(r"\1'", text.replace("\0", ""))
    safe = _DROPPED_START.sub("'", safe)
    return _AFTER_SEPARATOR.sub("'", safe)


def csv_lines(
    session: Session, wanted: VerbatimFilter, journey: JourneyMap, *, locale: str
) -> Iterator[bytes]:
    """Yield the verbatims wanted as CSV in UTF-8, newest first, some lines at a time.

    It begins with a byte order mark, without which spreadsheets break the accents.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=SEPARATORS[locale])
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(_headings(locale))
    for number, row in enumerate(_rows(session, wanted, journey, locale), start=1):
        writer.writerow(
            [neutralise(cell) if isinstance(cell, str) else cell for cell in row]
        )
        if number % _LINES_AT_ONCE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_xlsx(
    session: Session,
    wanted: VerbatimFilter,
    journey: JourneyMap,
    file: IO[bytes],
    *,
    locale: str,
) -> None:
    """Write the verbatims wanted as a workbook; what a sheet cannot hold goes on.

    Texts longer than 32,767 characters, the most that a cell holds, are cut.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = _new_sheet(book, locale)
    for number, row in enumerate(_rows(session, wanted, journey, locale)):
        line = number % LINES_OF_SHEET
        if number and line == 0:
            sheet = _new_sheet(book, locale)
        _write(sheet, line + 1, row)
    book.close()


def _new_sheet(book: Any, locale: str) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    _write(sheet, 0, _headings(locale))
    return sheet


def _write(sheet: Any, line: int, row: list[Cell]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(line, column, cell.replace("\0", "")[:_LONGEST_CELL])
        elif cell is not None:
            sheet.write_number(line, column, cell)


def _headings(locale: str) -> list[Cell]:
    return [gettext(locale, heading) for heading in _HEADINGS]


def _emptied(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _rows(
    session: Session, wanted: VerbatimFilter, journey: JourneyMap, locale: str
) -> Iterator[list[Cell]]:
    phases = {phase.id: _named(phase.names, locale) for phase in journey.phases}
    points = {
        point.id: (phases[point.phase_id], _named(point.names, locale))
        for point in journey.touchpoints
    }
    personas = {one.id: _named(one.names, locale) for one in journey.personas}
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
            _themes(one, Stance.FRICTION, locale),
            _themes(one, Stance.PRAISE, locale),
            gettext(locale, "yes") if one.is_corrected else "",
        ]


def _named(names: Mapping[str, str], locale: str) -> str:
    return names.get(locale) or next(iter(names.values()), "")


def _themes(one: VerbatimInList, stance: Stance, locale: str) -> str:
    keys = [m.theme for m in one.mentions if STANCES[m.polarity] == stance]
    return ", ".join(theme_name(key, locale) for key in dict.fromkeys(keys))
