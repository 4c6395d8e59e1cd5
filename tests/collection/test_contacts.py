"""Contacts: one person is one contact, whatever marks an event names them by."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as sql_event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.contacts import (
    CustomerData,
    Met,
    address_key,
    is_stopped,
    recognise,
    recognise_many,
    stop_address,
    stopped_among,
)
from feedback.collection.models import (
    Asking,
    Contact,
    ContactIdentity,
    StoppedAddress,
)
from feedback.collection.terms import Channel, StopReason
from feedback.core.errors import Invalid
from feedback.db.session import Database
from tests.conftest import StoppedClock
from tests.factories import Factories

SECRET = "a secret of the tests"


class Desk:
    """Recognises customers, each event an hour after the one before."""

    def __init__(self, session: Session, clock: StoppedClock) -> None:
        self.session = session
        self.clock = clock

    def __call__(self, *, at: datetime | None = None, **named: Any) -> Contact:
        """Return the contact that this customer is."""
        self.clock.advance(hours=1)
        number = recognise(
            self.session,
            CustomerData(**named),
            occurred_at=at or self.clock.now(),
            now=self.clock.now(),
            country="FR",
        )
        contact = self.session.get_one(Contact, number)
        self.session.refresh(contact)
        return contact


@pytest.fixture
def desk(session: Session, clock: StoppedClock) -> Desk:
    return Desk(session, clock)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Contact)) or 0


def test_a_customer_is_known_again_by_each_mark(desk: Desk) -> None:
    first = desk(customer="C1", email="Zoe@Example.org", phone="06 12 34 56 78")

    assert desk(customer="C1").id == first.id
    assert desk(email="zoe@example.ORG").id == first.id
    assert desk(phone="+33 6 12 34 56 78").id == first.id
    assert first.phone == "+33612345678"


def test_the_customer_number_wins_over_a_shared_address(desk: Desk) -> None:
    one = desk(customer="C1", email="home@example.org")
    other = desk(customer="C2", email="home@example.org")

    assert one.id != other.id
    assert desk(email="home@example.org").id == one.id
    assert desk(customer="C2", email="home@example.org").id == other.id
    assert other.email == "home@example.org"


def test_a_guest_who_becomes_a_customer_is_one_person(desk: Desk) -> None:
    guest = desk(email="zoe@example.org", name="Zoé")

    known = desk(customer="C1", email="zoe@example.org")

    assert known.id == guest.id
    assert known.customer == "C1"
    assert known.name == "Zoé"


def test_contacts_that_turn_out_to_be_one_are_joined_with_their_ledger(
    desk: Desk, session: Session, factories: Factories
) -> None:
    guest = desk(email="zoe@example.org", name="Zoé", attributes={"shop": "Lyon"})
    factories.survey()
    invitation = factories.invitation(contact=guest)
    session.add(
        Asking(
            contact_id=guest.id,
            survey_id=invitation.survey_id,
            channel=Channel.EMAIL,
            asked_at=desk.clock.now(),
        )
    )
    numbered = desk(customer="C1")
    guest_id = guest.id

    joined = desk(customer="C1", email="zoe@example.org")

    assert joined.id == numbered.id
    assert joined.name == "Zoé"
    assert joined.attributes == {"shop": "Lyon"}
    assert session.get(Contact, guest_id) is None
    session.refresh(invitation)
    assert invitation.contact_id == joined.id
    assert session.scalars(select(Asking.contact_id)).all() == [joined.id]


def test_two_customers_are_never_joined(desk: Desk, session: Session) -> None:
    desk(customer="C1", email="one@example.org")
    other = desk(customer="C2", email="two@example.org")

    assert desk(customer="C2", email="one@example.org").id == other.id
    assert count(session) == 2


def test_a_shared_phone_does_not_join_two_addresses(
    desk: Desk, session: Session
) -> None:
    desk(email="one@example.org", phone="0612345678")
    desk(email="two@example.org", phone="0612345678")

    assert count(session) == 2


def test_what_is_newer_overwrites_and_what_is_older_fills_gaps(desk: Desk) -> None:
    desk(customer="C1", name="Zoé", attributes={"tier": "gold", "city": "Lyon"})
    now = desk.clock.now()

    late = desk(
        customer="C1",
        name="Zoe",
        locale="fr_FR",
        attributes={"tier": "silver", "shop": "Nice"},
        at=now - timedelta(days=30),
    )
    assert late.name == "Zoé"
    assert late.locale == "fr-FR"
    assert late.attributes == {"tier": "gold", "city": "Lyon", "shop": "Nice"}
    assert late.newest_event_at == now

    newer = desk(customer="C1", name="Zoé Q.", attributes={"tier": "silver"})
    assert newer.name == "Zoé Q."
    assert newer.attributes["tier"] == "silver"
    assert newer.attributes["city"] == "Lyon"


@pytest.mark.parametrize(
    "email",
    [
        "zoe@example.org\r\nBcc: all@example.org",
        "zoe@example.org\u2028x",
        "Zoé <zoe@example.org>",
        "zoe@example.org, all@example.org",
        "zoe",
        "@example.org",
        "a" * 300 + "@example.org",
        "\0@example.org",
    ],
)
def test_an_address_that_cannot_be_used_is_no_mark(
    desk: Desk, session: Session, email: str
) -> None:
    assert desk(customer="C1", email=email).email is None
    with pytest.raises(Invalid, match="missing"):
        desk(email=email, phone="12")
    marks = session.scalars(select(ContactIdentity.value)).all()
    assert marks == ["C1"]


def test_what_is_no_language_zone_or_channel_is_left_out(desk: Desk) -> None:
    contact = desk(
        customer="C1",
        name="  Zoé\r\nBcc: x  ",
        locale="franç",
        time_zone="../../etc/passwd",
        preferred_channel="pigeon",
        attributes={"a\nb": 1, "ok": "two\nlines", "none": None},
    )

    assert contact.name == "Zoé Bcc: x"
    assert contact.locale is None
    assert contact.time_zone is None
    assert contact.preferred_channel is None
    assert contact.attributes == {"ok": "two lines"}


def test_many_are_recognised_in_order_and_by_few_statements(
    session: Session, clock: StoppedClock
) -> None:
    met = [
        Met(
            customer=CustomerData(
                customer=f"C{n % 100}", email=f"c{n % 100}@example.org"
            ),
            occurred_at=clock.now(),
        )
        for n in range(300)
    ]
    session.connection()
    statements = []
    sql_event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _u, statement, *_r: statements.append(statement),
    )

    found = recognise_many(session, met, now=clock.now())

    assert len(set(found)) == 100
    assert found[:100] == found[100:200] == found[200:]
    assert len(statements) < 20


def test_nobody_in_particular_is_nobody(session: Session, clock: StoppedClock) -> None:
    met = [Met(customer=CustomerData(name="Zoé"), occurred_at=clock.now())]

    assert recognise_many(session, met, now=clock.now()) == [None]
    assert count(session) == 0


marks = st.fixed_dictionaries(
    {
        "customer": st.none() | st.sampled_from(["C1", "C2", "C3"]),
        "email": st.none() | st.sampled_from(["a@example.org", "b@example.org"]),
        "phone": st.none() | st.sampled_from(["+33612345678", "+33612345679"]),
    }
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(marks, min_size=1, max_size=12), st.data())
def test_each_customer_number_is_one_contact_however_events_are_cut(
    database: Database, clock: StoppedClock, named: list[dict[str, Any]], data: Any
) -> None:
    met = [Met(customer=CustomerData(**one), occurred_at=clock.now()) for one in named]
    cut = data.draw(st.integers(0, len(met)))
    with database.session(writes=True) as session:
        found = recognise_many(session, met[:cut], now=clock.now()) if cut else []
        found += recognise_many(session, met[cut:], now=clock.now())
        rows = session.execute(
            select(ContactIdentity.value, ContactIdentity.contact_id)
        )
        owner = {row.value: row.contact_id for row in rows}
        there = set(session.scalars(select(Contact.id)))
        for one, number in zip(named, found, strict=True):
            if one["customer"]:
                last = owner[one["customer"]]
                # a guest may have been joined to somebody afterwards
                assert number == last or number not in there
        numbers = [owner[name] for name in ("C1", "C2", "C3") if name in owner]
        assert len(set(numbers)) == len(numbers), (named, cut, owner)
        assert set(owner.values()) == there
        session.rollback()


@pytest.mark.postgres
def test_two_workers_that_meet_the_same_people_make_each_once(
    database: Database, clock: StoppedClock
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    faults: list[BaseException] = []
    start = threading.Barrier(4)

    def work(shift: int) -> None:
        try:
            start.wait()
            for number in range(10):
                met = [
                    Met(
                        customer=CustomerData(
                            customer=f"C{(n + shift) % 40}",
                            email=f"c{(n + shift) % 40}@example.org",
                        ),
                        occurred_at=clock.now(),
                    )
                    for n in range(number * 4, number * 4 + 4)
                ]
                with database.transaction() as session:
                    recognise_many(session, met, now=clock.now())
        except BaseException as error:
            faults.append(error)

    workers = [threading.Thread(target=work, args=(shift,)) for shift in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert faults == []
    with database.transaction(writes=False) as session:
        assert count(session) == 40
        marks = select(func.count()).select_from(ContactIdentity)
        assert session.scalar(marks) == 80


def test_a_stopped_address_is_found_however_it_is_written(
    session: Session, clock: StoppedClock
) -> None:
    stop_address(
        session, "Zoe@Example.org", StopReason.BOUNCE, now=clock.now(), secret=SECRET
    )
    stop_address(
        session, "zoe@example.org", StopReason.OPT_OUT, now=clock.now(), secret=SECRET
    )

    assert is_stopped(session, [" ZOE@example.org"], secret=SECRET)
    assert not is_stopped(session, ["zoé@example.org"], secret=SECRET)
    assert not is_stopped(session, ["zoe@example.org"], secret="another secret")
    assert stopped_among(session, ["zoe@example.org"], secret=SECRET) == {
        "zoe@example.org": StopReason.BOUNCE
    }


def test_the_stop_list_does_not_hold_the_address(
    session: Session, clock: StoppedClock
) -> None:
    stop_address(
        session, "zoe@example.org", StopReason.OPT_OUT, now=clock.now(), secret=SECRET
    )

    kept = session.scalars(select(StoppedAddress.address_key)).all()

    assert kept == [address_key("zoe@example.org", secret=SECRET)]
    assert "zoe" not in kept[0]
