"""Owe the mails on new alerts: one a person, a journey and a day at most."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.accounts.notices import queue_mail
from feedback.core.periods import local_day
from feedback.i18n.locales import named
from feedback.insights.alerts.models import AlertSubscription
from feedback.insights.alerts.queries import list_new, list_readers
from feedback.insights.alerts.words import tell_alert
from feedback.journey.models import Journey
from feedback.journey.queries import read_map

MAIL = "alerts"


def mail_alerts(
    session: Session, journey_id: int, *, now: datetime, zone: ZoneInfo
) -> int:
    """Owe a mail to whoever has not been told of the newest alerts; return how many.

    Who got one today gets the others tomorrow. What is muted or over is not told.
    """
    today = local_day(now, zone)
    journey = session.get_one(Journey, journey_id)
    drawn = read_map(session, journey, archived=False)
    owed = 0
    for reader in list_readers(session, journey_id):
        mailed = reader.mailed_at
        if mailed is not None and local_day(mailed, zone) >= today:
            continue
        found = list_new(session, drawn, after=reader.since, today=today)
        if not found:
            continue
        told = [tell_alert(session, one, reader.locale) for one in found]
        queue_mail(
            session,
            MAIL,
            to=reader.email,
            locale=reader.locale,
            now=now,
            context={
                "name": reader.name,
                "journey": named(drawn.names, reader.locale),
                "journey_key": drawn.key,
                "count": len(told),
                "alerts": [
                    {"title": one.title, "text": one.text, "sure": one.sure}
                    for one in told
                ],
            },
            dedupe_key=f"{MAIL}:{journey_id}:{today}:{reader.account_id}",
        )
        session.execute(
            update(AlertSubscription)
            .where(
                AlertSubscription.journey_id == journey_id,
                AlertSubscription.account_id == reader.account_id,
            )
            .values(mailed_at=now)
        )
        owed += 1
    return owed
