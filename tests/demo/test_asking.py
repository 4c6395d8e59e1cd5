"""The demonstration asks: every page has something true to show, and only once."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.models import (
    Contact,
    CustomerRequest,
    Event,
    EventOutcome,
    Invitation,
    OpenLink,
    Response,
    Sending,
    Trigger,
)
from feedback.collection.terms import (
    EventState,
    InvitationState,
    LinkKind,
    OutcomeKind,
    RequestKind,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.config import Settings
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.demo.fortnight import ask_customers
from feedback.jobs.models import Job
from feedback.surveys.models import Survey, SurveyState
from feedback.voice.models import Feedback
from tests.conftest import LoggedIn, StoppedClock

SECRET = "a secret of this demonstration, long enough to sign with"
NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)
#: pages of an analyst and what must stand there, from the names of the demonstration
PAGES = {
    "/surveys/": "Votre visite en magasin",
    "/triggers/": "Après le paiement",
    "/invitations/": "Léa Fontaine",
    "/events/": "caisse-boulangerie",
    "/customers/?q=1001@": "Léa Fontaine",
    "/customers/requests": "Léa Fontaine",
}


def ask(session: Session, settings: Settings) -> bool:
    """Have two weeks of asking go by, without the two years before."""
    draw_journeys(session, now=NOW)
    return ask_customers(session, settings=settings, now=NOW)


@pytest.fixture(scope="module")
def asking(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the company has asked, to copy."""
    path = tmp_path_factory.mktemp("asking") / "asked.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        assert ask(session, Settings(secret_key=SECRET))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def database_url(asking: Path, tmp_path: Path) -> str:
    """SQLite, but for the test that compares the two."""
    path = tmp_path / "feedback.db"
    shutil.copy(asking, path)
    return f"sqlite:///{path}"


def counted(session: Session, column: object) -> Counter[object]:
    return Counter(session.scalars(select(column)))  # type: ignore[call-overload]  # any column


def test_every_phase_is_asked_about_in_both_languages(session: Session) -> None:
    surveys = session.scalars(select(Survey)).all()
    states = Counter(one.state for one in surveys)

    assert all(one.is_demo for one in surveys)
    assert all(one.draft["languages"] == ["fr", "en"] for one in surveys)
    assert states[SurveyState.OPEN] >= 8
    assert states[SurveyState.DRAFT] == states[SurveyState.CLOSED] == 1
    assert {one.anonymous for one in surveys} == {True, False}
    assert set(counted(session, OpenLink.kind)) == set(LinkKind)
    assert set(counted(session, Trigger.is_on)) == {True, False}
    assert set(counted(session, Trigger.is_demo)) == {True}


def test_every_state_of_asking_is_there(session: Session) -> None:
    states = counted(session, Invitation.state)
    reasons = counted(session, EventOutcome.reason)

    assert set(states) == set(InvitationState) - {
        InvitationState.QUEUED,
        InvitationState.FAILED,
    }
    assert states[InvitationState.COMPLETE] >= 15
    assert set(counted(session, EventOutcome.kind)) == set(OutcomeKind)
    assert {
        "same_survey",
        "window_full",
        "no_address",
        "opted_out",
        "address_bounced",
        "condition_not_met",
    } <= set(reasons)
    assert set(counted(session, Response.state)) == set(ResponseState)
    assert {SendingState.SENT, SendingState.BOUNCED, SendingState.UNKNOWN} <= set(
        counted(session, Sending.state)
    )
    assert set(counted(session, Sending.kind)) == set(SendingKind)
    assert counted(session, CustomerRequest.kind)[RequestKind.CALLBACK] >= 1
    assert counted(session, CustomerRequest.kind)[RequestKind.ERASURE] == 1
    assert session.scalar(select(func.count()).select_from(Contact)) == 40
    assert set(counted(session, Event.state)) == {EventState.PROCESSED}


def test_nothing_is_of_the_future_and_nothing_is_left_to_send_now(
    session: Session,
) -> None:
    for moment in (
        Event.occurred_at,
        Event.received_at,
        Response.saved_at,
        Invitation.sent_at,
    ):
        newest = session.scalar(select(func.max(moment)))
        assert newest is not None
        assert newest <= NOW
    waiting = session.scalars(
        select(Sending.due_at).where(Sending.state == SendingState.DUE)
    ).all()
    assert all(moment > NOW for moment in waiting)
    owed = counted(session, Job.name)
    assert not {"collection.send", "collection.plan", "collection.take_events"} & set(
        owed
    )


def test_what_is_anonymous_has_no_person_and_no_moment(session: Session) -> None:
    nameless = session.scalars(select(Response).where(Response.is_anonymous)).all()

    assert len(nameless) > 20
    assert {(one.contact_id, one.invitation_id, one.saved_at) for one in nameless} == {
        (None, None, None)
    }


def test_every_complete_response_is_feedback_at_its_touchpoint(
    session: Session,
) -> None:
    complete = dict(
        session.execute(
            select(Response.public_id, Response.touchpoint_id).where(
                Response.state == ResponseState.COMPLETE
            )
        ).all()
    )
    heard = dict(
        session.execute(select(Feedback.origin_key, Feedback.touchpoint_id)).all()
    )

    assert len(complete) > 50
    for public_id, touchpoint_id in complete.items():
        assert heard[f"response:{public_id}"] == touchpoint_id


def test_asking_twice_adds_nothing(session: Session, settings: Settings) -> None:
    before = counted(session, Invitation.state)

    assert not ask_customers(session, settings=settings, now=NOW)
    assert counted(session, Invitation.state) == before


@pytest.mark.postgres
def test_the_same_comes_of_it_on_both_databases(
    session: Session, settings: Settings, postgres_url: str
) -> None:
    database = Database(postgres_url)
    with database.session(writes=True) as other:
        assert ask(other, settings)
        for column in (Invitation.state, EventOutcome.reason, Response.state):
            assert counted(other, column) == counted(session, column)
        other.rollback()
    database.dispose()


def test_every_page_about_asking_shows_it(
    application: Flask, session: Session, logged_in: LoggedIn, clock: StoppedClock
) -> None:
    clock.set(NOW)
    surveys = session.scalars(select(Survey.public_id)).all()
    for locale in ("fr", "en"):
        client = logged_in(Role.ADMINISTRATOR, locale=locale)
        for path, words in PAGES.items():
            page = client.get(path)
            assert (path, page.status_code) == (path, 200)
            assert words in page.text, path
        for public_id in surveys:
            for path in ("/", "/edit", "/results", "/responses"):
                page = client.get(f"/surveys/{public_id}{path}")
                assert (path, page.status_code) == (path, 200)
