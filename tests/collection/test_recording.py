"""Responses on their way to voice: each once, with what it says and what is odd."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Contact, Invitation, Response
from feedback.collection.owing import owe_what_is_left
from feedback.collection.recording import Bell, find_due, keep, owe_missed, tell
from feedback.collection.responses import Door
from feedback.collection.terms import Flag, ResponseState
from feedback.happenings.queries import HappeningRead, list_newest
from feedback.happenings.types import HappeningType
from feedback.jobs.models import Job, JobState
from feedback.journey.models import Journey
from feedback.measures.scales import Scale, ScoreClass
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import (
    Choice,
    Page,
    Question,
    Questionnaire,
    WordingByScore,
)
from feedback.voice.models import Feedback, Rating, Source, Verbatim
from feedback.worker.runner import Worker
from tests.collection.test_responses import (
    CONTACT,
    LOW,
    Person,
    ask,
)
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories, score_and_comment

LONG = "The bread was still warm when it came"


def asked(**more: Any) -> Questionnaire:
    """A page of a score, a comment worded after it and known facts, and a choice."""
    low = {
        "fr": "Qu'est-ce qui vous a déplu ?",
        "en": "What went wrong, {attribute:name|you}?",
    }
    wording = WordingByScore(question="score", texts={"low": low})
    questions = (
        ask("score", "nps", required=True),
        Question(
            key="why",
            kind="long_text",
            text={"fr": "Pourquoi ?", "en": "Why, {attribute:name|dear customer}?"},
            wording=wording,
        ),
        ask("csat", "csat"),
        ask(
            "how",
            "single",
            choices=tuple(
                Choice(key=key, text={"fr": key, "en": key}) for key in ("foot", "bus")
            ),
            options={"other": True},
        ),
        ask("who", "contact", options=CONTACT),
    )
    return replace(
        score_and_comment(),
        pages=(
            Page(key="page", questions=questions),
            Page(key="more", questions=(ask("more", "short_text", show_if=LOW),)),
        ),
    )


SHOWN = ("score", "why", "csat", "how", "who")
ANSWERS = {
    "q.score": "9",
    "q.why": LONG,
    "q.csat": "4",
    "q.how": "other",
    "q.how.other": "By bicycle",
    "q.who.name": "Ada",
    "q.who.consent": "1",
}


@pytest.fixture
def survey(factories: Factories) -> Survey:
    return factories.survey(questionnaire=asked())


def person_of(
    session: Session, clock: StoppedClock, factories: Factories, invitation: Invitation
) -> Person:
    token = factories.personal_link(invitation).removeprefix("/a/")
    return Person(session, clock, Door(token=token))


@pytest.fixture
def invitation(factories: Factories, survey: Survey) -> Invitation:
    journey = factories.session.get_one(Journey, survey.journey_id)
    persona = factories.persona(journey, "nell")
    return factories.invitation(
        survey,
        factories.contact("C-7", attributes={}),
        facts={"attribute": {"name": "Ada"}, "persona": persona.key},
    )


def occasions(session: Session) -> list[Feedback]:
    session.expire_all()
    return list(session.scalars(select(Feedback).order_by(Feedback.id)))


def test_a_complete_response_is_an_occasion_of_its_touchpoint(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    survey: Survey,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    step = person.step("page", *SHOWN)
    clock.advance(seconds=90)
    person.send(step, ANSWERS)
    said_at = clock.now()
    session.commit()
    worker.run_once()

    (occasion,) = occasions(session)
    (response,) = session.scalars(select(Response))
    assert occasion.origin_key == f"response:{response.public_id}"
    assert (occasion.source, occasion.channel) == (Source.SURVEY, "store")
    assert occasion.touchpoint_id == survey.touchpoint_id
    assert occasion.said_at == said_at
    assert (occasion.customer, occasion.language) == ("C-7", "en")
    assert occasion.persona_id is not None
    assert occasion.score_class == ScoreClass.HIGH
    assert occasion.attributes == {"asked_by": "email"}
    ratings = session.execute(select(Rating.scale, Rating.value, Rating.question))
    assert {tuple(row) for row in ratings} == {
        (Scale.NPS, 9, "score"),
        (Scale.CSAT, 4, "csat"),
    }
    texts = session.execute(select(Verbatim.original, Verbatim.question))
    assert {tuple(row) for row in texts} == {
        (LONG, "Why, dear customer?"),  # the name of nobody
        ("By bicycle", "how"),
    }
    assert response.recorded_at is not None
    assert response.flags == []


def test_the_words_are_those_that_were_asked_after_the_score(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), {"q.score": "2", "q.why": LONG})
    person.send(person.step("more", "more"))
    session.commit()
    worker.run_once()

    assert session.scalars(select(Verbatim.question)).all() == ["What went wrong, you?"]


def told(session: Session) -> tuple[HappeningRead, ...]:
    return list_newest(session, [HappeningType.RESPONSE_COMPLETED], most=10)


def test_a_complete_response_is_told_with_its_scores_and_without_the_person(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), ANSWERS)
    session.commit()
    worker.drain()

    (happening,) = told(session)
    response = session.scalars(select(Response)).one()
    assert happening.subject == f"response/{response.public_id}"
    assert happening.data["score"] == 9
    assert happening.data["score_class"] == "high"
    assert happening.data["has_text"] is True
    assert [one["value"] for one in happening.data["ratings"]] == [9, 4]
    said = str(happening.data)
    assert "Ada" not in said
    assert "C-7" not in said
    assert LONG not in said


def test_recording_twice_records_once(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), ANSWERS)
    session.commit()
    worker.drain()
    response = session.scalars(select(Response)).one()
    response.recorded_at = None
    owe_missed(session, now=clock.now() + timedelta(minutes=2))
    session.commit()
    worker.drain()

    assert len(occasions(session)) == 1
    assert session.scalar(select(func.count()).select_from(Verbatim)) == 2


def test_what_is_recorded_a_second_time_at_once_is_told_once(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), ANSWERS)
    due = find_due(session, parts=False, now=clock.now(), zone=ZONE)
    assert due is not None
    said = tell(due, now=clock.now(), zone=ZONE)

    keep(session, said, now=clock.now(), zone=ZONE)
    keep(session, said, now=clock.now(), zone=ZONE)

    assert len(told(session)) == 1


def test_an_anonymous_response_is_said_at_noon_of_its_day_by_nobody(
    session: Session, factories: Factories, clock: StoppedClock, worker: Worker
) -> None:
    clock.set(datetime(2026, 10, 15, 22, 30, tzinfo=UTC))  # the 16th in Paris
    survey = factories.survey(anonymous=True)
    person = person_of(session, clock, factories, factories.invitation(survey))
    person.send(person.step("page-1", "score", "comment"), {"q.score": "9"})
    session.commit()
    worker.run_once()

    (occasion,) = occasions(session)
    assert occasion.day == date(2026, 10, 16)
    assert occasion.said_at == datetime(2026, 10, 16, 10, tzinfo=UTC)
    assert occasion.customer is None
    response = session.scalars(select(Response)).one()
    assert response.recorded_at == occasion.said_at
    assert told(session) == ()


def test_who_has_no_number_is_known_by_an_id_and_never_by_an_address(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    survey: Survey,
    worker: Worker,
) -> None:
    contact = factories.contact()
    contact.customer = None
    person = person_of(session, clock, factories, factories.invitation(survey, contact))
    person.send(person.step("page", *SHOWN), ANSWERS)
    session.commit()
    worker.run_once()

    (occasion,) = occasions(session)
    assert occasion.customer == session.get_one(Contact, contact.id).public_id
    assert "@" not in str(occasion.attributes)
    assert "Ada" not in str([one.original for one in session.scalars(select(Verbatim))])


def test_a_part_is_recorded_once_its_invitation_has_expired(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), {"q.score": "2", "q.why": LONG})
    expires_at = invitation.expires_at
    session.commit()
    worker.drain()
    assert occasions(session) == []
    session.rollback()

    clock.set(expires_at + timedelta(days=1))
    worker.run_once()

    (occasion,) = occasions(session)
    assert occasion.attributes == {"asked_by": "email", "partial": True}
    response = session.scalars(select(Response)).one()
    assert response.state == ResponseState.PARTIAL


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_part_by_an_open_link_is_recorded_after_a_week(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
    anonymous: bool,
) -> None:
    pages = (
        Page(key="page", questions=(ask("score", "nps"),)),
        Page(key="more", questions=(ask("more", "short_text"),)),
    )
    survey = factories.survey(
        questionnaire=replace(score_and_comment(), pages=pages), anonymous=anonymous
    )
    link = factories.open_link(survey)
    person = Person(session, clock, Door(slug=link.slug, key="a key"))
    person.send(person.step("page", "score"), {"q.score": "2"})
    session.commit()
    clock.advance(days=6)
    worker.drain()
    assert occasions(session) == []
    session.rollback()

    clock.advance(days=3)
    worker.run_once()

    assert len(occasions(session)) == 1
    late = person.send(person.step("more", "more"), {"q.more": "Too late"})
    assert late.left is None


def test_a_part_without_an_answer_is_no_occasion(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
) -> None:
    pages = (
        Page(key="one", questions=(ask("a", "short_text"),)),
        Page(key="two", questions=(ask("b", "short_text"),)),
    )
    survey = factories.survey(questionnaire=replace(score_and_comment(), pages=pages))
    person = person_of(session, clock, factories, factories.invitation(survey))
    person.send(person.step("one", "a"))
    session.commit()
    clock.advance(days=30)
    worker.run_once()

    assert occasions(session) == []
    assert session.scalars(select(Response)).one().recorded_at is not None


def test_the_same_long_text_by_one_link_is_flagged_and_recorded_all_the_same(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    survey: Survey,
    worker: Worker,
) -> None:
    link = factories.open_link(survey)
    for number in range(3):
        person = Person(session, clock, Door(slug=link.slug, key=f"key {number}"))
        step = person.step("page", *SHOWN)
        clock.advance(seconds=60)
        person.send(step, {"q.score": "9", "q.why": LONG.upper() if number else LONG})
        if number == 1:
            session.commit()
            worker.run_once()
    session.commit()
    worker.drain()

    flags = session.scalars(select(Response.flags).order_by(Response.id)).all()
    assert flags == [[], [Flag.DUPLICATE], [Flag.DUPLICATE]]
    assert len(occasions(session)) == 3


def test_a_test_is_not_recorded(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), ANSWERS)
    session.scalars(select(Response)).one().is_test = True
    session.commit()
    worker.run_once()

    assert occasions(session) == []


def jobs(session: Session) -> list[tuple[str | None, datetime]]:
    rows = session.execute(
        select(Job.dedupe_key, Job.due_at)
        .where(Job.name == "collection.record", Job.state == JobState.DUE)
        .order_by(Job.due_at)
    )
    return [(row.dedupe_key, row.due_at) for row in rows]


def test_however_many_answer_in_a_second_two_jobs_are_owed(
    session: Session, clock: StoppedClock
) -> None:
    bell = Bell()
    for _ in range(20):
        bell.ring(session, now=clock.now())
        session.commit()
        clock.advance(milliseconds=10)

    owed = jobs(session)
    assert len(owed) == 2
    assert owed[0][1] == clock.now() - timedelta(milliseconds=200)
    assert owed[1][1] > clock.now()
    clock.advance(seconds=1)
    bell.ring(session, now=clock.now())
    assert len(jobs(session)) == 3


def test_news_that_was_rolled_back_is_told_again(
    session: Session, clock: StoppedClock
) -> None:
    bell = Bell()
    bell.ring(session, now=clock.now())
    session.rollback()
    bell.ring(session, now=clock.now())
    session.commit()

    assert [due for _, due in jobs(session)] == [clock.now()]


def test_parts_owe_one_job_a_day(session: Session, clock: StoppedClock) -> None:
    bell = Bell()
    for hour in range(3):
        bell.ring_later(session, at=clock.now() + timedelta(days=7, hours=hour))
        session.commit()

    assert [due for _, due in jobs(session)] == [datetime(2026, 10, 23, tzinfo=UTC)]


def test_the_sweep_finds_what_no_news_told_of(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    invitation: Invitation,
    worker: Worker,
) -> None:
    person = person_of(session, clock, factories, invitation)
    person.send(person.step("page", *SHOWN), ANSWERS)
    session.execute(Job.__table__.delete())  # type: ignore[attr-defined]  # a table
    session.commit()
    clock.advance(minutes=2)
    owe_what_is_left(session, now=clock.now())
    session.commit()
    worker.drain()

    assert len(occasions(session)) == 1
