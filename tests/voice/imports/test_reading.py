"""Files as streams of lines; a line that cannot be read spoils no other."""

import struct
import tempfile
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.voice.imports.layout import recognise_layout
from feedback.voice.imports.reading import Line, column_names, read_lines, read_sample


def _read(path: Path, content: bytes | str | None = None) -> list[Line]:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_lines(path, recognise_layout(path)))


def test_a_csv_file_gives_its_cells_by_column_with_the_number_of_the_line(
    tmp_path: Path,
) -> None:
    lines = _read(
        tmp_path / "a.csv", 'n;text\r\n1;"deux\nlignes"\r\n\r\n2;"un ""mot"""\r\n'
    )

    assert [(line.number, dict(line.values)) for line in lines] == [
        (2, {"n": "1", "text": "deux\nlignes"}),
        (5, {"n": "2", "text": 'un "mot"'}),
    ]


def test_a_line_that_is_ragged_or_badly_quoted_is_told_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    lines = _read(tmp_path / "a.csv", 'n,text\n1\n2,"un" mot\n3,bien\n4,a,b\n')

    assert [(line.number, line.fault) for line in lines] == [
        (2, "ragged_line"),
        (3, "bad_quotes"),
        (4, None),
        (5, "ragged_line"),
    ]
    assert lines[0].excerpt == "1"


def test_a_line_without_end_is_told_and_not_kept_in_memory(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    lines = _read(tmp_path / "a.csv", f"n,text\n1,{long}\n2,bien\n")
    objects = _read(
        tmp_path / "a.jsonl",
        f'{{"text": "a"}}\n{{"text": "{long}"}}\n{{"text": "b"}}\n',
    )

    assert [line.fault for line in lines] == ["line_too_long", None]
    assert [line.fault for line in objects] == [None, "line_too_long", None]
    assert lines[1].values == {"n": "2", "text": "bien"}


def test_columns_of_the_same_name_and_without_name_are_told_apart(
    tmp_path: Path,
) -> None:
    lines = _read(tmp_path / "a.csv", "note,note,,text\n1,2,3,bien\n")

    assert list(lines[0].values) == ["note", "note (2)", "#3", "text"]


def test_mojibake_is_kept_as_it_is(tmp_path: Path) -> None:
    lines = _read(tmp_path / "a.csv", "text,n\nTrÃ¨s bien,1\n")

    assert lines[0].values["text"] == "TrÃ¨s bien"


def test_json_values_are_made_flat_by_one_level(tmp_path: Path) -> None:
    lines = _read(
        tmp_path / "a.jsonl",
        '{"text": "a", "n": 8.0, "who": {"age": 30, "x": {"y": 1}}, "ok": true}\n'
        '{"text": null, "tags": ["a", "b"]}\n',
    )

    assert lines[0].values == {
        "text": "a",
        "n": "8",
        "who.age": "30",
        "who.x": '{"y": 1}',
        "ok": "true",
    }
    assert lines[1].values == {"text": "", "tags": '["a", "b"]'}
    assert column_names(lines) == ("text", "n", "who.age", "who.x", "ok", "tags")


def test_a_bad_line_of_json_is_told_with_its_number(tmp_path: Path) -> None:
    deep = "[" * 100_000
    lines = _read(
        tmp_path / "a.jsonl",
        b'{"text": "a"}\n\n{"text": \n3\n{"text": "\xe9"}\n{"a": '
        + deep.encode()
        + b'\n{"text": "b"}\n',
    )

    assert [(line.number, line.fault) for line in lines] == [
        (1, None),
        (3, "bad_json"),
        (4, "bad_json"),
        (5, "bad_encoding"),
        (6, "bad_json"),
        (7, None),
    ]


def test_a_workbook_gives_dates_as_iso_and_passes_over_empty_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(1, 0, ["date", "note", "text"])
        sheet.write_datetime(2, 0, datetime(2018, 4, 5, 14, 30), day)  # noqa: DTZ001 - a cell has no zone
        sheet.write_row(2, 1, [9, "Bien"])
        sheet.write_datetime(4, 0, date(2018, 4, 6), day)
        sheet.write_row(4, 1, [7.5, "Moyen"])

    lines = _read(path)

    assert [(line.number, dict(line.values)) for line in lines] == [
        (3, {"date": "2018-04-05T14:30:00", "note": "9", "text": "Bien"}),
        (5, {"date": "2018-04-06", "note": "7.5", "text": "Moyen"}),
    ]


def _workbook(path: Path, sheet: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path: Path) -> None:
    bomb = _workbook(tmp_path / "a.xlsx", " " * (257 * 1024 * 1024))
    far = _workbook(tmp_path / "b.xlsx", '<c r="A1"/><c r="XFD1048576"/>')

    for path in (bomb, far):
        assert path.stat().st_size < 300_000
        with pytest.raises(Invalid, match="workbook_too_large"):
            _read(path)


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", "x" * 100_000)
    content = path.read_bytes()
    lie = content.replace(struct.pack("<L", 100_000), struct.pack("<L", 100))
    path.write_bytes(lie)

    with pytest.raises(Invalid, match="not_a_workbook"):
        _read(path)


@pytest.mark.parametrize("content", ["1;2;3\n4;5;6\n", '"never closed', ";;\n1;2;3\n"])
def test_a_file_whose_first_line_names_no_column_is_refused(
    content: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="no_column_names"):
        _read(tmp_path / "a.csv", content)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_whatever_do_more_than_be_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        try:
            lines = list(read_lines(path, recognise_layout(path)))
        except Invalid:
            return

    assert len({line.number for line in lines}) == len(lines)
    assert all(bool(line.fault) != bool(line.values) for line in lines)


@given(st.text(st.characters(exclude_characters="\0"), max_size=200))
def test_no_text_loses_a_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text('{"a": 1}\n' + text, encoding="utf-8", errors="ignore")
        lines = list(read_lines(path, recognise_layout(path)))

    given_lines = text.encode(errors="ignore").decode().replace("\r", "\n").split("\n")
    assert len(lines) == 1 + sum(bool(line.strip()) for line in given_lines)


def test_the_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("text;n\n")
        file.writelines(
            f"Un avis assez long pour peser, numéro {n};{n % 11}\n"
            for n in range(50_000)
        )
    layout = recognise_layout(path)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_lines(path, layout))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 50_000
    assert peak < 1_000_000
    assert len(read_sample(path, layout)) == 1_000
