"""Who carries the work: told of job ids after they are committed.

The row is the truth. An engine may lose or repeat an announcement: a lost one is
found by the sweep of due jobs, a repeated one finds its row taken or done. A job of
later is not announced; the sweep finds it at its moment.
"""

from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.jobs.ledger import ANNOUNCED


class Engine(Protocol):
    """Carries the news of a due job to a worker."""

    def announce(self, job_id: int) -> None:
        """Tell a worker that the job is due; called after the commit, never waits."""
        ...


class EmbeddedEngine:
    """One machine: the worker beside the web process looks at the rows itself."""

    def announce(self, job_id: int) -> None:
        """Do nothing: the worker finds the row within its polling interval."""


def engine_for(settings: Settings) -> Engine:
    """Return who carries the work of an installation: a broker, or nobody."""
    if not settings.broker_url:
        return EmbeddedEngine()
    # One machine without a broker never loads Celery.
    from feedback.jobs.broker import CeleryEngine  # noqa: PLC0415

    return CeleryEngine(settings.broker_url, queue_name=settings.broker_queue)


def announce_after_commit(
    sessions: sessionmaker[Session], engine: Engine, clock: Clock
) -> None:
    """Have `engine` told of the due jobs of each transaction, once it is committed."""

    @event.listens_for(sessions, "after_commit")
    def _announce(session: Session) -> None:
        owed = session.info.pop(ANNOUNCED, [])
        now = clock.now() if owed else None
        for job_id, due_at in owed:
            if due_at <= now:
                engine.announce(job_id)

    @event.listens_for(sessions, "after_soft_rollback")
    def _forget(session: Session, _previous: Any) -> None:
        session.info.pop(ANNOUNCED, None)
