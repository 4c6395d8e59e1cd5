"""PDF: what it may open, what is attached, and that bytes do not wander."""

import logging
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from feedback.reports.pdf import DataTable, Pdf, write_pdf

DATED = datetime(2018, 5, 1, tzinfo=UTC)
FONT = "fonts:inter-5.3.0/inter-latin-wght-normal.woff2"


STYLE = (
    f'@font-face {{ font-family: "Inter"; src: url("{FONT}") }}'
    'body { font-family: "Inter" }'
)


def page(body: str) -> str:
    return (
        '<!doctype html><html lang="fr"><head><title>Rapport</title></head>'
        f"<body>{body}</body></html>"
    )


def write(html: str, *tables: DataTable, style: str = STYLE) -> Pdf:
    return write_pdf(html, style=style, tables=tables, identifier="x", dated=DATED)


def table(*rows: tuple[str | float | None, ...]) -> DataTable:
    return DataTable(name="1-x", title="X", header=("a", "b"), rows=rows)


def test_the_same_document_gives_the_same_bytes() -> None:
    made = [write(page("<h1>Été</h1>"), table(("x", 1))) for _ in range(2)]

    assert made[0].content == made[1].content
    assert made[0].pages == 1


def test_its_tables_are_attached_as_data_of_the_document(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        made = write(page("<p>x</p>"), table(("é", 0.25)))

    reader = PdfReader(BytesIO(made.content))
    catalog: Any = reader.trailer["/Root"]
    assert list(reader.attachments) == ["1-x.csv"]
    assert reader.attachments["1-x.csv"] == ["a,b\r\né,0.25\r\n".encode("utf-8-sig")]
    assert [one.get_object()["/AFRelationship"] for one in catalog["/AF"]] == ["/Data"]
    assert caplog.records == []


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x.png",
        "https://example.org/x.png",
        "file:///etc/hostname",
        "fonts:../../../config.py",
        "fonts:inter-5.3.0/LICENSE",
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
    ],
)
def test_nothing_but_a_font_is_ever_opened(address: str) -> None:
    image = page(f'<img src="{address}" alt="x">')

    with pytest.raises(ValueError, match="its fonts and nothing else"):
        write(image)
    with pytest.raises(ValueError, match="its fonts and nothing else"):
        write(page(""), style=f"body {{ background: url('{address}') }}")


def test_no_cell_of_an_attached_table_is_a_formula() -> None:
    made = write(page("<p>x</p>"), table(("=1+1", -0.5)))

    (attached,) = PdfReader(BytesIO(made.content)).attachments["1-x.csv"]
    assert b"\r\n'=1+1,-0.5\r\n" in attached
