"""Connections and the log of events in Chromium: for everybody, and as they come."""

import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope, issue_key
from feedback.accounts.roles import Role
from feedback.collection.event_log import list_events
from feedback.collection.sources import create_source
from feedback.collection.terms import SourceKind
from feedback.collection.unused import note_unused
from feedback.config import Settings
from feedback.core.pagination import PageRequest
from feedback.worker.runner import Worker
from tests.browser.conftest import FORMATS, Visitor, violations
from tests.conftest import StoppedClock
from tests.factories import Factories

EXAMPLE = {
    "order": {"reference": "XKBKN", "state": "5", "total": "129,90"},
    "customer": {"firstname": "Inès", "email": "ines@example.org"},
}


@pytest.fixture
def key(session: Session, clock: StoppedClock) -> str:
    """A key that may send events."""
    issued = issue_key(
        session,
        name="Shop",
        scopes=[Scope.EVENTS_WRITE],
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    return issued.key


@pytest.fixture
def sources(
    session: Session, settings: Settings, clock: StoppedClock
) -> dict[SourceKind, str]:
    """A connected system of each kind; the first was sent a forged order."""
    made = {
        kind: create_source(
            session,
            name=f"System {kind}",
            kind=kind,
            sealing=settings.secret(),
            author_id=None,
            now=clock.now(),
        )
        for kind in SourceKind
    }
    sender = f"source:{made[SourceKind.SHOPIFY]}"
    faults = {"": "bad_signature"}
    note_unused(session, sender, faults, is_refused=True, now=clock.now())
    session.commit()
    return made


def send(application: Flask, key: str, event_id: str) -> None:
    """Tell of an order, as a shop does."""
    answer = application.test_client(use_cookies=False).post(
        "/api/v1/events",
        headers={"Authorization": f"Bearer {key}"},
        json={
            "specversion": "1.0",
            "id": event_id,
            "source": "shop",
            "type": "order.delivered",
            "data": {"customer": {"id": event_id, "email": f"{event_id}@example.org"}},
        },
    )
    assert answer.status_code == 202


def faults(page: Page) -> list[str]:
    """What is wrong with the page in front: for axe, or wider than the screen."""
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return violations(page) + ([f"{wider} px too wide"] if wider > 0 else [])


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_every_page_of_connections_and_events_can_be_used_by_everybody(
    visit: Visitor,
    address: str,
    application: Flask,
    session: Session,
    factories: Factories,
    worker: Worker,
    key: str,
    sources: dict[SourceKind, str],
    locale: str,
    width: int,
) -> None:
    factories.trigger(factories.survey())
    session.commit()
    page = visit(Role.ADMINISTRATOR, locale=locale, width=width)
    found = {}

    def look(path: str) -> None:
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == locale
        found[path] = faults(page)

    look("/events/")
    for number in range(3):
        send(application, key, f"c{number}")
    worker.drain()
    send(application, key, "c3")
    for path in ("", "new", "keys/new", *sources.values()):
        look(f"/connections/{path}")
    for path in ("/events/", "/events/test", "/events/?q=nothing"):
        look(path)
    event = list_events(session, PageRequest()).items[1].public_id
    session.rollback()
    look(f"/events/{event}")
    page.goto(f"{address}/connections/")
    page.locator("th a", has_text="Shop").last.click()
    found["key"] = faults(page)
    page.goto(f"{address}/connections/{sources[SourceKind.MAPPED]}/mapping")
    found["example"] = faults(page)
    page.fill("#example", json.dumps(EXAMPLE))
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector("[data-mapping]")
    found["mapping"] = faults(page)
    page.goto(f"{address}/connections/keys/new")
    page.fill("#name", "Caisse")
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector("#new-key")
    found["issued"] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_log_shows_an_event_as_it_comes_and_rests_while_it_is_paused(
    visit: Visitor, address: str, application: Flask, key: str, worker: Worker
) -> None:
    page = visit(Role.ANALYST)
    send(application, key, "first")
    page.goto(f"{address}/events/")
    expect(page.locator("[data-item]")).to_have_count(1)

    send(application, key, "second")
    expect(page.locator("[data-item]")).to_have_count(2, timeout=10_000)
    expect(page.get_by_text("The triggers are about to look at it.")).to_have_count(2)
    worker.drain()
    expect(page.get_by_text("No trigger listens")).to_have_count(2, timeout=10_000)

    page.get_by_role("button", name="Pause").press("Enter")
    expect(page.get_by_text("Paused")).to_be_visible()
    send(application, key, "third")
    with page.expect_request(re.compile("/events/live")) as asked:
        page.get_by_role("button", name="Pause").press("Enter")
        expect(page.locator("[data-item]")).to_have_count(3, timeout=10_000)
    assert asked.value.method == "GET"


def test_a_choice_in_the_mapping_shows_the_event_at_once(
    visit: Visitor, address: str, sources: dict[SourceKind, str]
) -> None:
    page = visit(Role.ADMINISTRATOR)
    page.goto(f"{address}/connections/{sources[SourceKind.MAPPED]}/mapping")
    page.fill("#example", json.dumps(EXAMPLE))
    page.locator("main form button[type=submit]").click()
    keep = page.get_by_role("button", name="Keep the mapping")
    expect(keep).to_be_disabled()

    page.select_option("#type-path", "order.state")
    expect(page.locator("#raw-0")).to_have_value("5")
    page.fill("#meant-0", "order.delivered")
    page.press("#meant-0", "Tab")

    expect(page.get_by_text("“Order delivered” comes in.")).to_be_visible()
    expect(page.locator(".map-result pre")).to_contain_text("XKBKN/order.delivered")
    keep.click()
    expect(page.get_by_text("The mapping is kept")).to_be_visible()


def test_a_key_is_copied_by_its_button(
    visit: Visitor, address: str, page: Page
) -> None:
    shown = visit(Role.ADMINISTRATOR)
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.goto(f"{address}/connections/keys/new")
    shown.fill("#name", "Till")
    shown.locator("main form button[type=submit]").click()
    shown.locator("[data-copy='#new-key']").click()
    expect(shown.locator("[data-copy='#new-key']")).to_contain_text("Copied")

    copied = shown.evaluate("navigator.clipboard.readText()")
    assert copied == shown.input_value("#new-key")
    assert re.fullmatch(r"fb_[\w-]{43}", copied)
