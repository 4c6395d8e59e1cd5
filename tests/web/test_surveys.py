"""Surveys: begun from templates and files, listed, read version by version."""

import io
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey import service as journeys
from feedback.surveys import service
from feedback.surveys.editing import put_question
from feedback.surveys.exchange import write_file
from feedback.surveys.library import list_templates
from feedback.surveys.models import Survey
from feedback.surveys.queries import get_survey
from feedback.surveys.questionnaire import Question
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories, score_and_comment


@pytest.fixture
def bakery(session: Session, clock: StoppedClock) -> str:
    """The key of a journey with the five phases."""
    return journeys.create_journey(
        session,
        names={"fr": "Boulangerie", "en": "Bakery"},
        offers={"fr": "Du pain", "en": "Bread"},
        template=True,
        author_id=None,
        now=clock.now(),
    )


@pytest.fixture
def analyst(bakery: str, logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ANALYST)


def _touchpoint(page: str, name: str) -> str:
    found = re.search(rf'<option (?:selected )?value="(\d+)">{name}<', page)
    assert found is not None
    return found[1]


def _only(session: Session) -> Survey:
    session.rollback()  # lets go of the lock that the pages need
    return session.scalars(select(Survey)).one()


def test_an_empty_list_says_what_to_do(
    logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    analyst, manager = logged_in(Role.ANALYST), logged_in(Role.MANAGER)
    assert "Draw the journey first" in analyst.get("/surveys/").text
    factories.journey()
    session.commit()

    assert "Choose a template" in analyst.get("/surveys/").text
    assert "An analyst has to write the first one" in manager.get("/surveys/").text


def test_a_survey_begins_with_a_template(
    analyst: FlaskClient, session: Session
) -> None:
    assert "After delivery" in analyst.get("/surveys/new").text
    page = analyst.get("/surveys/new/delivery").text
    assert re.search(r'<option selected value="\d+">Delivery<', page)
    assert "What it asks" in page

    answer = analyst.post(
        "/surveys/new/delivery",
        data={"touchpoint": _touchpoint(page, "Delivery"), "anonymous": "yes"},
    )

    survey = _only(session)
    assert answer.location == f"/surveys/{survey.public_id}/edit"
    assert survey.anonymous
    assert get_survey(session, survey.public_id).touchpoint_key == "livraison"


def test_an_anonymous_survey_from_a_template_says_that_it_offers_no_call(
    analyst: FlaskClient, session: Session
) -> None:
    page = analyst.get("/surveys/new/hotline").text
    data = {"touchpoint": _touchpoint(page, "Delivery"), "anonymous": "yes"}

    answer = analyst.post("/surveys/new/hotline", data=data, follow_redirects=True)

    assert "The offer to call back was left out" in answer.text
    endings = get_survey(session, _only(session).public_id).questionnaire.endings
    assert not any(one.callback for one in endings)


@pytest.mark.parametrize("template", [one.key for one in list_templates()])
def test_every_template_can_be_published_as_it_stands(
    template: str, session: Session, factories: Factories
) -> None:
    found = next(one for one in list_templates() if one.key == template)

    survey = factories.survey(questionnaire=found.questionnaire)

    assert survey.version == 1


def test_a_survey_begins_empty(analyst: FlaskClient, session: Session) -> None:
    page = analyst.get("/surveys/new/blank").text
    data = {"title": "My survey", "touchpoint": _touchpoint(page, "Delivery")}

    assert analyst.post("/surveys/new/blank", data=data).status_code == 422
    analyst.post("/surveys/new/blank", data={**data, "languages": ["fr", "en"]})

    draft = get_survey(session, _only(session).public_id).questionnaire
    assert (draft.title, draft.languages) == ({"en": "My survey"}, ("en", "fr"))


def test_a_survey_comes_from_a_file(analyst: FlaskClient, session: Session) -> None:
    page = analyst.get("/surveys/import").text
    place = _touchpoint(page, "Delivery")
    content = write_file(score_and_comment())

    answer = analyst.post(
        "/surveys/import",
        data={"touchpoint": place, "file": (io.BytesIO(content), "ours.json")},
    )

    survey = _only(session)
    assert answer.location == f"/surveys/{survey.public_id}/edit"
    assert get_survey(session, survey.public_id).questionnaire == score_and_comment()


def test_what_a_foreign_file_loses_is_told(
    analyst: FlaskClient, session: Session
) -> None:
    place = _touchpoint(analyst.get("/surveys/import").text, "Delivery")
    foreign = {
        "title": "Old survey",
        "pages": [
            {
                "elements": [
                    {"type": "rating", "name": "q1", "title": "Happy?"},
                    {"type": "signaturepad", "name": "q2"},
                ]
            }
        ],
    }

    page = analyst.post(
        "/surveys/import",
        data={
            "touchpoint": place,
            "file": (io.BytesIO(json.dumps(foreign).encode()), "old.json"),
        },
    )

    assert page.status_code == 200
    assert "not taken over as" in page.text
    assert "q2" in page.text
    assert _only(session).name == "Old survey"


def test_a_file_that_is_no_survey_is_refused_in_words(
    analyst: FlaskClient, session: Session
) -> None:
    place = _touchpoint(analyst.get("/surveys/import").text, "Delivery")

    page = analyst.post(
        "/surveys/import",
        data={"touchpoint": place, "file": (io.BytesIO(b"{}"), "x.json")},
    )

    assert page.status_code == 422
    assert "This file was not brought in" in page.text
    assert session.scalars(select(Survey)).all() == []


def test_a_survey_is_shown_with_its_versions(
    logged_in: LoggedIn, factories: Factories, session: Session, clock: StoppedClock
) -> None:
    public_id = factories.survey().public_id
    changed = Question(key="score", kind="nps", text={"fr": "Oui ?", "en": "Yes?"})
    service.change(
        session,
        public_id,
        put_question(changed),
        revision=None,
        author_id=None,
        now=clock.now(),
    )
    service.publish(session, public_id, author_id=None, now=clock.now())
    session.commit()
    manager = logged_in(Role.MANAGER)

    page = manager.get(f"/surveys/{public_id}/").text
    assert "answered now" in page
    assert "/edit" not in page
    old = manager.get(f"/surveys/{public_id}/versions/1?language=en").text
    assert "Would you recommend us to a friend?" in old
    assert "trend breaks here" not in old
    new = manager.get(f"/surveys/{public_id}/versions/2?language=en").text
    assert "trend breaks here" in new
    assert manager.get(f"/surveys/{public_id}/versions/3").status_code == 404
    assert "open" in manager.get("/surveys/").text


def test_the_list_leads_to_the_answers(
    logged_in: LoggedIn, factories: Factories
) -> None:
    survey = factories.survey()
    factories.response(survey, {"score": 9})
    public_id = survey.public_id

    page = logged_in(Role.MANAGER).get("/surveys/").text

    assert re.search(rf'href="/surveys/{public_id}/results"[^>]*>1</a>', page)


def test_a_version_is_exported_as_it_was(
    logged_in: LoggedIn, factories: Factories
) -> None:
    public_id = factories.survey().public_id
    analyst = logged_in(Role.ANALYST)

    answer = analyst.get(f"/surveys/{public_id}/export.json?version=1")

    assert answer.data == write_file(score_and_comment())
    assert "votre-avis-v1.json" in answer.headers["Content-Disposition"]
    draft = analyst.get(f"/surveys/{public_id}/export.json")
    assert "votre-avis.json" in draft.headers["Content-Disposition"]


def test_a_survey_is_closed_archived_and_brought_back(
    logged_in: LoggedIn, factories: Factories, session: Session
) -> None:
    public_id = factories.survey().public_id
    analyst = logged_in(Role.ANALYST)
    url = f"/surveys/{public_id}"

    def state() -> tuple[str, bool]:
        found = get_survey(session, public_id)
        session.rollback()
        return found.state.value, found.is_archived

    analyst.post(f"{url}/close")
    assert state() == ("closed", False)
    analyst.post(f"{url}/reopen")
    answer = analyst.post(f"{url}/archive")
    assert state() == ("closed", True)
    assert "was archived" in analyst.get(answer.location).text
    assert "Votre avis" in analyst.get("/surveys/archived").text
    analyst.post(f"{url}/restore", data={"open": "1"})
    assert state() == ("open", False)


def test_a_copy_opens_in_the_builder(
    logged_in: LoggedIn, factories: Factories, session: Session
) -> None:
    public_id = factories.survey().public_id
    analyst = logged_in(Role.ANALYST)

    answer = analyst.post(f"/surveys/{public_id}/duplicate")

    assert public_id not in answer.location
    assert "This is the copy" in analyst.get(answer.location).text


def test_managers_look_and_change_nothing(
    logged_in: LoggedIn, factories: Factories
) -> None:
    public_id = factories.survey().public_id
    manager = logged_in(Role.MANAGER)

    for address in ("/surveys/new", "/surveys/archived", "/surveys/import"):
        assert manager.get(address).status_code == 403
    for deed in ("close", "reopen", "archive", "restore", "duplicate"):
        assert manager.post(f"/surveys/{public_id}/{deed}").status_code == 403


def test_the_list_speaks_french(logged_in: LoggedIn, factories: Factories) -> None:
    factories.survey()

    page = logged_in(Role.ANALYST, locale="fr").get("/surveys/").text

    assert '<html lang="fr">' in page
    assert "Nouvelle enquête" in page or "New survey" in page
