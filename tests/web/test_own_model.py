"""The page of the own model: both figures, and one click back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.jobs.models import Job
from feedback.voice.house.models import ModelState, OwnModel
from feedback.voice.house.service import LEARN
from tests.conftest import LoggedIn
from tests.voice.house.test_service import WORSE, Keep, kept, model

__all__ = ["kept"]


def state(session: Session) -> ModelState:
    session.expire_all()
    found = session.scalars(select(OwnModel.state)).one()
    session.commit()
    return found


def test_before_anything_was_learned_the_page_says_what_runs(
    logged_in: LoggedIn,
) -> None:
    page = logged_in(Role.ADMINISTRATOR).get("/analysis/").text

    assert page.count("Nothing was learned yet") == 2
    assert "Learn now" in page
    assert "Learn now" not in logged_in(Role.ANALYST).get("/analysis/").text


def test_what_was_refused_says_why_in_both_languages(
    session: Session, kept: Keep, logged_in: LoggedIn
) -> None:
    kept(None, WORSE)
    session.commit()

    english = logged_in(Role.ANALYST).get("/analysis/").text
    french = logged_in(Role.ANALYST, locale="fr").get("/analysis/").text

    assert "Not better by more than chance explains" in english
    assert "0.900" in english
    assert "0,900" in french
    assert "Modèle maison" in french
    assert "Not better" not in french


@pytest.mark.slow
def test_one_click_goes_back_and_one_puts_it_live_again(
    session: Session, kept: Keep, logged_in: LoggedIn
) -> None:
    public_id = kept(model()).public_id
    session.commit()
    browser = logged_in(Role.ADMINISTRATOR)
    assert "Go back to the shipped analysis" in browser.get("/analysis/").text

    answer = browser.post(f"/analysis/{public_id}/back", follow_redirects=True)

    assert "The shipped analysis runs again" in answer.text
    assert state(session) == ModelState.RETIRED
    assert browser.post(f"/analysis/{public_id}/back").status_code == 409

    answer = browser.post(f"/analysis/{public_id}/live", follow_redirects=True)

    assert "The own model runs" in answer.text
    assert state(session) == ModelState.LIVE
    assert browser.post(f"/analysis/{public_id}/live").status_code == 409


@pytest.mark.slow
def test_an_analyst_looks_and_changes_nothing(
    session: Session, kept: Keep, logged_in: LoggedIn
) -> None:
    public_id = kept(model()).public_id
    session.commit()
    browser = logged_in(Role.ANALYST)

    assert "Go back" not in browser.get("/analysis/").text
    for path in (f"/{public_id}/back", f"/{public_id}/live", "/learn"):
        assert browser.post(f"/analysis{path}").status_code == 403
    assert logged_in(Role.MANAGER).get("/analysis/").status_code == 403
    assert state(session) == ModelState.LIVE


def test_learning_is_ordered_once(session: Session, logged_in: LoggedIn) -> None:
    browser = logged_in(Role.ADMINISTRATOR)

    first = browser.post("/analysis/learn", follow_redirects=True).text
    second = browser.post("/analysis/learn", follow_redirects=True).text

    assert "It learns in the background" in first
    assert "waiting for its turn already" in second
    assert len(session.scalars(select(Job).where(Job.name == LEARN)).all()) == 1
