"""What a handler is given: a job's payload, a session, and a way to note progress."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.jobs.ledger import ClaimedJob, renew


class GiveUp(Exception):
    """Trying again cannot help: the job fails at once, with this reason."""


class Work:
    """One job in the hands of a worker.

    `session` writes; what the handler did is committed by the worker together
    with the job's end. A long job commits in steps with `step`.
    """

    def __init__(
        self,
        job: ClaimedJob,
        session: Session,
        *,
        settings: Settings,
        clock: Clock,
        owner: str,
    ) -> None:
        self.job_id = job.id
        self.payload: Mapping[str, Any] = job.payload
        #: whether the job has failed for good when it fails this time
        self.is_last_attempt = job.attempts >= job.max_attempts
        self.session = session
        self.settings = settings
        self._clock = clock
        self._owner = owner

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock.now()

    @property
    def lease(self) -> timedelta:
        """How long this worker may be silent."""
        return timedelta(seconds=self.settings.work_lease_seconds)

    def step(self, done: int, total: int | None) -> None:
        """Commit what was done so far, note the progress, prolong the lease.

        Raises:
            Conflict: `lease_lost`; nothing of this step was kept.
        """
        renew(
            self.session,
            self.job_id,
            owner=self._owner,
            until=self.now() + self.lease,
            done=done,
            total=total,
        )
        self.session.commit()

    def let_others_write(self) -> None:
        """End a transaction that has only read, before a long computation.

        On SQLite one writer excludes the others; nobody should wait for a
        language model.
        """
        self.session.rollback()


Handler = Callable[[Work], None]
