"""The pages of reports: what is listed, who may build, what is handed over."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.jobs.models import Job, JobState
from feedback.journey.models import Journey
from feedback.reports.models import ReportRun, ReportSubscription
from feedback.reports.service import build_report, subscribe
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.reports.scene import MONTH, bakery, months_of_feedback

HERE = "/journeys/bakery/reports/"


@pytest.fixture
def journey(session: Session, factories: Factories, clock: StoppedClock) -> Journey:
    """The bakery, in five months of feedback."""
    drawn = bakery(factories)
    months_of_feedback(session, drawn, now=clock.now())
    session.commit()
    return drawn


def test_a_manager_reads_and_does_not_build(
    journey: Journey, logged_in: LoggedIn, session: Session
) -> None:
    manager = logged_in(Role.MANAGER)

    page = manager.get(HERE)
    refused = manager.post(HERE, data={"month": "2018-04", "language": "en"})

    assert page.status_code == 200
    assert "No report yet" in page.text
    assert "Build a report" not in page.text
    assert refused.status_code == 403
    assert session.scalars(select(Job)).all() == []


def test_nobody_reads_without_logging_in(journey: Journey, logged_in: LoggedIn) -> None:
    stranger = logged_in(Role.MANAGER).application.test_client()

    for path in (HERE, HERE + "building/1", HERE + "abcdefghijkl.pdf", "/reports/"):
        assert stranger.get(path).status_code == 302


def test_only_months_with_answers_are_offered_and_taken(
    journey: Journey, logged_in: LoggedIn
) -> None:
    analyst = logged_in(Role.ANALYST)

    page = analyst.get(HERE)
    refused = analyst.post(HERE, data={"month": "2011-01", "language": "en"})

    assert page.text.count('<option value="201') == 5
    assert refused.status_code == 422


def test_a_report_is_ordered_followed_and_downloaded(
    journey: Journey,
    logged_in: LoggedIn,
    worker: Worker,
    session: Session,
    settings: Settings,
) -> None:
    analyst = logged_in(Role.ANALYST)

    ordered = analyst.post(HERE, data={"month": "2018-04", "language": "en"})
    waiting = analyst.get(ordered.location)
    worker.drain()
    fragment = analyst.get(ordered.location + "/progress")
    page = analyst.get(HERE)
    session.expire_all()
    run = session.scalars(select(ReportRun)).one()
    pdf = analyst.get(f"{HERE}{run.public_id}.pdf")

    assert "data-poll" in waiting.text
    assert "data-done" in fragment.text
    assert "The report is ready." in fragment.text
    assert run.snapshot in page.text
    assert "April 2018" in page.text
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"] == (
        "attachment; filename=bakery-2018-04-en.pdf"
    )
    assert pdf.data == (settings.data_dir / run.stored_as).read_bytes()
    pdf.close()


def test_a_report_that_cannot_be_built_says_why(
    journey: Journey, logged_in: LoggedIn, session: Session, clock: StoppedClock
) -> None:
    analyst = logged_in(Role.ANALYST)
    analyst.post(HERE, data={"month": "2018-04", "language": "en"})
    job = session.scalars(select(Job).where(Job.name == "reports.build")).one()
    job.state, job.last_error = JobState.FAILED, "no_answers"
    session.commit()

    page = analyst.get(f"{HERE}building/{job.id}")

    assert "Nobody answered in that month" in page.text
    assert "data-poll" not in page.text


def test_the_work_of_others_is_not_shown_as_a_report(
    journey: Journey, logged_in: LoggedIn, session: Session, clock: StoppedClock
) -> None:
    job = Job(
        name="mail.send",
        payload={},
        due_at=clock.now(),
        created_at=clock.now(),
        max_attempts=5,
    )
    session.add(job)
    session.commit()

    assert logged_in(Role.ANALYST).get(f"{HERE}building/{job.id}").status_code == 404


def test_a_file_that_is_gone_is_an_answer_and_not_a_crash(
    journey: Journey,
    logged_in: LoggedIn,
    session: Session,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    built = build_report(
        session, "bakery", MONTH, "en", settings=settings, now=clock.now()
    )
    session.commit()
    built.path.unlink()

    gone = logged_in(Role.MANAGER).get(f"{HERE}{built.public_id}.pdf")

    assert gone.status_code == 404
    assert "Build the report again." in gone.text


def test_who_gets_the_report_is_added_and_removed(
    journey: Journey, logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    reader = factories.account(role=Role.MANAGER)
    analyst = logged_in(Role.ANALYST)

    analyst.post(HERE + "readers", data={"person": reader.public_id})
    page = analyst.get(HERE)
    removed = analyst.post(f"{HERE}readers/{reader.id}/remove")

    assert reader.email in page.text
    assert "Next sending" in page.text
    assert removed.status_code == 302
    assert session.scalars(select(ReportSubscription)).all() == []


def test_a_manager_unsubscribes_themselves_and_nobody_else(
    journey: Journey,
    logged_in: LoggedIn,
    session: Session,
    settings: Settings,
    factories: Factories,
) -> None:
    other = factories.account()
    manager = logged_in(Role.MANAGER)
    own = session.scalars(select(Account).where(Account.role == Role.MANAGER)).one()
    now = datetime(2026, 10, 15, tzinfo=UTC)
    for person in (own, other):
        subscribe(session, journey.id, person.id, settings=settings, now=now)
    session.commit()

    refused = manager.post(f"{HERE}readers/{other.id}/remove")
    left = manager.post(f"{HERE}readers/{own.id}/remove")

    assert refused.status_code == 403
    assert left.status_code == 302
    session.expire_all()
    assert session.scalars(select(ReportSubscription.account_id)).all() == [other.id]


def test_without_a_journey_the_page_says_what_to_do_next(logged_in: LoggedIn) -> None:
    page = logged_in(Role.ANALYST).get("/reports/")

    assert page.status_code == 200
    assert "Draw a journey first" in page.text


def test_without_feedback_the_page_leads_to_the_import(
    logged_in: LoggedIn, session: Session, factories: Factories
) -> None:
    factories.journey("bakery")
    session.commit()

    page = logged_in(Role.ANALYST).get(HERE)

    assert "Nothing to report yet" in page.text
    assert "Build a report" not in page.text
