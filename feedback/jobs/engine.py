"""Who carries the work: told of job ids after they are committed.

The row is the truth. An engine may lose or repeat an announcement: a lost one is
found by the sweep of due jobs, a repeated one finds its row taken or done.
"""

from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from feedback.jobs.ledger import ANNOUNCED


class Engine(Protocol):
    """Carries the news of a due job to a worker."""

    def announce(self, job_id: int) -> None:
        """Tell a worker that the job is there; called after the commit."""
        ...


class EmbeddedEngine:
    """One machine: the worker beside the web process looks at the rows itself."""

    def announce(self, job_id: int) -> None:
        """Do nothing: the worker finds the row within its polling interval."""


def announce_after_commit(sessions: sessionmaker[Session], engine: Engine) -> None:
    """Have `engine` told of the jobs of each transaction, once it is committed."""

    @event.listens_for(sessions, "after_commit")
    def _announce(session: Session) -> None:
        for job_id in session.info.pop(ANNOUNCED, []):
            engine.announce(job_id)

    @event.listens_for(sessions, "after_soft_rollback")
    def _forget(session: Session, _previous: Any) -> None:
        session.info.pop(ANNOUNCED, None)
