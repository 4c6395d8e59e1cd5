"""The widget on a site of somebody else, and the tablet in a shop."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug import Response as Answer
from werkzeug.serving import make_server

from feedback.collection.models import Response
from feedback.collection.terms import LinkKind
from tests.factories import Factories


class Shop:
    """A site of somebody else, with the one line of the widget in its page."""

    def __init__(self) -> None:
        self.line = ""
        self.server = make_server("localhost", 0, self._serve, threaded=True)
        self.origin = f"http://localhost:{self.server.server_port}"

    def _serve(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        page = f'<!doctype html><html lang="en"><h1>Shop</h1>{self.line}</html>'
        return Answer(page, mimetype="text/html")(environ, start_response)


@pytest.fixture
def shop() -> Iterator[Shop]:
    one = Shop()
    thread = threading.Thread(target=one.server.serve_forever)
    thread.start()
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()


@pytest.fixture
def link(session: Session, factories: Factories) -> Callable[..., str]:
    def make(kind: LinkKind, *origins: str) -> str:
        made = factories.open_link(factories.survey(), kind=kind)
        made.origins = list(origins)
        session.commit()
        return str(made.slug)

    return make


def answered(session: Session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(Response)) or 0
    session.rollback()
    return count


def visit(context: BrowserContext, shop: Shop, address: str, slug: str) -> Page:
    source = f"{address}/widget.js"
    shop.line = f'<script src="{source}" data-feedback="{slug}"></script>'
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(shop.origin)
    return page


def test_a_visitor_of_a_shop_answers_in_the_widget(
    context: BrowserContext,
    address: str,
    session: Session,
    shop: Shop,
    link: Callable[..., str],
) -> None:
    page = visit(context, shop, address, link(LinkKind.WIDGET, shop.origin))
    assert page.frames[1:] == []

    page.get_by_role("button", name="Your feedback").click()
    frame = page.frame_locator("iframe")
    frame.locator("label", has_text="9").first.click()
    frame.get_by_role("button", name="Send my answers").click()

    expect(frame.get_by_text("Thank you!")).to_be_visible()
    assert answered(session) == 1
    assert context.cookies() == []
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_have_count(0)
    page.close()


def test_a_site_that_is_not_named_cannot_show_the_widget(
    context: BrowserContext,
    address: str,
    shop: Shop,
    link: Callable[..., str],
) -> None:
    slug = link(LinkKind.WIDGET, "https://elsewhere.example")
    page = visit(context, shop, address, slug)

    page.get_by_role("button", name="Your feedback").click()

    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("button", name="Send my answers")).to_have_count(0)
    page.close()


def test_the_tablet_forgets_who_went_away(
    context: BrowserContext,
    address: str,
    session: Session,
    link: Callable[..., str],
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/k/{link(LinkKind.KIOSK)}?lang=en")
    page.locator("textarea").fill("half a word")

    page.clock.fast_forward(61_000)
    expect(page.get_by_role("alert")).to_contain_text("Are you still there?")
    page.clock.fast_forward(16_000)

    expect(page.locator("textarea")).to_have_value("")
    assert answered(session) == 0
    page.close()


def test_the_tablet_begins_anew_after_the_thanks(
    context: BrowserContext,
    address: str,
    session: Session,
    link: Callable[..., str],
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/k/{link(LinkKind.KIOSK)}?lang=en")
    page.locator("label", has_text="9").first.click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Thank you!")).to_be_visible()

    page.clock.fast_forward(11_000)

    expect(page.get_by_role("button", name="Send my answers")).to_be_visible()
    assert answered(session) == 1
    page.close()
