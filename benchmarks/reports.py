"""The monthly report, figures to file, against WeasyPrint alone on the same HTML.

Both in turn in one process, five rounds after a warm-up; the ratio is the median of
the ratios of the rounds. Takes a data folder that holds feedback.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.periods import add_months
from feedback.db.session import Database
from feedback.reports.html import document
from feedback.reports.pdf import VARIANT, fetcher
from feedback.reports.service import print_report, read_report

ROUNDS = 5


def _seconds(run: Callable[[], object]) -> float:
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--journey", default="baguette")
    parser.add_argument("--month", type=date.fromisoformat)
    asked = parser.parse_args()
    settings = Settings(data_dir=asked.data_dir)
    now = SystemClock().now()
    month = asked.month or add_months(now.date(), -1)
    database = Database(settings.database)
    pages = 0

    def whole() -> None:
        nonlocal pages
        with database.transaction(writes=False) as session:
            figures = read_report(
                session, asked.journey, month, settings=settings, now=now
            )
        pages = print_report(figures, "en", settings=settings, now=now).pages

    with database.transaction(writes=False) as session:
        figures = read_report(session, asked.journey, month, settings=settings, now=now)
    ready = document(
        figures,
        "en",
        templates=settings.templates,
        company=settings.company_name,
        provisional=False,
    )

    def alone() -> None:
        opens, fonts = fetcher(), FontConfiguration()
        sheet = CSS(string=ready.style, url_fetcher=opens, font_config=fonts)
        HTML(string=ready.html, url_fetcher=opens).write_pdf(
            font_config=fonts, stylesheets=[sheet], pdf_variant=VARIANT
        )

    pairs = [(_seconds(whole), _seconds(alone)) for _ in range(ROUNDS + 1)][1:]
    database.dispose()
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    print("| pages | report, figures to PDF | WeasyPrint alone, same HTML | ratio |")
    print("|---|---|---|---|")
    print(f"| {pages} | {ours:.2f} s | {theirs:.2f} s | {ratio:.2f} |")


if __name__ == "__main__":
    main()
