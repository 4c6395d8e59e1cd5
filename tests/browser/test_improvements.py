"""From a theme to a verdict and the report, in Chromium, by keyboard alone."""

from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.journey.models import Journey
from feedback.measures.scales import Scale
from feedback.reports.html import document
from feedback.reports.service import read_report
from feedback.voice.intake import GivenRating, Occasion, record
from feedback.voice.models import Source
from feedback.worker.runner import Worker
from tests.browser.conftest import WIDTHS, Visitor, violations
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories

START = date(2026, 10, 19)
WORDS = {
    "en": {
        "improve": "Improve this",
        "verdict": "Improved: CSAT",
        "locked": "the plan is locked",
    },
    "fr": {
        "improve": "Améliorer cela",
        "verdict": "Amélioré : CSAT",
        "locked": "le plan est verrouillé",
    },
}


def answer(
    session: Session,
    till: int,
    journey: Journey,
    since: date,
    weeks: int,
    content: int,
    *,
    now: datetime,
) -> None:
    """Have ten customers a week say whether they are content."""
    told = []
    for week in range(weeks):
        for number in range(10):
            day = since + timedelta(weeks=week, days=number % 7)
            wobble = (week * 3 + number) % 5 == 0
            value = 5 if (number < content) != wobble else 2
            told.append(
                Occasion(
                    origin_key=f"{since} {week} {number}",
                    touchpoint_id=till,
                    said_at=datetime(day.year, day.month, day.day, 12, tzinfo=ZONE),
                    channel="store",
                    source=Source.SURVEY,
                    ratings=[GivenRating(scale=Scale.CSAT, value=value)],
                )
            )
    record(session, journey.id, told, now=now, zone=ZONE)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to something and press a key on it, as somebody without a mouse does."""
    target = page.locator(selector).first
    target.focus()
    expect(target).to_be_focused()
    page.keyboard.press(key)


def follow(page: Page, selector: str) -> None:
    """Press Enter on something that leads to another page."""
    with page.expect_navigation():
        press(page, selector)


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_theme_becomes_an_improvement_that_is_judged_and_reported(
    visit: Visitor,
    address: str,
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    settings: Settings,
    locale: str,
) -> None:
    journey = factories.journey("bakery")
    till = factories.touchpoint(factories.phase(journey, "purchase"), "till").id
    factories.touchpoint(factories.phase(journey, "use"), "counter")
    answer(session, till, journey, date(2026, 3, 30), 28, 3, now=clock.now())
    session.commit()
    worker.drain()
    page, words, found = visit(Role.ANALYST, locale=locale), WORDS[locale], {}

    page.goto(f"{address}/journeys/bakery/themes/payment_billing")
    follow(page, f"a:has-text('{words['improve']}')")
    found["new"] = violations(page)
    press(page, f"#touchpoint-{till}", "Space")
    follow(page, "#title")
    found["one"] = violations(page)

    follow(page, "a[href$='/plan']")
    found["plan"] = violations(page)
    page.locator("#measure").focus()
    page.keyboard.type("CSAT")
    follow(page, "#washout_days")
    press(page, "button[popovertarget='start']")
    follow(page, "#start button[type=submit]")
    expect(page.locator("main")).to_contain_text(words["locked"])
    found["started"] = violations(page)

    clock.advance(weeks=12)
    answer(session, till, journey, START, 12, 9, now=clock.now())
    session.commit()
    worker.drain()
    follow(page, "form[action$='/evaluate'] button")
    expect(page.locator(".verdict-sentence")).to_contain_text(words["verdict"])
    sentence = page.locator(".verdict-sentence").inner_text()
    found["judged"] = violations(page)

    figures = read_report(
        session, "bakery", date(2027, 1, 1), settings=settings, now=clock.now()
    )
    made = document(
        figures,
        locale,
        templates=settings.templates,
        company="Maison Lenoir",
        provisional=True,
    )
    session.rollback()
    assert sentence.strip() in made.html
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_improvements_can_be_used_by_everybody(
    visit: Visitor, address: str, factories: Factories, session: Session, width: int
) -> None:
    journey = factories.journey("bakery")
    factories.touchpoint(factories.phase(journey, "purchase"), "till")
    session.commit()
    page, found = visit(Role.ANALYST, locale="fr", width=width), {}
    page.goto(f"{address}/improvements/new")
    page.fill("#title", "Des terminaux à chaque caisse")
    page.locator("input[name=touchpoints]").check()
    page.locator("#title").press("Enter")
    page.wait_for_load_state()
    one = page.url
    page.fill("#comment", "Bonjour")
    page.locator("form[action$='/comments'] button").click()
    page.fill("#words", "Commander")
    page.locator("form[action$='/tasks'] button").click()
    for path in ("", "?view=list", "new", "events?journey=bakery"):
        page.goto(f"{address}/improvements/{path}")
        found[path] = violations(page) + wider(page)
    for path in ("", "/edit", "/plan", "/history"):
        page.goto(f"{one}{path}")
        found[f"one{path}"] = violations(page) + wider(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def wider(page: Page) -> list[str]:
    """Say how much wider a page is than its screen, nothing when it is not."""
    pixels = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [f"{pixels} px too wide"] if pixels > 0 else []
