"""What was acknowledged against what is there: nothing lost, nothing there twice."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from benchmarks.crowd import Crowd
from benchmarks.mailbox import Mailbox
from feedback.collection.models import (
    Event,
    EventOutcome,
    Invitation,
    Response,
    Sending,
)
from feedback.collection.sendings import IN_HAND
from feedback.collection.settling import give_up_lost
from feedback.collection.terms import (
    EventState,
    InvitationState,
    ResponseState,
    SendingState,
)
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from feedback.jobs.models import Job, JobState
from feedback.voice.models import AnnotationRecord, Feedback, Rating, Source, Verbatim

WORD = re.compile(r"\b(?:[bdfgklmnprstvz][aeiou]){5}x\b")


@dataclass(frozen=True, kw_only=True)
class Count:
    """One figure, and what it has to be."""

    name: str
    found: int
    #: None: a figure to know, whatever it is
    wanted: int | None = None

    @property
    def is_right(self) -> bool:
        """Whether it is what it has to be."""
        return self.wanted is None or self.found == self.wanted


def owed(session: Session) -> dict[str, int]:
    """Return what is not done yet, by kind; empty when everything is."""
    queries = {
        "events": select(Event).where(Event.state == EventState.RECEIVED),
        "invitations": select(Invitation).where(
            Invitation.state == InvitationState.PLANNED
        ),
        "sendings": select(Sending).where(Sending.state == SendingState.DUE),
        "responses": select(Response).where(Response.recorded_at.is_(None)),
        "texts": select(Verbatim).where(
            ~select(AnnotationRecord.verbatim_id)
            .where(AnnotationRecord.verbatim_id == Verbatim.id)
            .exists()
        ),
        "jobs": select(Job).where(
            Job.state.in_([JobState.DUE, JobState.RUNNING]),
            Job.due_at <= func.now(),
        ),
    }
    counts = {name: _number(session, query) for name, query in queries.items()}
    return {name: count for name, count in counts.items() if count}


def end_hands(database: Database) -> None:
    """Settle messages that a killed worker had in hand, as the sweep does later.

    It waits ten minutes, so that nobody else's message is taken for lost; here nobody
    is at work any more.
    """
    later = SystemClock().now() + IN_HAND + timedelta(seconds=1)
    with database.transaction() as session:
        give_up_lost(session, now=later)


def progress(session: Session) -> tuple[int, ...]:
    """Return how far the work is, by what is committed."""
    tables = (EventOutcome, Response, Feedback, AnnotationRecord)
    sent = select(Sending).where(Sending.state == SendingState.SENT)
    return (*(_number(session, select(one)) for one in tables), _number(session, sent))


def tally(database: Database, crowd: Crowd, mailbox: Mailbox) -> Iterator[Count]:
    """Yield every figure."""
    with database.transaction(writes=False) as session:
        yield from _events(session, crowd)
        yield from _answers(session, crowd)
        yield from _mails(session, mailbox)
        failed = select(Job).where(Job.state == JobState.FAILED)
        yield Count(
            name="jobs failed for good", found=_number(session, failed), wanted=0
        )
    yield Count(name="faults of integrity", found=_faults(database), wanted=0)


def _events(session: Session, crowd: Crowd) -> Iterator[Count]:
    known = Counter(session.scalars(select(Event.event_id)))
    decided = Counter(
        session.scalars(
            select(Event.event_id).join(EventOutcome, EventOutcome.event_id == Event.id)
        )
    )
    wanted = len(crowd.acknowledged_events)
    yield Count(name="events acknowledged", found=wanted)
    for name, found in (("kept once", known), ("with one outcome", decided)):
        once = sum(found[one] == 1 for one in crowd.acknowledged_events)
        yield Count(name=f"events {name}", found=once, wanted=wanted)
    invited = _number(session, select(Invitation))
    yield Count(name="invitations", found=invited, wanted=decided.total())


def _answers(session: Session, crowd: Crowd) -> Iterator[Count]:
    complete = [
        str(answers.get("comment"))
        for answers in session.scalars(
            select(Response.answers).where(Response.state == ResponseState.COMPLETE)
        )
    ]
    # the original is forgotten once there is a text without personal data
    said = list(
        session.scalars(select(func.coalesce(Verbatim.text, Verbatim.original)))
    )
    wanted = len(crowd.acknowledged_answers)
    yield Count(name="answers acknowledged", found=wanted)
    yield Count(name="of these by personal links", found=crowd.by_personal_link)
    for name, texts in (("stored", complete), ("in verbatims", said)):
        words = Counter(word for one in texts if one for word in WORD.findall(one))
        once = sum(words[one] == 1 for one in crowd.acknowledged_answers)
        yield Count(name=f"answers {name} once", found=once, wanted=wanted)
    survey = select(Feedback).where(Feedback.source == Source.SURVEY)
    tables: dict[str, Select[Any]] = {
        "responses": select(Response),
        "occasions": survey,
        "ratings": select(Rating),
        "verbatims": select(Verbatim),
        "verbatims analysed": select(AnnotationRecord),
    }
    for name, query in tables.items():
        yield Count(name=name, found=_number(session, query), wanted=wanted)


def _mails(session: Session, mailbox: Mailbox) -> Iterator[Count]:
    states = Counter(session.scalars(select(Sending.state)))
    sent, unknown = states[SendingState.SENT], states[SendingState.UNKNOWN]
    went = mailbox.by_reader.total()
    most = max(mailbox.by_reader.values(), default=0)
    same = max(mailbox.by_message_id.values(), default=0)
    yield Count(name="mails that arrived", found=went)
    yield Count(name="mails to one person, at most", found=most, wanted=1)
    yield Count(name="mails with one Message-ID, at most", found=same, wanted=1)
    yield Count(name="sendings sent", found=sent)
    yield Count(name="sendings left unknown by a kill", found=unknown)
    other = states.total() - sent - unknown
    yield Count(name="sendings in any other state", found=other, wanted=0)
    lacking = 0 if sent <= went <= sent + unknown else abs(went - sent)
    yield Count(name="mails beyond sent and unknown", found=lacking, wanted=0)


def _faults(database: Database) -> int:
    if not database.is_sqlite:
        return 0
    with database.transaction(writes=False) as session:
        broken = session.scalar(text("PRAGMA integrity_check")) != "ok"
        return int(broken) + len(
            session.execute(text("PRAGMA foreign_key_check")).all()
        )


def _number(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
