"""Hand over the messages that are due, one after the other over one connection."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from feedback.collection.letters import mail_of
from feedback.collection.owing import owe_rest
from feedback.collection.sendings import (
    Taken,
    list_due,
    next_free_moment,
    pace_of,
    take,
)
from feedback.collection.settling import fail, give_up_lost, release, settle
from feedback.collection.sms import SmsGateway, gateway_for, text_of
from feedback.collection.terms import Channel
from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.core.ids import new_public_id
from feedback.jobs.ledger import this_process
from feedback.jobs.work import Work
from feedback.mail.message import as_email
from feedback.mail.transport import Handed, Post, transport_for

#: messages of one connection
BATCH = 50
#: then other work has its turn
LONGEST_ROUND = timedelta(seconds=20)

log = logging.getLogger("feedback.collection")


class Way(ABC):
    """An open way out, over which messages are handed over one after the other."""

    @abstractmethod
    def hand_over(self, taken: Taken, *, now: datetime) -> Handed:
        """Hand one message over and say what came of it.

        Raises:
            NotMade: the message cannot be made; nothing was handed over.
            Conflict: the other side takes nothing from this house.
            OSError: the other side is away; nothing was handed over.
        """

    @property
    def is_open(self) -> bool:
        """Whether a further message can be handed over."""
        return True


class NotMade(Exception):
    """A message cannot be made."""


@dataclass(frozen=True)
class _Mail(Way):
    post: Post
    settings: Settings

    def hand_over(self, taken: Taken, *, now: datetime) -> Handed:
        return self.post.hand_over(self._email(taken, now))

    def _email(self, taken: Taken, now: datetime) -> EmailMessage:
        settings = self.settings
        try:
            email = as_email(
                mail_of(taken.letter, to=taken.to, settings=settings, now=now),
                sender=settings.mail_from,
                sender_name=settings.company_name,
                key=taken.public_id,
                now=now,
            )
        except Exception as error:
            # whatever is wrong with one survey must not keep the others back
            raise NotMade from error
        email.replace_header("Message-ID", taken.message_id)
        return email

    @property
    def is_open(self) -> bool:
        return self.post.is_open


@dataclass(frozen=True)
class _Sms(Way):
    gateway: SmsGateway
    settings: Settings

    def hand_over(self, taken: Taken, *, now: datetime) -> Handed:
        try:
            text = text_of(taken.letter, company=self.settings.company_name)
        except Exception as error:  # the same
            raise NotMade from error
        return self.gateway.hand_over(taken.public_id, to=taken.to, text=text)


@contextmanager
def _open(channel: Channel, settings: Settings) -> Iterator[Way | None]:
    """Open the way out of a channel, None when the settings name none."""
    if channel == Channel.EMAIL:
        with transport_for(settings).connect() as post:
            yield _Mail(post, settings)
    else:
        gateway = gateway_for(settings)
        yield _Sms(gateway, settings) if gateway else None


def send_due(work: Work) -> None:
    """Hand over every message that is due, by mail and by text message.

    A way that is closed does not keep the other back. After 20 seconds the rest is
    owed anew, so that other work has its turn.

    Raises:
        Conflict: the other side takes nothing from this house.
        OSError: the other side is away; nothing was tried.
    """
    while give_up_lost(work.session, now=work.now()):
        work.step(0, None)
    work.session.commit()
    problems: list[Exception] = []
    for channel in (Channel.EMAIL, Channel.SMS):
        try:
            _Round(work, channel).run()
        except (Conflict, OSError) as error:
            if isinstance(error, Conflict) and error.code == "lease_lost":
                raise
            work.session.rollback()
            problems.append(error)
    if problems:
        raise problems[0]


class _Round:
    """One turn of one worker at the messages of a channel."""

    def __init__(self, work: Work, channel: Channel) -> None:
        self._work = work
        self._session = work.session
        self._channel = channel
        self._owner = f"{this_process()}:{new_public_id()}"
        self._until = work.now() + LONGEST_ROUND
        self._done = 0

    def run(self) -> None:
        """Hand over, connection after connection, until nothing is left to try."""
        tried: set[int] = set()
        while due := [one for one in self._list_due() if one not in tried]:
            with _open(self._channel, self._work.settings) as way:
                for number in due:
                    if way is not None and not way.is_open:
                        break
                    tried.add(number)
                    if not self._may_go_on():
                        return
                    self._hand_over(number, way)

    def _list_due(self) -> list[int]:
        due = list_due(self._session, self._channel, now=self._work.now(), most=BATCH)
        self._session.commit()
        return due

    def _may_go_on(self) -> bool:
        """Look whether the pace and the time allow a further message.

        Otherwise the rest is owed anew. The count of the pace holds until the message
        is in hand: both are one transaction.
        """
        now = self._work.now()
        pace = pace_of(self._channel, self._work.settings)
        free = next_free_moment(self._session, self._channel, pace, now=now)
        if free <= now < self._until:
            return True
        owe_rest(self._session, due_at=free)
        self._session.commit()
        return False

    def _hand_over(self, number: int, way: Way | None) -> None:
        session, work = self._session, self._work
        taken = take(
            session, number, owner=self._owner, now=work.now(), settings=work.settings
        )
        work.step(self._done, None)
        if taken is None:
            return
        if way is None:
            fail(session, taken, "no_gateway", reason="no_gateway")
        else:
            self._try(taken, way)
        session.commit()
        self._done += 1

    def _try(self, taken: Taken, way: Way) -> None:
        try:
            handed = way.hand_over(taken, now=self._work.now())
        except NotMade as error:
            log.error("message %s cannot be made", taken.public_id, exc_info=error)  # noqa: TRY400 - its cause
            fail(self._session, taken, str(error.__cause__), reason="not_made")
            return
        except (Conflict, OSError):
            release(self._session, taken)
            self._session.commit()
            raise
        settle(
            self._session,
            taken,
            handed,
            now=self._work.now(),
            settings=self._work.settings,
        )
