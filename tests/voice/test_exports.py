"""Exports: exactly what is seen, nothing that a spreadsheet would run, flat memory."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from feedback.core.spreadsheets import SEPARATORS
from feedback.journey.queries import get_map
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice import exports
from feedback.voice.exports import csv_lines, write_xlsx
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said


@pytest.fixture
def said(session: Session, factories: Factories, clock: StoppedClock) -> Said:
    noise = Said(session, factories, clock)
    noise.add("ailleurs")
    return Said(session, factories, clock)


def read_csv(said: Said, *, locale: str = "fr", **wanted: Any) -> list[dict[str, str]]:
    journey = get_map(said.session, said.journey.key)
    parts = csv_lines(said.session, said.filter(**wanted), journey, locale=locale)
    data = b"".join(parts)
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=SEPARATORS[locale]))


def read_xlsx(said: Said, *, locale: str = "en", **wanted: Any) -> list[list[Any]]:
    journey = get_map(said.session, said.journey.key)
    file = BytesIO()
    write_xlsx(said.session, said.filter(**wanted), journey, file, locale=locale)
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    return [
        row
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
    ]


def test_the_file_holds_what_the_filter_finds_in_its_order_and_nothing_else(
    said: Said,
) -> None:
    said.add("un", touchpoint=said.site)
    said.add("deux")
    said.add("trois", Feeling.POSITIVE)

    wanted = {"feeling": Feeling.NEGATIVE}
    texts = [line["Verbatim"] for line in read_csv(said, locale="en", **wanted)]
    assert texts == said.find(**wanted)
    assert [row[14] for row in read_xlsx(said, **wanted)][1:] == texts


def test_scores_stay_numbers_and_a_score_of_zero_is_one(said: Said) -> None:
    said.add("nul", nps=0)

    (line,) = read_csv(said, locale="en")
    assert line["NPS"] == "0"
    heading, row = read_xlsx(said)
    assert row[heading.index("NPS")] == 0
    assert row[heading.index("CSAT")] == ""


def test_a_line_says_where_when_and_of_what(said: Said) -> None:
    said.add(
        "attente mais accueil",
        Feeling.MIXED,
        themes=(mention(), mention("staff_attitude", Polarity.POSITIVE, 13, 20)),
        question="Pourquoi ?",
        language="fr",
    )

    (line,) = read_csv(said, locale="en")

    assert line["Date"] == "2026-10-15"
    assert line["Touchpoint"] == "Point till"
    assert line["Channel"] == "Store"
    assert line["Language"] == "French"
    assert line["Feeling"] == "mixed"
    assert line["Question"] == "Pourquoi ?"
    assert line["Frictions"] == "Waiting"
    assert line["Praise"] == "Staff attitude"
    assert line["Corrected"] == ""


def test_nasty_texts_arrive_as_text_in_both_files(said: Said) -> None:
    nasty = ["=1+1", " =cmd", "\n+1", "a;=1", "@x", "-"]
    for text in nasty:
        said.add(text)

    lines = read_csv(said, locale="en")
    rows = read_xlsx(said)[1:]

    assert len(lines) == len(rows) == len(nasty)
    assert all(line["Verbatim"][0] not in "=+-@\n" for line in lines)
    assert all(isinstance(row[14], str) for row in rows)


def test_an_empty_export_has_its_headings(said: Said) -> None:
    assert read_csv(said) == []
    assert len(read_xlsx(said)) == 1


def test_what_a_sheet_cannot_hold_goes_on_in_the_next(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LINES_OF_SHEET", 2)
    for text in "abc":
        said.add(text)

    texts = [row[14] for row in read_xlsx(said)]
    assert texts == ["Verbatim", "c", "b", "Verbatim", "a"]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(said: Said) -> None:
    said.add("é" * 40_000)

    assert len(read_xlsx(said)[1][14]) == 32_767
    assert len(read_csv(said, locale="en")[0]["Verbatim"]) == 40_000
