"""POST /invitations: one customer is asked by hand; a link is told once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.invitations import find_invitation
from feedback.collection.models import Invitation
from feedback.collection.terms import Channel, InvitationState
from feedback.surveys.models import Survey
from tests.api.conftest import Machine
from tests.factories import Factories

LEA = {"id": "88", "email": "lea@example.org", "locale": "fr"}


@pytest.fixture
def survey(factories: Factories, session: Session) -> Survey:
    """An open survey."""
    made = factories.survey(factories.touchpoint(key="parcel"))
    session.commit()
    return made


def invitations(session: Session) -> list[Invitation]:
    found = list(session.scalars(select(Invitation)))
    session.rollback()
    return found


def test_a_personal_link_is_made_and_told_once(
    machine: Machine, survey: Survey, session: Session
) -> None:
    answer = machine.post(
        "/invitations", json={"survey": survey.public_id, "customer": LEA}
    )

    assert answer.status_code == 201
    assert answer.json is not None
    address, _, token = answer.json["link"].rpartition("/a/")
    assert address == "http://127.0.0.1:5000"
    invitation = find_invitation(session, token)
    assert invitation is not None
    assert invitation.public_id == answer.json["invitation"]
    assert (invitation.channel, invitation.locale) == (Channel.LINK, "fr")
    assert invitation.contact_email == "lea@example.org"


def test_by_mail_it_is_planned_and_no_link_is_told(
    machine: Machine, survey: Survey, session: Session
) -> None:
    answer = machine.post(
        "/invitations",
        json={
            "survey": survey.public_id,
            "customer": LEA,
            "channel": "email",
            "touchpoint": "parcel",
            "expires_after_days": 7.0,
        },
    )

    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["link"] is None
    (invitation,) = invitations(session)
    assert invitation.state == InvitationState.PLANNED
    assert invitation.touchpoint_id == survey.touchpoint_id
    assert (invitation.expires_at - invitation.due_at).days == 7


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"survey": "nothing"}, 404, "survey"),
        ({"touchpoint": "nowhere"}, 404, "touchpoint"),
        ({"survey": None}, 422, {"survey": "missing"}),
        ({"customer": None}, 422, {"customer": "missing"}),
        ({"customer": {}}, 422, {"customer": "missing"}),
        ({"customer": {"id": 3}}, 422, {"customer.id": "not_text"}),
        ({"customer": {"email": "x"}}, 422, {"customer.email": "not_an_address"}),
        ({"channel": "sms"}, 422, {"channel": "no_address"}),
        ({"channel": "kiosk"}, 422, {"channel": "not_a_choice"}),
        ({"expires_after_days": 0}, 422, {"expires_after_days": "out_of_range"}),
        (
            {"expires_after_days": "7"},
            422,
            {"expires_after_days": "not_a_whole_number"},
        ),
        (
            {"expires_after_days": 7.5},
            422,
            {"expires_after_days": "not_a_whole_number"},
        ),
        (
            {"expires_after_days": True},
            422,
            {"expires_after_days": "not_a_whole_number"},
        ),
        ({"expires_after_days": {}}, 422, {"expires_after_days": "not_a_whole_number"}),
        (
            {"expires_after_days": [7]},
            422,
            {"expires_after_days": "not_a_whole_number"},
        ),
        ({"expires_after_days": 1e300}, 422, {"expires_after_days": "out_of_range"}),
        ({"touch": "x"}, 422, {"touch": "unknown_field"}),
    ],
)
def test_each_fault_is_told_and_nobody_is_asked(
    machine: Machine,
    survey: Survey,
    session: Session,
    changed: dict[str, Any],
    status: int,
    code: str | dict[str, str],
) -> None:
    body = {"survey": survey.public_id, "customer": LEA} | changed

    answer = machine.post("/invitations", json=body)

    assert answer.status_code == status
    assert answer.json is not None
    if isinstance(code, str):
        assert answer.json["code"] == code
    else:
        assert {one["place"]: one["code"] for one in answer.json["errors"]} == code
    assert all("_" not in one["detail"] for one in answer.json.get("errors", []))
    assert invitations(session) == []


def test_a_survey_that_is_not_open_asks_nobody(
    machine: Machine, factories: Factories, session: Session
) -> None:
    draft = factories.survey(published=False).public_id
    session.commit()

    answer = machine.post("/invitations", json={"survey": draft, "customer": LEA})

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "survey_not_open"
    assert invitations(session) == []
