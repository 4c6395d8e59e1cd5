"""How fast cases are answered and closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.cases.models import CustomerCase
from feedback.cases.terms import CaseReason, CaseState, RootCause
from feedback.journey.models import Journey
from feedback.measures.evidence import Base, base
from feedback.measures.intervals import Estimate, share_estimate

Kind = TypeVar("Kind", bound=StrEnum)

#: the newest of a period are looked at
MOST_CASES = 20_000


@dataclass(frozen=True, kw_only=True)
class Times:
    """Working minutes of many cases."""

    n: int
    base: Base
    #: None where the base is too small to be printed
    median: float | None
    ninth_tenth: float | None


@dataclass(frozen=True, kw_only=True)
class CaseFigures:
    """What became of the cases that were opened in a period."""

    opened: int
    resolved: int
    reopened: int
    answer: Times
    close: Times
    #: share of the closed that were closed by their due date, None of a small base
    in_time: Estimate | None
    by_reason: tuple[tuple[CaseReason, int], ...]
    by_cause: tuple[tuple[RootCause, int], ...]


def read_figures(
    session: Session, *, since: datetime, until: datetime, journey: str = ""
) -> CaseFigures:
    """Return the figures of the cases that were opened in a period."""
    query = (
        select(
            CustomerCase.reason,
            CustomerCase.state,
            CustomerCase.answer_minutes,
            CustomerCase.close_minutes,
            CustomerCase.in_time,
            CustomerCase.root_cause,
            CustomerCase.reopened,
        )
        .where(CustomerCase.opened_at >= since, CustomerCase.opened_at < until)
        .order_by(CustomerCase.id.desc())
        .limit(MOST_CASES)
    )
    if journey:
        query = query.join(Journey, Journey.id == CustomerCase.journey_id)
        query = query.where(Journey.key == journey)
    rows = session.execute(query).all()
    closed = [row for row in rows if row.state is CaseState.RESOLVED]
    kept = sum(1 for row in closed if row.in_time)
    small = base(len(closed)) is Base.HIDDEN
    return CaseFigures(
        opened=len(rows),
        resolved=len(closed),
        reopened=sum(1 for row in rows if row.reopened),
        answer=_times([r.answer_minutes for r in rows if r.answer_minutes is not None]),
        close=_times([r.close_minutes for r in closed if r.close_minutes is not None]),
        in_time=None if small else share_estimate(kept, len(closed)),
        by_reason=_counted([row.reason for row in rows], CaseReason),
        by_cause=_counted([row.root_cause for row in closed], RootCause),
    )


def count_open(session: Session, *, journey: str = "") -> int:
    """Return how many cases are open, for everybody who reads feedback."""
    query = select(func.count()).select_from(CustomerCase)
    if journey:
        query = query.join(Journey, Journey.id == CustomerCase.journey_id)
        query = query.where(Journey.key == journey)
    return session.scalar(query.where(CustomerCase.state != CaseState.RESOLVED)) or 0


def quantile(values: Sequence[int], share: float) -> float:
    """Return the value below which a share of them lies, between two by proportion.

    Method 7 of Hyndman and Fan, as NumPy and R have it.

    Raises:
        ValueError: there is no value, or the share is not from 0 to 1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("no quantile")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _times(minutes: list[int]) -> Times:
    stands = base(len(minutes))
    shown = stands is not Base.HIDDEN
    return Times(
        n=len(minutes),
        base=stands,
        median=quantile(minutes, 0.5) if shown else None,
        ninth_tenth=quantile(minutes, 0.9) if shown else None,
    )


def _counted(
    found: Sequence[Kind | None], kinds: type[Kind]
) -> tuple[tuple[Kind, int], ...]:
    counted = [(kind, found.count(kind)) for kind in kinds]
    return tuple(sorted((one for one in counted if one[1]), key=lambda one: -one[1]))
