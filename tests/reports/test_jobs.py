"""The worker: builds what was asked for, sends the month on the 4th, nothing twice."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.jobs.models import Job, JobState
from feedback.journey.models import Journey
from feedback.reports.models import ReportRun, ReportSubscription
from feedback.reports.service import order_report, subscribe
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.reports.scene import MONTH

THE_4TH = datetime(2018, 5, 4, 4, 0, tzinfo=UTC)
IN_APRIL = datetime(2018, 4, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def readers(
    session: Session,
    spoken_of: Journey,
    factories: Factories,
    settings: Settings,
    clock: StoppedClock,
) -> list[Account]:
    """One manager who reads French and one who reads English."""
    clock.set(IN_APRIL)
    people = [
        factories.account(role=Role.MANAGER, locale=locale) for locale in ("fr", "en")
    ]
    for person in people:
        subscribe(session, spoken_of.id, person.id, settings=settings, now=clock.now())
    session.commit()
    return people


def outbox(settings: Settings) -> list[EmailMessage]:
    """Return the mails sent, by their readers' address."""
    parser = BytesParser(policy=policy.default)
    mails = [
        parser.parsebytes(path.read_bytes())
        for path in sorted(settings.folder("outbox").glob("*.eml"))
    ]
    assert all(isinstance(mail, EmailMessage) for mail in mails)
    return sorted(mails, key=lambda mail: str(mail["To"]))


def failures(session: Session) -> list[str | None]:
    """Return the errors of the jobs that failed."""
    session.expire_all()
    return list(
        session.scalars(select(Job.last_error).where(Job.state == JobState.FAILED))
    )


def test_on_the_4th_each_reader_gets_the_month_in_their_language(
    worker: Worker, readers: list[Account], settings: Settings, clock: StoppedClock
) -> None:
    clock.set(THE_4TH.replace(hour=3, minute=59))
    worker.sweep()
    assert worker.drain() == 0

    clock.set(THE_4TH)
    worker.sweep()
    worker.drain()

    english, french = sorted(
        outbox(settings), key=lambda mail: "The bakery" not in str(mail["Subject"])
    )
    assert [english["To"], french["To"]] == [readers[1].email, readers[0].email]
    assert "La boulangerie" in french["Subject"]
    for mail, language in ((english, "en"), (french, "fr")):
        (attached,) = mail.iter_attachments()
        assert attached.get_content_type() == "application/pdf"
        assert attached.get_filename() == f"bakery-2018-04-{language}.pdf"
        path = settings.folder("reports") / f"{language}.pdf"
        path.write_bytes(attached.get_content())
        assert PdfReader(path).trailer["/Root"]["/Lang"] == language  # type: ignore[index]  # a dictionary
    body = english.get_body(("plain",))
    assert body is not None
    assert "CSAT: " in body.get_content()
    assert "who takes it on" in body.get_content()


def test_nobody_is_sent_a_month_twice(
    session: Session,
    worker: Worker,
    readers: list[Account],
    settings: Settings,
    clock: StoppedClock,
) -> None:
    clock.set(THE_4TH)
    worker.sweep()
    worker.drain()
    before = len(outbox(settings))

    worker.sweep()
    worker.drain()
    session.add(
        Job(
            name="reports.build_due",
            payload={"journey": "bakery"},
            due_at=THE_4TH,
            created_at=THE_4TH,
            max_attempts=5,
        )
    )
    session.commit()
    worker.drain()

    assert before == len(outbox(settings)) == 2
    assert failures(session) == []
    session.expire_all()
    sent = session.scalars(select(ReportSubscription.sent_month))
    assert list(sent) == [MONTH, MONTH]


def test_of_a_month_without_answers_the_mail_says_so_and_no_pdf_pretends(
    session: Session,
    worker: Worker,
    readers: list[Account],
    settings: Settings,
    clock: StoppedClock,
) -> None:
    clock.set(datetime(2018, 7, 4, 4, 0, tzinfo=UTC))
    worker.sweep()
    worker.drain()

    mails = outbox(settings)
    assert len(mails) == 2
    assert all(list(mail.iter_attachments()) == [] for mail in mails)
    bodies = [mail.get_body(("plain",)) for mail in mails]
    assert any(body and "there is no report" in body.get_content() for body in bodies)
    assert session.scalars(select(ReportRun)).all() == []


def test_a_report_that_was_asked_for_is_built_by_the_worker(
    session: Session, worker: Worker, readers: list[Account], clock: StoppedClock
) -> None:
    clock.set(THE_4TH)
    journey_id = session.scalars(select(Journey.id)).one()
    ordered = [
        order_report(
            session,
            journey_id,
            MONTH,
            "en",
            author_id=readers[0].id,
            now=clock.now(),
        )
        for _ in range(2)
    ]
    session.commit()

    worker.drain()

    session.expire_all()
    run = session.scalars(select(ReportRun)).one()
    assert ordered[0] is not None
    assert ordered[1] is None
    assert (run.author_id, run.locale, run.month) == (readers[0].id, "en", MONTH)
    assert failures(session) == []


def test_a_report_of_a_month_without_answers_is_given_up_at_once(
    session: Session, worker: Worker, readers: list[Account], clock: StoppedClock
) -> None:
    clock.set(THE_4TH)
    journey_id = session.scalars(select(Journey.id)).one()
    order_report(
        session,
        journey_id,
        MONTH.replace(year=2016),
        "en",
        author_id=readers[0].id,
        now=clock.now(),
    )
    session.commit()

    worker.drain()

    assert failures(session) == ["no_answers"]


def test_a_plan_of_a_journey_that_is_gone_is_given_up(
    session: Session,
    worker: Worker,
    readers: list[Account],
    clock: StoppedClock,
    tmp_path: Path,
) -> None:
    journey = session.scalars(select(Journey)).one()
    journey.archived_at = IN_APRIL
    session.commit()
    clock.set(THE_4TH)
    worker.sweep()

    worker.drain()

    assert failures(session) == ["journey"]
