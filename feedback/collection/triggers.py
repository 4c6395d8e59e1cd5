"""Triggers: an event at a touchpoint becomes an invitation.

A change names the revision that its author saw. What was planned before a change
keeps the moment it was planned for; a trigger that is switched off sends nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.matching import TriggerRule
from feedback.collection.models import Invitation, Trigger
from feedback.collection.policy import get_policy
from feedback.collection.terms import Channel, InvitationState
from feedback.collection.timing import read_window, write_window
from feedback.collection.trigger_draft import TriggerDraft, faults_of
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record
from feedback.journey.models import Phase, Touchpoint
from feedback.surveys.conditions import read_rule, write_rule
from feedback.surveys.models import Survey, SurveyState


def create_trigger(
    session: Session,
    journey_id: int,
    draft: TriggerDraft,
    *,
    actor_id: int | None,
    now: datetime,
    is_demo: bool = False,
) -> str:
    """Create a trigger, switched off, and return its public id.

    Raises:
        Invalid: one code per field; see `check_draft`.
    """
    survey, touchpoint_id = check_draft(session, journey_id, draft)
    trigger = Trigger(journey_id=journey_id, created_at=now, is_demo=is_demo)
    _write(trigger, draft, survey, touchpoint_id)
    session.add(trigger)
    session.flush()
    _note(session, "trigger_created", trigger, actor_id=actor_id, now=now)
    return trigger.public_id


def change_trigger(
    session: Session,
    public_id: str,
    draft: TriggerDraft,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Change a trigger and return its new revision.

    Raises:
        NotFound: `trigger`.
        Conflict: `changed_meanwhile`.
        Invalid: one code per field; see `check_draft`.
    """
    trigger = _lock(session, public_id)
    if trigger.revision != revision:
        raise Conflict("changed_meanwhile")
    survey, touchpoint_id = check_draft(session, trigger.journey_id, draft)
    if trigger.is_on and survey.state != SurveyState.OPEN:
        raise Conflict("survey_not_open")
    _write(trigger, draft, survey, touchpoint_id)
    trigger.revision += 1
    session.flush()
    _note(session, "trigger_changed", trigger, actor_id=actor_id, now=now)
    return trigger.revision


