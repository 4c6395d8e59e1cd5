"""Create improvements, change what is said of them, move them along the board.

A change names the revision that its author saw.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.improvements.draft import ImprovementDraft, Origin, faults_of, written
from feedback.improvements.giving import tell_of_gift
from feedback.improvements.history import note
from feedback.improvements.impact import Impact, Reckoner
from feedback.improvements.models import Improvement, ImprovementPlace
from feedback.improvements.standing import (
    Changed,
    as_changed,
    check_revision,
    draft_of,
    has_locked_plan,
    is_active,
    lock_improvement,
    places_of,
)
from feedback.improvements.terms import LONGEST_REF, OPEN, State
from feedback.journey.models import Phase, Touchpoint
from feedback.voice.taxonomy import find_theme

#: improvements reckoned again at once
MOST_RECKONED = 2000


def create_improvement(
    session: Session,
    journey_id: int,
    draft: ImprovementDraft,
    *,
    origin: Origin | None = None,
    author_id: int | None,
    now: datetime,
    today: date,
) -> Changed:
    """Create an improvement as an idea.

    Raises:
        NotFound: `journey`.
        Invalid: one code per field; see `check_draft`.
    """
    origin = origin or Origin()
    check_draft(session, journey_id, draft)
    row = Improvement(
        journey_id=journey_id,
        state=State.IDEA,
        source_kind=origin.kind,
        source_ref=origin.ref[:LONGEST_REF],
        author_id=author_id,
        created_at=now,
        revision=1,
    )
    _write(row, draft)
    session.add(row)
    session.flush()
    _place(session, row, draft.touchpoint_ids)
    reckoner = Reckoner(session, journey_id, today=today)
    _keep_impact(row, reckoner.impact(draft.touchpoint_ids, draft.theme_key))
    note(session, row.id, "improvement_created", author_id=author_id, now=now)
    _tell_owner(session, row, before=None, author_id=author_id, now=now)
    return as_changed(session, row, "improvement_created")


def change_improvement(
    session: Session,
    public_id: str,
    draft: ImprovementDraft,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
    today: date,
) -> Changed:
    """Change what is said of an improvement.

    Raises:
        NotFound: `improvement`.
        Conflict: `changed_meanwhile`.
        Invalid: one code per field; see `check_draft`.
    """
    row = lock_improvement(session, public_id)
    check_revision(row, revision)
    check_draft(session, row.journey_id, draft)
    before, after = written(draft_of(session, row)), written(draft)
    changes = {
        name: [before[name], after[name]]
        for name in after
        if before[name] != after[name]
    }
    if not changes:
        return as_changed(session, row, "improvement_changed")
    owner = row.owner_id
    _write(row, draft)
    _place(session, row, draft.touchpoint_ids)
    reckoner = Reckoner(session, row.journey_id, today=today)
    _keep_impact(row, reckoner.impact(draft.touchpoint_ids, draft.theme_key))
    row.revision += 1
    note(
        session,
        row.id,
        "improvement_changed",
        author_id=author_id,
        now=now,
        details=changes,
    )
    _tell_owner(session, row, before=owner, author_id=author_id, now=now)
    return as_changed(session, row, "improvement_changed")


def move_improvement(
    session: Session,
    public_id: str,
    state: State,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> Changed:
    """Put an improvement into another column of the board.

    To be in progress or done it needs a plan that is locked: see `planning.start_work`.

    Raises:
        NotFound: `improvement`.
        Conflict: `changed_meanwhile`, or `plan_not_locked`.
    """
    row = lock_improvement(session, public_id)
    check_revision(row, revision)
    if state == row.state:
        return as_changed(session, row, "state_changed")
    if state in {State.IN_PROGRESS, State.DONE} and not has_locked_plan(session, row):
        raise Conflict("plan_not_locked")
    put_into(session, row, state, author_id=author_id, now=now)
    return as_changed(session, row, "state_changed")


def put_into(
    session: Session,
    row: Improvement,
    state: State,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Change the state of a locked row, and note it."""
    details = {"state": [row.state.value, state.value]}
    row.state = state
    if state is State.IN_PROGRESS and row.started_at is None:
        row.started_at = now
    row.ended_at = None if state in OPEN else now
    row.revision += 1
    note(
        session,
        row.id,
        "state_changed",
        author_id=author_id,
        now=now,
        details=details,
    )


