"""What people read for the codes of an import, in both languages."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from feedback.core.spreadsheets import SEPARATORS, csv_parts
from feedback.i18n.catalogs import gettext, mark
from feedback.voice.imports import dates
from feedback.voice.imports.layout import NO_SEPARATOR, FileKind, Layout
from feedback.voice.imports.queries import RefusedOnList

#: why a line is refused
REASONS = {
    "empty_row": mark("Every cell of the line is empty."),
    "ragged_line": mark("The line has more or fewer cells than there are columns."),
    "bad_quotes": mark(
        "The quotation marks do not match: inside a quoted text they are doubled."
    ),
    "line_too_long": mark("The line or one of its cells is far too long."),
    "bad_encoding": mark("The line holds characters that are not UTF-8."),
    "bad_character": mark("The text holds a character that cannot be kept."),
    "bad_json": mark("The line is not a JSON object."),
    "no_text_no_score": mark("There is neither a text nor a score."),
    "text_too_long": mark("The text is longer than 20,000 characters."),
    "value_too_long": mark("The value is longer than 255 characters."),
    "score_not_a_number": mark("The score is not a number."),
    "score_not_whole": mark("The score is not a whole number."),
    "score_off_scale": mark("The score is not on the scale."),
    "no_date": mark("There is no date."),
    "bad_date": mark("The date cannot be read."),
    "date_in_future": mark("The date lies in the future."),
    "no_touchpoint": mark("There is no touchpoint."),
    "unknown_touchpoint": mark("The journey has no such touchpoint."),
    "unknown_persona": mark("The journey has no such persona."),
    "id_twice": mark("An earlier line of the file has the same identifier."),
}
#: why a file or a mapping is refused
FAULTS = {
    "no_file": mark("Choose a file."),
    "empty_file": mark("The file is empty."),
    "no_lines": mark("The file holds names of columns and nothing else."),
    "old_workbook": mark(
        "This is a workbook of the old Excel format (.xls). "
        "Save it as .xlsx or as CSV, then try again."
    ),
    "not_a_workbook": mark(
        "This archive is no Excel workbook that can be read. "
        "Save the table as .xlsx, without a password, or as CSV."
    ),
    "workbook_too_large": mark(
        "This workbook is too large once unpacked. Save the sheet as CSV."
    ),
    "binary_file": mark(
        "This is not a text file: it holds NUL bytes. "
        "CSV, Excel (.xlsx) and JSON Lines files can be imported."
    ),
    "json_array": mark(
        "This is a JSON array. Write one object on each line (JSON Lines)."
    ),
    "no_column_names": mark("The first line has to name the columns."),
    "too_many_columns": mark("The file has more than 200 columns."),
    "file_gone": mark("The file is not there any more. Import it again."),
    "broken_off": mark(
        "Something unforeseen stopped the import. An administrator can try again on "
        "the page Work; it goes on where it stopped."
    ),
    "unknown_column": mark("The file has no such column."),
    "no_text_no_score_column": mark(
        "No column is the text or a score: say which one is."
    ),
    "no_date_column": mark(
        "No column is the date: say which one is, or give one date for all lines."
    ),
    "not_a_date_format": mark("The date format has to name day, month and year."),
    "not_a_date": mark("This date does not exist; write it as 2018-04-01."),
    "no_touchpoint_column": mark(
        "No column is the touchpoint: say which one is, or give one for all lines."
    ),
    "unknown_touchpoint_key": mark("The journey has no such touchpoint."),
    "unknown_phase": mark("The journey has no such phase."),
    "not_a_map_option": mark("Write what a column is as FIELD=COLUMN."),
    "unknown_map_field": mark("There is no such field."),
}
#: what a person should look at before they import
DOUBTS = {
    "encoding_guessed": mark(
        "The encoding is a guess: look at the accents in the first lines."
    ),
    "day_or_month": mark(
        "The dates could have the day or the month first; "
        "the day is taken to come first."
    ),
    "score_without_scale": mark(
        "This column looks like scores, but nothing says on which scale; "
        "it is left out until you choose one."
    ),
}
DATE_READINGS = {
    dates.ISO: mark("year first, as 2018-04-05"),
    dates.DAY_FIRST: mark("day first, as 05/04/2018"),
    dates.MONTH_FIRST: mark("month first, as 04/05/2018"),
    dates.WRITTEN: mark("month as a word, as 5 April 2018"),
    dates.EXCEL: mark("Excel's number of days, as 43195"),
    dates.EPOCH: mark("seconds or milliseconds since 1970"),
}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "ISO 8859-1",
}
_SEPARATORS = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("vertical bar"),
    NO_SEPARATOR: mark("none, a single column"),
}
_COLUMNS = (mark("Line"), mark("Column"), mark("Reason"), mark("Value"))


def say(table: Mapping[str, str], code: str, locale: str) -> str:
    """Return the words for a code, the code itself where there are none."""
    return gettext(locale, table[code]) if code in table else code


def describe_layout(layout: Layout, locale: str) -> str:
    """Return how a file is written: `CSV, UTF-8, separator: semicolon`."""
    if layout.kind is FileKind.XLSX:
        return gettext(locale, "Excel workbook")
    encoding = _ENCODINGS.get(layout.encoding, layout.encoding)
    if layout.kind is FileKind.JSON_LINES:
        return f"JSON Lines, {encoding}"
    separator = gettext(locale, _SEPARATORS[layout.separator])
    words = gettext(locale, "separator: %(separator)s", separator=separator)
    return f"CSV, {encoding}, {words}"


def refused_as_csv(refused: Iterable[RefusedOnList], locale: str) -> Iterator[bytes]:
    """Yield the refused lines as a CSV file that spreadsheets open as it is."""
    head = [gettext(locale, name) for name in _COLUMNS]
    lines = (
        [one.line, one.column, say(REASONS, one.reason, locale), one.excerpt]
        for one in refused
    )
    return csv_parts(chain([head], lines), separator=SEPARATORS[locale])
