"""Somebody who has what is due sent, and looks at what came of it."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from feedback.collection.models import Contact, Invitation, Sending
from feedback.collection.owing import owe_sending
from feedback.collection.terms import InvitationState, SendingState
from feedback.config import Settings
from feedback.db.session import Database
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import PostOffice

#: where a message and its invitation stand
Standing = tuple[SendingState, InvitationState]
SENT: Standing = (SendingState.SENT, InvitationState.SENT)


class Sender:
    """Has messages sent by the real worker."""

    def __init__(
        self,
        factories: Factories,
        database: Database,
        settings: Settings,
        clock: StoppedClock,
    ) -> None:
        self.session = factories.session
        self.settings = settings
        self._database = database
        self._clock = clock

    def worker(self, *, owner: str | None = None, **settings: Any) -> Worker:
        """Return a worker, with some settings changed."""
        return Worker(
            self._database,
            settings=replace(self.settings, **settings),
            clock=self._clock,
            handlers=HANDLERS,
            owner=owner,
        )

    def owe(self) -> None:
        """Owe what is due, and commit."""
        owe_sending(self.session, now=self._clock.now())
        self.session.commit()

    def send(self, **settings: Any) -> None:
        """Have everything sent that is due."""
        self.owe()
        self.worker(**settings).drain()
        self.session.expire_all()

    def states(self) -> list[Standing]:
        """Where each message and its invitation stand."""
        self.session.rollback()
        rows = self.session.execute(
            select(Sending.state, Invitation.state)
            .join(Invitation, Invitation.id == Sending.invitation_id)
            .order_by(Sending.id)
        )
        return [(one, other) for one, other in rows]

    @property
    def invitation(self) -> Invitation:
        """The only invitation."""
        return self.session.scalars(select(Invitation)).one()

    @property
    def message(self) -> Sending:
        """The only message."""
        return self.session.scalars(select(Sending)).one()

    @property
    def contact(self) -> Contact:
        """The only customer."""
        return self.session.scalars(select(Contact)).one()


def mails(office: PostOffice) -> list[EmailMessage]:
    """Return the mails that a post office has taken."""
    return [message_from_bytes(one, policy=policy.default) for one in office.taken]


def body_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_of(mail: EmailMessage) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"https://avis\.example/a/([\w-]{43})", body_of(mail))
    assert found is not None
    return found[1]
