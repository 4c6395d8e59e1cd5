"""Read what a decision about invitations needs, for many people at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.addresses import find_zone
from feedback.collection.fatigue import Asked, Limits, Wanted
from feedback.collection.models import IS_PLANNED, Asking, Contact, Invitation, Trigger
from feedback.collection.terms import Channel, InvitationState, StopReason
from feedback.collection.timing import SendWindow, read_window
from feedback.surveys.models import Survey, SurveyState


@dataclass(frozen=True, kw_only=True)
class Due:
    """An invitation that is due, with all that is decided by."""

    wanted: Wanted
    contact_id: int | None
    channel: Channel
    address: str | None
    zone: ZoneInfo
    event_id: int | None
    trigger_id: int | None
    is_survey_open: bool
    #: also true without a trigger
    is_trigger_on: bool
    window: SendWindow | None
    quota: int | None

    def may_be_asked(self, stopped: Mapping[str, StopReason]) -> bool:
        """Tell whether others must make room for it."""
        return (
            self.is_survey_open
            and self.is_trigger_on
            and self.address is not None
            and self.address not in stopped
        )


_COLUMNS = (
    Invitation.id,
    Invitation.contact_id,
    Invitation.survey_id,
    Invitation.trigger_id,
    Invitation.event_id,
    Invitation.channel,
    Invitation.priority,
    Invitation.due_at,
    Invitation.expires_at,
    Contact.email,
    Contact.phone,
    Contact.time_zone,
    Survey.state.label("survey_state"),
    Survey.archived_at.label("survey_archived_at"),
    Trigger.is_on,
    Trigger.window,
    Trigger.quota,
    Trigger.expires_after_days,
)


def _planned() -> Any:
    return (
        select(*_COLUMNS)
        .join(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Trigger, Trigger.id == Invitation.trigger_id)
    )


def read_due(
    session: Session, *, now: datetime, zone: ZoneInfo, most: int
) -> list[Due]:
    """Return the oldest invitations that are due, held against everybody else."""
    rows = session.execute(
        _planned()
        .where(IS_PLANNED, Invitation.due_at <= now)
        .order_by(Invitation.due_at, Invitation.id)
        .limit(most)
        # whoever ends an invitation meanwhile keeps it; so nobody waits for anybody
        .with_for_update(of=Invitation, skip_locked=True)
    )
    return [_as_due(row, zone) for row in rows]


def read_waiting(
    session: Session,
    contacts: Sequence[int],
    *,
    until: datetime,
    besides: Sequence[int],
    zone: ZoneInfo,
) -> list[Due]:
    """Return what else is planned for these contacts until a moment."""
    rows = session.execute(
        _planned().where(
            Invitation.contact_id.in_(contacts),
            # as a parameter, so that people are looked up and not all that is planned
            Invitation.state == InvitationState.PLANNED,
            Invitation.due_at < until,
            Invitation.id.not_in(besides),
        )
    )
    return [_as_due(row, zone) for row in rows]


def _as_due(row: Any, zone: ZoneInfo) -> Due:
    days = row.expires_after_days
    return Due(
        wanted=Wanted(
            id=row.id,
            survey_id=row.survey_id,
            priority=row.priority,
            due_at=row.due_at,
            expires_at=row.expires_at,
            waits_since=days and row.expires_at - timedelta(days=days),
        ),
        contact_id=row.contact_id,
        channel=row.channel,
        address=row.email if row.channel == Channel.EMAIL else row.phone,
        zone=find_zone(row.time_zone) or zone,
        event_id=row.event_id,
        trigger_id=row.trigger_id,
        is_survey_open=row.survey_state == SurveyState.OPEN
        and row.survey_archived_at is None,
        is_trigger_on=row.trigger_id is None or bool(row.is_on),
        window=read_window(row.window),
        quota=row.quota,
    )


def read_ledger(
    session: Session, contacts: Sequence[int], limits: Limits, *, now: datetime
) -> dict[int | None, list[Asked]]:
    """Return what these contacts were asked, as far back as the limits look."""
    longest = max(
        limits.gap_days,
        limits.same_survey_days,
        *(window.days for window in limits.windows),
        0,
    )
    rows = session.execute(
        select(Asking.contact_id, Asking.survey_id, Asking.asked_at).where(
            Asking.contact_id.in_(contacts),
            Asking.asked_at > now - timedelta(days=longest),
        )
    )
    ledger: dict[int | None, list[Asked]] = defaultdict(list)
    for contact_id, survey_id, moment in rows:
        ledger[contact_id].append(Asked(survey_id=survey_id, at=moment))
    return ledger
