"""Messages after the first: reminders while somebody has not answered, and thanks.

Whether one is still wanted is looked at again just before it is handed over; see
`delivery`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.addresses import find_zone
from feedback.collection.models import Contact, Invitation, Sending, Trigger
from feedback.collection.owing import owe_sending
from feedback.collection.policy import get_policy
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.collection.timing import next_allowed, read_window
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing
from feedback.surveys.models import Survey

#: what a trigger may ask for at most
MOST_REMINDERS = 5


def plan_reminders(
    session: Session, invitation_id: int, *, sent_at: datetime, zone: ZoneInfo
) -> None:
    """Owe the reminders that the trigger asks for, counted from the first message.

    Each at the hour at which the person was asked, or the next that quiet hours and
    the trigger's window leave, and only if the link can be answered then. Done twice,
    it adds nothing.

    Args:
        session: the caller's transaction.
        invitation_id: of an invitation that was sent.
        sent_at: when.
        zone: of a person whose own is unknown.
    """
    row = session.execute(
        select(
            Invitation.channel,
            Invitation.expires_at,
            Trigger.reminders,
            Trigger.window,
            Contact.time_zone,
        )
        .join(Trigger, Trigger.id == Invitation.trigger_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.id == invitation_id)
    ).one_or_none()
    if row is None or not row.reminders:
        return
    quiet = get_policy(session).policy.quiet
    window = read_window(row.window)
    rows = []
    for number, days in enumerate(sorted(set(row.reminders))[:MOST_REMINDERS], start=1):
        moment = next_allowed(
            sent_at + timedelta(days=days),
            find_zone(row.time_zone) or zone,
            quiet,
            window,
        )
        if moment is not None and moment < row.expires_at:
            rows.append(
                _row(invitation_id, SendingKind.REMINDER, number, row.channel, moment)
            )
    _add(session, rows)


def plan_thanks(
    session: Session, invitation_ids: Iterable[int], *, now: datetime
) -> None:
    """Owe the thanks for complete answers, where the trigger asks for them.

    By mail alone: after a text message the page has said them already. An anonymous
    survey thanks nobody, as the mail would tell who has answered. Done twice, it adds
    nothing. One SELECT.
    """
    wanted = sorted(set(invitation_ids))
    if not wanted:
        return
    complete = session.execute(
        select(Invitation.id, Invitation.channel)
        .join(Trigger, Trigger.id == Invitation.trigger_id)
        .join(Survey, Survey.id == Invitation.survey_id)
        .where(
            Invitation.id.in_(wanted),
            Invitation.state == InvitationState.COMPLETE,
            Invitation.channel == Channel.EMAIL,
            Trigger.thanks,
            ~Survey.anonymous,
        )
    )
    rows = [
        _row(number, SendingKind.THANKS, 0, channel, now)
        for number, channel in complete
    ]
    if rows:
        _add(session, rows)
        owe_sending(session, now=now)


def _row(
    invitation_id: int,
    kind: SendingKind,
    number: int,
    channel: Channel,
    due_at: datetime,
) -> dict[str, object]:
    return {
        "public_id": new_public_id(),
        "invitation_id": invitation_id,
        "kind": kind,
        "number": number,
        "channel": channel,
        "state": SendingState.DUE,
        "due_at": due_at,
        "attempts": 0,
    }


def _add(session: Session, rows: list[dict[str, object]]) -> None:
    insert_missing(
        session,
        Sending,
        rows,
        key=[Sending.invitation_id, Sending.kind, Sending.number],
        returning=Sending.id,
    )
