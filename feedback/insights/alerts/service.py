"""Owe the daily look, mute an alert, say who gets alerts by mail."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.periods import local_day
from feedback.db.inserts import insert_missing
from feedback.insights.alerts.models import Alert, AlertSubscription
from feedback.jobs.ledger import enqueue
from feedback.journey.queries import list_journeys

ALERTS = "insights.alerts"
#: the daily look: before people come to work
_HOUR = 6
#: after feedback was counted anew, so that a file that comes in parts is looked at once
SOON = timedelta(minutes=15)
#: characters of a reason, and days that an alert may be muted
LONGEST_REASON, LONGEST_MUTE = 500, 366


def owe_daily(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe the look of the coming morning at every journey, unless it waits already."""
    here = now.astimezone(zone)
    due = datetime.combine(here.date(), time(_HOUR), zone)
    due = due if due > here else due + timedelta(days=1)
    for journey in list_journeys(session):
        enqueue(
            session,
            ALERTS,
            {"journey_id": journey.id},
            due_at=due.astimezone(UTC),
            dedupe_key=f"{ALERTS}:{journey.id}:daily",
        )


def owe_soon(session: Session, journey_id: int, *, now: datetime) -> None:
    """Owe a look once feedback has been counted anew, unless one waits already."""
    enqueue(
        session,
        ALERTS,
        {"journey_id": journey_id},
        due_at=now + SOON,
        dedupe_key=f"{ALERTS}:{journey_id}:soon",
    )


def mute(
    session: Session,
    journey_id: int,
    public_id: str,
    *,
    revision: int,
    reason: str,
    until: date | None,
    author_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Have an alert stand aside until a day, included; the reason is kept with it.

    Alerts on the same that come meanwhile are muted from the beginning.

    Raises:
        NotFound: `alert`.
        Conflict: `changed_meanwhile`, when it is not as the person saw it.
        Invalid: `reason: required` or `too_long`, `until: required`, `in_the_past` or
            `too_far`.
    """
    today = local_day(now, zone)
    reason = reason.strip()
    faults: dict[str, str] = {}
    if not reason:
        faults["reason"] = "required"
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = "too_long"
    if until is None:
        faults["until"] = "required"
    elif until < today:
        faults["until"] = "in_the_past"
    elif (until - today).days > LONGEST_MUTE:
        faults["until"] = "too_far"
    if faults:
        raise Invalid(faults)
    alert = _seen(session, journey_id, public_id, revision)
    alert.muted_at, alert.muted_until = now, until
    alert.mute_reason, alert.muted_by_id = reason, author_id
    alert.revision += 1


def unmute(session: Session, journey_id: int, public_id: str, *, revision: int) -> None:
    """Have an alert stand among the others again.

    Raises:
        NotFound: `alert`.
        Conflict: `changed_meanwhile`, when it is not as the person saw it.
    """
    alert = _seen(session, journey_id, public_id, revision)
    alert.muted_at = alert.muted_until = None
    alert.mute_reason = alert.muted_by_id = None
    alert.revision += 1


def subscribe(
    session: Session, journey_id: int, account_id: int, *, now: datetime
) -> None:
    """Send a person the new alerts of a journey; twice is once."""
    insert_missing(
        session,
        AlertSubscription,
        [{"journey_id": journey_id, "account_id": account_id, "created_at": now}],
        key=[AlertSubscription.journey_id, AlertSubscription.account_id],
        returning=AlertSubscription.id,
    )


def unsubscribe(session: Session, journey_id: int, account_id: int) -> None:
    """Send a person no more alerts of a journey."""
    session.execute(
        delete(AlertSubscription).where(
            AlertSubscription.journey_id == journey_id,
            AlertSubscription.account_id == account_id,
        )
    )


def _seen(session: Session, journey_id: int, public_id: str, revision: int) -> Alert:
    alert = session.scalar(
        select(Alert)
        .where(Alert.journey_id == journey_id, Alert.public_id == public_id)
        .with_for_update()
    )
    if alert is None:
        raise NotFound("alert")
    if alert.revision != revision:
        raise Conflict("changed_meanwhile")
    return alert
