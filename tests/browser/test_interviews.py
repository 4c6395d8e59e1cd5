"""Interviews by keyboard: a transcript in, an excerpt, a theme, the explorer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.worker.runner import Worker
from tests.browser.conftest import FORMATS, Visitor
from tests.browser.test_pages import faults
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.interviews.talks import TRANSCRIPT, Talks
from tests.interviews.test_booking import Looking


@pytest.fixture
def talks(session: Session, factories: Factories, clock: StoppedClock) -> Talks:
    made = Talks(session, factories, clock)
    session.commit()
    return made


def go(page: Page, selector: str) -> None:
    """Go to something and press it, as somebody without a mouse does."""
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.slow
def test_a_transcript_becomes_an_excerpt_in_the_explorer_by_keyboard(
    visit: Visitor, address: str, talks: Talks, worker: Worker, tmp_path: Path
) -> None:
    interview = talks.agreed()
    talks.session.commit()
    file = tmp_path / "talk.txt"
    file.write_bytes(TRANSCRIPT)
    page = visit(Role.ANALYST)
    page.goto(f"{address}/interviews/{interview}")

    page.set_input_files("input[type=file]", str(file))
    go(page, "form[enctype] button[type=submit]")
    expect(page.locator(".poll")).to_contain_text("being masked")
    worker.drain()
    page.goto(f"{address}/interviews/{interview}")
    for choice in ("#role-0-interviewer", "#role-1-customer"):
        page.locator(choice).focus()
        page.keyboard.press("Space")
    go(page, "form button.btn-primary")
    expect(page.locator(".turn-customer")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".excerpt-words")).to_contain_text("queue at the till")
    page.locator("#touchpoint").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#theme-0")).to_have_value("queue_wait")
    go(page, "form[method=post].stack button[type=submit]")
    expect(page.locator(".excerpt-link")).to_have_count(1)
    worker.drain()

    page.goto(f"{address}/journeys/{talks.key}/verbatims?source=interview")
    expect(page.locator(".entry-interview")).to_have_count(1)
    expect(page.locator(".entry-link")).to_contain_text("twenty minutes")


@pytest.mark.slow
def test_words_selected_with_the_mouse_are_offered_as_an_excerpt(
    visit: Visitor, address: str, talks: Talks, worker: Worker
) -> None:
    interview = talks.written_down(worker)
    page = visit(Role.ANALYST)
    page.goto(f"{address}/interviews/{interview}")

    page.locator("#turn-2 [data-words]").dblclick(position={"x": 12, "y": 10})
    page.locator("[data-mark-selected]").click()

    expect(page.locator(".excerpt-words")).to_have_text("Far")


@pytest.mark.slow
def test_notes_keep_themselves_and_mark_phases(
    visit: Visitor, address: str, talks: Talks
) -> None:
    interview = talks.agreed()
    talks.session.commit()
    page = visit(Role.ANALYST)
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"{address}/interviews/{interview}/notes")

    page.locator("#notes").focus()
    page.keyboard.press("Alt+1")
    page.keyboard.type("mine")
    expect(page.locator("[data-state]")).to_have_text("Saved")
    other.locator("#notes").fill("yours")
    expect(other.locator("[data-conflict]")).to_be_visible()
    go(other, "[data-keep-both]")
    expect(other.locator("[data-state]")).to_have_text("Saved")

    words = talks.read(interview).notes
    talks.session.rollback()
    assert "mine" in words
    assert "yours" in words
    assert "@phase" in words


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_the_pages_of_interviews_can_be_used_by_everybody(
    visit: Visitor,
    address: str,
    talks: Talks,
    worker: Worker,
    locale: str,
    width: int,
) -> None:
    begun, agreed = talks.planned(), talks.agreed()
    talks.session.commit()
    held = talks.written_down(worker)
    excerpt = talks.mark(held, talks.draft(2))
    looking = Looking(talks)
    looking.ask(looking.contact(1))
    (token,) = looking.tokens()
    appeal = looking.public_id
    talks.session.commit()
    worker.drain()
    page = visit(Role.ANALYST, locale=locale, width=width)
    pages = (
        f"/journeys/{talks.key}/interviews/",
        f"/journeys/{talks.key}/interviews/new",
        f"/interviews/{begun}",
        f"/interviews/{agreed}",
        f"/interviews/{agreed}/notes",
        f"/interviews/{held}",
        f"/interviews/{held}/mark?turn=4&choose=1",
        f"/interviews/excerpts/{excerpt}",
        f"/journeys/{talks.key}/verbatims?source=interview",
        f"/journeys/{talks.key}/participants/",
        f"/journeys/{talks.key}/participants/new",
        f"/interviews/participants/{appeal}",
        "/interviews/guides/",
        "/interviews/guides/first-contact",
        "/interviews/guides/first-contact/edit",
        f"/t/{token}?lang={locale}",
    )

    found = {}
    for one in pages:
        page.goto(f"{address}{one}")
        found[one] = faults(page)

    assert {one: what for one, what in found.items() if what} == {}
