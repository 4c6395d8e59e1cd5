"""Compute the verdict on an improvement, and keep it with what it was computed from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict
from feedback.core.periods import add_months, local_day
from feedback.happenings.types import HappeningType
from feedback.improvements.history import note
from feedback.improvements.models import Improvement, ImprovementVerdict
from feedback.improvements.planning import WrittenPlan, list_plans
from feedback.improvements.series import Series, read_series
from feedback.improvements.standing import lock_improvement, tell_of
from feedback.improvements.terms import State
from feedback.insights.dashboards import is_counting
from feedback.jobs.ledger import enqueue
from feedback.journey.models import Journey
from feedback.measures.effects import EffectPlan, Verdict, Week, judge
from feedback.voice.models import Feedback, Verbatim

EVALUATE = "improvements.evaluate"
#: each month, when the answers of the one before are in and no report is built yet
_DAY, _HOUR = 3, 5


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """A verdict as it was kept, for whoever is to be told of it."""

    public_id: str
    improvement: str
    journey_key: str
    title: str
    plan_number: int
    through: date
    kind: str
    change_course: bool
    effect: float | None
    low: float | None
    high: float | None
    computed_at: datetime
    #: False when the same figures had given the same verdict before
    is_new: bool


def evaluate(
    session: Session, public_id: str, *, through: date, now: datetime
) -> tuple[Evaluated, ...]:
    """Compute the verdict up to a day by the plan that stands, and keep it.

    When the plan was edited after the start, the original is judged too, first.

    Raises:
        NotFound: `improvement`.
        Conflict: `plan_not_locked`, or `still_counting` when figures are incomplete.
    """
    row = lock_improvement(session, public_id)
    plans = [one for one in list_plans(session, row.id) if one.locked_at is not None]
    if not plans:
        raise Conflict("plan_not_locked")
    if is_counting(session, row.journey_id) or _is_analysing(session, row):
        raise Conflict("still_counting")
    judged = dict.fromkeys((0, len(plans) - 1))
    found = tuple(
        _evaluate_by(session, row, plans[index], through=through, now=now)
        for index in judged
    )
    standing = found[-1]
    if standing.is_new:
        more = {
            "verdict": standing.kind,
            "change_course": standing.change_course,
            "through": standing.through.isoformat(),
            "effect": standing.effect,
            "low": standing.low,
            "high": standing.high,
        }
        tell_of(session, row, HappeningType.IMPROVEMENT_EVALUATED, more, now=now)
    return found


def _is_analysing(session: Session, row: Improvement) -> bool:
    """Tell whether texts of the journey wait to be analysed: no theme is known yet."""
    waiting = (
        select(Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(Verbatim.text.is_(None), Feedback.journey_id == row.journey_id)
    )
    return bool(session.scalar(select(waiting.exists())))


def _evaluate_by(
    session: Session,
    row: Improvement,
    written: WrittenPlan,
    *,
    through: date,
    now: datetime,
) -> Evaluated:
    plan = written.plan
    series = read_series(session, row.journey_id, plan, through=through)
    verdict = judge(
        EffectPlan(
            started_on=plan.starts_on,
            washout_days=plan.washout_days,
            smallest_that_matters=plan.smallest_that_matters,
            higher_is_better=plan.higher_is_better,
        ),
        series.treated,
        series.comparison,
        through=through,
    )
    inputs = written_series(series)
    snapshot = _sha256({"plan": written.sha256, "inputs": inputs})
    kept = session.scalar(
        select(ImprovementVerdict)
        .where(
            ImprovementVerdict.improvement_id == row.id,
            ImprovementVerdict.through == through,
            ImprovementVerdict.snapshot == snapshot,
        )
        .limit(1)
    )
    is_new = kept is None
    if kept is None:
        kept = ImprovementVerdict(
            improvement_id=row.id,
            plan_number=written.number,
            plan_sha256=written.sha256 or "",
            through=through,
            kind=verdict.kind.value,
            change_course=verdict.change_course,
            figures=plain(verdict),
            inputs=inputs,
            snapshot=snapshot,
            created_at=now,
        )
        session.add(kept)
        session.flush()
        note(
            session,
            row.id,
            "verdict_computed",
            author_id=None,
            now=now,
            details={"verdict": verdict.kind.value},
        )
    return _evaluated(session, row, kept, verdict, is_new=is_new)


def _evaluated(
    session: Session,
    row: Improvement,
    kept: ImprovementVerdict,
    verdict: Verdict,
    *,
    is_new: bool,
) -> Evaluated:
    key = session.scalars(select(Journey.key).where(Journey.id == row.journey_id)).one()
    return Evaluated(
        public_id=kept.public_id,
        improvement=row.public_id,
        journey_key=key,
        title=row.title,
        plan_number=kept.plan_number,
        through=kept.through,
        kind=kept.kind,
        change_course=kept.change_course,
        effect=verdict.effect,
        low=verdict.low,
        high=verdict.high,
        computed_at=kept.created_at,
        is_new=is_new,
    )


def list_to_evaluate(session: Session) -> tuple[str, ...]:
    """List the improvements whose work has started: under way, or done."""
    return tuple(
        session.scalars(
            select(Improvement.public_id)
            .join(Journey, Journey.id == Improvement.journey_id)
            .where(
                Improvement.state.in_((State.IN_PROGRESS, State.DONE)),
                Improvement.started_at.is_not(None),
                Journey.archived_at.is_(None),
            )
            .order_by(Improvement.id)
            .limit(2000)
        )
    )


def last_day_counted(now: datetime, zone: ZoneInfo) -> date:
    """Return yesterday: the last day whose answers are all there."""
    return local_day(now, zone) - timedelta(days=1)


def order_evaluation(session: Session, public_id: str, *, now: datetime) -> int | None:
    """Owe the verdict on one improvement at once; None when it is owed already."""
    return enqueue(
        session,
        EVALUATE,
        {"improvement": public_id},
        due_at=now,
        dedupe_key=f"{EVALUATE}:{public_id}",
    )


def owe_monthly(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe the verdicts of the coming third, up to the end of the month before."""
    here = now.astimezone(zone)
    due = datetime.combine(here.date().replace(day=_DAY), time(_HOUR), zone)
    if due <= here:
        due = datetime.combine(
            add_months(here.date(), 1).replace(day=_DAY), time(_HOUR), zone
        )
    last = due.date().replace(day=1) - timedelta(days=1)
    enqueue(
        session,
        EVALUATE,
        {"through": last.isoformat()},
        due_at=due,
        dedupe_key=f"{EVALUATE}:monthly",
    )


def written_series(series: Series) -> dict[str, Any]:
    """Return a series as it is kept: start, n, sum and sum of squares of each week."""
    return {
        "treated": _weeks(series.treated),
        "comparison": None if series.comparison is None else _weeks(series.comparison),
    }


def plain(value: object) -> Any:
    """Return frozen figures as JSON.

    Raises:
        TypeError: something in them has no fixed way to be written.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} in a verdict")


def _weeks(weeks: Sequence[Week]) -> list[list[Any]]:
    return [
        [
            one.start.isoformat(),
            one.moments.n,
            one.moments.total,
            one.moments.total_squares,
        ]
        for one in weeks
    ]


def _sha256(value: Mapping[str, Any]) -> str:
    written = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
