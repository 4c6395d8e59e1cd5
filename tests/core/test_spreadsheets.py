"""Nothing that a customer wrote is run by a spreadsheet."""

import csv
from io import StringIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.spreadsheets import Cell, csv_parts, neutralise

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


@pytest.mark.parametrize("run", ["\n", "\r", "\t", " ", '"', ";", ",\t", "\n ", "=\n"])
def test_a_long_run_of_blanks_does_not_hold_an_export_up(run: str) -> None:
    before = process_time()

    neutralise(run * 20_000 + "+")

    assert process_time() - before < 0.5


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs"])),
            st.integers() | st.floats(allow_nan=False) | st.none(),
        )
    ),
    st.sampled_from([";", ","]),
)
def test_a_table_is_read_again_as_it_was(
    rows: list[tuple[str, Cell]], separator: str
) -> None:
    data = b"".join(csv_parts(rows, separator=separator))

    assert data.startswith(b"\xef\xbb\xbf")
    table = StringIO(data.decode("utf-8-sig"), newline="")
    assert list(csv.reader(table, delimiter=separator)) == [
        [neutralise(text), "" if cell is None else str(cell)] for text, cell in rows
    ]
