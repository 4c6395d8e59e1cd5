"""Write the plan, lock it when the work starts, keep later edits beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict, Invalid
from feedback.happenings.types import HappeningType
from feedback.improvements.history import note
from feedback.improvements.models import Improvement, ImprovementPlan
from feedback.improvements.plan import Plan, faults_of, read, sha256_of, write
from feedback.improvements.service import put_into
from feedback.improvements.standing import (
    Changed,
    as_changed,
    check_revision,
    lock_improvement,
    tell_of,
)
from feedback.improvements.terms import LONGEST_TEXT, MOST_PLACES, State
from feedback.journey.models import Journey, Persona, Phase, Touchpoint
from feedback.voice.taxonomy import find_theme

#: edits of one plan
MOST_EDITS = 50


@dataclass(frozen=True, kw_only=True)
class WrittenPlan:
    """A plan as it is kept: the original, or an edit of it."""

    number: int
    plan: Plan
    content: str
    #: None until it is locked
    sha256: str | None
    locked_at: datetime | None
    author: str | None
    created_at: datetime
    #: why it was edited
    reason: str

    @property
    def is_edit(self) -> bool:
        """Whether it was made after the work had started."""
        return self.number > 1

    @property
    def edit_number(self) -> int:
        """Which edit it is, counted from 1; 0 for the original."""
        return self.number - 1


def list_plans(session: Session, improvement_id: int) -> tuple[WrittenPlan, ...]:
    """List the original and its edits, in order."""
    rows = session.execute(
        select(ImprovementPlan, Account.name)
        .outerjoin(Account, Account.id == ImprovementPlan.author_id)
        .where(ImprovementPlan.improvement_id == improvement_id)
        .order_by(ImprovementPlan.number)
        .limit(MOST_EDITS + 1)
    )
    return tuple(
        WrittenPlan(
            number=row.number,
            plan=read(row.content),
            content=row.content,
            sha256=row.sha256,
            locked_at=row.locked_at,
            author=name,
            created_at=row.created_at,
            reason=row.reason,
        )
        for row, name in rows
    )


def save_plan(
    session: Session,
    public_id: str,
    plan: Plan,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> Changed:
    """Write the plan down, or write it anew while it is not locked.

    Raises:
        NotFound: `improvement`.
        Conflict: `changed_meanwhile`, `plan_is_locked`.
        Invalid: one code per field; see `check_plan`.
    """
    row = lock_improvement(session, public_id)
    check_revision(row, revision)
    check_plan(session, row.journey_id, plan)
    content = write(plan, journey=_journey_key(session, row))
    kept = _newest(session, row)
    if kept is not None and kept.locked_at is not None:
        raise Conflict("plan_is_locked")
    if kept is None:
        kept = ImprovementPlan(improvement_id=row.id, number=1)
        session.add(kept)
    kept.content, kept.author_id, kept.created_at = content, author_id, now
    if row.state is State.IDEA:
        put_into(session, row, State.PLANNED, author_id=author_id, now=now)
    else:
        row.revision += 1
    note(session, row.id, "plan_written", author_id=author_id, now=now)
    return as_changed(session, row, "plan_written")


def start_work(
    session: Session,
    public_id: str,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> Changed:
    """Lock the plan with its SHA-256 and the moment, and put it into progress.

    Raises:
        NotFound: `improvement`.
        Conflict: `changed_meanwhile`, `plan_missing`, `plan_is_locked`.
    """
    row = lock_improvement(session, public_id)
    check_revision(row, revision)
    kept = _newest(session, row)
    if kept is None:
        raise Conflict("plan_missing")
    if kept.locked_at is not None:
        raise Conflict("plan_is_locked")
    kept.locked_at, kept.sha256 = now, sha256_of(kept.content)
    note(
        session,
        row.id,
        "plan_locked",
        author_id=author_id,
        now=now,
        details={"sha256": kept.sha256},
    )
    put_into(session, row, State.IN_PROGRESS, author_id=author_id, now=now)
    tell_of(session, row, HappeningType.IMPROVEMENT_STARTED, {}, now=now)
    return as_changed(session, row, "work_started")


def edit_plan(
    session: Session,
    public_id: str,
    plan: Plan,
    *,
    reason: str,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> Changed:
    """Keep another plan beside the locked one, with the reason; it replaces nothing.

    Raises:
        NotFound: `improvement`.
        Conflict: `changed_meanwhile`, `plan_missing`, `too_many_edits`.
        Invalid: one code per field; see `check_plan`; `reason: missing`, `too_long`.
    """
    row = lock_improvement(session, public_id)
    check_revision(row, revision)
    kept = _newest(session, row)
    if kept is None or kept.locked_at is None:
        raise Conflict("plan_missing")
    if kept.number > MOST_EDITS:
        raise Conflict("too_many_edits")
    faults = _faults_in(session, row.journey_id, plan)
    typed = reason.strip()
    if not typed:
        faults["reason"] = "missing"
    elif len(typed) > LONGEST_TEXT:
        faults["reason"] = "too_long"
    content = "" if faults else write(plan, journey=_journey_key(session, row))
    if not faults and content == kept.content:
        faults["reason"] = "nothing_changed"
    if faults:
        raise Invalid(faults)
    session.add(
        ImprovementPlan(
            improvement_id=row.id,
            number=kept.number + 1,
            content=content,
            sha256=sha256_of(content),
            locked_at=now,
            created_at=now,
            author_id=author_id,
            reason=typed,
        )
    )
    row.revision += 1
    note(
        session,
        row.id,
        "plan_edited",
        author_id=author_id,
        now=now,
        details={"reason": typed},
    )
    return as_changed(session, row, "plan_edited")


def check_plan(session: Session, journey_id: int, plan: Plan) -> None:
    """Check that a plan can be kept.

    Raises:
        Invalid: one code per faulty field: `scale`, `theme_key`, `touchpoints:
            missing`; `theme_key`, `touchpoints`, `comparison`, `persona`, `language:
            not_a_choice`; `comparison: compared_with_itself`; `starts_on`,
            `washout_days`, `smallest_that_matters: out_of_range`.
    """
    faults = _faults_in(session, journey_id, plan)
    if faults:
        raise Invalid(faults)


def _faults_in(session: Session, journey_id: int, plan: Plan) -> dict[str, str]:
    faults = faults_of(plan)
    for name in ("touchpoints", "comparison"):
        if not _are_known(session, journey_id, getattr(plan, name)):
            faults[name] = "not_a_choice"
    if plan.theme_key and find_theme(session, plan.theme_key) is None:
        faults["theme_key"] = "not_a_choice"
    if plan.persona is not None and not _is_persona(session, journey_id, plan.persona):
        faults["persona"] = "not_a_choice"
    if plan.language is not None and len(plan.language) > 8:
        faults["language"] = "not_a_choice"
    return faults


def _are_known(session: Session, journey_id: int, keys: Iterable[str]) -> bool:
    wanted = set(keys)
    if len(wanted) > MOST_PLACES:
        return False
    found = session.scalars(
        select(Touchpoint.key)
        .join(Phase, Phase.id == Touchpoint.phase_id)
        .where(Touchpoint.journey_id == journey_id, Touchpoint.key.in_(wanted))
    )
    return set(found) == wanted


def _is_persona(session: Session, journey_id: int, key: str) -> bool:
    found = session.scalar(
        select(Persona.id).where(Persona.journey_id == journey_id, Persona.key == key)
    )
    return found is not None


def _journey_key(session: Session, row: Improvement) -> str:
    return session.scalars(
        select(Journey.key).where(Journey.id == row.journey_id)
    ).one()


def _newest(session: Session, row: Improvement) -> ImprovementPlan | None:
    return session.scalar(
        select(ImprovementPlan)
        .where(ImprovementPlan.improvement_id == row.id)
        .order_by(ImprovementPlan.number.desc())
        .limit(1)
    )
