"""Browser tests: the real pages, from a real server, in Chromium."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from feedback.accounts.roles import Role
from feedback.measures.scales import Scale
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories

#: Debian's Chromium, with nothing that would call home
CHROMIUM: dict[str, Any] = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
PASSWORD = "correct horse battery staple"
WIDTHS = (390, 1280)
#: each language and each width once: French words are the longer ones, where there is
#: least room; what axe looks at is the same in all four
FORMATS = (("fr", 390), ("en", 1280))
#: success criteria up to WCAG 2.2, level AA
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    return {**browser_type_launch_args, **CHROMIUM}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite only: what pages look like does not depend on the database."""
    path = tmp_path / "feedback.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def address(application: Flask) -> Iterator[str]:
    """The address of a server of the application, with its protections on."""
    application.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visitor:
    """Somebody in front of the pages, logged in by the form."""

    def __init__(
        self,
        address: str,
        context: BrowserContext,
        account: Callable[[Role, str], str],
    ) -> None:
        self._address = address
        self._context = context
        self._account = account
        self.complaints: list[str] = []

    def __call__(self, role: Role, *, locale: str = "en", width: int = 1280) -> Page:
        """Return a page on which a new person of this role is logged in."""
        email = self._account(role, locale)
        page = self._context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self._address}/account/login")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"^(?!.*/account/login)"))
        return page

    def _listen(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def visit(
    address: str,
    context: BrowserContext,
    application: Flask,
    session: Session,
    factories: Factories,
) -> Iterator[Visitor]:
    """Logs people in; afterwards the console of their browser must be empty.

    A page that breaks the Content-Security-Policy says so in the console.
    """

    def account(role: Role, locale: str) -> str:
        one = factories.account(role=role, locale=locale)
        with application.app_context():
            one.password = hash_password(PASSWORD)
        session.commit()
        return one.email

    visitor = Visitor(address, context, account)
    yield visitor
    assert visitor.complaints == []


SENTENCES = {
    "fr": (
        "Trop d'attente à la caisse, j'ai patienté vingt minutes.",
        "Accueil très agréable, le personnel est souriant.",
        "Les prix sont trop élevés, mais le pain est excellent.",
        "RAS",
    ),
    "en": (
        "Far too long a queue at the till.",
        "Lovely staff and a friendly welcome.",
        "Too expensive, but the bread is excellent. Call me on 06 12 34 56 78.",
        "n/a",
    ),
}


@pytest.fixture
def bakery(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> str:
    """The key of a journey with three months of feedback, analysed and counted."""
    journey = factories.journey("bakery")
    persona = factories.persona(journey, "nell")
    for phase_key, scale in (("decision", Scale.CSAT), ("loyalty", Scale.NPS)):
        phase = factories.phase(journey, phase_key)
        point = factories.touchpoint(phase, f"{phase_key}-point")
        for number in range(80):
            language = "fr" if number % 3 else "en"
            factories.feedback(
                point,
                text=SENTENCES[language][number % 4],
                ratings=[(scale, scale.points[number % len(scale.points)])],
                said_at=clock.now() - timedelta(days=number),
                language=language,
                persona=persona,
            )
    session.commit()
    worker.drain()
    return journey.key


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, one line each."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]
