"""Work that becomes due again on a day of each month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.periods import next_month
from feedback.jobs.ledger import enqueue
from feedback.jobs.models import Schedule


@dataclass(frozen=True, kw_only=True)
class PlannedWork:
    """A schedule, as it is read."""

    key: str
    name: str
    payload: Mapping[str, Any]
    day: int
    hour: int
    next_due: datetime


def next_occurrence(
    day: int, hour: int, *, after: datetime, zone: ZoneInfo
) -> datetime:
    """Return the first moment later than `after` at that day and hour, in UTC."""
    here = after.astimezone(zone)
    first = here.date().replace(day=1)
    candidate = datetime(first.year, first.month, day, hour, tzinfo=zone)
    if candidate.astimezone(UTC) <= after:
        following = next_month(first)
        candidate = datetime(following.year, following.month, day, hour, tzinfo=zone)
    return candidate.astimezone(UTC)


def plan_monthly(
    session: Session,
    key: str,
    name: str,
    payload: Mapping[str, Any],
    *,
    day: int,
    hour: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Plan the job on `day` (1 to 28) at `hour` each month, instead of the same key."""
    session.execute(delete(Schedule).where(Schedule.key == key))
    session.add(
        Schedule(
            key=key,
            name=name,
            payload=dict(payload),
            day=day,
            hour=hour,
            next_due=next_occurrence(day, hour, after=now, zone=zone),
        )
    )
    session.flush()


def unplan(session: Session, key: str) -> None:
    """Forget a plan; one that does not exist is no fault."""
    session.execute(delete(Schedule).where(Schedule.key == key))


def list_planned(session: Session) -> tuple[PlannedWork, ...]:
    """List what is planned, the next first."""
    rows = session.scalars(select(Schedule).order_by(Schedule.next_due).limit(200))
    return tuple(
        PlannedWork(
            key=row.key,
            name=row.name,
            payload=row.payload,
            day=row.day,
            hour=row.hour,
            next_due=row.next_due,
        )
        for row in rows
    )


def enqueue_planned(session: Session, *, now: datetime, zone: ZoneInfo) -> int:
    """Owe the jobs whose moment has come; return how many.

    A machine that slept through several months owes each plan once, not once a
    month: the payload tells its handler to look at what is missing.
    """
    due = session.scalars(
        select(Schedule)
        .where(Schedule.next_due <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for plan in due:
        moment = plan.next_due
        enqueue(
            session,
            plan.name,
            {**plan.payload, "planned_for": moment.isoformat()},
            due_at=now,
            dedupe_key=f"schedule:{plan.key}:{moment.isoformat()}",
        )
        plan.next_due = next_occurrence(plan.day, plan.hour, after=now, zone=zone)
    session.flush()
    return len(due)
