"""Take the pictures of the documents: the real pages, on the demonstration.

Loads the demonstration into a scratch folder, has it analysed, starts the web
process and photographs the pages in Chromium, and page 1 of the report.
"""

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import EMAIL, PASSWORD, add_analyst, serve
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.periods import add_months
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.demo.history import write_history
from feedback.reports.service import print_report, read_report
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
JOURNEY = "/journeys/baguette"
PAGES = {
    "map": f"{JOURNEY}/map",
    "explorer": f"{JOURNEY}/verbatims?theme=queue_wait",
    "theme": f"{JOURNEY}/themes/queue_wait",
}


def prepare(settings: Settings) -> Database:
    """Fill a folder with the demonstration, analysed."""
    database = Database(settings.database)
    migrate.upgrade(database)
    now = SystemClock().now()
    with database.transaction() as session:
        draw_journeys(session, now=now)
        write_history(session, now=now, zone=settings.zone)
    Worker(database, settings=settings, clock=SystemClock(), handlers=HANDLERS).drain()
    add_analyst(settings, database)
    return database


def photograph(page: Page, address: str, *, width: int, suffix: str) -> None:
    """Take every page in both languages at one width."""
    page.set_viewport_size({"width": width, "height": 900})
    for locale in ("en", "fr"):
        button = page.locator(f"button[name=locale][value={locale}]").first
        with page.expect_navigation():
            button.evaluate("button => button.click()")
        for name, path in PAGES.items():
            page.goto(address + path)
            page.screenshot(
                path=HERE / f"{name}-{locale}{suffix}.png", full_page=name == "map"
            )


def photograph_report(database: Database, settings: Settings, month: date) -> None:
    """Take page 1 of last month's report in both languages."""
    now = SystemClock().now()
    for locale in ("en", "fr"):
        with database.transaction(writes=False) as session:
            figures = read_report(
                session, "baguette", month, settings=settings, now=now
            )
        made = print_report(figures, locale, settings=settings, now=now)
        pdf = settings.data_dir / "report.pdf"
        pdf.write_bytes(made.content)
        subprocess.run(
            ["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", "1", pdf,
             HERE / f"report-{locale}"],
            check=True,
        )  # fmt: skip


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch), company_name="Au bon accueil")
        database = prepare(settings)
        month = add_months(SystemClock().now().date(), -1)
        photograph_report(database, settings, month)
        with serve(settings.data_dir) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.goto(f"{server.address}/account/login")
            page.fill("input[name=email]", EMAIL)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(f"{server.address}{JOURNEY}/map*")
            photograph(page, server.address, width=1280, suffix="")
            photograph(page, server.address, width=390, suffix="-phone")
            browser.close()
        database.dispose()


if __name__ == "__main__":
    main()
