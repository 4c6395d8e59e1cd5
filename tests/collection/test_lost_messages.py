"""A process that ends in the midst of sending: nobody gets a mail twice."""

import os
import signal
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import Contact, Invitation, Sending
from feedback.collection.owing import owe_sending
from feedback.collection.sendings import IN_HAND, take
from feedback.collection.settling import give_up_lost, settle
from feedback.collection.terms import InvitationState, SendingState
from feedback.config import PREFIX, ROOT, Settings
from feedback.db.session import Database
from feedback.mail.transport import Handed, Outcome
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import PostOffice


class Killed(BaseException):
    """The end of a process, as the rest of the program sees it."""


class LethalClock(StoppedClock):
    """A clock at which a process ends when it looks for the nth time."""

    def __init__(self, moment: datetime, *, after: int) -> None:
        super().__init__()
        self.set(moment)
        self._left = after

    def now(self) -> datetime:
        """Return the moment, if there is a next one."""
        self._left -= 1
        if self._left < 0:
            raise Killed
        return super().now()


def states(session: Session) -> list[tuple[str | None, SendingState, InvitationState]]:
    session.rollback()
    rows = session.execute(
        select(Contact.email, Sending.state, Invitation.state)
        .join(Invitation, Invitation.id == Sending.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .order_by(Sending.id)
    )
    return [(email, one, other) for email, one, other in rows]


def test_whenever_a_process_ends_nobody_gets_a_mail_twice_and_nothing_is_forgotten(
    factories: Factories,
    database: Database,
    posting: Settings,
    office: PostOffice,
    clock: StoppedClock,
) -> None:
    session = factories.session
    unknown = 0
    for after in count():
        before = len(states(session))
        for _ in range(2):
            factories.sending()
        owe_sending(session, now=clock.now())
        session.commit()
        lethal = LethalClock(clock.now(), after=after)
        try:
            Worker(
                database,
                settings=posting,
                clock=lethal,
                handlers=HANDLERS,
                owner="dead:1",
            ).drain()
            was_killed = False
        except Killed:
            was_killed = True
        clock.advance(seconds=IN_HAND.total_seconds() + 1)
        again = Worker(
            database, settings=posting, clock=clock, handlers=HANDLERS, owner="new:1"
        )
        again.sweep()
        again.drain()

        assert len(office.readers) == len(set(office.readers))
        for email, sending, invitation in states(session)[before:]:
            assert (sending, invitation) in {
                (SendingState.SENT, InvitationState.SENT),
                (SendingState.UNKNOWN, InvitationState.UNKNOWN),
            }
            unknown += sending == SendingState.UNKNOWN
            if sending == SendingState.SENT:
                assert email in office.readers
        if not was_killed:
            break

    assert after > 8
    # in hand and not handed over, or handed over and not written down: of each mail
    assert 2 <= unknown <= 6


@pytest.mark.slow
def test_a_worker_that_is_killed_while_the_server_takes_a_mail_leaves_it_unknown(
    factories: Factories, database: Database, posting: Settings, office: PostOffice
) -> None:
    session = factories.session
    now = datetime.now(UTC)  # noqa: TID251 - of a real process
    for _ in range(3):
        factories.sending(
            factories.invitation(
                state=InvitationState.QUEUED, expires_at=now + timedelta(days=14)
            ),
            due_at=now - timedelta(minutes=1),
        )
    owe_sending(session, now=now)
    session.commit()
    environment = os.environ | {
        PREFIX + one.name.upper(): _written(getattr(posting, one.name))
        for one in fields(posting)
    }
    processes: list[subprocess.Popen[bytes]] = []

    def kill(_mail: bytes) -> None:
        if len(office.taken) == 2:
            processes[0].send_signal(signal.SIGKILL)
            processes[0].wait()

    office.on_taking = kill
    processes.append(
        subprocess.Popen(
            [sys.executable, "-m", "feedback", "worker", "--until-idle"],
            cwd=ROOT,
            env=environment,
        )
    )
    assert processes[0].wait(60) == -signal.SIGKILL
    assert len(office.taken) == 2

    later = StoppedClock()
    later.set(now + IN_HAND + timedelta(minutes=5))
    worker = Worker(database, settings=posting, clock=later, handlers=HANDLERS)
    worker.sweep()
    worker.drain()

    assert sorted(one for _, one, _ in states(session)) == sorted(
        [SendingState.SENT, SendingState.UNKNOWN, SendingState.SENT]
    )
    assert len(office.readers) == len(set(office.readers)) == 3


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def test_who_comes_back_late_and_knows_is_believed(
    factories: Factories, session: Session, posting: Settings, clock: StoppedClock
) -> None:
    sending = factories.sending()
    taken = take(session, sending.id, owner="a", now=clock.now(), settings=posting)
    assert taken is not None
    clock.advance(hours=1)
    assert give_up_lost(session, now=clock.now()) == 1
    assert states_of(session) == (SendingState.UNKNOWN, InvitationState.UNKNOWN)

    settle(
        session,
        taken,
        Handed(outcome=Outcome.ACCEPTED),
        now=clock.now(),
        settings=posting,
    )

    assert states_of(session) == (SendingState.SENT, InvitationState.SENT)


def test_an_answer_counts_more_than_a_lost_mail(
    factories: Factories, session: Session, posting: Settings, clock: StoppedClock
) -> None:
    sending = factories.sending()
    take(session, sending.id, owner="a", now=clock.now(), settings=posting)
    session.get_one(Invitation, sending.invitation_id).state = InvitationState.STARTED
    session.flush()
    clock.advance(hours=1)

    give_up_lost(session, now=clock.now())

    assert states_of(session) == (SendingState.UNKNOWN, InvitationState.STARTED)


def test_what_is_in_hand_is_not_taken_for_lost(
    factories: Factories, session: Session, posting: Settings, clock: StoppedClock
) -> None:
    sending = factories.sending()
    take(session, sending.id, owner="a", now=clock.now(), settings=posting)
    clock.advance(seconds=IN_HAND.total_seconds())

    assert give_up_lost(session, now=clock.now()) == 0
    assert take(session, sending.id, owner="b", now=clock.now(), settings=posting) is (
        None
    )


def states_of(session: Session) -> tuple[SendingState, InvitationState]:
    session.expire_all()
    (row,) = session.execute(
        select(Sending.state, Invitation.state).join(
            Invitation, Invitation.id == Sending.invitation_id
        )
    )
    return row[0], row[1]
