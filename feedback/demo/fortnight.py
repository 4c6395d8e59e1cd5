"""Two weeks of asking: events come, mails go as if, customers answer or do not.

All of it goes through the services at the moments at which it happened, twice a
day; no mail is made. Chance comes from a fixed seed.
"""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.collection import sendings
from feedback.collection.events import receive
from feedback.collection.expiry import expire_due
from feedback.collection.invitations import find_invitation, withdraw
from feedback.collection.inviting import invite
from feedback.collection.models import Contact
from feedback.collection.owing import PLAN, SEND, TAKE
from feedback.collection.planning import plan_due
from feedback.collection.recording import RECORD, find_due, keep, tell
from feedback.collection.reminders import plan_thanks
from feedback.collection.responses import Door
from feedback.collection.settling import settle
from feedback.collection.taking import House, take, waiting_events
from feedback.collection.terms import Channel, SendingKind
from feedback.config import Settings
from feedback.core.tokens import fingerprint
from feedback.demo.asking import Asked, close_what_is_over, is_asking, set_up
from feedback.demo.clients import (
    DAYS,
    Calendar,
    Somebody,
    list_clients,
    list_happenings,
)
from feedback.demo.history import Storyteller
from feedback.demo.visits import Visit, Visitors
from feedback.jobs.models import Job
from feedback.mail.transport import Handed, Outcome

SEED = 20261109
#: hours of the day, in the company's time, at which the house looks at what is due
LOOKS = (time(9, 40), time(17, 25))
OWNER = "demonstration"
#: shares of those who get a mail
SHARE_OPENED, SHARE_ANSWERED, SHARE_PART = 0.75, 0.52, 0.08
#: of those who come by an open link
SHARE_FRENCH = 0.7


def ask_customers(session: Session, *, settings: Settings, now: datetime) -> bool:
    """Have the made-up company ask for two weeks; False when it has done so already.

    What is planned for later is left to the worker.
    """
    if is_asking(session):
        return False
    asked = set_up(session, settings=settings, now=now)
    _Fortnight(session, asked, settings=settings, now=now).pass_by()
    close_what_is_over(session, asked, now=now)
    # Each look has owed work and done it: nothing of it is left to do.
    session.execute(
        delete(Job).where(Job.name.in_([TAKE, PLAN, SEND, RECORD]), Job.due_at <= now)
    )
    return True


