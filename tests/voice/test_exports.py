"""Exports: exactly what is seen, nothing that a spreadsheet would run, flat memory."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from feedback.journey.queries import get_map
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice import exports
from feedback.voice.exports import csv_lines, neutralise, write_xlsx
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said

NASTY = [
    "=1+1",
    '=HYPERLINK("http://x.example","ici")',
    "=cmd|' /C calc'!A0",
    "+33 6",
    "+1",
    "-1",
    "-2+3",
    "- trop cher",
    "@SUM(1)",
    "@here",
    "\t=1",
    "\r=1",
    "\n=1",
    "\ttab",
    "\rreturn",
    "\nline",
    " =1",
    "   +1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\0=1",
    "=\0cmd",
    '"=1',
    '""=1',
    "'=1",
    "' =1",
    '" +1',
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "bonjour\n=1",
    "bonjour\r\n+1",
    "bonjour\r@x",
    "bonjour\n  -1",
    'bonjour\n"=1',
    "a;=1",
    "a,=1",
    "a\t=1",
    "a; =cmd",
    'a;"=1',
    "a,@x",
    "=",
    "+",
    "-",
    "@",
    "==",
    "=\n=",
]
TAME = ["Très bien", "7/10", "a=b", "100 %", "j'aime", 'il dit "non"', "a - b", ""]
STARTS = set("=+-@＝＋－＠\t\r\n")
DROPPED = ' \u00a0\u200b\ufeff"\n\r\t'


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    safe = neutralise(text)

    assert "\0" not in safe
    assert safe[0] not in STARTS
    for line in safe.splitlines():
        assert not line.lstrip(DROPPED) or line.lstrip(DROPPED)[0] not in "=+-@＝＋－＠"
    for part in safe.replace("\t", ";").replace(",", ";").split(";")[1:]:
        assert not part or part.lstrip(DROPPED)[:1] not in {"=", "@", "＝", "＠"}


@pytest.mark.parametrize("text", TAME)
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


@given(st.text())
def test_a_neutralised_text_is_safe_whatever_it_was_and_loses_nothing(
    text: str,
) -> None:
    safe = neutralise(text)

    assert not safe or safe[0] not in STARTS
    assert safe.replace("'", "") == text.replace("\0", "").replace("'", "")


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
    return list(csv.DictReader(StringIO(text), delimiter=exports.SEPARATORS[locale]))


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
    assert line["Frictions"] == "Waiting in line or on the phone"
    assert line["Praise"] == "Staff attitude"
    assert line["Corrected"] == ""


def test_nasty_texts_arrive_as_text_in_both_files(said: Said) -> None:
    nasty = [text.replace("\0", "") for text in NASTY]
    for text in nasty:
        said.add(text)

    lines = read_csv(said, locale="en")
    rows = read_xlsx(said)[1:]

    assert len(lines) == len(rows) == len(nasty)
    assert all(line["Verbatim"][0] not in STARTS for line in lines)
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