def switch_trigger(
    session: Session,
    public_id: str,
    *,
    on: bool,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Switch a trigger on or off; switching it again changes nothing.

    Off, it takes no events, and what it has planned is held back.

    Raises:
        NotFound: `trigger`.
        Conflict: `survey_not_open`, when its survey cannot be answered.
    """
    trigger = _lock(session, public_id)
    if trigger.is_on == on:
        return
    survey = session.get_one(Survey, trigger.survey_id)
    if on and (survey.state != SurveyState.OPEN or survey.archived_at is not None):
        raise Conflict("survey_not_open")
    trigger.is_on = on
    trigger.revision += 1
    session.flush()
    action = "trigger_switched_on" if on else "trigger_switched_off"
    _note(session, action, trigger, actor_id=actor_id, now=now)


def archive_trigger(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Put a trigger away for good; its history stays.

    Raises:
        NotFound: `trigger`.
    """
    trigger = _lock(session, public_id)
    trigger.is_on = False
    trigger.archived_at = now
    trigger.revision += 1
    session.flush()
    _note(session, "trigger_archived", trigger, actor_id=actor_id, now=now)


def check_draft(
    session: Session, journey_id: int, draft: TriggerDraft
) -> tuple[Survey, int]:
    """Return the survey and the touchpoint of a draft that can be kept.

    Raises:
        Invalid: one code per faulty field: `name: missing`, `too_long`; `survey`,
            `touchpoint: not_a_choice`; `event_type: bad_type`; `rule: not_a_choice`
            (answers are not known yet) and what `read_rule` raises; `channels:
            missing`, `not_a_choice`; `delay_minutes`, `share`, `quota`, `priority`,
            `expires_after_days`, `reminders: out_of_range`; `reminders: too_many`,
            `not_ascending`, `after_expiry`; `window: empty_window`, `never_allowed`
            (the policy is quiet all the time that the window leaves); `ends_at:
            ends_before_start`.
    """
    faults = faults_of(draft, get_policy(session).policy.quiet)
    survey = session.scalar(
        select(Survey).where(
            Survey.public_id == draft.survey,
            Survey.journey_id == journey_id,
            Survey.archived_at.is_(None),
        )
    )
    touchpoint_id = draft.touchpoint_id or (survey.touchpoint_id if survey else None)
    if survey is None:
        faults["survey"] = "not_a_choice"
    if touchpoint_id and not _is_at_hand(session, journey_id, touchpoint_id):
        faults["touchpoint"] = "not_a_choice"
    if faults or survey is None or touchpoint_id is None:
        raise Invalid(faults)
    return survey, touchpoint_id


def _is_at_hand(session: Session, journey_id: int, touchpoint_id: int) -> bool:
    found = session.scalar(
        select(Touchpoint.id)
        .join(Phase, Phase.id == Touchpoint.phase_id)
        .where(
            Touchpoint.id == touchpoint_id,
            Touchpoint.journey_id == journey_id,
            Touchpoint.archived_at.is_(None),
            Phase.archived_at.is_(None),
        )
    )
    return found is not None


def _lock(session: Session, public_id: str) -> Trigger:
    trigger = session.scalar(
        select(Trigger)
        .where(Trigger.public_id == public_id, Trigger.archived_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if trigger is None:
        raise NotFound("trigger")
    return trigger


def _write(
    trigger: Trigger, draft: TriggerDraft, survey: Survey, touchpoint_id: int
) -> None:
    trigger.survey_id = survey.id
    trigger.touchpoint_id = touchpoint_id
    trigger.name = draft.name.strip()
    trigger.event_type = draft.event_type
    trigger.rule = write_rule(draft.rule)
    trigger.channels = [str(one) for one in draft.channels]
    trigger.delay_minutes = draft.delay_minutes
    trigger.window = write_window(draft.window)
    trigger.share = draft.share
    trigger.quota = draft.quota
    trigger.priority = draft.priority
    trigger.expires_after_days = draft.expires_after_days
    trigger.reminders = list(draft.reminders)
    trigger.thanks = draft.thanks
    trigger.starts_at = draft.starts_at
    trigger.ends_at = draft.ends_at


def _note(
    session: Session,
    action: str,
    trigger: Trigger,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    record(session, action, trigger.name, actor_id=actor_id, now=now)


def rules_for(
    session: Session, event_types: Iterable[str]
) -> Mapping[str, tuple[TriggerRule, ...]]:
    """Return the triggers that are on, by the type they listen to, oldest first.

    Two statements, whatever the number of triggers.
    """
    rows = session.execute(
        select(Trigger, Survey.state, Survey.archived_at, Survey.anonymous)
        .join(Survey, Survey.id == Trigger.survey_id)
        .where(
            Trigger.event_type.in_(sorted(set(event_types))),
            Trigger.is_on,
            Trigger.archived_at.is_(None),
        )
        .order_by(Trigger.id)
    ).all()
    completed = count_completed(
        session, [row[0].id for row in rows if row[0].quota is not None]
    )
    rules: dict[str, tuple[TriggerRule, ...]] = {}
    for trigger, state, archived_at, anonymous in rows:
        rule = _as_rule(
            trigger,
            is_survey_open=state == SurveyState.OPEN and archived_at is None,
            anonymous=anonymous,
            completed=completed.get(trigger.id, 0),
        )
        rules[rule.event_type] = (*rules.get(rule.event_type, ()), rule)
    return rules


def count_completed(session: Session, triggers: Sequence[int]) -> Mapping[int, int]:
    """Return how many answers were completed by each of these triggers."""
    if not triggers:
        return {}
    rows = session.execute(
        select(Invitation.trigger_id, func.count())
        .where(
            Invitation.trigger_id.in_(triggers),
            Invitation.state == InvitationState.COMPLETE,
        )
        .group_by(Invitation.trigger_id)
    )
    return {number: count for number, count in rows if number is not None}


def _as_rule(
    one: Trigger, *, is_survey_open: bool, anonymous: bool, completed: int
) -> TriggerRule:
    return TriggerRule(
        id=one.id,
        public_id=one.public_id,
        journey_id=one.journey_id,
        survey_id=one.survey_id,
        touchpoint_id=one.touchpoint_id,
        event_type=one.event_type,
        rule=read_rule(one.rule),
        channels=tuple(Channel(word) for word in one.channels),
        delay=timedelta(minutes=one.delay_minutes),
        window=read_window(one.window),
        share=one.share,
        quota=one.quota,
        priority=one.priority,
        lifetime=timedelta(days=one.expires_after_days),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        anonymous=anonymous,
        is_survey_open=is_survey_open,
        completed=completed,
    )
