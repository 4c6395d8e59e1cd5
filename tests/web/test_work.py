"""The page of the work owed: what waits, runs, failed and why."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.jobs.ledger import claim, enqueue, fail, renew
from feedback.jobs.models import Job, JobState
from feedback.jobs.schedules import plan_monthly
from feedback.web.work import JOBS
from feedback.worker.handlers import HANDLERS
from tests.conftest import LoggedIn, StoppedClock


@pytest.fixture
def failed(session: Session, clock: StoppedClock) -> Job:
    """A mail that was given up."""
    job_id = enqueue(session, "mail.send", {}, due_at=clock.now())
    assert job_id is not None
    claim(session, owner="w", now=clock.now(), lease=timedelta(minutes=2))
    fail(
        session,
        job_id,
        owner="w",
        now=clock.now(),
        error="550 <b>No such mailbox</b>",
        for_good=True,
    )
    session.commit()
    return session.scalars(select(Job)).one()


def test_every_job_there_is_has_a_name_in_words() -> None:
    assert set(HANDLERS) <= set(JOBS)


def test_nothing_owed_says_what_would_come_here(logged_in: LoggedIn) -> None:
    browser = logged_in(Role.ADMINISTRATOR)

    assert "No work yet" in browser.get("/work/").text
    assert "Nothing has failed" in browser.get("/work/?state=failed").text
    assert "Nothing is planned" in browser.get("/work/").text


def test_a_failure_is_told_with_its_reason_as_text(
    logged_in: LoggedIn, failed: Job
) -> None:
    page = logged_in(Role.ADMINISTRATOR).get("/work/?state=failed").text

    assert "Send a mail" in page
    assert "550 &lt;b&gt;No such mailbox" in page
    assert "1 of 5" in page


def test_a_failed_job_is_tried_again_once(
    logged_in: LoggedIn, failed: Job, session: Session
) -> None:
    browser = logged_in(Role.ADMINISTRATOR)

    first = browser.post(f"/work/{failed.public_id}/retry?state=failed")
    second = browser.post(f"/work/{failed.public_id}/retry")

    session.refresh(failed)
    session.commit()
    assert first.location == "/work/?state=failed"
    assert second.status_code == 409
    assert failed.state is JobState.DUE
    assert failed.attempts == 0


def test_the_part_that_changes_shows_counts_and_progress(
    logged_in: LoggedIn, session: Session, clock: StoppedClock
) -> None:
    job_id = enqueue(session, "voice.annotate", {}, due_at=clock.now())
    assert job_id is not None
    claim(session, owner="w", now=clock.now(), lease=timedelta(minutes=2))
    later = clock.now() + timedelta(minutes=2)
    renew(session, job_id, owner="w", until=later, done=1200, total=4800)
    browser = logged_in(Role.ADMINISTRATOR)

    part = browser.get("/work/now").text

    assert "<html" not in part
    assert 'value="1200" max="4800"' in part
    assert "1,200 of 4,800" in part
    assert 'data-poll="/work/now"' in browser.get("/work/").text


def test_what_is_planned_is_told_in_the_time_zone_of_the_house(
    logged_in: LoggedIn, session: Session, clock: StoppedClock, settings: Settings
) -> None:
    plan_monthly(
        session,
        "key",
        "reports.build_due",
        {},
        day=2,
        hour=7,
        now=clock.now(),
        zone=settings.zone,
    )

    page = logged_in(Role.ADMINISTRATOR).get("/work/").text

    assert "Build the monthly report" in page
    assert "2 November 2026 at 07:00" in page


def test_a_state_that_is_none_shows_all(logged_in: LoggedIn, failed: Job) -> None:
    page = logged_in(Role.ADMINISTRATOR).get("/work/?state=nonsense")

    assert page.status_code == 200
    assert "Send a mail" in page.text
