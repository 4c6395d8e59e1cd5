"""GET /responses: answers in words and raw, page by page, none twice, none lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.collection.terms import Flag, ResponseState
from feedback.surveys.models import Survey
from tests.api.conftest import Machine
from tests.conftest import StoppedClock
from tests.factories import Factories


@pytest.fixture
def survey(factories: Factories, session: Session) -> Survey:
    """An open survey with a score and a comment."""
    made = factories.survey(factories.touchpoint(key="parcel"))
    session.commit()
    return made


def read(machine: Machine, survey: Survey, more: str = "") -> dict[str, Any]:
    answer = machine.get(f"/responses?survey={survey.public_id}{more}")
    assert answer.status_code == 200
    page = answer.json
    assert isinstance(page, dict)
    return page


def test_a_response_is_told_in_words_and_as_it_was_kept(
    machine: Machine, survey: Survey, factories: Factories, session: Session
) -> None:
    contact = factories.contact("88")
    made = factories.response(
        survey,
        {"score": 3, "comment": "Trop d'attente"},
        contact=contact,
        flags=[Flag.SPEEDER],
    )
    factories.analysed(made, "Trop d'attente")
    session.commit()

    (told,) = read(machine, survey)["responses"]

    assert told["response"] == made.public_id
    assert (told["touchpoint"], told["customer"]) == ("parcel", "88")
    assert (told["version"], told["state"], told["flags"]) == (
        1,
        "complete",
        ["speeder"],
    )
    assert told["day"] == made.day.isoformat()
    assert told["saved_at"].startswith(made.day.isoformat())
    answers = {one["question"]: one for one in told["answers"]}
    assert answers["score"]["value"] == 3
    assert answers["score"]["kind"] == "nps"
    assert answers["comment"]["value"] == answers["comment"]["words"]
    assert all(one["text"] for one in told["answers"])


def test_every_response_comes_once_whatever_the_size_of_a_page(
    machine: Machine,
    survey: Survey,
    factories: Factories,
    session: Session,
    clock: StoppedClock,
) -> None:
    today = clock.now().date()
    made = [
        factories.response(survey, {"score": n % 11}, day=today - timedelta(days=n % 3))
        for n in range(11)
    ]
    factories.response(survey, {"score": 1}, state=ResponseState.PARTIAL)
    factories.response(survey, {"score": 1}, is_test=True)
    factories.response(factories.survey(), {"score": 1})
    session.commit()

    for limit in (1, 4, 200):
        found: list[dict[str, Any]] = []
        more = f"&limit={limit}"
        while True:
            page = read(machine, survey, more)
            found += page["responses"]
            assert len(page["responses"]) <= limit
            if page["next"] is None:
                break
            more = f"&limit={limit}&after={page['next']}"
        assert sorted(one["response"] for one in found) == sorted(
            one.public_id for one in made
        )
        assert [one["day"] for one in found] == sorted(one["day"] for one in found)


def test_days_and_partial_responses_are_asked_for(
    machine: Machine, survey: Survey, factories: Factories, session: Session
) -> None:
    for day in (1, 2, 3):
        factories.response(survey, {"score": day}, day=date(2026, 10, day))
    factories.response(
        survey, {"score": 9}, day=date(2026, 10, 2), state=ResponseState.PARTIAL
    )
    session.commit()

    def scores(more: str) -> list[int]:
        told = read(machine, survey, more)["responses"]
        return [one["answers"][0]["value"] for one in told if one["answers"]]

    assert scores("&since=2026-10-02") == [2, 3]
    assert scores("&since=2026-10-01&until=2026-10-02") == [1]
    assert len(read(machine, survey, "&with_partial=yes")["responses"]) == 4


def test_of_an_anonymous_survey_no_person_and_no_moment_is_told(
    machine: Machine, factories: Factories, session: Session
) -> None:
    survey = factories.survey(anonymous=True)
    factories.response(survey, {"score": 3})
    session.commit()

    (told,) = read(machine, survey)["responses"]

    assert told["saved_at"] is None
    assert told["customer"] is None


@pytest.mark.parametrize(
    ("query", "place", "code"),
    [
        ("", "survey", "missing"),
        ("survey=x&since=yesterday", "since", "not_a_day"),
        ("survey=x&limit=0", "limit", "out_of_range"),
        ("survey=x&limit=201", "limit", "out_of_range"),
        ("survey=x&with_partial=perhaps", "with_partial", "not_a_choice"),
        ("survey={}&after=x", "after", "not_a_cursor"),
        ("survey={}&after=%C3%A9", "after", "not_a_cursor"),
        ("survey={}&after=MjAyNi0xMC0xNS45OTk5OTk5OTk5OTk", "after", "not_a_cursor"),
        ("survey={}&since=2026-10-02&until=2026-10-02", "until", "empty_period"),
    ],
)
def test_each_fault_of_the_question_is_told(
    machine: Machine, survey: Survey, query: str, place: str, code: str
) -> None:
    answer = machine.get(f"/responses?{query.format(survey.public_id)}")

    assert answer.status_code == 422
    assert answer.json is not None
    assert [(one["place"], one["code"]) for one in answer.json["errors"]] == [
        (place, code)
    ]
    assert "_" not in answer.json["errors"][0]["detail"]


def test_an_unknown_survey_is_not_found(machine: Machine) -> None:
    answer = machine.get("/responses?survey=nothing")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "survey"
