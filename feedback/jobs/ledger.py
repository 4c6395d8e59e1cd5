"""Enqueue by name, claim with a lease, finish, fail with back-off."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing
from feedback.jobs.models import Job, JobState

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
#: a job may be killed so many times more often than it may fail
DEATHS_BORNE = 4
#: ids and moments of the jobs that a transaction owes, told to the engine after the
#: commit
ANNOUNCED = "feedback.jobs.announced"


@dataclass(frozen=True, kw_only=True)
class ClaimedJob:
    """A job that this worker holds until its lease ends."""

    id: int
    name: str
    payload: Mapping[str, Any]
    #: this one included
    attempts: int
    max_attempts: int


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime,
    dedupe_key: str | None = None,
    max_attempts: int = 5,
) -> int | None:
    """Owe a piece of work, in the caller's transaction: with its cause or not at all.

    Args:
        session: the caller's transaction; flushed, never committed here.
        name: which handler does it.
        payload: what the handler needs, as JSON.
        due_at: not before this moment.
        dedupe_key: while a job with this key is still waiting, no second one is
            owed. One that is already running does not count: it may have read
            before the caller wrote.
        max_attempts: after so many failures the job stays failed.

    Returns:
        The job's id, or None when such a job was waiting already.
    """
    if dedupe_key is not None:
        session.execute(
            update(Job)
            .where(Job.dedupe_key == dedupe_key, Job.state != JobState.DUE)
            .values(dedupe_key=None)
        )
    row = {
        "public_id": new_public_id(),
        "name": name,
        "payload": dict(payload),
        "state": JobState.DUE,
        "due_at": due_at,
        "created_at": due_at,
        "dedupe_key": dedupe_key,
        "attempts": 0,
        "max_attempts": max_attempts,
        "progress_done": 0,
    }
    owed = insert_missing(session, Job, [row], key=[Job.dedupe_key], returning=Job.id)
    if not owed and _keeps_waiting(session, dedupe_key):
        return None
    if not owed:  # it was taken this very moment
        return enqueue(
            session,
            name,
            payload,
            due_at=due_at,
            dedupe_key=dedupe_key,
            max_attempts=max_attempts,
        )
    session.info.setdefault(ANNOUNCED, []).append((owed[0], due_at))
    return int(owed[0])


def _keeps_waiting(session: Session, dedupe_key: str | None) -> bool:
    """Have a waiting job begin only when this transaction can be seen by it.

    A worker passes by a row that is locked. SQLite has one writer and needs no lock.
    Returns whether the job still waits.
    """
    waiting = session.scalar(
        select(Job.id)
        .where(Job.dedupe_key == dedupe_key, Job.state == JobState.DUE)
        .with_for_update(read=True)
    )
    return waiting is not None


def claim(
    session: Session,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    only: int | None = None,
) -> ClaimedJob | None:
    """Take the job that is due the longest, or one whose lease ran out.

    `only` restricts the choice to one job: an engine that was told of an id
    claims that job and no other. Two workers never hold the same lease: the row
    is locked (PostgreSQL) or the writer is alone (SQLite).

    A job that is claimed again and again without an end or a failure kills its
    worker; after four times its attempts it is failed for good, and the next is taken.
    """
    query = select(Job).where(_ready(now)).order_by(Job.due_at, Job.id).limit(1)
    if only is not None:
        query = query.where(Job.id == only)
    job = session.scalar(query.with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.attempts >= DEATHS_BORNE * job.max_attempts:
        job.state = JobState.FAILED
        job.finished_at = now
        job.dedupe_key = job.lease_until = None
        job.last_error = f"its worker ended {job.attempts} times in the midst of it"
        session.flush()
        return claim(session, owner=owner, now=now, lease=lease, only=only)
    job.state = JobState.RUNNING
    job.owner = owner
    job.lease_until = now + lease
    job.attempts += 1
    session.flush()
    return ClaimedJob(
        id=job.id,
        name=job.name,
        payload=job.payload,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
    )


def _ready(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.DUE, Job.due_at <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )


def list_ready(session: Session, *, now: datetime, most: int) -> tuple[int, ...]:
    """List the ids of jobs that could be claimed, those due the longest first."""
    query = select(Job.id).where(_ready(now)).order_by(Job.due_at, Job.id)
    return tuple(session.scalars(query.limit(most)))


def renew(
    session: Session,
    job_id: int,
    *,
    owner: str,
    until: datetime,
    done: int | None = None,
    total: int | None = None,
) -> None:
    """Prolong a lease and note the progress.

    Raises:
        Conflict: `lease_lost`; what was done since the last step must not count.
    """
    values: dict[str, Any] = {"lease_until": until}
    if done is not None:
        values |= {"progress_done": done, "progress_total": total}
    _if_held(session, job_id, owner, values)


def finish(session: Session, job_id: int, *, owner: str, now: datetime) -> None:
    """Mark a job done; its key is free again.

    Raises:
        Conflict: `lease_lost`; the caller must roll its work back.
    """
    _if_held(
        session,
        job_id,
        owner,
        {
            "state": JobState.DONE,
            "finished_at": now,
            "lease_until": None,
            "dedupe_key": None,
            "last_error": None,
        },
    )


def _if_held(session: Session, job_id: int, owner: str, values: dict[str, Any]) -> None:
    held = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.owner == owner, Job.state == JobState.RUNNING)
        .values(values)
        .returning(Job.id)
    ).first()
    if held is None:
        raise Conflict("lease_lost")


def fail(
    session: Session,
    job_id: int,
    *,
    owner: str,
    now: datetime,
    error: str,
    for_good: bool = False,
) -> None:
    """Note a failure; the job is due again later, or failed for good.

    It has failed for good after its last attempt, or when the caller says so. The
    wait doubles from five seconds up to an hour. A lease that was lost is left to
    its new owner.
    """
    job = session.get(Job, job_id)
    if job is None or job.owner != owner or job.state != JobState.RUNNING:
        return
    job.last_error = error[-4000:]
    job.lease_until = None
    if for_good or job.attempts >= job.max_attempts:
        job.state = JobState.FAILED
        job.finished_at = now
        job.dedupe_key = None
    else:
        job.state = JobState.DUE
        job.due_at = now + min(FIRST_RETRY * 2 ** (job.attempts - 1), LONGEST_RETRY)
    session.flush()


def retry(session: Session, public_id: str, *, now: datetime) -> None:
    """Make a failed job due at once, with all its attempts again.

    Raises:
        Conflict: `job_not_failed`.
    """
    changed = session.execute(
        update(Job)
        .where(Job.public_id == public_id, Job.state == JobState.FAILED)
        .values(state=JobState.DUE, due_at=now, attempts=0, finished_at=None)
        .returning(Job.id)
    ).first()
    if changed is None:
        raise Conflict("job_not_failed")


def this_process() -> str:
    """Return the name under which this process holds leases: host and number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def release_dead(session: Session, *, now: datetime) -> int:
    """Give back the leases of processes of this host that are no more.

    Called when a worker starts, so that work cut off by a crash goes on at once
    and not when its lease ends. Returns how many leases were given back.
    """
    host = socket.gethostname()
    freed = 0
    for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
        owner_host, _, number = (job.owner or "").rpartition(":")
        if owner_host == host and not _is_alive(int(number)):
            job.state, job.due_at, job.lease_until = JobState.DUE, now, None
            freed += 1
    session.flush()
    return freed


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
