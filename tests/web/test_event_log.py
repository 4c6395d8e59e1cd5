"""The log of events: what came, which triggers it met, what came of it and why."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.models import Event
from feedback.collection.owing import owe_taking
from feedback.collection.unused import note_unused
from feedback.web.event_words import DETAILED, REASONS
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories

LEA = {"id": "88", "name": "Léa Martin", "email": "lea@example.org"}
RICH = {
    "any": False,
    "conditions": [
        {
            "subject": "event",
            "name": "order.total",
            "operator": "at_least",
            "value": 500,
        }
    ],
}


@pytest.fixture
def analyst(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ANALYST)


def test_before_the_first_event_the_page_says_how_to_send_one(
    analyst: FlaskClient, logged_in: LoggedIn
) -> None:
    page = analyst.get("/events/").text

    assert "No event yet" in page
    assert "curl -X POST http://127.0.0.1:5000/api/v1/events" in page
    assert 'href="/events/test"' in page
    assert 'href="/connections/new"' not in page
    administrator = logged_in(Role.ADMINISTRATOR).get("/events/").text
    assert 'href="/connections/new"' in administrator


def test_an_event_is_shown_with_each_rule_and_why(
    analyst: FlaskClient,
    factories: Factories,
    session: Session,
    worker: Worker,
    clock: StoppedClock,
) -> None:
    fits = factories.trigger(factories.survey())
    fits.name = "After the parcel"
    refuses = factories.trigger(factories.survey(), rule=RICH)
    refuses.name = "Large orders"
    event = factories.event(customer=LEA, data={"order": {"total": 129.9}}).public_id
    owe_taking(session, now=clock.now())
    session.commit()
    waiting = analyst.get("/events/").text
    assert "The triggers are about to look at it." in waiting
    worker.drain()

    for path in ("/events/", "/events/live", f"/events/{event}"):
        page = analyst.get(path).text
        assert "Order delivered" in page or path.endswith(event)
        assert "After the parcel" in page
        assert "Large orders" in page
        assert "Not met: event’s “order.total” is at least 500." in page
    story = analyst.get(f"/events/{event}").text
    assert "Léa Martin" in story
    assert "129.9" in story
    assert "lea@example.org" in story


def test_an_event_without_a_rule_says_so(
    analyst: FlaskClient,
    factories: Factories,
    session: Session,
    worker: Worker,
    clock: StoppedClock,
) -> None:
    factories.event(type="chat.ended")
    owe_taking(session, now=clock.now())
    session.commit()
    worker.drain()

    assert "No trigger listens to events of this type." in analyst.get("/events/").text


def test_the_log_is_narrowed_by_type_outcome_and_words(
    analyst: FlaskClient,
    factories: Factories,
    session: Session,
    worker: Worker,
    clock: StoppedClock,
) -> None:
    factories.trigger(factories.survey(), event_type="order.paid", rule=RICH)
    paid = factories.event(type="order.paid", customer=LEA)
    chat = factories.event(type="chat.ended", customer={"id": "99"})
    names = (paid.public_id, chat.public_id)
    event_id = paid.event_id
    owe_taking(session, now=clock.now())
    session.commit()
    worker.drain()

    def shown(query: str) -> tuple[bool, bool]:
        page = analyst.get(f"/events/?{query}").text
        return tuple(f"/events/{name}" in page for name in names)  # type: ignore[return-value]  # of two

    assert shown("") == (True, True)
    assert shown("type=order.paid") == (True, False)
    assert shown("kind=no_trigger") == (False, True)
    assert shown("kind=not_matched") == (True, False)
    assert shown("kind=nonsense") == (True, True)
    assert shown(f"q={event_id}") == (True, False)
    assert shown(f"q={names[1]}") == (False, True)
    assert shown("q=Lea@Example.org") == (True, False)
    assert shown("q=99") == (False, True)
    assert shown("source=nothing") == (False, False)
    assert "No event fits these filters." in analyst.get("/events/?q=nothing").text


def test_refused_calls_are_shown_with_who_called_and_why(
    analyst: FlaskClient, session: Session, clock: StoppedClock
) -> None:
    faults = {"time": "in_the_future"}
    note_unused(session, "key:unknown", faults, is_refused=True, now=clock.now())
    session.commit()

    page = analyst.get("/events/").text

    assert "1 kind of call was refused in the last 24 hours" in page
    assert "This moment lies in the future." in page
    clock.advance(hours=25)
    assert "was refused" not in analyst.get("/events/").text


def test_a_test_event_goes_the_whole_way(
    analyst: FlaskClient, factories: Factories, session: Session, worker: Worker
) -> None:
    factories.trigger(factories.survey())
    session.commit()
    form = analyst.get("/events/test").text
    assert "analyst" in form  # one's own address stands there already

    answer = analyst.post(
        "/events/test",
        data={
            "type": "order.delivered",
            "email": "me@example.org",
            "locale": "en",
            "data": '{"order": {"total": 12}}',
        },
    )

    assert answer.status_code == 302
    event = session.scalars(select(Event)).one()
    assert event.data == {"order": {"total": 12}}
    session.rollback()
    page = analyst.get(answer.location).text
    assert "You sent this event by hand." in page
    assert "data-poll" in page
    worker.drain()
    told = analyst.get(f"{answer.location}/now").text
    assert "The triggers are about to look at it." not in told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"data": "{"}, "The content is not JSON."),
        ({"data": "[]"}, "This must be an object"),
        ({"data": "[" * 9_000}, "The content is not JSON."),
        ({"email": "a@b.fr\nBcc: c@d.fr"}, "This"),
        ({"email": "nobody"}, "This is not an e-mail address."),
        ({"data": '{"a": "' + "x" * 10_001 + '"}'}, "10000"),
    ],
)
def test_a_test_event_with_faults_is_not_sent(
    analyst: FlaskClient, session: Session, changed: dict[str, str], words: str
) -> None:
    sent = {"type": "order.delivered", "email": "me@example.org", "locale": "en"}

    answer = analyst.post("/events/test", data=sent | changed)

    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Event)).all() == []


def test_the_pages_turn_over(
    analyst: FlaskClient, factories: Factories, session: Session
) -> None:
    for _ in range(30):
        factories.event()
    session.commit()

    first, second = analyst.get("/events/").text, analyst.get("/events/?page=2").text

    assert first.count("data-item") == 25
    assert second.count("data-item") == 5
    assert "data-live=" in first
    assert "data-live=" not in second


def test_a_manager_does_not_see_the_log(logged_in: LoggedIn) -> None:
    assert logged_in(Role.MANAGER).get("/events/").status_code == 403


def test_an_unknown_event_is_not_found(analyst: FlaskClient) -> None:
    answer = analyst.get("/events/nothing")

    assert answer.status_code == 404
    assert "This event does not exist" in answer.text


def test_every_detailed_reason_has_plain_words_too() -> None:
    assert set(DETAILED) <= set(REASONS)
