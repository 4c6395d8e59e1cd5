"""An improvement as it stands: locked for a change, and told after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict, NotFound
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.improvements.draft import ImprovementDraft
from feedback.improvements.models import (
    Improvement,
    ImprovementPlace,
    ImprovementPlan,
)
from feedback.improvements.terms import State
from feedback.journey.models import Journey, Touchpoint


@dataclass(frozen=True, kw_only=True)
class Changed:
    """An improvement as it stands after a change."""

    public_id: str
    journey_key: str
    title: str
    state: State
    revision: int
    #: what was done, lower_snake, as `improvement_created`
    action: str


def lock_improvement(session: Session, public_id: str) -> Improvement:
    """Return an improvement that nobody else changes until the transaction ends.

    Raises:
        NotFound: `improvement`.
    """
    row = session.scalar(
        select(Improvement)
        .where(Improvement.public_id == public_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("improvement")
    return row


def check_revision(row: Improvement, revision: int) -> None:
    """Refuse a change that was made on another state than the one that stands.

    Raises:
        Conflict: `changed_meanwhile`.
    """
    if row.revision != revision:
        raise Conflict("changed_meanwhile")


def as_changed(session: Session, row: Improvement, action: str) -> Changed:
    """Return an improvement as it stands after a change."""
    key = session.scalars(select(Journey.key).where(Journey.id == row.journey_id)).one()
    return Changed(
        public_id=row.public_id,
        journey_key=key,
        title=row.title,
        state=row.state,
        revision=row.revision,
        action=action,
    )


def tell_of(
    session: Session,
    row: Improvement,
    kind: HappeningType,
    more: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Tell others that something happened to an improvement."""
    places = (
        select(Touchpoint.key)
        .join(ImprovementPlace, ImprovementPlace.touchpoint_id == Touchpoint.id)
        .where(ImprovementPlace.improvement_id == row.id)
        .order_by(Touchpoint.id)
    )
    journey = select(Journey.key).where(Journey.id == row.journey_id)
    keys = session.scalars(places).all()
    data = {
        "improvement": row.public_id,
        "title": row.title,
        "journey": session.scalars(journey).one(),
        "touchpoint": keys[0] if keys else None,
        "touchpoints": list(keys),
        "theme": row.theme_key,
        **more,
    }
    tell(session, kind, f"improvement/{row.public_id}", data, now=now)


def draft_of(session: Session, row: Improvement) -> ImprovementDraft:
    """Return what is said of an improvement as it stands."""
    return ImprovementDraft(
        title=row.title,
        what=row.what,
        theme_key=row.theme_key,
        touchpoint_ids=places_of(session, [row.id]).get(row.id, ()),
        owner_id=row.owner_id,
        team=row.team,
        due_on=row.due_on,
        effort=row.effort,
        reach=row.reach,
        expected_change=row.expected_change,
    )


def places_of(
    session: Session, improvement_ids: Iterable[int]
) -> Mapping[int, tuple[int, ...]]:
    """Return the touchpoints of each improvement, in order of their numbers."""
    rows = session.execute(
        select(ImprovementPlace.improvement_id, ImprovementPlace.touchpoint_id)
        .where(ImprovementPlace.improvement_id.in_(list(improvement_ids)))
        .order_by(ImprovementPlace.touchpoint_id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for improvement_id, touchpoint_id in rows:
        found[improvement_id] = (*found.get(improvement_id, ()), touchpoint_id)
    return found


def has_locked_plan(session: Session, row: Improvement) -> bool:
    """Tell whether it was written down what is measured, before the work began."""
    found = session.scalar(
        select(ImprovementPlan.id).where(
            ImprovementPlan.improvement_id == row.id,
            ImprovementPlan.locked_at.is_not(None),
        )
    )
    return found is not None


def is_active(session: Session, account_id: int) -> bool:
    """Tell whether an account is there and open."""
    return (
        session.scalar(
            select(Account.id).where(Account.id == account_id, Account.active)
        )
        is not None
    )
