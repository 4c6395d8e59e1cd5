"""GET /events/ID: what came of an event at each trigger, and why."""

from sqlalchemy.orm import Session

from feedback.worker.runner import Worker
from tests.api.conftest import Machine
from tests.api.test_events import EVENT
from tests.factories import Factories


def test_an_event_tells_what_came_of_it_at_each_rule(
    machine: Machine, factories: Factories, session: Session, worker: Worker
) -> None:
    rich = {"subject": "event", "name": "order.total", "operator": "at_least"}
    first = factories.trigger(factories.survey())
    second = factories.trigger(
        factories.survey(), rule={"any": False, "conditions": [rich | {"value": 500}]}
    )
    names = (first.public_id, second.public_id)
    session.commit()
    sent = machine.post("/events", json=EVENT)
    assert sent.json is not None
    where = sent.json["receipts"][0]["location"].removeprefix("/api/v1")
    before = machine.get(where)
    worker.drain()

    told = machine.get(where)

    assert before.json is not None
    assert (before.json["state"], before.json["outcomes"]) == ("received", [])
    assert told.status_code == 200
    assert told.json is not None
    assert told.json["id"] == "C-1042"
    outcomes = {one["trigger"]: one for one in told.json["outcomes"]}
    assert set(outcomes) == set(names)
    assert outcomes[names[0]]["kind"] == "invited"
    assert outcomes[names[0]]["invitation"]["channel"] == "email"
    assert outcomes[names[1]]["kind"] == "not_matched"
    assert outcomes[names[1]]["reason"] == "condition_not_met"
    assert outcomes[names[1]]["detail"]["conditions"][0]["name"] == "order.total"
    assert outcomes[names[1]]["invitation"] is None


def test_an_event_of_a_type_that_nobody_listens_to_says_so(
    machine: Machine, worker: Worker
) -> None:
    sent = machine.post("/events", json=EVENT | {"type": "chat.ended"})
    worker.drain()

    assert sent.json is not None
    told = machine.get(f"/events/{sent.json['receipts'][0]['event']}")
    assert told.json is not None
    assert [one["reason"] for one in told.json["outcomes"]] == ["no_trigger"]


def test_an_unknown_event_is_not_found(machine: Machine) -> None:
    answer = machine.get("/events/nothing")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["detail"] == "This event does not exist, or was forgotten."
