"""The work owed, as an administrator reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.jobs.models import Job, JobState

__all__ = [
    "JobState",  # what the edges, which know no models, name the states by
    "OwedWork",
    "count_by_state",
    "count_owed",
    "forget_done",
    "get_job",
    "list_jobs",
]

KEEP_DONE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class OwedWork:
    """One job, as it is shown."""

    public_id: str
    name: str
    state: JobState
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    attempts: int
    max_attempts: int
    last_error: str | None
    done: int
    total: int | None


def count_by_state(session: Session) -> dict[JobState, int]:
    """Return how many jobs stand in each state, every state named."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    found = dict(rows.all())
    return {state: found.get(state, 0) for state in JobState}


def list_jobs(
    session: Session, wanted: PageRequest, *, state: JobState | None = None
) -> Page[OwedWork]:
    """List jobs, newest first."""
    query = select(Job).order_by(Job.id.desc())
    if state is not None:
        query = query.where(Job.state == state)
    rows = session.scalars(query.offset(wanted.offset).limit(wanted.size + 1))
    return page_of([_as_read(row) for row in rows], wanted)


def get_job(session: Session, job_id: int) -> OwedWork:
    """Return one job.

    Raises:
        NotFound: `job`.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("job")
    return _as_read(job)


def count_owed(session: Session, names: tuple[str, ...]) -> int:
    """Return how many jobs of these names are waiting or running."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Job)
            .where(Job.name.in_(names), Job.state.in_([JobState.DUE, JobState.RUNNING]))
        )
        or 0
    )


def forget_done(session: Session, *, now: datetime) -> None:
    """Delete the jobs that were done more than a week ago."""
    session.execute(
        delete(Job).where(Job.state == JobState.DONE, Job.finished_at < now - KEEP_DONE)
    )


def _as_read(job: Job) -> OwedWork:
    return OwedWork(
        public_id=job.public_id,
        name=job.name,
        state=job.state,
        created_at=job.created_at,
        due_at=job.due_at,
        finished_at=job.finished_at,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        last_error=job.last_error,
        done=job.progress_done,
        total=job.progress_total,
    )
