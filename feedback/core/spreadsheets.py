"""Tables for spreadsheets: CSV that opens as it is, and in which nothing is run.

Texts of customers are not trusted: a spreadsheet runs a cell that begins like a
formula.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

Cell = str | int | float | None

#: without it spreadsheets break the accents of UTF-8
BYTE_ORDER_MARK = "\ufeff"
#: what spreadsheets expect: French ones keep the comma for decimals
SEPARATORS = {"fr": ";", "en": ","}
_LINES_AT_ONCE = 200
#: The start of a cell, or of a line in it, with the blanks and quotes that may stand
#: before a sign that begins a formula; the signs of Asian keyboards count too. A run
#: of blanks ends with the line, so that none is looked at from each of its places.
_FORMULA = re.compile(r"(^|[\r\n])(?=(?:[^\S\r\n]|[\"'\u200b\ufeff])*[=+\-@＝＋－＠])")
#: a tab or a line end as the first character is dropped by some programs
_DROPPED_START = re.compile(r"^(?=[\t\r\n])")
#: Some programs cut a line at each separator, whatever the quotes say.
_AFTER_SEPARATOR = re.compile(r"(?<=[;,\t])(?=(?:[^\S\t]|[\"'])*[=@＝＠])")
#: without any of these a text needs no closer look, which most do not
_SUSPECT = re.compile(r"[=+\-@＝＋－＠\t\r\n\0]")


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


def csv_parts(rows: Iterable[Sequence[Cell]], *, separator: str) -> Iterator[bytes]:
    """Yield a table as CSV in UTF-8, some lines at a time, its texts neutralised.

    It begins with a byte order mark. Numbers stay numbers, and None is empty.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=separator)
    buffer.write(BYTE_ORDER_MARK)
    for number, row in enumerate(rows, start=1):
        writer.writerow(
            [neutralise(cell) if isinstance(cell, str) else cell for cell in row]
        )
        if number % _LINES_AT_ONCE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