def reckon_again(session: Session, *, today: date) -> int:
    """Reckon the impact of all open improvements anew; return how many."""
    rows = session.scalars(
        select(Improvement)
        .where(Improvement.state.in_(OPEN))
        .order_by(Improvement.journey_id, Improvement.id)
        .limit(MOST_RECKONED)
    ).all()
    places = places_of(session, [row.id for row in rows])
    reckoners: dict[int, Reckoner] = {}
    for row in rows:
        if row.journey_id not in reckoners:
            reckoners[row.journey_id] = Reckoner(session, row.journey_id, today=today)
        _keep_impact(
            row,
            reckoners[row.journey_id].impact(places.get(row.id, ()), row.theme_key),
        )
    session.flush()
    return len(rows)


def check_draft(session: Session, journey_id: int, draft: ImprovementDraft) -> None:
    """Check that a draft can be kept.

    Raises:
        Invalid: one code per faulty field: `title: missing`, `too_long`; `what`,
            `team`, `expected_change: too_long`; `touchpoint_ids: missing`, `too_many`,
            `not_a_choice`; `effort`, `reach: out_of_range`; `theme_key`, `owner_id:
            not_a_choice`.
    """
    faults = faults_of(draft)
    if draft.touchpoint_ids and not _are_at_hand(
        session, journey_id, draft.touchpoint_ids
    ):
        faults["touchpoint_ids"] = "not_a_choice"
    if draft.theme_key and find_theme(session, draft.theme_key) is None:
        faults["theme_key"] = "not_a_choice"
    if draft.owner_id is not None and not is_active(session, draft.owner_id):
        faults["owner_id"] = "not_a_choice"
    if faults:
        raise Invalid(faults)


def _write(row: Improvement, draft: ImprovementDraft) -> None:
    row.title = draft.title.strip()
    row.what = draft.what.strip()
    row.theme_key = draft.theme_key
    row.owner_id = draft.owner_id
    row.team = draft.team.strip()
    row.due_on = draft.due_on
    row.effort = draft.effort
    row.reach = draft.reach
    row.expected_change = draft.expected_change.strip()


def _place(session: Session, row: Improvement, touchpoint_ids: Iterable[int]) -> None:
    session.execute(
        delete(ImprovementPlace).where(ImprovementPlace.improvement_id == row.id)
    )
    session.add_all(
        ImprovementPlace(improvement_id=row.id, touchpoint_id=one)
        for one in sorted(set(touchpoint_ids))
    )
    session.flush()


def _keep_impact(row: Improvement, impact: Impact) -> None:
    row.impact = impact.a_month
    row.priority = impact.a_month / row.effort
    row.impact_basis = impact.written()


def _are_at_hand(session: Session, journey_id: int, wanted: Iterable[int]) -> bool:
    asked = set(wanted)
    found: Any = session.scalars(
        select(Touchpoint.id)
        .join(Phase, Phase.id == Touchpoint.phase_id)
        .where(
            Touchpoint.id.in_(asked),
            Touchpoint.journey_id == journey_id,
            Touchpoint.archived_at.is_(None),
            Phase.archived_at.is_(None),
        )
    )
    return set(found) == asked


def _tell_owner(
    session: Session,
    row: Improvement,
    *,
    before: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    if row.owner_id is not None and row.owner_id not in {before, author_id}:
        tell_of_gift(session, row, row.owner_id, task="", author_id=author_id, now=now)
