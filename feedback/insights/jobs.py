"""Keep the counts up with what was said, look for what is new and what has changed."""

from datetime import timedelta

from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.insights.alerts.looking import look as look_for_alerts
from feedback.insights.alerts.looking import told_of
from feedback.insights.alerts.mailing import mail_alerts
from feedback.insights.alerts.service import owe_soon
from feedback.insights.discovery.looking import look
from feedback.insights.refresh import refresh_stale, stale_months
from feedback.jobs.ledger import enqueue
from feedback.jobs.work import Work
from feedback.voice.reanalysis import is_applying

REFRESH = "insights.refresh"
#: while answers of a new analysis take the places of old ones, counts would mix them
WAITS = timedelta(seconds=10)


def refresh(work: Work) -> None:
    """Count the marked days of a journey again, one month after the other."""
    journey_id = int(work.payload["journey_id"])
    if is_applying(work.session):
        enqueue(
            work.session,
            REFRESH,
            work.payload,
            due_at=work.now() + WAITS,
            dedupe_key=f"{REFRESH}:{journey_id}",
        )
        return
    months = stale_months(work.session, journey_id)
    for done, month in enumerate(months, start=1):
        refresh_stale(work.session, journey_id, month)
        work.step(done, len(months))
    if months:
        owe_soon(work.session, journey_id, now=work.now())


def discover(work: Work) -> None:
    """Group the verbatims of a journey that have no theme."""
    looked_at = 0

    def step(more: int) -> None:
        nonlocal looked_at
        looked_at += more
        work.step(looked_at, None)

    look(
        work.session,
        int(work.payload["journey_id"]),
        now=work.now(),
        zone=work.settings.zone,
        step=step,
    )


def alerts(work: Work) -> None:
    """Look at a journey for what has changed, and mail what is new."""
    journey_id = int(work.payload["journey_id"])
    if is_applying(work.session):
        owe_soon(work.session, journey_id, now=work.now())
        return
    zone = work.settings.zone
    found = look_for_alerts(work.session, journey_id, now=work.now(), zone=zone)
    for alert in found:
        if not alert.is_muted:
            tell(
                work.session,
                HappeningType.ALERT_RAISED,
                f"alert/{alert.public_id}",
                told_of(alert),
                now=work.now(),
            )
    mail_alerts(work.session, journey_id, now=work.now(), zone=zone)
