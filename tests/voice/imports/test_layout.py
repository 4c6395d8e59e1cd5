"""What a file is, found by looking into it."""

from pathlib import Path

import pytest
import xlsxwriter

from feedback.core.errors import Invalid
from feedback.voice.imports.layout import (
    NO_SEPARATOR,
    FileKind,
    Layout,
    recognise_layout,
)

TEXT = "date;note;commentaire\n2018-04-05;9;Très bon accueil, « parfait »\n"


def _file(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("latin-1") + b"\x81", "latin-1"),
    ],
)
def test_the_encoding_is_recognised(
    content: bytes, encoding: str, tmp_path: Path
) -> None:
    layout = recognise_layout(_file(tmp_path, content))

    assert (layout.kind, layout.encoding) == (FileKind.CSV, encoding)
    assert layout.separator == ";"


def test_an_encoding_whose_accents_are_strange_is_said_to_be_a_guess(
    tmp_path: Path,
) -> None:
    sure = recognise_layout(_file(tmp_path, TEXT.encode("cp1252")))
    guess = recognise_layout(_file(tmp_path, "a;b\nПривет;1\n".encode("cp1251")))

    assert sure.is_encoding_sure
    assert not guess.is_encoding_sure


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,b\n"x; y; z",2\n', ","),
        ("text\nBon, mais cher, et loin\nRien\n", NO_SEPARATOR),
        ('text;n\n"two\nlines";3\n', ";"),
    ],
)
def test_the_separator_is_recognised(text: str, separator: str, tmp_path: Path) -> None:
    assert recognise_layout(_file(tmp_path, text.encode())).separator == separator


def test_json_lines_are_known_by_their_first_line_whatever_the_name(
    tmp_path: Path,
) -> None:
    path = _file(tmp_path, b'{"text": "Bien"}\n{"text": 3}\n', "export.txt")

    assert recognise_layout(path) == Layout(kind=FileKind.JSON_LINES, encoding="utf-8")


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["text"])

    assert recognise_layout(path).kind is FileKind.XLSX


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b" \n\n", "a.csv", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.xls", "old_workbook"),
        (b"PK\x03\x04 not a zip", "a.xlsx", "not_a_workbook"),
        (b"text\nwith a \x00 byte\n", "a.csv", "binary_file"),
        ("text\n".encode("utf-16-le"), "a.csv", "binary_file"),
        (b'\n[{"text": "a"}]', "a.json", "json_array"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    content: bytes, name: str, code: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        recognise_layout(_file(tmp_path, content, name))

    assert refused.value.fields == {"file": code}