class _Fortnight:
    def __init__(
        self, session: Session, asked: Asked, *, settings: Settings, now: datetime
    ) -> None:
        self._session = session
        self._asked = asked
        self._settings = settings
        self._secret = settings.secret()
        self._calendar = Calendar(until=now, zone=settings.zone)
        # chance that anybody can repeat is the point here
        rng = self._rng = random.Random(SEED)  # noqa: S311 - no secret
        personas = {
            one.key for journey in asked.journeys.values() for one in journey.personas
        }
        self._people = list_clients(sorted(personas), rng)
        self._by_email = {one.data.email: one for one in self._people}
        self._surveys = {one.id: one for one in asked.surveys.values()}
        tellers = {
            key: Storyteller(journey, zone=settings.zone, seed=SEED)
            for key, journey in asked.journeys.items()
        }
        self._visitors = Visitors(session, tellers, rng, settings=settings)
        self._house = House(
            locale=settings.locale,
            country=settings.phone_country,
            secret=self._secret,
            closed=frozenset({Channel.SMS}),
        )
        self._events = list_happenings(self._people, self._calendar, rng)
        self._visits: list[Visit] = sorted(self._passers_by())
        self._met: set[int] = set()

    def pass_by(self) -> None:
        """Let the two weeks go by, look after look."""
        for moment in self._looks():
            self._receive(moment)
            while plan_due(
                self._session,
                now=moment,
                zone=self._settings.zone,
                secret=self._secret,
            ):
                pass
            self._send(moment)
            self._answer(moment)
            while expire_due(self._session, now=moment):
                pass
            self._record(moment)
        self._take_one_back()

    def _looks(self) -> Iterator[datetime]:
        for day in range(DAYS + 1):
            for clock in LOOKS:
                moment = self._calendar.at(day, clock)
                if self._calendar.since < moment < self._calendar.until:
                    yield moment
        yield self._calendar.until

    def _passers_by(self) -> Iterator[Visit]:
        for link in self._asked.links:
            for number in range(link.answers):
                yield Visit(
                    at=self._calendar.some_time(self._rng.randrange(DAYS), self._rng),
                    number=number,
                    door=Door(
                        slug=link.slug,
                        key=fingerprint(f"{SEED} {link.slug} {number}")[:43],
                    ),
                    survey=link.survey,
                    locale="fr" if self._rng.random() < SHARE_FRENCH else "en",
                    does="part" if number % 8 == 5 else "answer",
                )

    def _receive(self, moment: datetime) -> None:
        now = [one for one in self._events if one.occurred_at <= moment]
        self._events = self._events[len(now) :]
        if now:
            receive(self._session, now, now=moment)
        while numbers := waiting_events(self._session):
            take(self._session, numbers, self._house, now=moment)

    def _send(self, moment: datetime) -> None:
        due = sendings.list_due(self._session, Channel.EMAIL, now=moment, most=500)
        for place, number in enumerate(due):
            at = moment + timedelta(seconds=3 * place)
            taken = sendings.take(
                self._session, number, owner=OWNER, now=at, settings=self._settings
            )
            if taken is None:
                continue
            who = self._by_email[taken.to]
            outcome = self._handed(who, taken.kind)
            settle(self._session, taken, outcome, now=at, settings=self._settings)
            is_first = taken.kind == SendingKind.INVITATION
            if outcome.outcome is Outcome.ACCEPTED and is_first:
                token = taken.letter.links.answer.rpartition("/")[-1]
                self._expect(who, token, at)

    def _handed(self, who: Somebody, kind: SendingKind) -> Handed:
        if who.fate == "dead":
            return Handed(
                outcome=Outcome.REFUSED,
                reply="550 5.1.1 No such user here",
                is_address_dead=True,
            )
        if who.fate == "lost" and kind == SendingKind.INVITATION:
            return Handed(outcome=Outcome.UNKNOWN, reply="connection lost")
        return Handed(outcome=Outcome.ACCEPTED, reply="250 OK")

    def _expect(self, who: Somebody, token: str, sent_at: datetime) -> None:
        """Decide what somebody does with their link, and when."""
        rng = self._rng
        does = who.fate if who.number not in self._met else ""
        self._met.add(who.number)
        if not does:
            chance = rng.random()
            if chance < SHARE_ANSWERED:
                does = "answer"
            elif chance < SHARE_ANSWERED + SHARE_PART:
                does = "part"
            elif chance < SHARE_OPENED:
                does = "look"
        hours = min(rng.expovariate(1 / 7) + 0.05, 60)
        if not does:
            return
        invitation = find_invitation(self._session, token)
        if invitation is None:
            return
        self._visits.append(
            Visit(
                at=sent_at + timedelta(hours=hours),
                number=1000 + who.number,
                door=Door(token=token),
                survey=self._surveys[invitation.survey_id],
                locale=who.locale,
                does=does,
            )
        )

    def _answer(self, moment: datetime) -> None:
        come = sorted(one for one in self._visits if one.at <= moment)
        self._visits = [one for one in self._visits if one.at > moment]
        for one in come:
            self._visitors.come(one)

    def _record(self, moment: datetime) -> None:
        zone = self._settings.zone
        for parts in (False, True):
            while due := find_due(self._session, parts=parts, now=moment, zone=zone):
                told = tell(due, now=moment, zone=zone)
                keep(self._session, told, now=moment, zone=zone)
                answered = [row.invitation_id for row in due.rows if row.invitation_id]
                plan_thanks(self._session, answered, now=moment)

    def _take_one_back(self) -> None:
        """Invite one by a link that is handed over, and take it back."""
        survey = self._asked.surveys["baguette-relationship"]
        at = self._calendar.until - timedelta(hours=20)
        contact = self._session.scalars(
            select(Contact.id).where(Contact.name == self._people[-1].name)
        ).first()
        if contact is None:
            return
        invited = invite(
            self._session,
            survey.id,
            contact_id=contact,
            channel=Channel.LINK,
            locale=self._people[-1].locale,
            now=at,
        )
        withdraw(self._session, invited.public_id)
