"""PUT /contacts and POST /contacts/stop: who customers are, whom nobody writes to."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.contacts import is_stopped, stopped_among
from feedback.collection.models import Contact
from feedback.collection.terms import StopReason
from feedback.config import Settings
from tests.api.conftest import Machine

LEA = {
    "id": "88",
    "email": "Lea@Example.org",
    "phone": "06 12 34 56 78",
    "name": "Léa Martin",
    "locale": "fr",
    "time_zone": "Europe/Paris",
    "attributes": {"vip": True, "city": "Rennes"},
    "preferred_channel": "sms",
}


def contacts(session: Session) -> list[Contact]:
    found = list(session.scalars(select(Contact)))
    session.rollback()
    return found


def test_a_customer_is_added_and_then_changed(
    machine: Machine, session: Session
) -> None:
    first = machine.put("/contacts", json=LEA)
    again = machine.put("/contacts", json={"id": "88", "name": "Léa Durand"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == {"stopped": False}
    (contact,) = contacts(session)
    assert contact.customer == "88"
    assert contact.phone == "+33612345678"
    assert contact.name == "Léa Durand"
    assert contact.attributes == {"vip": True, "city": "Rennes"}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"customer": "missing"}),
        ({"name": "Léa"}, {"customer": "missing"}),
        ({"id": 88}, {"id": "not_text"}),
        ({"id": "88", "email": "nobody"}, {"email": "not_an_address"}),
        ({"id": "88", "email": "a@b.fr\nBcc: c@d.fr"}, {"email": "control_characters"}),
        ({"id": "88", "shoe": "42"}, {"shoe": "unknown_field"}),
        ({"id": "88", "attributes": []}, {"attributes": "not_an_object"}),
        (
            {"id": "88", "preferred_channel": "fax"},
            {"preferred_channel": "not_a_choice"},
        ),
        ({"id": None}, {"id": "missing"}),
        ({"id": " "}, {"id": "missing"}),
        ({"id": "x" * 256}, {"id": "too_long"}),
        ({"id": "88", "attributes": {"a": "x" * 20_000}}, {"customer": "too_large"}),
        ([], {"": "not_an_object"}),
    ],
)
def test_each_fault_of_a_customer_is_told_with_its_place(
    machine: Machine, session: Session, body: Any, faults: dict[str, str]
) -> None:
    answer = machine.put("/contacts", json=body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert {one["place"]: one["code"] for one in answer.json["errors"]} == faults
    assert contacts(session) == []


def test_an_address_is_stopped_for_good(
    machine: Machine, session: Session, settings: Settings
) -> None:
    answer = machine.post(
        "/contacts/stop", json={"email": "lea@example.org", "phone": "06 12 34 56 78"}
    )

    assert answer.json == {"stopped": 2}
    secret = settings.secret()
    assert is_stopped(session, ["lea@example.org"], secret=secret)
    assert is_stopped(session, ["+33612345678"], secret=secret)
    session.rollback()
    assert machine.put("/contacts", json=LEA).json == {"stopped": True}


def test_the_first_reason_of_a_stop_stays(
    machine: Machine, session: Session, settings: Settings
) -> None:
    for reason in ("bounce", "complaint"):
        machine.post("/contacts/stop", json={"email": "a@b.fr", "reason": reason})

    found = stopped_among(session, ["a@b.fr"], secret=settings.secret())
    assert found == {"a@b.fr": StopReason.BOUNCE}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"email": "missing"}),
        ({"email": "nobody"}, {"email": "not_an_address"}),
        (
            {"phone": "12", "email": "x"},
            {"phone": "not_a_phone", "email": "not_an_address"},
        ),
        ({"email": "a@b.fr", "reason": "tired"}, {"reason": "not_a_choice"}),
    ],
)
def test_what_is_no_address_cannot_be_stopped(
    machine: Machine, body: Any, faults: dict[str, str]
) -> None:
    answer = machine.post("/contacts/stop", json=body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert {one["place"]: one["code"] for one in answer.json["errors"]} == faults
