"""Finds the due jobs that no message tells of, and tells of them."""

import logging
import os
import threading
from datetime import datetime
from typing import Protocol

from feedback.core.clock import Clock
from feedback.db.session import Database
from feedback.jobs.broker import BrokerAway
from feedback.jobs.ledger import list_ready
from feedback.worker.runner import AWAY, SWEEP_EVERY, Worker

#: how long a job may wait whose message was lost, or whose moment has come
LOOK_SECONDS = 1.0
#: jobs told of at once; the next look sees the others
MOST_AT_ONCE = 200

log = logging.getLogger("feedback.worker")


class Messages(Protocol):
    """The queue that the workers listen to."""

    def send(self, job_id: int) -> None:
        """Tell the workers of a job."""
        ...

    def waiting(self) -> int:
        """Return how many messages nobody has taken yet."""
        ...


class Sweeper:
    """Looks at the rows beside a worker that only listens.

    Any number of sweepers may look at the same rows: what is told twice finds its
    row taken, and nobody tells anything while enough messages wait.
    """

    def __init__(
        self, worker: Worker, database: Database, messages: Messages, clock: Clock
    ) -> None:
        self._worker = worker
        self._database = database
        self._messages = messages
        self._clock = clock
        self._next_sweep: datetime | None = None
        self._is_database_away = False
        # A process must not be forked in the midst of a look: the child would inherit
        # locks that nobody gives back.
        self._looking = threading.Lock()
        os.register_at_fork(
            before=self._looking.acquire,
            after_in_parent=self._looking.release,
            after_in_child=self._looking.release,
        )

    @property
    def is_looking(self) -> bool:
        """Whether it looks this moment."""
        return self._looking.locked()

    def look(self) -> int:
        """Tell of the jobs that are ready, if fewer messages wait; return how many.

        Raises:
            BrokerAway: the rest waits for the next look.
        """
        with self._database.transaction(writes=False) as session:
            ready = list_ready(session, now=self._clock.now(), most=MOST_AT_ONCE)
        if len(ready) <= (self._messages.waiting() if ready else 0):
            return 0
        for job_id in ready:
            self._messages.send(job_id)
        return len(ready)

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set, and now and then owe what is planned."""
        while not stop.is_set():
            with self._looking:
                self._look_and_sweep()
            stop.wait(LOOK_SECONDS)

    def _look_and_sweep(self) -> None:
        try:
            if self._next_sweep is None or self._clock.now() >= self._next_sweep:
                self._worker.sweep()
                self._next_sweep = self._clock.now() + SWEEP_EVERY
            self.look()
            self._is_database_away = False
        except BrokerAway:
            pass  # noted by the broker's side; the rows wait
        except AWAY as error:
            if not self._is_database_away:
                log.warning("the database is away: %s", error.orig)
            self._is_database_away = True
