"""Triggers as pages read them, and why people were not asked.

The log of events is `event_log`, that of invitations `invitation_log`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from feedback.collection.models import EventOutcome, Invitation, Trigger
from feedback.collection.terms import Channel, InvitationState, OutcomeKind
from feedback.collection.timing import read_window
from feedback.collection.trigger_draft import TriggerDraft
from feedback.core.errors import NotFound
from feedback.journey.models import Touchpoint
from feedback.surveys.conditions import read_rule
from feedback.surveys.models import Survey, SurveyState

MOST_TRIGGERS = 200
MOST_REASONS = 100

_Found = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class TriggerOnList:
    """A trigger with what came of the events that it met."""

    public_id: str
    name: str
    event_type: str
    survey: str
    survey_name: str
    survey_state: SurveyState
    touchpoint_id: int
    touchpoint_names: Mapping[str, str]
    channels: tuple[Channel, ...]
    delay_minutes: int
    share: float
    quota: int | None
    #: 1 to 9, the larger first
    priority: int
    is_on: bool
    starts_at: datetime | None
    ends_at: datetime | None
    revision: int
    created_at: datetime
    is_archived: bool
    #: events by what came of them, those held back later included; every kind named
    outcomes: Mapping[OutcomeKind, int]
    completed: int

    @property
    def met(self) -> int:
        """How many events it looked at."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, kw_only=True)
class TriggerRead(TriggerOnList):
    """A trigger with all that a person may say of it."""

    draft: TriggerDraft


@dataclass(frozen=True, kw_only=True)
class ReasonCount:
    """How often one reason stood in the way."""

    reason: str
    count: int


def list_triggers(
    session: Session, *, journey_id: int | None = None, archived: bool = False
) -> tuple[TriggerOnList, ...]:
    """List triggers, the newest first; three statements, at most 200 triggers."""
    query = _triggers().where(
        Trigger.archived_at.is_not(None) if archived else Trigger.archived_at.is_(None)
    )
    if journey_id is not None:
        query = query.where(Trigger.journey_id == journey_id)
    rows = session.execute(query.order_by(Trigger.id.desc()).limit(MOST_TRIGGERS)).all()
    counts = _Counts(session, [row[0].id for row in rows])
    return tuple(TriggerOnList(**_trigger(row, counts)) for row in rows)


def get_trigger(session: Session, public_id: str) -> TriggerRead:
    """Return a trigger, also one that was archived.

    Raises:
        NotFound: `trigger`.
    """
    row = session.execute(_triggers().where(Trigger.public_id == public_id)).first()
    if row is None:
        raise NotFound("trigger")
    one: Trigger = row[0]
    return TriggerRead(
        **_trigger(row, _Counts(session, [one.id])), draft=_draft(one, row[1])
    )


def count_held_back(
    session: Session,
    *,
    journey_id: int | None = None,
    trigger: str | None = None,
    since: datetime | None = None,
) -> tuple[ReasonCount, ...]:
    """Return why people were not asked, the most frequent reason first.

    Events that a trigger wanted and invitations that were planned are counted alike,
    each once, those by hand too.

    Args:
        session: the caller's.
        journey_id: of one journey alone.
        trigger: public id; of one trigger alone.
        since: what was decided from this moment on; of invitations without an event,
            what was made from then on.
    """
    counts: dict[str, int] = {}
    # an event's outcome says so too when its invitation was held back
    alone = select(Invitation.reason, func.count()).where(
        Invitation.state == InvitationState.HELD_BACK, Invitation.event_id.is_(None)
    )
    met = select(EventOutcome.reason, func.count()).where(
        EventOutcome.kind == OutcomeKind.HELD_BACK
    )
    if trigger is not None or journey_id is not None:
        of_these = select(Trigger.id)
        if trigger is not None:
            of_these = of_these.where(Trigger.public_id == trigger)
            alone = alone.where(Invitation.trigger_id.in_(of_these))
        if journey_id is not None:
            of_these = of_these.where(Trigger.journey_id == journey_id)
            alone = alone.where(Invitation.journey_id == journey_id)
        met = met.where(EventOutcome.trigger_id.in_(of_these))
    if since is not None:
        alone = alone.where(Invitation.created_at >= since)
        met = met.where(EventOutcome.decided_at >= since)
    for query in (
        alone.group_by(Invitation.reason),
        met.group_by(EventOutcome.reason),
    ):
        for reason, count in session.execute(query):
            counts[reason or ""] = counts.get(reason or "", 0) + count
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        ReasonCount(reason=reason, count=count)
        for reason, count in found[:MOST_REASONS]
    )


class _Counts:
    """What came of the events of some triggers; two statements."""

    def __init__(self, session: Session, triggers: Sequence[int]) -> None:
        rows = session.execute(
            select(EventOutcome.trigger_id, EventOutcome.kind, func.count())
            .where(EventOutcome.trigger_id.in_(triggers))
            .group_by(EventOutcome.trigger_id, EventOutcome.kind)
        )
        self._outcomes = {(number, kind): count for number, kind, count in rows}
        done = session.execute(
            select(Invitation.trigger_id, func.count())
            .where(
                Invitation.trigger_id.in_(triggers),
                Invitation.state == InvitationState.COMPLETE,
            )
            .group_by(Invitation.trigger_id)
        )
        self._completed = {number: count for number, count in done if number}

    def outcomes(self, trigger: int) -> Mapping[OutcomeKind, int]:
        return {kind: self._outcomes.get((trigger, kind), 0) for kind in OutcomeKind}

    def completed(self, trigger: int) -> int:
        return self._completed.get(trigger, 0)


def _triggers() -> Select[*_Found]:
    return (
        select(Trigger, Survey.public_id, Survey.name, Survey.state, Touchpoint.names)
        .join(Survey, Survey.id == Trigger.survey_id)
        .join(Touchpoint, Touchpoint.id == Trigger.touchpoint_id)
    )


def _trigger(row: Row[*_Found], counts: _Counts) -> dict[str, Any]:
    one: Trigger = row[0]
    return {
        "public_id": one.public_id,
        "name": one.name,
        "event_type": one.event_type,
        "survey": row[1],
        "survey_name": row[2],
        "survey_state": row[3],
        "touchpoint_id": one.touchpoint_id,
        "touchpoint_names": row[4],
        "channels": tuple(Channel(word) for word in one.channels),
        "delay_minutes": one.delay_minutes,
        "share": one.share,
        "quota": one.quota,
        "priority": one.priority,
        "is_on": one.is_on,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "revision": one.revision,
        "created_at": one.created_at,
        "is_archived": one.archived_at is not None,
        "outcomes": counts.outcomes(one.id),
        "completed": counts.completed(one.id),
    }


def _draft(one: Trigger, survey: str) -> TriggerDraft:
    return TriggerDraft(
        name=one.name,
        survey=survey,
        touchpoint_id=one.touchpoint_id,
        event_type=one.event_type,
        rule=read_rule(one.rule),
        channels=tuple(one.channels),
        delay_minutes=one.delay_minutes,
        window=read_window(one.window),
        share=one.share,
        quota=one.quota,
        priority=one.priority,
        expires_after_days=one.expires_after_days,
        reminders=tuple(one.reminders),
        thanks=one.thanks,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
    )
