"""The pages of improvements: board, list, one with its plan, two people at once."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.core.pagination import PageRequest
from feedback.improvements.board import BoardFilter, Card, list_improvements
from feedback.improvements.planning import WrittenPlan, list_plans
from feedback.improvements.queries import ImprovementRead, get_improvement
from feedback.improvements.terms import SourceKind, State
from feedback.jobs.models import Job
from tests.conftest import LoggedIn
from tests.factories import Factories


@pytest.fixture
def till(factories: Factories, session: Session) -> int:
    """The number of a touchpoint of the journey `shop`."""
    journey = factories.journey("shop")
    phase = factories.phase(journey, "purchase")
    factories.touchpoint(phase, "counter")
    number = factories.touchpoint(phase, "till").id
    session.commit()
    return number


def given(till: int, **more: object) -> dict[str, object]:
    return {
        "journey": "shop",
        "title": "Card terminals",
        "what": "Two new ones",
        "touchpoints": [str(till)],
        "theme": "payment_billing",
        "owner": "0",
        "effort": "2",
        **more,
    }


PLAN = {
    "measure": "theme:payment_billing",
    "touchpoints": ["till"],
    "persona": "",
    "language": "",
    "starts_on": "2026-11-02",
    "washout_days": "14",
    "smallest": "5",
    "comparison": ["counter"],
}


def cards(session: Session) -> tuple[Card, ...]:
    session.rollback()
    found = list_improvements(session, BoardFilter(), PageRequest()).items
    session.rollback()
    return found


def only(session: Session) -> ImprovementRead:
    (card,) = cards(session)
    found = get_improvement(session, card.public_id)
    session.rollback()
    return found


def plans_of(session: Session) -> tuple[WrittenPlan, ...]:
    found = list_plans(session, only(session).id)
    session.rollback()
    return found


def test_without_any_the_board_says_how_to_begin(logged_in: LoggedIn) -> None:
    browser = logged_in(Role.ANALYST)

    assert "No improvement yet" in browser.get("/improvements/?view=list").text
    assert "Aucune amélioration pour l’instant" in (
        logged_in(Role.MANAGER, locale="fr").get("/improvements/?view=list").text
    )


def test_a_theme_becomes_an_improvement_with_its_source(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    address = (
        "/improvements/new?source=theme&journey=shop&theme=payment_billing"
        "&touchpoint=till&ref=payment_billing"
    )

    page = browser.get(address).text
    assert re.search(rf'value="{till}" checked', page)
    assert '<option selected value="payment_billing">' in page
    answer = browser.post(address, data=given(till), follow_redirects=True)

    assert "The improvement is noted" in answer.text
    made = only(session)
    assert (made.source_kind, made.source_ref) == (SourceKind.THEME, "payment_billing")
    assert (made.title, made.theme_key) == ("Card terminals", "payment_billing")
    assert made.touchpoint_ids == (till,)


def test_what_was_typed_comes_back_with_what_is_wrong(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    wrong = given(till, title="", touchpoints=[], what="Two <new> ones", reach="-4")

    answer = browser.post("/improvements/new", data=wrong)

    assert answer.status_code == 422
    assert "Two &lt;new&gt; ones" in answer.text
    assert answer.text.count("This must be filled in.") >= 2
    assert cards(session) == ()


def test_of_two_people_at_once_neither_loses_a_word(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    one, other = logged_in(Role.ANALYST), logged_in(Role.ADMINISTRATOR)
    one.post("/improvements/new", data=given(till))
    made = only(session)
    address = f"/improvements/{made.public_id}/edit"
    seen = str(made.revision)
    one.post(address, data=given(till, what="Two from Lyon", revision=seen))

    answer = other.post(address, data=given(till, what="Three tills", revision=seen))

    assert answer.status_code == 409
    assert "Two from Lyon" in answer.text
    assert answer.text.count("Three tills") == 2
    assert only(session).what == "Two from Lyon"
    fresh = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert fresh
    saved = given(till, what="Three tills, two from Lyon", revision=fresh[1])
    assert other.post(address, data=saved).status_code == 302
    history = other.get(f"/improvements/{made.public_id}/history").text
    assert "Two from Lyon" in history
    assert "Three tills, two from Lyon" in history


def test_work_cannot_begin_without_a_locked_plan(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/improvements/new", data=given(till))
    made = only(session)

    answer = browser.post(
        f"/improvements/{made.public_id}/move",
        data={"state": "in_progress", "revision": made.revision},
    )

    assert answer.location == f"/improvements/{made.public_id}/plan"
    assert only(session).state is State.IDEA


def test_the_plan_is_locked_at_the_start_and_edits_stand_beside_it(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/improvements/new", data=given(till))
    made = only(session)
    at = f"/improvements/{made.public_id}"
    browser.post(f"{at}/plan", data={**PLAN, "revision": made.revision})
    assert only(session).state is State.PLANNED

    browser.post(f"{at}/start", data={"revision": only(session).revision})

    started = only(session)
    (original,) = plans_of(session)
    assert started.state is State.IN_PROGRESS
    assert original.sha256 is not None
    page = browser.get(at).text
    assert original.sha256 in page
    unreasoned = {**PLAN, "washout_days": "21", "revision": started.revision}
    assert "This must be filled in" in browser.post(f"{at}/plan", data=unreasoned).text
    browser.post(f"{at}/plan", data={**unreasoned, "reason": "Delivered late"})

    plans = plans_of(session)
    assert [one.number for one in plans] == [1, 2]
    assert plans[0] == original
    page = browser.get(at).text
    assert "Delivered late" in page
    assert original.sha256 in page
    assert str(plans[1].sha256) in page


def test_of_two_plans_at_once_the_later_person_sees_both(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/improvements/new", data=given(till))
    made = only(session)
    address = f"/improvements/{made.public_id}/plan"
    browser.post(address, data={**PLAN, "revision": made.revision})

    late = {**PLAN, "washout_days": "30", "revision": made.revision}
    answer = browser.post(address, data=late)

    assert answer.status_code == 409
    assert "14 days" in answer.text
    assert "30 days" in answer.text


def test_tasks_are_added_ticked_moved_and_removed(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/improvements/new", data=given(till))
    at = f"/improvements/{only(session).public_id}/tasks"
    for words in ("Order", "Install"):
        browser.post(at, data={"words": words, "assignee": "0"})
    order, install = only(session).tasks

    browser.post(f"{at}/{order.public_id}/done")
    browser.post(f"{at}/{install.public_id}/up")
    assert [(one.words, one.is_done) for one in only(session).tasks] == [
        ("Install", False),
        ("Order", True),
    ]
    browser.post(f"{at}/{install.public_id}/remove")

    assert [one.words for one in only(session).tasks] == ["Order"]
    empty = browser.post(at, data={"words": " ", "assignee": "0"})
    assert empty.status_code == 422
    assert "This must be filled in" in empty.text


def test_who_is_named_in_a_comment_gets_a_mail_and_a_line(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    analyst = logged_in(Role.ANALYST)
    manager = logged_in(Role.MANAGER)
    analyst.post("/improvements/new", data=given(till))
    at = f"/improvements/{only(session).public_id}"

    analyst.post(f"{at}/comments", data={"comment": "Look at this, @manager 5 <b>"})

    assert "@manager 5 &lt;b&gt;" in analyst.get(at).text
    session.rollback()
    mails = session.scalars(select(Job).where(Job.name == "mail.send")).all()
    assert [one.payload["to"] for one in mails] == ["manager5@example.org"]
    session.rollback()
    page = manager.get("/improvements/").text
    assert "You were named" in page
    number = re.search(r'name="up_to" value="(\d+)"', page)
    assert number
    manager.post("/improvements/mentions/seen", data={"up_to": number[1]})
    assert "You were named" not in manager.get("/improvements/").text


def test_a_card_moves_on_the_board_and_a_stale_one_does_not(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    browser = logged_in(Role.ANALYST)
    browser.post("/improvements/new", data=given(till))
    made = only(session)
    at = f"/improvements/{made.public_id}/move"
    sent = {"state": "dropped", "revision": made.revision, "back": "board"}

    assert browser.post(at, data=sent).location == "/improvements/"
    assert only(session).state is State.DROPPED
    late = {**sent, "state": "planned"}
    page = browser.post(at, data=late, follow_redirects=True).text
    assert "Somebody else changed it in the meantime" in page
    assert only(session).state is State.DROPPED


def test_managers_read_and_change_nothing(
    logged_in: LoggedIn, session: Session, till: int
) -> None:
    logged_in(Role.ANALYST).post("/improvements/new", data=given(till))
    manager = logged_in(Role.MANAGER)
    at = f"/improvements/{only(session).public_id}"

    page = manager.get(at).text

    assert "Two new ones" in page
    assert f'action="{at}/move"' not in page
    assert manager.post(f"{at}/move", data={"state": "dropped"}).status_code == 403
