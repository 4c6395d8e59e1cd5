"""From a theme or a talk to a verdict and the report, by keyboard alone."""

from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

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
from tests.interviews.talks import TRANSCRIPT, Talks

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


class Loop:
    """Carries an improvement from its form to the report, by keyboard alone."""

    def __init__(
        self,
        session: Session,
        worker: Worker,
        clock: StoppedClock,
        settings: Settings,
    ) -> None:
        self.session, self.worker = session, worker
        self.clock, self.settings = clock, settings
        self.found: dict[str, list[str]] = {}

    def lay_down(self, page: Page, locale: str) -> None:
        """Send the form of a new improvement, plan what is measured, begin."""
        self.found["new"] = violations(page)
        follow(page, "#title")
        self.found["one"] = violations(page)
        follow(page, "a[href$='/plan']")
        self.found["plan"] = violations(page)
        page.locator("#measure").focus()
        page.keyboard.type("CSAT")
        follow(page, "#washout_days")
        press(page, "button[popovertarget='start']")
        follow(page, "#start button[type=submit]")
        expect(page.locator("main")).to_contain_text(WORDS[locale]["locked"])
        self.found["started"] = violations(page)

    def judge(self, page: Page, locale: str, till: int, journey: Journey) -> str:
        """Let twelve better weeks pass, and have them judged; return the sentence."""
        self.clock.advance(weeks=12)
        answer(self.session, till, journey, START, 12, 9, now=self.clock.now())
        self.session.commit()
        self.worker.drain()
        follow(page, "form[action$='/evaluate'] button")
        sentence = page.locator(".verdict-sentence")
        expect(sentence).to_contain_text(WORDS[locale]["verdict"])
        self.found["judged"] = violations(page)
        return sentence.inner_text().strip()

    def report(self, locale: str, journey: Journey) -> str:
        """Return the report of the last month as it is printed."""
        figures = read_report(
            self.session,
            journey.key,
            date(2027, 1, 1),
            settings=self.settings,
            now=self.clock.now(),
        )
        made = document(
            figures,
            locale,
            templates=self.settings.templates,
            company="Maison Lenoir",
            provisional=True,
        )
        self.session.rollback()
        return unescape(made.html)


@pytest.fixture
def loop(
    session: Session, worker: Worker, clock: StoppedClock, settings: Settings
) -> Loop:
    return Loop(session, worker, clock, settings)


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_theme_becomes_an_improvement_that_is_judged_and_reported(
    visit: Visitor, address: str, factories: Factories, loop: Loop, locale: str
) -> None:
    journey = factories.journey("bakery")
    till = factories.touchpoint(factories.phase(journey, "purchase"), "till").id
    factories.touchpoint(factories.phase(journey, "use"), "counter")
    begin = date(2025, 8, 18)
    answer(loop.session, till, journey, begin, 61, 3, now=loop.clock.now())
    loop.session.commit()
    loop.worker.drain()
    page = visit(Role.ANALYST, locale=locale)

    page.goto(f"{address}/journeys/bakery/themes/payment_billing")
    follow(page, f"a:has-text('{WORDS[locale]['improve']}')")
    press(page, f"#touchpoint-{till}", "Space")
    loop.lay_down(page, locale)
    sentence = loop.judge(page, locale, till, journey)

    assert sentence in loop.report(locale, journey)
    assert {name: wrong for name, wrong in loop.found.items() if wrong} == {}


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_what_was_said_in_a_talk_is_improved_judged_and_reported(
    visit: Visitor,
    address: str,
    factories: Factories,
    loop: Loop,
    locale: str,
    tmp_path: Path,
) -> None:
    talks = Talks(loop.session, factories, loop.clock)
    begin = date(2025, 8, 18)
    till, journey = talks.point.id, talks.journey
    answer(loop.session, till, journey, begin, 61, 3, now=loop.clock.now())
    interview = talks.agreed()
    loop.session.commit()
    loop.worker.drain()
    file = tmp_path / "talk.txt"
    file.write_bytes(TRANSCRIPT)
    page = visit(Role.ANALYST, locale=locale)

    page.goto(f"{address}/interviews/{interview}")
    page.set_input_files("input[type=file]", str(file))
    follow(page, "form[enctype] button[type=submit]")
    loop.worker.drain()
    page.goto(f"{address}/interviews/{interview}")
    for choice in ("#role-0-interviewer", "#role-1-customer"):
        press(page, choice, "Space")
    follow(page, "form button.btn-primary")
    loop.found["talk"] = violations(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".excerpt-words")).to_contain_text("queue at the till")
    page.locator("#touchpoint").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#theme-0")).to_have_value("queue_wait")
    follow(page, "form[method=post].stack button[type=submit]")
    loop.worker.drain()
    follow(page, ".excerpt-link")
    loop.found["excerpt"] = violations(page)
    follow(page, "a[href*='/improvements/new']")
    press(page, f"#touchpoint-{till}", "Space")
    loop.lay_down(page, locale)
    sentence = loop.judge(page, locale, till, journey)

    printed = loop.report(locale, journey)
    assert sentence in printed
    assert {name: wrong for name, wrong in loop.found.items() if wrong} == {}


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
