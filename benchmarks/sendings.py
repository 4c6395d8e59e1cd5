"""Messages a second to a mail server of this machine, by one worker; flat memory.

Each is made in the words of its survey, marked as in hand, handed over, and marked as
sent: two transactions a mail, so that a kill leaves one unknown at most. The server
that takes them is a process of its own.
"""

import argparse
import multiprocessing
import multiprocessing.synchronize
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, insert, select, update

from benchmarks.asking import invite, set_scene
from benchmarks.invitations import memory
from benchmarks.mailbox import Mailbox
from feedback.collection.models import Invitation, Sending
from feedback.collection.owing import SEND, owe_sending
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.ids import new_public_id
from feedback.db import migrate
from feedback.db.session import Database
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker


def owe(database: Database, count: int) -> None:
    """Owe a mail to so many new people."""
    scene = set_scene(database)
    now = SystemClock().now()
    with database.transaction() as session:
        invite(session, scene, count)
        session.execute(update(Invitation).values(state=InvitationState.QUEUED))
        session.execute(
            insert(Sending),
            [
                {
                    "public_id": new_public_id(),
                    "invitation_id": number,
                    "kind": SendingKind.INVITATION,
                    "channel": Channel.EMAIL,
                    "due_at": now,
                }
                for number in session.scalars(select(Invitation.id))
            ],
        )
        owe_sending(session, now=now)


def take_mails(
    port: "multiprocessing.Queue[int]", stop: multiprocessing.synchronize.Event
) -> None:
    """Be the mail server, in a process of its own."""
    with Mailbox().open() as number:
        port.put(number)
        stop.wait()


def main() -> None:
    """Send, and print how many a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5_000)
    asked = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    port, stop = context.Queue(), context.Event()
    server = context.Process(target=take_mails, args=(port, stop))
    server.start()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch))
        database = Database(settings.database)
        migrate.upgrade(database)
        owe(database, asked.mails)
        settings = replace(
            settings, smtp_host="127.0.0.1", smtp_port=port.get(), smtp_starttls=False
        )
        worker = Worker(
            database,
            settings=settings,
            clock=SystemClock(),
            handlers={SEND: HANDLERS[SEND]},
        )
        first = memory()
        start, spent = time.perf_counter(), time.process_time()
        worker.drain()
        seconds, own = time.perf_counter() - start, time.process_time() - spent
        with database.transaction(writes=False) as session:
            sent = session.scalar(
                select(func.count()).where(Sending.state == SendingState.SENT)
            )
        database.dispose()
    stop.set()
    server.join()
    if sent != asked.mails:
        raise SystemExit(f"{sent} were sent")
    print(f"| {asked.mails:,} mails | |")
    print("|---|---|")
    print(f"| mails/s | {asked.mails / seconds:,.0f} |")
    print(f"| CPU of the worker for a mail | {1000 * own / asked.mails:.1f} ms |")
    print(f"| memory before / after | {first:.0f} / {memory():.0f} MiB |")


if __name__ == "__main__":
    main()
