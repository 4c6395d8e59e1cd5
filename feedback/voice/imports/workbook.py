"""Rows of an Excel workbook, opened only after its size was checked.

A workbook is a ZIP archive: a small file may unpack to gigabytes, or name a cell so
far down that a table up to it fills the memory. Both are measured first.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from feedback.core.errors import Invalid

LARGEST_UNPACKED = 256 * 1024 * 1024
MOST_CELLS = 5_000_000
MOST_PARTS = 2_000
CHUNK = 1 << 20
# Where a cell or a row says that it stands: r="AB12", r="12".
_PLACE = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_LONGEST_PLACE = 16


def read_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield (number, cells) of the rows of the first sheet that holds any.

    Raises:
        Invalid: `file`: `not_a_workbook` or `workbook_too_large`.
    """
    _check(path)
    try:
        with python_calamine.load_workbook(path) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height and sheet.start:
                    yield from enumerate(sheet.iter_rows(), start=1)
                    return
    except python_calamine.CalamineError as error:
        raise Invalid({"file": "not_a_workbook"}) from error


def _check(path: Path) -> None:
    """Unpack the archive without keeping it, and measure.

    The sizes that an archive states may be lies; reading every part to its end
    finds those out by their checksum.
    """
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise Invalid({"file": "workbook_too_large"})
            for part in parts:
                unpacked += part.file_size
                if unpacked > LARGEST_UNPACKED:
                    raise Invalid({"file": "workbook_too_large"})
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError) as error:
        raise Invalid({"file": "not_a_workbook"}) from error
    except (EOFError, NotImplementedError, RuntimeError) as error:
        # cut off, an exotic compression, or a password
        raise Invalid({"file": "not_a_workbook"}) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.startswith("xl/worksheets/")
    rows = columns = 0
    tail = b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK):
            if not is_sheet:
                continue
            for column, row in _PLACE.findall(tail + chunk):
                rows = max(rows, int(row))
                columns = max(columns, _column_number(column))
            tail = chunk[-_LONGEST_PLACE:]
    if rows * columns > MOST_CELLS:
        raise Invalid({"file": "workbook_too_large"})


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
