"""Read a file as a stream of lines, whatever its kind, in flat memory."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from feedback.core.errors import Invalid
from feedback.voice.imports import workbook
from feedback.voice.imports.layout import FileKind, Layout

LONGEST_LINE = 1_000_000
MOST_COLUMNS = 200
SAMPLE_LINES = 1_000
_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a file, as text by column, or the reason why it cannot be read."""

    #: where it begins in the file, from 1, the line of the column names included
    number: int
    values: Mapping[str, str]
    fault: str | None = None
    #: what stands there, when the line cannot be read
    excerpt: str = ""


def read_lines(path: Path, layout: Layout) -> Iterator[Line]:
    """Yield the lines of a file one by one; blank lines are no lines.

    A line that cannot be read is yielded with its fault: `ragged_line`,
    `bad_quotes`, `line_too_long`, `bad_encoding` or `bad_json`.

    Raises:
        Invalid: `file`: `file_gone`, `no_column_names`, `too_many_columns`, or for a
            workbook `not_a_workbook`, `workbook_too_large`.
    """
    if not path.exists():
        raise Invalid({"file": "file_gone"})
    if layout.kind is FileKind.XLSX:
        yield from _read_workbook(path)
        return
    # Bytes that are no UTF-8 become lone surrogates: a line can then be refused.
    with path.open(
        encoding=layout.encoding, errors="surrogateescape", newline=""
    ) as source:
        if layout.kind is FileKind.JSON_LINES:
            yield from _read_json(source)
        else:
            yield from _read_csv(source, layout.separator)


def read_sample(path: Path, layout: Layout) -> list[Line]:
    """Return the first lines of a file, enough to recognise what its columns are."""
    return list(islice(read_lines(path, layout), SAMPLE_LINES))


def column_names(sample: Sequence[Line]) -> tuple[str, ...]:
    """Return the columns of a sample in the order in which they appear."""
    return tuple(dict.fromkeys(name for line in sample for name in line.values))


def is_clean(text: str) -> bool:
    """Tell whether a text holds only characters that can be stored."""
    return _UNPRINTABLE.search(text) is None


def clean(text: str) -> str:
    """Return a text with what cannot be stored replaced by the sign for it."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _read_csv(source: TextIO, separator: str) -> Iterator[Line]:
    records = _records(source, separator)
    header = next(records, None)
    if header is None or header[2]:
        raise Invalid({"file": "no_column_names"})
    names = _names(header[1])
    for number, record, unreadable in records:
        fault = unreadable or ("" if len(record) == len(names) else "ragged_line")
        yield Line(
            number=number,
            values={} if fault else dict(zip(names, record, strict=True)),
            fault=fault or None,
            excerpt=clean(separator.join(record))[:200] if fault else "",
        )


def _records(source: TextIO, separator: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield (line number, fields, fault) of the records; a fault ends a record only."""
    lines = _Bounded(source)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        lines.is_cut = False
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_long = lines.is_cut or "limit" in str(error)
            yield number, [lines.last], "line_too_long" if too_long else "bad_quotes"
            continue
        if lines.is_cut:
            yield number, [lines.last], "line_too_long"
        elif record:
            yield number, record, ""


class _Bounded(Iterator[str]):
    """The lines of a text; one that never ends is cut and the rest passed over."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self.last = ""
        self.is_cut = False

    def __next__(self) -> str:
        line = self._source.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.last = line
        while len(line) == LONGEST_LINE and not line.endswith("\n"):
            self.is_cut = True
            line = self._source.readline(LONGEST_LINE)
        return self.last


def _names(header: Sequence[str]) -> list[str]:
    """Return the names of the columns, each of them once."""
    if not any(any(char.isalpha() for char in name) for name in header):
        raise Invalid({"file": "no_column_names"})
    if len(header) > MOST_COLUMNS:
        raise Invalid({"file": "too_many_columns"}, most=MOST_COLUMNS)
    names: list[str] = []
    for position, given in enumerate(header, start=1):
        base = clean(given).strip()[:120] or f"#{position}"
        name, number = base, 2
        while name in names:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
    return names


def _read_json(source: TextIO) -> Iterator[Line]:
    lines = _Bounded(source)
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        values, fault = ({}, "line_too_long") if lines.is_cut else _object(text)
        lines.is_cut = False
        yield Line(
            number=number,
            values=values,
            fault=fault or None,
            excerpt=clean(text.strip())[:200] if fault else "",
        )


def _object(text: str) -> tuple[Mapping[str, str], str]:
    """Return the fields of a JSON object, or a fault."""
    if not is_clean(text):
        return {}, "bad_encoding"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}, "bad_json"
    if not isinstance(found, dict):
        return {}, "bad_json"
    flat: dict[str, str] = {}
    for name, value in found.items():
        inner = value if isinstance(value, dict) else {}
        for part, leaf in inner.items():
            flat[_key(f"{name}.{part}")] = as_text(leaf)
        if not isinstance(value, dict):
            flat[_key(name)] = as_text(value)
        if len(flat) > MOST_COLUMNS:
            return {}, "bad_json"
    return flat, ""


def _key(name: str) -> str:
    return clean(name).strip()[:120] or "#"


def as_text(value: Any) -> str:
    """Return a value of a cell or of JSON as text; None is empty, 8.0 is `8`."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def _read_workbook(path: Path) -> Iterator[Line]:
    rows = workbook.read_rows(path)
    header = next(((n, row) for n, row in rows if _has_content(row)), None)
    if header is None:
        raise Invalid({"file": "no_column_names"})
    width = max(at for at, cell in enumerate(header[1], start=1) if as_text(cell))
    names = _names([as_text(cell) for cell in header[1][:width]])
    for number, row in rows:
        if not _has_content(row):
            continue
        texts = [as_text(cell) for cell in row]
        texts += [""] * (width - len(texts))
        fault = "ragged_line" if any(texts[width:]) else None
        yield Line(
            number=number,
            values={} if fault else dict(zip(names, texts[:width], strict=True)),
            fault=fault,
            excerpt=clean("; ".join(texts))[:200] if fault else "",
        )


def _has_content(row: Sequence[Any]) -> bool:
    return any(as_text(cell).strip() for cell in row)
