"""The page of open links: made, drawn as a code, printed, closed."""

import pytest
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.links import LinkOnList, list_links
from feedback.surveys.models import Survey
from tests.conftest import LoggedIn
from tests.factories import Factories


@pytest.fixture
def survey(factories: Factories, session: Session) -> Survey:
    made = factories.survey()
    session.commit()
    return made


def given(survey: Survey, **more: str) -> dict[str, str]:
    touchpoint = str(survey.touchpoint_id)
    return {"kind": "link", "name": "Poster", "touchpoint": touchpoint, **more}


def only_link(session: Session, survey: Survey) -> LinkOnList:
    session.rollback()
    (link,) = list_links(session, survey.public_id)
    session.rollback()
    return link


def test_a_link_is_made_and_shown_with_its_code(
    logged_in: LoggedIn, session: Session, survey: Survey
) -> None:
    browser = logged_in(Role.ANALYST)
    page = f"/surveys/{survey.public_id}/links/"
    assert "No open link yet" in browser.get(page).text

    answer = browser.post(page, data=given(survey), follow_redirects=True)

    link = only_link(session, survey)
    assert "The link is made." in answer.text
    assert f"/s/{link.slug}" in answer.text
    assert f"{link.public_id}/qr.svg" in answer.text


def test_the_code_is_a_picture_of_either_kind(
    logged_in: LoggedIn, session: Session, survey: Survey
) -> None:
    browser = logged_in(Role.ANALYST)
    page = f"/surveys/{survey.public_id}/links/"
    browser.post(page, data=given(survey))
    link = only_link(session, survey)

    drawn = browser.get(f"{page}{link.public_id}/qr.svg")
    painted = browser.get(f"{page}{link.public_id}/qr.png")

    assert drawn.mimetype == "image/svg+xml"
    assert b"<svg" in drawn.data
    assert painted.data.startswith(b"\x89PNG")


def test_the_sheet_speaks_the_languages_of_the_survey(
    logged_in: LoggedIn, session: Session, survey: Survey
) -> None:
    browser = logged_in(Role.ANALYST)
    page = f"/surveys/{survey.public_id}/links/"
    browser.post(page, data=given(survey))
    link = only_link(session, survey)

    sheet = browser.get(f"{page}{link.public_id}/sheet").text

    assert "Scan the code with your phone" in sheet
    assert link.slug in sheet


def test_what_was_typed_is_kept_when_something_is_wrong(
    logged_in: LoggedIn, session: Session, survey: Survey
) -> None:
    browser = logged_in(Role.ANALYST)

    answer = browser.post(
        f"/surveys/{survey.public_id}/links/",
        data=given(survey, kind="widget", origins="shop.example/<b>"),
    )

    assert answer.status_code == 422
    assert "without a path" in answer.text
    assert "shop.example/&lt;b&gt;" in answer.text
    session.rollback()
    assert list_links(session, survey.public_id) == ()


def test_a_link_is_closed_and_opened_again(
    logged_in: LoggedIn, session: Session, survey: Survey
) -> None:
    browser = logged_in(Role.ANALYST)
    page = f"/surveys/{survey.public_id}/links/"
    browser.post(page, data=given(survey))
    link = only_link(session, survey)

    browser.post(f"{page}{link.public_id}/close")
    assert only_link(session, survey).closed_at is not None
    browser.post(f"{page}{link.public_id}/reopen")
    assert only_link(session, survey).closed_at is None


def test_managers_make_no_links(logged_in: LoggedIn, survey: Survey) -> None:
    answer = logged_in(Role.MANAGER).get(f"/surveys/{survey.public_id}/links/")

    assert answer.status_code == 403
