"""Customers: found by their marks, shown whole, exported whole, requests done once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.collection.customer_exports import export_customer, export_originals
from feedback.collection.customers import (
    get_customer,
    handle_request,
    list_customers,
    list_requests,
    stop_customer,
)
from feedback.collection.models import (
    Contact,
    ContactIdentity,
    CustomerRequest,
    Response,
)
from feedback.collection.terms import IdentityKind, RequestKind, StopReason
from feedback.core.errors import Conflict, NotFound
from feedback.core.pagination import PageRequest
from feedback.db.audit import AuditEntry
from feedback.voice.models import Feedback
from tests.collection.test_erasure import House
from tests.conftest import StoppedClock
from tests.factories import Factories

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRET = "a secret of the house"


@pytest.fixture
def house(session: Session, factories: Factories) -> House:
    return House(session, factories)


def found(session: Session, looked_for: str) -> list[str | None]:
    page = list_customers(session, PageRequest(), looked_for=looked_for)
    return [one.customer for one in page.items]


def ask(session: Session, contact: Contact, kind: RequestKind) -> str:
    asked = CustomerRequest(
        kind=kind, contact_id=contact.id, name="Léa", reach="06", created_at=NOW
    )
    session.add(asked)
    session.flush()
    return asked.public_id


def test_a_customer_is_found_by_number_address_or_beginning_of_the_name(
    session: Session, house: House
) -> None:
    house.customer("c-1")
    other = house.customer("c-2")
    other.name, other.email = "Ana 100%", "ana@example.org"
    session.flush()

    assert found(session, "c-1") == ["c-1"]
    assert found(session, "ANA@") == ["c-2"]
    assert found(session, "Ana 100%") == ["c-2"]
    assert found(session, "%") == []
    assert found(session, "") == ["c-2", "c-1"]


def test_a_phone_is_found_however_it_is_written(session: Session, house: House) -> None:
    contact = house.customer("c-1")
    mark = ContactIdentity(
        contact_id=contact.id, kind=IdentityKind.PHONE, value="+33612345678"
    )
    session.add(mark)
    session.flush()

    assert found(session, "06 12 34 56 78") == ["c-1"]


def test_a_customer_is_shown_with_what_happened_and_what_was_asked(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")

    shown = get_customer(session, contact.public_id, secret=SECRET)

    assert [one.type for one in shown.events] == ["order.paid"]
    assert [one.survey_name for one in shown.invitations] == ["After"]
    assert len(shown.responses) == 1
    assert shown.stopped == {}


def test_everything_that_is_kept_can_be_given_to_the_customer(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")
    response = session.scalars(select(Response)).one()
    session.execute(delete(Feedback))
    house.factories.analysed(response, "Trop long")

    kept = export_customer(session, contact.public_id, secret=SECRET)

    assert kept["email"] == "c-1@example.org"
    assert kept["responses"][0]["answers"]["why"] == "Trop long"
    assert kept["responses"][0]["answers"]["who"]["name"]
    assert kept["events"][0]["data"]


def test_what_a_customer_wrote_is_taken_along_masked_or_as_given_on_record(
    session: Session, house: House, clock: StoppedClock
) -> None:
    contact = house.customer("c-1")
    response = session.scalars(select(Response)).one()
    session.execute(delete(Feedback))
    response.answers = {"why": "Appelez le 06 12 34 56 78"}
    session.flush()
    reader = house.factories.account()

    def why(kept: dict[str, Any]) -> str:
        return str(kept["responses"][0]["answers"]["why"])

    waiting = export_customer(session, contact.public_id, secret=SECRET)
    house.factories.analysed(response, "Appelez le 06 12 34 56 78")
    masked = export_customer(session, contact.public_id, secret=SECRET)
    assert not session.scalars(select(AuditEntry.action)).all()
    given = export_originals(
        session,
        contact.public_id,
        secret=SECRET,
        reader_id=reader.id,
        now=clock.now(),
    )

    assert why(waiting) == ""
    assert why(masked) == "Appelez le ••••••••••••••"
    assert why(given) == "Appelez le 06 12 34 56 78"
    acts = session.execute(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.subject)
    ).all()
    assert [tuple(act) for act in acts] == [
        ("customer_originals_read", reader.id, contact.public_id)
    ]


def test_a_customer_who_is_stopped_is_shown_as_such(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")

    stop_customer(session, contact.public_id, actor_id=None, now=NOW, secret=SECRET)

    shown = get_customer(session, contact.public_id, secret=SECRET)
    assert shown.stopped == {"c-1@example.org": StopReason.OPT_OUT}


def test_a_request_is_done_once(session: Session, house: House) -> None:
    contact = house.customer("c-1")
    public_id = ask(session, contact, RequestKind.CALLBACK)

    handle_request(session, public_id, actor_id=None, now=NOW)

    with pytest.raises(Conflict, match="request_handled"):
        handle_request(session, public_id, actor_id=None, now=NOW)
    done = list_requests(session, PageRequest(), handled=True)
    assert [one.public_id for one in done.items] == [public_id]
    assert session.get(Contact, contact.id) is not None


def test_a_request_names_the_customer_who_typed_no_name(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")
    public_id = ask(session, contact, RequestKind.ERASURE)
    asked = session.scalars(
        select(CustomerRequest).where(CustomerRequest.public_id == public_id)
    ).one()
    asked.name, contact.name = None, "Ana Petit"

    def name() -> str | None:
        session.flush()
        shown = list_requests(session, PageRequest()).items
        return next(one.name for one in shown if one.public_id == public_id)

    assert name() == "Ana Petit"
    contact.name = None
    assert name() == "c-1"
    asked.contact_id = None
    assert name() is None


def test_who_asked_to_be_forgotten_is_forgotten(session: Session, house: House) -> None:
    contact = house.customer("c-1")
    public_id = ask(session, contact, RequestKind.ERASURE)

    handle_request(session, public_id, actor_id=None, now=NOW)

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Contact)) == 0
    waiting = list_requests(session, PageRequest())
    assert waiting.items == ()


def test_a_request_that_is_not_there_is_said_to_be_unknown(session: Session) -> None:
    with pytest.raises(NotFound, match="request"):
        handle_request(session, "nothing", actor_id=None, now=NOW)
