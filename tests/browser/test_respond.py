"""A survey answered in Chromium: on a phone, by keyboard, without script, for all.

What axe cannot see is looked at here: that nothing is wider than a narrow screen, that
targets are large enough, that the focus goes where it should.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.invitations import new_token
from feedback.collection.models import Invitation, Response
from feedback.collection.terms import InvitationState, ResponseState
from feedback.surveys.questionnaire import WordingByScore
from tests.browser.conftest import violations
from tests.factories import Factories, score_and_comment
from tests.processes import wait_until
from tests.web.questionnaires import every_kind

#: CSS pixels; 320 is also what 1280 become at 400 %, and 640 at 200 %
WIDTHS = (320, 390, 1280)
#: WCAG 2.2, success criterion 2.5.8
LEAST_TARGET = 24
SMALL = """(least) => [...document.querySelectorAll(
  'button, a, select, textarea, input:not([type=hidden]), label:has(input)')]
  .filter((one) => one.tabIndex >= 0 || one.matches('label'))
  .filter((one) => !one.closest('label') || one.matches('label'))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < least || box.height < least))
  .map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where a survey is answered."""

    personal: str
    open: str
    anonymous: str
    expired: str

    @property
    def token(self) -> str:
        """The secret of the personal link."""
        return self.personal.removeprefix("/a/")


@pytest.fixture
def links(session: Session, factories: Factories) -> Links:
    survey = factories.survey(questionnaire=every_kind())
    secret = factories.survey(questionnaire=every_kind(anonymous=True), anonymous=True)
    expired = factories.invitation(survey)
    expired.expires_at = expired.due_at
    made = Links(
        personal=factories.personal_link(factories.invitation(survey)),
        open=f"/s/{factories.open_link(survey).slug}",
        anonymous=factories.personal_link(factories.invitation(secret)),
        expired=factories.personal_link(expired),
    )
    session.commit()
    return made


Open = Callable[..., Page]


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Open]:
    """Opens pages on a phone; afterwards nothing stands in its console or cookies."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: Any) -> None:
        # what is refused or does not arrive is told to the person, and shows here too
        told = "status of 4" in message.text or "ERR_FAILED" in message.text
        if message.type in {"error", "warning"} and not told:
            complaints.append(message.text)

    def open_page(
        path: str,
        *,
        width: int = 390,
        locale: str = "en",
        script: bool = True,
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            java_script_enabled=script,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield open_page
    assert [cookie for one in contexts for cookie in one.cookies()] == []
    for one in contexts:
        one.close()
    assert complaints == []


def responses(session: Session) -> list[Response]:
    session.rollback()
    found = list(session.scalars(select(Response)))
    session.expunge_all()
    session.rollback()
    return found


def faults(page: Page) -> list[str]:
    """What keeps somebody from using the page in front."""
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    small: list[str] = page.evaluate(SMALL, LEAST_TARGET)
    found = violations(page) + small
    return found + ([f"{wider} px too wide"] if wider > 0 else [])


def answer_everything(page: Page, *, script: bool = True) -> Iterator[str]:
    """Go through the survey with every kind; yields a name for each page shown."""
    yield "first"
    page.locator(".main-button").click()
    expect(page.locator(".faults")).to_be_visible()
    yield "first with faults"
    page.locator("label.key").nth(2).click()
    page.locator("textarea").fill("Trop d'attente\nà la caisse")
    page.locator(".main-button").click()
    page.locator("[name='q.csat']").first.wait_for(state="attached")
    yield "second"
    page.locator(".faces label").nth(3).click()
    page.locator(".stars label").nth(1).click()
    page.locator(".keys-ces label").nth(6).click()
    page.locator("[name='q.bought']").first.check()
    page.locator("[name='q.how'][value=friend]").check()
    if not script:
        page.locator(".main-button").click()
    page.locator("[name='q.friend']").fill("Grace")
    yield "second with one more question"
    page.locator(".main-button").click()
    page.locator("[name='q.shop']").wait_for(state="attached")
    yield "third"
    page.locator("[name='q.shop']").select_option("lyon")
    page.locator("[name='q.number']").fill("700")
    page.locator(".main-button").click()
    expect(page.locator(".faults")).to_be_visible()
    yield "third with faults"
    page.locator("[name='q.number']").fill("12,5")
    page.locator(".main-button").click()
    expect(page.locator(".done")).to_be_visible()
    yield "thanks"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_page_of_a_survey_can_be_used_by_everybody(
    phone: Open, links: Links, session: Session, locale: str, width: int
) -> None:
    page = phone(links.open, width=width, locale=locale)
    found = {name: faults(page) for name in answer_everything(page)}

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert page.locator("html").get_attribute("lang") == locale
    (response,) = responses(session)
    assert response.state == ResponseState.COMPLETE
    assert response.answers["friend"] == "Grace"
    assert response.answers["number"] == 12.5


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_page_around_a_survey_can_be_used_by_everybody(
    phone: Open, address: str, links: Links, locale: str, width: int
) -> None:
    page = phone(f"{links.personal}?lang={locale}", width=width)
    found = {"personal": faults(page)}
    for path in (
        links.anonymous,
        links.expired,
        f"/why/{links.token}",
        f"/stop/{links.token}",
        "/a/nothing",
    ):
        page.goto(f"{address}{path}?lang={locale}")
        assert page.locator("html").get_attribute("lang") == locale
        found[path] = faults(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_survey_is_answered_without_script(
    phone: Open, links: Links, session: Session, width: int
) -> None:
    page = phone(links.personal, width=width, script=False)
    shown = list(answer_everything(page, script=False))

    assert shown[-1] == "thanks"
    (response,) = responses(session)
    assert response.state == ResponseState.COMPLETE
    assert response.answers["how"] == {"choice": "friend"}


def test_at_two_hundred_percent_nothing_is_cut_off(phone: Open, links: Links) -> None:
    page = phone(links.open, width=640, device_scale_factor=2)
    found = {name: faults(page) for name in answer_everything(page)}

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_larger_letters_and_spaces_cut_nothing_off(
    phone: Open, links: Links, browser: Browser
) -> None:
    page = phone(links.open, width=320, bypass_csp=True)
    page.add_style_tag(
        content="html { font-size: 200% } * { line-height: 1.5 !important;"
        " letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    )
    wide = page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => !one.closest('.unseen') &&"
        " one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML)"
    )

    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_survey_is_answered_by_keyboard_alone(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(f"{links.personal}?lang=en")
    keys = page.keyboard

    def to(selector: str) -> None:
        for _ in range(30):
            if page.locator(f"{selector}:focus").count():
                return
            keys.press("Tab")
        raise AssertionError(f"{selector} is not reached by the Tab key")

    to("[name='q.score']")
    keys.press("ArrowRight")  # a radio group is one stop; arrows choose in it
    keys.press("ArrowRight")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q.why"
    keys.type("Slow")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "main-button"
    keys.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    assert "Page 2 of 3" in page.title()
    to("[name='q.how']")
    keys.press("Space")
    to(".main-button")
    keys.press("Enter")
    page.locator("[name='q.shop']").wait_for(state="attached")
    to(".rank-moves button")
    keys.press("ArrowDown")
    page.locator(".rank-moves button").nth(1).focus()
    keys.press("Enter")
    to(".main-button")
    keys.press("Enter")
    expect(page.locator(".done")).to_be_visible()
    expect(page.locator("h1")).to_be_focused()

    answers = responses(session)[0].answers
    assert answers["why"] == "Slow"
    assert answers["how"] == {"choice": "friend"}
    assert answers["rank"] == ["taste", "price"]


def test_enter_in_a_field_sends_the_page_and_changes_no_language(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(links.open, locale="en")
    page.locator("label.key").nth(9).click()
    page.locator(".main-button").click()
    page.locator("[name='q.how'][value=friend]").check()
    page.locator("[name='q.friend']").fill("Grace")
    page.locator("[name='q.friend']").press("Enter")

    page.locator("[name='q.shop']").wait_for(state="attached")
    assert page.locator("html").get_attribute("lang") == "en"
    assert responses(session)[0].answers["friend"] == "Grace"


def test_faults_take_the_focus_and_lead_to_their_fields(
    phone: Open, links: Links
) -> None:
    page = phone(links.open, locale="en")
    page.locator(".main-button").click()
    expect(page.locator(".faults")).to_be_focused()
    assert page.title().startswith("To put right")
    page.locator(".faults a").click()

    expect(page.locator("#q-score-0")).to_be_focused()


def test_pages_turn_without_a_reload_and_the_button_back_works(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(links.open, locale="en")
    page.evaluate("window.same = true")
    page.locator("label.key").nth(9).click()
    page.locator("textarea").fill("Warm bread")
    page.locator(".main-button").click()
    page.locator("[name='q.how']").first.wait_for(state="attached")
    page.locator("[name='q.how'][value=street]").check()
    page.go_back()
    expect(page.locator("textarea")).to_have_value("Warm bread")
    assert "Page 1 of 3" in page.title()
    page.go_forward()
    expect(page.locator("[name='q.how'][value=street]")).to_be_checked()
    page.go_back()
    page.locator("textarea").fill("Warm bread, and fresh")
    page.locator(".main-button").click()
    page.locator("[name='q.how']").first.wait_for(state="attached")

    assert page.evaluate("window.same")
    (response,) = responses(session)
    assert response.answers["why"] == "Warm bread, and fresh"


def test_an_open_link_that_is_loaded_again_goes_on_in_the_same_window(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(links.open, locale="en")
    page.locator("label.key").nth(9).click()
    page.locator(".main-button").click()
    page.locator("[name='q.how']").first.wait_for(state="attached")
    page.reload()
    page.locator("[name='q.how']").first.wait_for(state="attached")
    page.locator("[name='q.how'][value=street]").check()
    page.locator(".main-button").click()
    page.locator("[name='q.shop']").wait_for(state="attached")

    (response,) = responses(session)
    assert response.answers["score"] == 9


def test_a_personal_link_goes_on_on_another_device(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(f"{links.personal}?score=9")
    page.locator("textarea").fill("Warm bread")
    page.locator(".main-button").click()
    page.locator("[name='q.how']").first.wait_for(state="attached")
    other = phone(links.personal, width=1280)

    assert "Page 2 of 3" in other.title()
    other.locator("button[value=back]").click()
    expect(other.locator("textarea")).to_have_value("Warm bread")
    expect(other.locator("[name='q.score'][value='9']")).to_be_checked()


def test_a_double_tap_answers_once(phone: Open, links: Links, session: Session) -> None:
    page = phone(f"{links.anonymous}?score=9")
    page.locator(".main-button").dblclick()
    page.locator("[name='q.how']").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")

    assert "Page 2 of 3" in page.title() or "Page 2 sur 3" in page.title()
    assert len(responses(session)) == 1


def test_the_language_changes_in_place_with_what_was_typed(
    phone: Open, links: Links
) -> None:
    page = phone(links.open, locale="fr")
    page.locator("textarea").fill("Du pain chaud")
    page.locator("label.key").nth(7).click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    expect(page.locator("textarea")).to_have_value("Du pain chaud")
    expect(page.locator("[name='q.score'][value='7']")).to_be_checked()
    expect(page.get_by_role("button", name="English")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_question_is_worded_after_the_score_as_soon_as_it_is_chosen(
    phone: Open, session: Session, factories: Factories
) -> None:
    one = score_and_comment()
    score, comment = one.pages[0].questions
    low = {"fr": "Qu'est-ce qui vous a déplu ?", "en": "What went wrong?"}
    wording = WordingByScore(question="score", texts={"low": low})
    page = replace(one.pages[0], questions=(score, replace(comment, wording=wording)))
    survey = factories.survey(questionnaire=replace(one, pages=(page,)))
    address = f"/s/{factories.open_link(survey).slug}"
    session.commit()
    shown = phone(address, locale="en")
    shown.locator("textarea").fill("It was cold")
    shown.locator("label.key").nth(2).click()
    expect(shown.locator("#q-comment h2")).to_contain_text("What went wrong?")
    expect(shown.locator("textarea")).to_have_value("It was cold")
    shown.locator("label.key").nth(9).click()
    expect(shown.locator("#q-comment h2")).to_contain_text("Why?")


def test_a_lost_connection_loses_nothing(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(links.open, locale="en")
    page.locator("label.key").nth(9).click()
    page.locator("textarea").fill("Warm bread")
    page.route("**/s/**", lambda route: route.abort())
    page.locator(".main-button").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    page.unroute("**/s/**")
    page.locator(".main-button").click()
    page.locator("[name='q.how']").first.wait_for(state="attached")

    assert responses(session)[0].answers["why"] == "Warm bread"


def test_a_page_that_was_seen_is_noted_and_one_that_was_fetched_is_not(
    phone: Open, session: Session, factories: Factories, links: Links
) -> None:
    invitation = factories.invitation(factories.survey())
    number = invitation.id
    token = new_token(session, number)
    session.commit()
    fetched = phone(f"/a/{token}", script=False)
    assert fetched.title()
    session.rollback()
    assert session.get_one(Invitation, number).opened_at is None
    session.rollback()

    phone(f"/a/{token}")

    def is_noted() -> bool:
        opened = select(Invitation.opened_at).where(Invitation.id == number)
        noted = session.scalar(opened) is not None
        session.rollback()  # whoever notes it waits for its turn to write
        return noted

    wait_until(is_noted)


def test_one_stops_from_why_was_i_asked_in_two_taps(
    phone: Open, links: Links, session: Session
) -> None:
    page = phone(f"{links.personal}?lang=en", script=False)
    page.get_by_role("link", name="Why was I asked?").click()
    page.get_by_role("link", name="Get no more surveys").click()
    page.get_by_role("button", name="Stop asking me").click()
    expect(page.locator("h1")).to_have_text("You get no more surveys from us")

    session.rollback()
    states = set(session.scalars(select(Invitation.state)))
    session.rollback()
    assert InvitationState.REFUSED in states
