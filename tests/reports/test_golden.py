"""The words of a whole report, read before they change.

`FEEDBACK_RENEW_GOLDEN=1` writes the files anew; the difference is then to be read.
"""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.journey.models import Journey
from feedback.reports.html import document
from feedback.reports.service import read_report
from tests.reports.scene import MONTH

GOLDEN = Path(__file__).parent.parent / "golden"
LATER = datetime(2018, 5, 4, 6, 0, tzinfo=UTC)


def words_of(html: str) -> str:
    """Return a document as its lines of text, one for each block."""
    body = html.partition("<body>")[2]
    body = re.sub(
        r"<svg.*?<title>(.*?)</title>.*?</svg>", r"[\1]", body, flags=re.DOTALL
    )
    body = re.sub(r"\s+", " ", body)
    body = re.sub(r"</(?:p|h\d|tr|li|caption|figcaption|dt|dd|div)>", "\n", body)
    body = re.sub(r"</t[hd]>", " | ", body)
    text = re.sub(r"<[^>]+>", "", body)
    lines = [re.sub(r" +", " ", line).strip(" |") for line in text.split("\n")]
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_report_says_what_was_agreed(
    session: Session, spoken_of: Journey, settings: Settings, locale: str
) -> None:
    figures = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    made = document(
        replace(figures, snapshot="0123456789ab"),
        locale,
        templates=settings.templates,
        company="Maison Lenoir",
        provisional=False,
    )

    said = words_of(made.html)

    golden = GOLDEN / f"report_{locale}.txt"
    if os.environ.get("FEEDBACK_RENEW_GOLDEN"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_english_is_left_in_the_french_report(
    session: Session, spoken_of: Journey, settings: Settings
) -> None:
    figures = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    texts = {
        locale: words_of(
            document(
                figures,
                locale,
                templates=settings.templates,
                company="Maison Lenoir",
                provisional=True,
            ).html
        ).splitlines()
        for locale in ("en", "fr")
    }

    same = set(texts["en"]) & set(texts["fr"])
    sentences = {line for line in same if len(line.split()) > 3}

    # The words of customers are the same in every language.
    assert [line for line in sentences if not line.startswith(("«", "“"))] == []
