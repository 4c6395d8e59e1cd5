"""The verdicts that were kept, read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.improvements.models import (
    Improvement,
    ImprovementPlace,
    ImprovementVerdict,
)
from feedback.improvements.planning import WrittenPlan, list_plans
from feedback.journey.models import Touchpoint
from feedback.measures.effects import Week
from feedback.measures.intervals import Moments

MOST_VERDICTS = 24
#: improvements that are looked through for a report
MOST_FOLLOWED = 50


@dataclass(frozen=True, kw_only=True)
class KeptVerdict:
    """A verdict with the plan and the weeks that it was computed from."""

    plan: WrittenPlan
    through: date
    computed_at: datetime
    kind: str
    change_course: bool
    #: as `measures.effects.Verdict`, in JSON
    figures: Mapping[str, Any]
    treated: tuple[Week, ...]
    comparison: tuple[Week, ...] | None
    #: SHA-256 of plan and weeks
    snapshot: str


@dataclass(frozen=True, kw_only=True)
class FollowedImprovement:
    """An improvement whose work has started, and what may be said of it by a day."""

    title: str
    places: tuple[Mapping[str, str], ...]
    plan: WrittenPlan
    verdict: KeptVerdict | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What may be said of an improvement now: by its plan, and by the original.

    `by_original` is None unless the plan was edited after the start.
    """

    verdict: KeptVerdict
    by_original: KeptVerdict | None
    #: newest first, the present one among them
    earlier: tuple[KeptVerdict, ...] = ()


def find_outcome(
    session: Session, improvement_id: int, *, until: date | None = None
) -> Outcome | None:
    """Return the newest verdict, None before there is one.

    Args:
        session: the caller's.
        improvement_id: whose.
        until: look at verdicts on weeks before this day only.
    """
    model = ImprovementVerdict
    chosen = [model.improvement_id == improvement_id]
    if until is not None:
        chosen.append(model.through < until)
    rows = session.scalars(
        select(model)
        .where(*chosen)
        .order_by(model.through.desc(), model.id.desc())
        .limit(MOST_VERDICTS)
    ).all()
    if not rows:
        return None
    plans = {one.number: one for one in list_plans(session, improvement_id)}
    newest_plan = max(row.plan_number for row in rows if row.through == rows[0].through)
    of_plan = [row for row in rows if row.plan_number == newest_plan]
    original = next((row for row in rows if row.plan_number == 1), None)
    kept = [_read(row, plans[row.plan_number]) for row in of_plan]
    return Outcome(
        verdict=kept[0],
        by_original=_read(original, plans[1])
        if original is not None and newest_plan > 1
        else None,
        earlier=tuple(kept),
    )


def list_followed(
    session: Session, journey_id: int, *, until: date, most: int = 12
) -> tuple[FollowedImprovement, ...]:
    """List what customers were to feel before a day, the newest start first.

    Each with its newest verdict on weeks before that day.
    """
    rows = session.execute(
        select(Improvement.id, Improvement.title)
        .where(
            Improvement.journey_id == journey_id, Improvement.started_at.is_not(None)
        )
        .order_by(Improvement.started_at.desc(), Improvement.id.desc())
        .limit(MOST_FOLLOWED)
    ).all()
    found = []
    for number, title in rows:
        plan = list_plans(session, number)[-1]
        if plan.plan.starts_on >= until:
            continue
        outcome = find_outcome(session, number, until=until)
        found.append(
            FollowedImprovement(
                title=title,
                places=_names_of_places(session, number),
                plan=plan,
                verdict=outcome.verdict if outcome else None,
            )
        )
    return tuple(found[:most])


def _names_of_places(
    session: Session, improvement_id: int
) -> tuple[Mapping[str, str], ...]:
    return tuple(
        session.scalars(
            select(Touchpoint.names)
            .join(ImprovementPlace, ImprovementPlace.touchpoint_id == Touchpoint.id)
            .where(ImprovementPlace.improvement_id == improvement_id)
            .order_by(Touchpoint.position, Touchpoint.id)
        )
    )


def _read(row: ImprovementVerdict, plan: WrittenPlan) -> KeptVerdict:
    other = row.inputs["comparison"]
    return KeptVerdict(
        plan=plan,
        through=row.through,
        computed_at=row.created_at,
        kind=row.kind,
        change_course=row.change_course,
        figures=row.figures,
        treated=_weeks(row.inputs["treated"]),
        comparison=None if other is None else _weeks(other),
        snapshot=row.snapshot,
    )


def _weeks(rows: list[list[Any]]) -> tuple[Week, ...]:
    return tuple(
        Week(
            start=date.fromisoformat(start),
            moments=Moments(n=n, total=total, total_squares=squares),
        )
        for start, n, total, squares in rows
    )
