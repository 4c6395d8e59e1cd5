"""mail.send: owed with its cause, sent once, tried again or given up."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.notices import StoredFile, queue_mail
from feedback.config import Settings
from feedback.db.session import Database
from feedback.jobs.models import Job, JobState
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.mail.post_office import PostOffice

CONTEXT = {"name": "Zoé", "link": "https://feedback.example/x"}


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def postal_worker(
    office: PostOffice, database: Database, settings: Settings, clock: StoppedClock
) -> Iterator[Worker]:
    """A worker whose mails go to the post office."""
    with office.open() as port:
        yield Worker(
            database,
            settings=replace(
                settings, smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False
            ),
            clock=clock,
            handlers=HANDLERS,
        )


def owe(session: Session, clock: StoppedClock, **options: Any) -> None:
    queue_mail(
        session,
        "password_reset",
        to=options.pop("to", "zoe@example.org"),
        locale="fr",
        now=clock.now(),
        context=CONTEXT,
        **options,
    )
    session.commit()


def the_job(database: Database) -> Job:
    with database.session(writes=False) as session:
        return session.scalars(select(Job)).one()


def outbox(settings: Settings) -> list[EmailMessage]:
    files = sorted(Path(settings.data_dir, "outbox").glob("*.eml"))
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in files
    ]


def test_a_mail_owed_is_sent_and_its_job_done(
    session: Session,
    clock: StoppedClock,
    database: Database,
    office: PostOffice,
    postal_worker: Worker,
) -> None:
    owe(session, clock)

    assert postal_worker.drain() == 1

    assert len(office.taken) == 1
    assert the_job(database).state == JobState.DONE


def test_a_mail_rolled_back_with_its_cause_is_never_sent(
    session: Session, clock: StoppedClock, settings: Settings, worker: Worker
) -> None:
    queue_mail(
        session,
        "password_reset",
        to="zoe@example.org",
        locale="fr",
        now=clock.now(),
        context=CONTEXT,
    )
    session.rollback()

    assert worker.drain() == 0
    assert outbox(settings) == []


def test_a_server_that_says_later_is_asked_again_with_the_same_mail(
    session: Session,
    clock: StoppedClock,
    database: Database,
    office: PostOffice,
    postal_worker: Worker,
) -> None:
    owe(session, clock)
    office.answer = "451 Greylisted"
    postal_worker.drain()
    waiting = the_job(database)
    office.answer = "250 OK"

    assert postal_worker.drain() == 0
    clock.set(waiting.due_at)
    assert postal_worker.drain() == 1

    assert waiting.state == JobState.DUE
    assert "451" in str(waiting.last_error)
    assert the_job(database).state == JobState.DONE
    assert len(office.taken) == 1


def test_a_mail_that_is_refused_is_given_up_at_once_with_the_reason(
    session: Session,
    clock: StoppedClock,
    database: Database,
    office: PostOffice,
    postal_worker: Worker,
) -> None:
    owe(session, clock)
    office.answer = "550 No such mailbox"

    postal_worker.drain()

    job = the_job(database)
    assert job.state == JobState.FAILED
    assert job.attempts == 1
    assert job.last_error == "550 No such mailbox"


def test_an_address_that_is_none_is_given_up_at_once(
    session: Session, clock: StoppedClock, database: Database, worker: Worker
) -> None:
    owe(session, clock, to="x@example.org\nBcc: y@example.org")

    worker.drain()

    job = the_job(database)
    assert job.state == JobState.FAILED
    assert job.last_error == "to: control_character"


def test_without_a_server_the_mail_lies_in_the_outbox_with_its_file(
    session: Session, clock: StoppedClock, settings: Settings, worker: Worker
) -> None:
    (settings.folder("reports") / "x.pdf").write_bytes(b"%PDF")
    owe(
        session,
        clock,
        attachments=[
            StoredFile(path="reports/x.pdf", name="été.pdf", type="application/pdf")
        ],
    )

    worker.drain()

    (email,) = outbox(settings)
    (file,) = email.iter_attachments()
    text = email.get_body(("plain",))
    assert text is not None
    assert "Zoé" in text.get_content()
    assert CONTEXT["link"] in text.get_content()
    assert file.get_filename() == "été.pdf"


def test_no_file_outside_the_data_folder_goes_with_a_mail(
    session: Session,
    clock: StoppedClock,
    database: Database,
    settings: Settings,
    worker: Worker,
) -> None:
    owe(
        session,
        clock,
        attachments=[StoredFile(path="../../etc/passwd", name="x", type="text/plain")],
    )

    worker.drain()

    assert the_job(database).state == JobState.FAILED
    assert outbox(settings) == []
