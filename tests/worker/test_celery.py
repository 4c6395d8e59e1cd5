"""Real workers that listen to a real broker: every job done once, whoever dies."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from feedback.accounts.notices import SEND_MAIL, queue_mail
from feedback.app import create_app
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from feedback.jobs.broker import Broker
from feedback.jobs.models import Job, JobState
from tests.processes import START, Program, wait_for_end_of

StartWorker = Callable[..., Program]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    # processes are found in /proc
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux"),
]


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """What several machines share is PostgreSQL."""
    return postgres_url


@pytest.fixture(params=["redis_url", "rabbitmq_url"])
def scaled(
    request: pytest.FixtureRequest, settings: Settings, worker_id: str
) -> Iterator[Settings]:
    """Settings with a broker of each kind, and a queue that no other test uses."""
    url = str(request.getfixturevalue(request.param))
    name = f"feedback.test.{worker_id}.{os.getpid()}.{os.urandom(4).hex()}"
    yield replace(settings, broker_url=url, broker_queue=name)
    broker = Broker(url, queue_name=name)
    broker.forget()
    broker.close()


@pytest.fixture
def start_worker(scaled: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers of the installation; whatever is left is killed at the end."""
    started: list[Program] = []

    def start(**environment: str) -> Program:
        program = Program(
            scaled,
            tmp_path / f"worker{len(started)}.txt",
            FEEDBACK_DATABASE_URL=scaled.database_url,
            FEEDBACK_SECRET_KEY=scaled.secret_key,
            FEEDBACK_BROKER_URL=scaled.broker_url,
            FEEDBACK_BROKER_QUEUE=scaled.broker_queue,
            **environment,
        )
        program.launch("worker")
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def mail_server() -> Iterator[socket.socket]:
    """A mail server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(START)
        yield listening


def port_of(listening: socket.socket) -> str:
    return str(listening.getsockname()[1])


def owe_a_mail(database: Database, *, later: timedelta = timedelta()) -> None:
    """Owe a mail as a page does, in a transaction of its own."""
    with database.transaction() as session:
        queue_mail(
            session,
            "password_changed",
            to="nell@example.org",
            locale="en",
            now=SystemClock().now() + later,
            context={"name": "Nell", "link": "http://127.0.0.1/"},
        )


def states(database: Database) -> list[JobState]:
    """How the mails stand; the sweep owes work of its own beside them."""
    with database.transaction(writes=False) as session:
        mine = select(Job.state).where(Job.name == SEND_MAIL).order_by(Job.id)
        return list(session.scalars(mine))


def mails(settings: Settings) -> int:
    return len(list((settings.data_dir / "outbox").glob("*.eml")))


def children(program: Program) -> list[int]:
    """The processes that a worker has started."""
    assert program.process is not None
    number = program.process.pid
    found = Path(f"/proc/{number}/task/{number}/children").read_text()
    return [int(child) for child in found.split()]


def test_what_a_page_owes_is_told_to_the_workers_and_done_once(
    scaled: Settings, database: Database, start_worker: StartWorker
) -> None:
    create_app(scaled, database=database)  # who commits here tells the broker

    for _ in range(20):
        owe_a_mail(database)
    workers = [start_worker() for _ in range(2)]

    for worker in workers:
        worker.wait_for(lambda: "listens" in worker.said)  # noqa: B023 - called here
    workers[0].wait_for(lambda: states(database) == [JobState.DONE] * 20)
    assert mails(scaled) == 20
    assert [one.stop(signal.SIGTERM) for one in workers] == [0, 0]


def test_what_nobody_was_told_of_is_found_by_the_sweep(
    scaled: Settings, database: Database, start_worker: StartWorker
) -> None:
    owe_a_mail(database)
    owe_a_mail(database, later=timedelta(seconds=2))

    worker = start_worker(FEEDBACK_WORKER_PROCESSES="2")

    worker.wait_for(lambda: states(database) == [JobState.DONE] * 2)
    assert mails(scaled) == 2


def test_a_message_that_comes_again_finds_its_job_done(
    scaled: Settings, database: Database, start_worker: StartWorker
) -> None:
    owe_a_mail(database)
    with database.transaction(writes=False) as session:
        job_id = session.scalars(select(Job.id)).one()
    broker = Broker(scaled.broker_url, queue_name=scaled.broker_queue)
    for _ in range(5):
        broker.send(job_id)
    broker.send(job_id + 1)  # of which nobody knows

    worker = start_worker()

    worker.wait_for(lambda: states(database) == [JobState.DONE])
    worker.wait_for(lambda: broker.waiting() == 0)
    broker.close()
    assert worker.stop(signal.SIGTERM) == 0
    assert mails(scaled) == 1


@pytest.mark.parametrize("processes", ["1", "2"])
def test_what_a_killed_worker_had_in_hand_is_done_by_another(
    scaled: Settings,
    database: Database,
    start_worker: StartWorker,
    mail_server: socket.socket,
    processes: str,
) -> None:
    owe_a_mail(database)
    first = start_worker(
        FEEDBACK_SMTP_HOST="127.0.0.1",
        FEEDBACK_SMTP_PORT=port_of(mail_server),
        FEEDBACK_WORKER_PROCESSES=processes,
    )
    held, _ = mail_server.accept()
    assert states(database) == [JobState.RUNNING]
    parts = children(first)
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    for number in parts:
        wait_for_end_of(number)
    held.close()

    second = start_worker()

    second.wait_for(lambda: states(database) == [JobState.DONE])
    assert mails(scaled) == 1


def test_a_killed_process_of_a_worker_is_replaced_and_its_job_taken_up(
    scaled: Settings,
    database: Database,
    start_worker: StartWorker,
    mail_server: socket.socket,
) -> None:
    owe_a_mail(database)
    worker = start_worker(
        FEEDBACK_SMTP_HOST="127.0.0.1",
        FEEDBACK_SMTP_PORT=port_of(mail_server),
        FEEDBACK_WORKER_PROCESSES="2",
        FEEDBACK_WORK_LEASE_SECONDS="1",
    )
    held, _ = mail_server.accept()
    with database.transaction(writes=False) as session:
        owner = session.scalars(select(Job.owner).where(Job.name == SEND_MAIL)).one()

    os.kill(int(str(owner).rpartition(":")[2]), signal.SIGKILL)
    held.close()

    again, _ = mail_server.accept()  # another process has the job
    again.close()
    worker.wait_for(lambda: len(children(worker)) == 2)


def test_a_worker_that_is_told_to_stop_brings_its_job_to_the_end(
    scaled: Settings,
    database: Database,
    start_worker: StartWorker,
    mail_server: socket.socket,
) -> None:
    owe_a_mail(database)
    worker = start_worker(
        FEEDBACK_SMTP_HOST="127.0.0.1", FEEDBACK_SMTP_PORT=port_of(mail_server)
    )
    held, _ = mail_server.accept()
    assert worker.process is not None

    worker.process.send_signal(signal.SIGTERM)
    worker.wait_for(lambda: "shutdown" in worker.said)
    assert states(database) == [JobState.RUNNING]
    held.close()  # the mail fails; the job is due again later

    assert worker.process.wait(START) == 0
    assert states(database) == [JobState.DUE]


def test_a_page_never_waits_for_a_broker_that_hangs(
    settings: Settings, database: Database, mail_server: socket.socket
) -> None:
    hanging = replace(settings, broker_url=f"redis://127.0.0.1:{port_of(mail_server)}")
    app = create_app(hanging, database=database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)

    answer = app.test_client().post("/preferences/language", data={"locale": "fr"})
    for _ in range(3):
        owe_a_mail(database)

    assert answer.status_code < 400
    assert states(database) == [JobState.DUE] * 3
