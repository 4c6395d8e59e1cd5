"""CloudEvents: every good one is read, every bad one is told what is wrong with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.cloudevents import read_batch, read_event
from feedback.collection.events import faults_of
from feedback.collection.incoming import (
    CustomerData,
    IncomingEvent,
    read_customer,
    write_customer,
)
from feedback.core.errors import Invalid

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)


def body(**changes: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": "A234",
        "source": "https://shop.example/orders",
        "type": "order.delivered",
        "time": "2026-10-14T18:30:00+02:00",
        "datacontenttype": "application/json",
        "data": {
            "customer": {
                "id": 1042,
                "email": "zoe@example.org",
                "phone": "06 12 34 56 78",
                "name": "Zoé",
                "locale": "fr",
                "time_zone": "Europe/Paris",
                "attributes": {"tier": "gold"},
                "preferred_channel": "email",
                "persona": "famille",
            },
            "order": {"total": 59.9},
        },
    }
    return {**event, **changes}


def customer(**changes: Any) -> dict[str, Any]:
    return body(data={"customer": changes})


def faults(one: object, *, forgiving: bool = False) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_event(one, now=NOW, forgiving=forgiving)
    return caught.value.fields


def test_an_event_is_read_with_its_customer_apart() -> None:
    event = read_event(body(), now=NOW)

    assert event == IncomingEvent(
        source="https://shop.example/orders",
        id="A234",
        type="order.delivered",
        occurred_at=datetime(2026, 10, 14, 16, 30, tzinfo=UTC),
        customer=CustomerData(
            customer="1042",
            email="zoe@example.org",
            phone="06 12 34 56 78",
            name="Zoé",
            locale="fr",
            time_zone="Europe/Paris",
            attributes={"tier": "gold"},
            preferred_channel="email",
            persona="famille",
        ),
        data={"order": {"total": 59.9}},
    )
    assert read_customer(write_customer(event.customer)) == event.customer


def test_what_cloudevents_make_optional_may_be_missing() -> None:
    event = read_event(
        {"specversion": "1.0", "id": "1", "source": "s", "type": "order.paid"}, now=NOW
    )

    assert event.occurred_at == NOW
    assert event.customer == CustomerData()
    assert event.data == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"specversion": "0.3"}, {"specversion": "unknown_version"}),
        ({"specversion": None}, {"specversion": "missing"}),
        ({"id": ""}, {"id": "missing"}),
        ({"id": 7}, {"id": "not_text"}),
        ({"source": "x" * 256}, {"source": "too_long"}),
        ({"source": "a\r\nb"}, {"source": "control_characters"}),
        ({"type": None}, {"type": "missing"}),
        ({"time": "yesterday"}, {"time": "not_a_moment"}),
        ({"time": "2026-10-14T18:30:00"}, {"time": "not_a_moment"}),
        ({"time": "2026-13-14T18:30:00Z"}, {"time": "not_a_moment"}),
        ({"time": "1900-01-01T00:00:00Z"}, {"time": "not_a_moment"}),
        ({"time": 1760000000}, {"time": "not_text"}),
        ({"datacontenttype": "text/xml"}, {"datacontenttype": "not_json"}),
        ({"data_base64": "AAAA"}, {"data_base64": "not_json"}),
        ({"data": "text"}, {"data": "not_an_object"}),
        ({"data": {"customer": []}}, {"data.customer": "not_an_object"}),
    ],
)
def test_each_fault_of_the_envelope_is_named(
    changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert faults(body(**changes)) == expected


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "zoe@example.org\r\nBcc: all@example.org", "control_characters"),
        ("email", "Zoé <zoe@example.org>", "not_an_address"),
        ("phone", "call me", "not_a_phone"),
        ("name", "Zoé\nBcc: x", "control_characters"),
        ("locale", "french please", "not_a_language"),
        ("time_zone", "Mars/Olympus", "unknown_time_zone"),
        ("preferred_channel", "pigeon", "not_a_choice"),
        ("id", ["C1"], "not_text"),
        ("attributes", ["gold"], "not_an_object"),
    ],
)
def test_each_fault_of_a_customer_is_named_or_left_out(
    field: str, value: object, code: str
) -> None:
    assert faults(customer(**{field: value})) == {f"data.customer.{field}": code}

    kept = read_event(customer(**{field: value}), now=NOW, forgiving=True)
    assert write_customer(kept.customer) == {}


def test_forgiving_ends_at_the_envelope() -> None:
    assert faults(body(id=""), forgiving=True) == {"id": "missing"}


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.x+json; a=b"])
def test_kinds_of_json_are_read(kind: str) -> None:
    assert read_event(body(datacontenttype=kind), now=NOW).id == "A234"


def test_fractions_of_a_second_and_small_letters_are_read() -> None:
    event = read_event(body(time="2026-10-14t18:30:00.123456789z"), now=NOW)

    assert event.occurred_at == datetime(2026, 10, 14, 18, 30, 0, 123456, tzinfo=UTC)


def test_a_batch_names_the_place_of_each_fault() -> None:
    with pytest.raises(Invalid) as caught:
        read_batch([body(), body(type=""), "x"], now=NOW)

    assert caught.value.fields == {"1.type": "missing", "2.event": "not_an_object"}
    assert len(read_batch([body(), body(id="B")], now=NOW)) == 2
    assert len(read_batch(body(), now=NOW)) == 1


@pytest.mark.parametrize(
    ("batch", "code"),
    [([], "missing"), ([{}] * 1001, "too_many"), ("x", "not_an_object")],
)
def test_a_batch_has_one_to_a_thousand_events(batch: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_batch(batch, now=NOW)

    assert caught.value.fields == {"events": code}


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
fields = st.sampled_from(
    ["specversion", "id", "source", "type", "time", "datacontenttype", "data"]
)


def read(sent: object) -> tuple[IncomingEvent | None, dict[str, str]]:
    try:
        return read_event(sent, now=NOW), {}
    except Invalid as error:
        return None, error.fields


@given(st.dictionaries(fields, anything) | anything)
def test_whatever_is_sent_is_read_or_refused(sent: Any) -> None:
    event, found = read({**body(), **sent} if isinstance(sent, dict) else sent)

    assert (event is None) == bool(found)
    if event is not None:
        faults_of(event, now=NOW)


@given(st.dictionaries(st.text(max_size=8), anything))
def test_whatever_is_said_of_a_customer_is_read_or_refused(said: Any) -> None:
    _, found = read(customer(**said))

    assert all(name.startswith("data.customer") for name in found)
