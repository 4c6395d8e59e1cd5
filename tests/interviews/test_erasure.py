"""An erased customer's interviews go; a forgotten one's stay without who it was."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.erasure import forget_contact, forget_silent
from feedback.collection.models import Contact
from feedback.interviews.terms import InterviewState
from feedback.voice.models import Verbatim
from feedback.worker.runner import Worker
from tests.factories import Factories
from tests.interviews.talks import Talks


def contact_of(session: Session, factories: Factories) -> Contact:
    contact = Contact(
        public_id="customer0001", created_at=factories._clock.now(), attributes={}
    )
    session.add(contact)
    session.flush()
    return contact


def test_the_interviews_of_an_erased_customer_are_erased(
    talks: Talks, worker: Worker, session: Session, factories: Factories
) -> None:
    contact = contact_of(session, factories)
    interview = talks.written_down(worker, contact=contact.public_id)
    talks.mark(interview, talks.draft(2))
    forget_contact(session, contact.public_id, actor_id=None, now=talks.now)
    session.commit()
    worker.drain()

    assert talks.read(interview).state == InterviewState.WITHDRAWN
    assert talks.texts(interview) == []
    assert session.scalar(select(func.count()).select_from(Verbatim)) == 0


def test_of_a_customer_who_was_silent_for_years_the_words_stay(
    talks: Talks, worker: Worker, session: Session, factories: Factories
) -> None:
    contact = contact_of(session, factories)
    interview = talks.written_down(worker, contact=contact.public_id)
    later = talks.now + timedelta(days=1)
    forget_silent(session, before=later, now=talks.now)
    session.commit()
    worker.drain()

    read = talks.read(interview)
    assert (read.state, read.contact) == (InterviewState.HELD, None)
    assert len(talks.texts(interview)) == 4
