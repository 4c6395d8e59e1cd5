"""How a file is written: its kind, its encoding, its separator, found by looking."""

import codecs
import csv
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from feedback.core.errors import Invalid

SAMPLE_CHARACTERS = 200_000
SAMPLE_RECORDS = 200
CHUNK = 1 << 20
SEPARATORS = (",", ";", "\t", "|")
#: stands for "no separator": a file of one column; never occurs in a text
NO_SEPARATOR = "\x1f"
# Beyond ASCII, what French and English texts are made of.
_EXPECTED = frozenset("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ«»’‘“”–—…€°£ñ\xa0²")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FileKind(StrEnum):
    """What a file is, by its content and not by its name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a file is to be read; encoding and separator are empty where none is."""

    kind: FileKind
    encoding: str = ""
    #: False when the encoding is a guess that the texts do not bear out
    is_encoding_sure: bool = True
    separator: str = ""


def recognise_layout(path: Path) -> Layout:
    """Find out how a file is written.

    Raises:
        Invalid: `file`: `empty_file`, `old_workbook`, `not_a_workbook`,
            `binary_file` or `json_array`.
    """
    with path.open("rb") as source:
        start = source.read(8)
    if not start:
        raise Invalid({"file": "empty_file"})
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid({"file": "old_workbook"})
    if start.startswith(b"PK"):
        return _workbook(path)
    encoding, is_sure = _encoding(path)
    sample = _sample(path, encoding)
    if not sample.strip():
        raise Invalid({"file": "empty_file"})
    if _is_json(sample, path):
        return Layout(kind=FileKind.JSON_LINES, encoding=_json_encoding(encoding))
    return Layout(
        kind=FileKind.CSV,
        encoding=encoding,
        is_encoding_sure=is_sure,
        separator=_separator(sample),
    )


def _workbook(path: Path) -> Layout:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Invalid({"file": "not_a_workbook"}) from error
    if "xl/workbook.xml" not in names:
        raise Invalid({"file": "not_a_workbook"})
    return Layout(kind=FileKind.XLSX)


def _encoding(path: Path) -> tuple[str, bool]:
    """Return the encoding and whether it is sure.

    A byte order mark says it. Without one, what is valid UTF-8 is UTF-8; anything
    else is Windows-1252, or Latin-1 when it holds bytes that the former lacks. That
    is sure when nearly all of its accents are those of French or English.
    """
    with path.open("rb") as source:
        start = source.read(4)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            _check_decodes(path, encoding)
            return encoding, True
    if any(b"\0" in chunk for chunk in _chunks(path)):
        raise Invalid({"file": "binary_file"})
    for encoding in ("utf-8", "cp1252"):
        try:
            _decode_whole(path, encoding)
        except UnicodeDecodeError:
            continue
        return encoding, encoding == "utf-8" or _looks_western(path, encoding)
    return "latin-1", _looks_western(path, "latin-1")


def _check_decodes(path: Path, encoding: str) -> None:
    """Refuse UTF-16 that is none; a line of UTF-8 can be refused by itself."""
    if encoding == "utf-16":
        try:
            _decode_whole(path, encoding)
        except UnicodeDecodeError as error:
            raise Invalid({"file": "binary_file"}) from error


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _decode_whole(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in _chunks(path):
        decoder.decode(chunk)
    decoder.decode(b"", final=True)


def _looks_western(path: Path, encoding: str) -> bool:
    counts: Counter[str] = Counter()
    for chunk in _chunks(path):
        counts.update(char for char in chunk.decode(encoding) if char > "\x7f")
    expected = sum(n for char, n in counts.items() if char in _EXPECTED)
    return expected >= 0.9 * counts.total()


def _sample(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as source:
        return source.read(SAMPLE_CHARACTERS)


def _json_encoding(encoding: str) -> str:
    # JSON is UTF-8; a line in another encoding is refused by itself.
    return encoding if encoding.startswith("utf") else "utf-8"


def _is_json(sample: str, path: Path) -> bool:
    start = sample.lstrip()
    if start.startswith("["):
        if path.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
            raise Invalid({"file": "json_array"})
        return False
    if not start.startswith("{"):
        return False
    if path.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        return True
    try:
        return isinstance(json.loads(start.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return False


def _separator(sample: str) -> str:
    """Return the separator that cuts most records alike, into the most columns."""
    best = max(SEPARATORS, key=lambda separator: _evenness(sample, separator))
    share, columns = _evenness(sample, best)
    return best if columns > 1 and share >= 0.5 else NO_SEPARATOR


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    """Return the share of records as wide as the first one, and that width."""
    # The last record of the sample may be cut off.
    lines = sample.splitlines(keepends=True)
    if len(sample) == SAMPLE_CHARACTERS:
        lines = lines[:-1] or lines
    widths: list[int] = []
    try:
        for record in csv.reader(lines, delimiter=separator):
            if record:
                widths.append(len(record))
            if len(widths) == SAMPLE_RECORDS:
                break
    except csv.Error:
        # a field beyond the reader's limit: what came before it is enough to judge
        pass
    if not widths or widths[0] == 1:
        return 0.0, 1
    return round(widths.count(widths[0]) / len(widths), 1), widths[0]
