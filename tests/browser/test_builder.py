"""The builder in a browser: by keyboard, by hand, by two people, and without script."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey import service as journeys
from feedback.surveys.queries import get_survey
from feedback.surveys.questionnaire import Questionnaire, WordingByScore
from tests.browser.conftest import FORMATS, Visitor, violations
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment


@pytest.fixture
def bakery_map(session: Session, clock: StoppedClock) -> str:
    key = journeys.create_journey(
        session,
        names={"fr": "Boulangerie", "en": "Bakery"},
        offers={"fr": "Du pain", "en": "Bread"},
        template=True,
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    return key


@pytest.fixture
def public_id(session: Session, factories: Factories) -> str:
    survey = factories.survey(published=False).public_id
    session.commit()
    return survey


def _draft(session: Session, public_id: str) -> Questionnaire:
    draft = get_survey(session, public_id).questionnaire
    session.rollback()
    return draft


def _keys(session: Session, public_id: str) -> list[list[str]]:
    pages = _draft(session, public_id).pages
    return [[one.key for one in page.questions] for page in pages]


def _saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")


def _faults(page: Page) -> list[str]:
    # half of a target may lie under the bar that stays while one scrolls
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return violations(page) + ([f"{wider} px too wide"] if wider > 0 else [])


def test_a_survey_is_written_by_keyboard_and_published(
    visit: Visitor, address: str, bakery_map: str, session: Session
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/surveys/")
    page.get_by_role("link", name="Choose a template").click()
    page.get_by_role("link", name="Empty survey").click()
    page.get_by_label("Title").fill("After the visit")
    page.get_by_role("button", name="Create the survey").click()
    page.wait_for_url("**/edit")

    page.get_by_role("button", name="Recommendation (NPS)").press("Enter")
    words = page.get_by_label("Question", exact=True)
    expect(words).to_be_focused()
    expect(words).to_have_value(
        "How likely are you to recommend us to a friend or colleague?"
    )
    preview = page.frame_locator(".phone iframe:not([data-waiting])")
    expect(preview.locator("body")).to_contain_text("How likely are you")
    words.fill("Would you send us a friend?")
    expect(preview.locator("body")).to_contain_text("Would you send us a friend?")
    _saved(page)

    page.get_by_role("link", name="Add a question").press("Enter")
    page.get_by_role("button", name="Long text").press("Enter")
    page.get_by_label("Question", exact=True).fill("What would make it better?")
    page.get_by_role("button", name="Up", exact=True).press("Enter")
    expect(page.locator("[data-said]")).to_have_text("Moved to place 1 of 2")
    expect(page.locator(".outline-questions")).to_contain_text("1 What would make")
    _saved(page)

    page.get_by_role("link", name="Publish…").press("Enter")
    page.get_by_role("button", name="Publish version 1").press("Enter")
    expect(page.get_by_text("Version 1 is open for answers")).to_be_visible()
    public_id = page.url.split("/surveys/")[1].split("/")[0]
    survey = get_survey(session, public_id)
    assert survey.version == 1
    assert [one.text["en"] for one in survey.questionnaire.questions()] == [
        "What would make it better?",
        "Would you send us a friend?",
    ]


def test_choices_are_typed_one_after_the_other(
    visit: Visitor, address: str, public_id: str, session: Session
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/surveys/{public_id}/edit?at=add-page-1&language=en")
    page.get_by_role("button", name="One choice").click()
    page.get_by_label("Choice 1").fill("Bread")
    page.get_by_label("Choice 2").fill("Cake")
    page.get_by_label("Choice 2").press("Enter")
    expect(page.get_by_label("Choice 3")).to_be_focused()
    page.keyboard.type("Coffee")
    page.get_by_label("When it is asked").select_option("all")
    page.get_by_label("low", exact=True).check()
    page.get_by_label("high", exact=True).check()
    _saved(page)
    page.get_by_role("button", name="Down: Choice 1").press("Enter")
    expect(page.get_by_label("Choice 2")).to_have_value("Bread")

    question = _draft(session, public_id).question("single")
    assert question is not None
    assert [one.text["en"] for one in question.choices] == ["Cake", "Bread", "Coffee"]
    assert question.show_if is not None
    assert question.show_if.conditions[0].value == ("low", "high")


def test_the_preview_says_what_follows_the_score_chosen_in_it(
    visit: Visitor, address: str, session: Session, factories: Factories
) -> None:
    asked = score_and_comment()
    low = WordingByScore(question="score", texts={"low": {"en": "What went wrong?"}})
    score, comment = asked.questions()
    pages = (replace(asked.pages[0], questions=(score, replace(comment, wording=low))),)
    survey = factories.survey(
        questionnaire=replace(asked, pages=pages), published=False
    )
    public_id = survey.public_id
    session.commit()
    page = visit(Role.ANALYST)
    page.goto(f"{address}/surveys/{public_id}/edit?at=question-score&language=en")
    phone = page.frame_locator(".phone iframe:not([data-waiting])")
    expect(phone.locator("#page")).to_contain_text("Why?")

    phone.get_by_role("radio", name="2", exact=True).press(" ")

    expect(phone.locator("#page")).to_contain_text("What went wrong?")
    chosen = phone.get_by_role("radio", name="2", exact=True)
    expect(chosen).to_be_checked()
    expect(chosen).to_be_focused()
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("button", name="Page before").click()
    expect(phone.locator("#page")).to_contain_text("What went wrong?")


def test_a_question_is_dragged_to_another_page(
    visit: Visitor, address: str, public_id: str, session: Session
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/surveys/{public_id}/edit")
    page.get_by_role("button", name="Add a page").click()
    expect(page.get_by_role("link", name="Page 2", exact=True)).to_be_visible()

    handle = page.locator(".outline-question .drag-handle").first
    target = page.locator(".outline-questions").nth(1)
    handle.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    for step in range(1, 6):
        page.mouse.move(box["x"] + 60, box["y"] + step, steps=4)
    page.mouse.up()

    expect(target.locator(".outline-question")).to_have_count(1)
    _saved(page)
    assert _keys(session, public_id) == [["comment"], ["score"]]


def test_what_was_removed_comes_back_by_undo(
    visit: Visitor, address: str, public_id: str, session: Session
) -> None:
    page = visit(Role.ANALYST)
    page.goto(f"{address}/surveys/{public_id}/edit?at=question-comment")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".outline-question")).to_have_count(1)

    page.locator("body").press("Control+z")
    expect(page.locator(".outline-question")).to_have_count(2)
    page.get_by_role("button", name="Redo").click()
    expect(page.locator(".outline-question")).to_have_count(1)
    assert _keys(session, public_id) == [["score"]]
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".outline-question")).to_have_count(0)
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator(".outline-question")).to_have_count(1)


def test_the_later_of_two_people_is_told_and_loses_nothing(
    visit: Visitor, browser: Browser, address: str, public_id: str, session: Session
) -> None:
    elsewhere = browser.new_context()
    first = visit(Role.ANALYST)
    second = Visitor(address, elsewhere, visit._account)(Role.ADMINISTRATOR)
    url = f"{address}/surveys/{public_id}/edit?at=question-comment&language=en"
    first.goto(url)
    second.goto(url)
    first.get_by_label("Question", exact=True).fill("Why is that?")
    _saved(first)

    second.get_by_label("Question", exact=True).fill("What is the reason?")
    alert = second.get_by_role("alert")
    expect(alert).to_contain_text("changed the question “Pourquoi ?”")
    alert.get_by_role("button", name="Show the newest version").click()
    expect(second.get_by_label("Question", exact=True)).to_have_value("Why is that?")
    expect(second.locator(".typed")).to_contain_text("What is the reason?")
    second.get_by_role("button", name="Use it").click()
    _saved(second)

    comment = _draft(session, public_id).question("comment")
    assert comment is not None
    assert comment.text["en"] == "What is the reason?"
    first.get_by_label("Help below the question").fill("In short")
    first.get_by_role("alert").get_by_role("button", name="Keep what I typed").click()
    _saved(first)
    comment = _draft(session, public_id).question("comment")
    assert comment is not None
    assert (comment.text["en"], comment.help["en"]) == ("Why is that?", "In short")
    visit.complaints[:] = [one for one in visit.complaints if "409" not in one]
    elsewhere.close()


def test_the_builder_works_without_script(
    visit: Visitor,
    browser: Browser,
    address: str,
    public_id: str,
    session: Session,
) -> None:
    state = visit(Role.ANALYST).context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{address}/surveys/{public_id}/edit?at=question-comment&language=en")
    page.get_by_label("Question", exact=True).fill("What is the reason?")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Up", exact=True).click()

    assert _keys(session, public_id) == [["comment", "score"]]
    comment = _draft(session, public_id).question("comment")
    assert comment is not None
    assert comment.text["en"] == "What is the reason?"
    context.close()


def test_on_a_phone_one_part_is_shown_at_a_time(
    visit: Visitor, address: str, public_id: str
) -> None:
    page = visit(Role.ANALYST, width=390)
    page.goto(f"{address}/surveys/{public_id}/edit")
    page.get_by_role("button", name="Outline").click()
    expect(page.locator(".builder-editor")).to_be_hidden()
    assert _faults(page) == []

    page.get_by_role("link", name="Pourquoi").click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Pourquoi ?")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".phone")).to_be_visible()
    assert _faults(page) == []


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_every_part_of_the_builder_can_be_used_by_everybody(
    visit: Visitor,
    address: str,
    bakery_map: str,
    public_id: str,
    locale: str,
    width: int,
) -> None:
    page = visit(Role.ANALYST, locale=locale, width=width)
    parts = ("question-score", "page-page-1", "ending-thanks", "add-page-1", "start")
    panels = ("languages", "look", "settings", "check", "publish")
    pages = ["", "new", "new/blank", "new/delivery", "import", "archived", public_id]
    found = {}
    for path in (
        *(f"{public_id}/edit?at={part}" for part in (*parts, *panels)),
        *pages,
    ):
        page.goto(f"{address}/surveys/{path}")
        found[path] = _faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
