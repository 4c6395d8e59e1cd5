"""Several workers at once on PostgreSQL: nothing twice, nothing lost, nobody stuck."""

import random
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.events import receive
from feedback.collection.incoming import CustomerData
from feedback.collection.invitations import mark_complete, withdraw
from feedback.collection.models import (
    Asking,
    Contact,
    ContactIdentity,
    Event,
    EventOutcome,
    Invitation,
    Sending,
)
from feedback.collection.opting_out import refuse
from feedback.collection.planning import plan_due
from feedback.collection.taking import House, take, waiting_events
from feedback.collection.terms import (
    EventState,
    IdentityKind,
    InvitationState,
    SendingState,
)
from feedback.core.errors import Conflict
from feedback.db.session import Database
from tests.collection.happening import happened
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories

SECRET = "a secret of the tests"
HOUSE = House(locale="fr", country="FR", secret=SECRET)
EVENTS = 240
CUSTOMERS = 50

pytestmark = pytest.mark.postgres


class Crowd:
    """Threads that run until there is nothing left to do."""

    def __init__(self, database: Database, clock: StoppedClock) -> None:
        self.database = database
        self.clock = clock
        self.faults: list[BaseException] = []
        self.told = threading.Event()
        #: set when one of them failed: the others would wait for it for ever
        self.failed = threading.Event()

    def run(self, *works: Callable[[], None]) -> None:
        """Run each in a thread of its own, to the end."""
        threads = [threading.Thread(target=self._guarded, args=(one,)) for one in works]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self.faults.append(error)
            self.failed.set()

    def tell(self) -> None:
        """Receive events of guests, customers, and guests who become customers."""
        draw = random.Random(1)
        for number in range(0, EVENTS, 8):
            events = [
                happened(n, self.clock, customer=self._somebody(draw))
                for n in range(number, number + 8)
            ]
            with self.database.transaction() as session:
                receive(session, events, now=self.clock.now())
        self.told.set()

    def _somebody(self, draw: random.Random) -> CustomerData:
        number = draw.randrange(CUSTOMERS)
        named = draw.choice(["number", "address", "both"])
        return CustomerData(
            customer=f"C{number}" if named != "address" else None,
            email=f"c{number}@example.org" if named != "number" else None,
        )

    def look(self) -> None:
        """Take events until all were told and none waits."""
        while not self.failed.is_set():
            is_last = self.told.is_set()
            with self.database.transaction() as session:
                numbers = waiting_events(session, most=9)
                if numbers:
                    take(session, numbers, HOUSE, now=self.clock.now())
            if is_last and not numbers:
                return

    def plan(self) -> None:
        """Plan until all were told and none is due."""
        while not self.failed.is_set():
            is_last = self._is_all_taken()
            with self.database.transaction() as session:
                found = plan_due(
                    session, now=self.clock.now(), zone=ZONE, secret=SECRET, most=7
                )
            if is_last and not found:
                return

    def answer(self) -> None:
        """End invitations in every way that people have, while others plan."""
        draw = random.Random(2)
        while not (self.failed.is_set() or self._is_all_taken()):
            with self.database.transaction() as session:
                one = session.execute(
                    select(Invitation.id, Invitation.public_id)
                    .where(Invitation.state != InvitationState.HELD_BACK)
                    .order_by(func.random())
                    .limit(1)
                ).first()
                if one is not None:
                    self._end(session, one.id, one.public_id, draw.randrange(3))

    def _end(self, session: Session, number: int, public_id: str, way: int) -> None:
        if way == 0:
            mark_complete(session, number, anonymous=False, now=self.clock.now())
        elif way == 1:
            refuse(session, number, now=self.clock.now(), secret=SECRET)
        else:
            try:
                withdraw(session, public_id)
            except Conflict:
                return

    def _is_all_taken(self) -> bool:
        if not self.told.is_set():
            return False
        with self.database.transaction(writes=False) as session:
            waiting = select(func.count()).where(Event.state == EventState.RECEIVED)
            return not session.scalar(waiting)


def test_takers_planners_and_people_do_not_get_in_each_others_way(
    database: Database, factories: Factories, clock: StoppedClock
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    for priority in (5, 8):
        factories.trigger(priority=priority)
    factories.session.commit()
    crowd = Crowd(database, clock)

    crowd.run(crowd.tell, crowd.look, crowd.look, crowd.plan, crowd.plan, crowd.answer)

    assert crowd.faults == []
    with database.transaction(writes=False) as session:
        counts = session.execute(
            select(func.count(EventOutcome.id))
            .join(Event, Event.id == EventOutcome.event_id)
            .group_by(Event.id)
        )
        assert [count for (count,) in counts] == [2] * EVENTS
        numbers = session.execute(
            select(ContactIdentity.contact_id).where(
                ContactIdentity.kind == IdentityKind.CUSTOMER
            )
        ).all()
        assert len(set(numbers)) == len(numbers) <= CUSTOMERS
        alone = select(func.count(Contact.id)).where(
            Contact.id.not_in(select(ContactIdentity.contact_id))
        )
        assert session.scalar(alone) == 0
        left = session.scalar(
            select(func.count()).where(
                Invitation.state == InvitationState.PLANNED,
                Invitation.due_at <= clock.now(),
            )
        )
        assert left == 0
        messages = session.scalar(select(func.count()).select_from(Sending)) or 0
        lines = session.scalar(select(func.count()).select_from(Asking)) or 0
        assert messages == lines > 0
        owed = session.execute(
            select(Invitation.state)
            .join(Sending, Sending.invitation_id == Invitation.id)
            .where(Sending.state == SendingState.DUE)
        )
        assert {state for (state,) in owed} <= {InvitationState.QUEUED}
