"""HTML to PDF: tagged for PDF/UA, fonts embedded, same input, same bytes."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from feedback.config import ROOT
from feedback.core.spreadsheets import Cell, csv_parts

VARIANT = "pdf/ua-1"
#: The folder of the only files that a report may open.
FONTS = (ROOT / "feedback" / "static" / "vendor").resolve()
#: A report names its fonts below this address, and nothing else by any address.
FONT_SCHEME = "fonts:"
SOURCE_DATE = "SOURCE_DATE_EPOCH"
ONLY_FONTS = "a report opens its fonts and nothing else"


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A table of the report, as it is attached: figures as they are, shares 0..1."""

    #: of the file, without its ending
    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """A finished document."""

    content: bytes
    pages: int


def write_pdf(
    html: str,
    *,
    style: str,
    tables: Sequence[DataTable],
    identifier: str,
    dated: datetime,
) -> Pdf:
    """Return the document as PDF/UA-1 with its tables attached as CSV files.

    Args:
        html: the whole document.
        style: its style sheet. Both may open the vendored fonts and nothing else.
        tables: attached in this order.
        identifier: what makes the file known to be this one, and no other.
        dated: shown as the moment of making; not that of the machine, so that the
            same data give the same bytes.

    Raises:
        ValueError: the document names something else to be opened.
    """
    # At first use: half a second that only the makers of a PDF should wait for.
    from weasyprint import CSS, HTML  # noqa: PLC0415 - see the line above
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - the same
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - the same

    opens, fonts = fetcher(), FontConfiguration()
    with _at(dated):
        try:
            sheet = CSS(string=style, url_fetcher=opens, font_config=fonts)
            document = HTML(string=html, url_fetcher=opens).render(
                font_config=fonts, stylesheets=[sheet], pdf_variant=VARIANT
            )
        except FatalURLFetchingError as error:
            # Not an Exception with WeasyPrint, and so it would end the worker.
            raise ValueError(ONLY_FONTS) from error
        content = document.write_pdf(
            pdf_variant=VARIANT,
            pdf_identifier=identifier.encode(),
            attachments=[_attachment(table, dated) for table in tables],
            finisher=_relate,
        )
    return Pdf(content=content, pages=len(document.pages))


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """Have the fonts that are embedded dated at a moment, and not at the machine's.

    The variable is the convention of reproducible builds; fontTools follows it.
    """
    before = os.environ.get(SOURCE_DATE)
    os.environ[SOURCE_DATE] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[SOURCE_DATE]
        else:
            os.environ[SOURCE_DATE] = before


def _attachment(table: DataTable, dated: datetime) -> Any:
    from weasyprint import Attachment  # noqa: PLC0415 - as above

    rows = (table.header, *table.rows)
    return Attachment(
        file_obj=io.BytesIO(b"".join(csv_parts(rows, separator=","))),
        name=f"{table.name}.csv",
        description=table.title,
        created=dated,
        modified=dated,
    )


def _relate(_document: object, pdf: Any) -> None:
    """Say what the attached files are to the document (ISO 32000-2, 7.11.3)."""
    from weasyprint.pdf import pydyf  # noqa: PLC0415 - as above

    files = [
        one
        for one in pdf.objects
        if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/Filespec"
    ]
    for one in files:
        one["AFRelationship"] = "/Data"
    if files:
        pdf.catalog["AF"] = pydyf.Array([one.reference for one in files])


def fetcher() -> Any:
    """Return what opens the addresses in a report: the vendored fonts, nothing else."""
    from weasyprint.urls import (  # noqa: PLC0415 - as above
        URLFetcher,
        URLFetcherResponse,
    )

    class Fonts(URLFetcher):  # type: ignore[misc]  # untyped library
        """Opens the vendored fonts; any other address ends the making."""

        def fetch(self, url: str, headers: object = None) -> Any:
            return URLFetcherResponse(url, _font(url).read_bytes())

    return Fonts(fail_on_errors=True)


def _font(url: str) -> Path:
    """Return the vendored font that an address names.

    Raises:
        ValueError: it names something else.
    """
    path = (FONTS / url.removeprefix(FONT_SCHEME)).resolve()
    if (
        not url.startswith(FONT_SCHEME)
        or path.suffix != ".woff2"
        or not path.is_relative_to(FONTS)
    ):
        raise ValueError(ONLY_FONTS)
    return path
