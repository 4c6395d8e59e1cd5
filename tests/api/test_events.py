"""POST /events: one, many, by headers; the same once; the faulty ones alone refused."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope
from feedback.collection.models import Event, UnusedDelivery
from feedback.collection.unused import list_unused
from feedback.db.session import Database
from feedback.jobs.models import Job
from tests.api.conftest import Connect, Machine
from tests.conftest import StoppedClock

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "C-1042",
    "source": "my-shop",
    "type": "order.delivered",
    "time": "2026-10-15T08:30:00Z",
    "data": {
        "customer": {"id": "88", "email": "lea@example.org", "locale": "fr"},
        "order": {"total": 129.9},
    },
}


def count(session: Session) -> int:
    found = session.scalar(select(func.count()).select_from(Event)) or 0
    session.rollback()
    return found


def codes(answer: Any) -> dict[str, str]:
    return {one["place"]: one["code"] for one in answer.json["errors"]}


def test_one_event_is_acknowledged_with_where_to_look(
    machine: Machine, session: Session
) -> None:
    answer = machine.post("/events", json=EVENT)

    assert answer.status_code == 202
    assert answer.json is not None
    (receipt,) = answer.json["receipts"]
    row = session.scalars(select(Event)).one()
    assert receipt == {
        "position": 0,
        "source": "my-shop",
        "id": "C-1042",
        "event": row.public_id,
        "status": "new",
        "location": f"/api/v1/events/{row.public_id}",
    }
    assert (answer.json["new"], answer.json["known"], answer.json["refused"]) == (
        1,
        0,
        0,
    )
    assert row.type == "order.delivered"
    assert session.scalars(select(Job.name)).all() == ["collection.take_events"]


def test_an_event_that_is_sent_again_is_known_and_changes_nothing(
    machine: Machine, session: Session
) -> None:
    first = machine.post("/events", json=EVENT).json
    again = machine.post("/events", json=EVENT | {"type": "order.paid"})

    assert again.status_code == 202
    assert again.json is not None
    assert first is not None
    assert again.json["receipts"][0]["status"] == "known"
    assert again.json["receipts"][0]["event"] == first["receipts"][0]["event"]
    assert session.scalars(select(Event.type)).all() == ["order.delivered"]


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json; charset=utf-8",
    ],
)
def test_many_events_come_in_one_call_in_any_of_the_documented_ways(
    machine: Machine, session: Session, media_type: str
) -> None:
    many = [EVENT | {"id": f"C-{number}"} for number in range(30)]
    answer = machine.post("/events", data=json.dumps(many), content_type=media_type)

    assert answer.status_code == 202
    assert answer.json is not None
    assert [one["position"] for one in answer.json["receipts"]] == list(range(30))
    assert count(session) == 30


def test_an_event_may_be_carried_by_headers(machine: Machine, session: Session) -> None:
    answer = machine.post(
        "/events",
        json=EVENT["data"],
        headers={
            "ce-specversion": "1.0",
            "ce-id": "C-1042",
            "ce-source": "my%20shop",
            "ce-type": "order.delivered",
            "ce-time": "2026-10-15T08:30:00Z",
        },
    )

    assert answer.status_code == 202
    row = session.scalars(select(Event)).one()
    assert (row.source, row.event_id) == ("my shop", "C-1042")
    assert row.data == {"order": {"total": 129.9}}
    assert row.customer["email"] == "lea@example.org"


def test_headers_alone_are_an_event_without_data(machine: Machine) -> None:
    headers = {f"ce-{name}": EVENT[name] for name in ("specversion", "id", "type")}

    answer = machine.post("/events", headers=headers)

    assert answer.status_code == 422
    assert codes(answer) == {"source": "missing"}
    headers["ce-source"] = "my-shop"
    assert machine.post("/events", headers=headers).status_code == 202


def test_of_many_events_the_faulty_ones_alone_are_refused(
    machine: Machine, session: Session, clock: StoppedClock
) -> None:
    later = (clock.now() + timedelta(days=2)).isoformat()
    many = [
        EVENT,
        EVENT | {"id": "C-2", "time": later},
        "no event",
        EVENT | {"id": "C-3"},
        EVENT | {"id": "C-4", "data": {"customer": {"email": "a\nBcc: b@c.de"}}},
    ]

    answer = machine.post("/events", json=many)

    assert answer.status_code == 202
    assert answer.json is not None
    assert [one["position"] for one in answer.json["receipts"]] == [0, 3]
    assert answer.json["refused"] == 3
    assert [
        (one["position"], one["id"], one["errors"][0]["code"])
        for one in answer.json["refusals"]
    ] == [
        (1, "C-2", "in_the_future"),
        (2, None, "not_an_object"),
        (4, "C-4", "control_characters"),
    ]
    assert answer.json["refusals"][0]["errors"][0]["detail"] == (
        "This moment lies in the future."
    )
    assert count(session) == 2
    counted = {one.code: one.count for one in list_unused(session, since=clock.now())}
    assert counted == {
        "in_the_future": 1,
        "not_an_object": 1,
        "control_characters": 1,
    }


def test_when_no_event_can_be_taken_the_call_is_refused(
    machine: Machine, session: Session
) -> None:
    answer = machine.post("/events", json=[{}, {"id": "C-1"}])

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "no_event_accepted"
    assert [one["position"] for one in answer.json["refusals"]] == [0, 1]
    assert count(session) == 0
    assert session.scalars(select(UnusedDelivery.is_refused)).all()


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({"specversion": "0.3"}, {"specversion": "unknown_version"}),
        ({"id": "", "source": None}, {"id": "missing", "source": "missing"}),
        ({"type": "Order Delivered"}, {"type": "bad_type"}),
        ({"type": 7}, {"type": "not_text"}),
        ({"time": "yesterday"}, {"time": "not_a_moment"}),
        ({"time": "2026-10-15T08:30:00"}, {"time": "not_a_moment"}),
        ({"data": []}, {"data": "not_an_object"}),
        ({"data": {"text": "x" * 70_000}}, {"data": "too_large"}),
        ({"id": "x" * 256}, {"id": "too_long"}),
        (
            {"data": {"customer": {"email": "nobody", "locale": "français"}}},
            {
                "data.customer.email": "not_an_address",
                "data.customer.locale": "not_a_language",
            },
        ),
    ],
)
def test_each_fault_of_an_event_is_told_with_its_place(
    machine: Machine,
    session: Session,
    changed: dict[str, Any],
    places: dict[str, str],
) -> None:
    answer = machine.post("/events", json=EVENT | changed)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert codes(answer) == places
    assert all("_" not in one["detail"] for one in answer.json["errors"])  # type: ignore[index]
    assert count(session) == 0


def test_a_fault_is_told_in_french_too(machine: Machine) -> None:
    answer = machine.post(
        "/events", json=EVENT | {"id": ""}, headers={"Accept-Language": "fr"}
    )

    assert answer.json is not None
    assert answer.headers["Content-Language"] == "fr"
    assert answer.json["title"] == "Quelque chose ne va pas dans votre envoi"
    assert answer.json["errors"][0]["detail"] == "Ce champ est à remplir."


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{}", "text/plain", 415, "not_json_type"),
        (b"{}", "application/x-www-form-urlencoded", 415, "not_json_type"),
        (b"{}", "", 415, "not_json_type"),
        (b"", "application/json", 400, "not_json"),
        (b"{", "application/json", 400, "not_json"),
        (b"\xff", "application/json", 400, "not_json"),
        (b'{"a": NaN}', "application/json", 400, "not_json"),
        (b'{"a": 1e999}', "application/json", 400, "not_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "application/json", 400, "not_json"),
        (b'{"a": "\\u0000"}', "application/json", 400, "not_text"),
        (b'{"\\ud800": 1}', "application/json", 400, "not_text"),
        (b"[" * 40 + b"]" * 40, "application/json", 400, "too_deep"),
        (b"[" * 100_000, "application/json", 400, "too_deep"),
        (b"[]", "application/json", 422, "no_events"),
        (b"[" + b"{}," * 1000 + b"{}]", "application/json", 422, "too_many_events"),
        (b'"text"', "application/json", 422, "invalid"),
        (b'"' + b"x" * 2_200_000 + b'"', "application/json", 413, "call_too_large"),
    ],
)
def test_content_that_cannot_be_read_is_refused_in_words(
    machine: Machine,
    session: Session,
    content: bytes,
    media_type: str,
    status: int,
    code: str,
) -> None:
    answer = machine.post("/events", data=content, content_type=media_type)

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["code"] == code
    assert "%(" not in answer.json["detail"]
    assert count(session) == 0


def test_an_event_with_its_mark_of_byte_order_is_read(machine: Machine) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(EVENT).encode()

    answer = machine.post("/events", data=content, content_type="application/json")

    assert answer.status_code == 202


def test_an_address_that_answers_to_get_alone_needs_its_own_scope(
    connect: Connect,
) -> None:
    writer = connect(Scope.EVENTS_WRITE)

    assert writer.post("/events", json=EVENT).status_code == 202
    assert writer.get("/events/anything").status_code == 403


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_same_event_fifty_times_at_once_is_one_event(
    application: Flask, database: Database, connect: Connect, session: Session
) -> None:
    machine = connect()
    machine.get("/surveys")  # the key's hour is noted, so that the rest is alike
    told: list[tuple[int, str, str]] = []
    barrier = threading.Barrier(10)

    def send() -> None:
        mine = Machine(application.test_client(use_cookies=False), machine.key)
        barrier.wait()
        for _ in range(5):
            answer = mine.post("/events", json=EVENT)
            assert answer.json is not None
            (receipt,) = answer.json["receipts"]
            told.append((answer.status_code, receipt["event"], receipt["status"]))

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 50
    assert {status for status, _, _ in told} == {202}
    assert len({event for _, event, _ in told}) == 1
    assert [status for _, _, status in told].count("new") == 1
    assert count(session) == 1
