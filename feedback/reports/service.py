"""Build the monthly report, keep it, and say who gets it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict, NotFound
from feedback.core.ids import new_public_id
from feedback.core.periods import (
    Period,
    add_months,
    local_day,
    month_of,
    start_of_day,
)
from feedback.db.inserts import insert_missing
from feedback.insights.dashboards import living_map
from feedback.insights.segments import Segment
from feedback.jobs.ledger import enqueue
from feedback.jobs.schedules import plan_monthly, unplan
from feedback.journey.models import Journey
from feedback.journey.queries import get_map
from feedback.reports.html import ReportFigures, document, gather
from feedback.reports.models import ReportRun, ReportSubscription
from feedback.reports.pdf import Pdf, write_pdf
from feedback.reports.queries import find_next_sending, plan_key
from feedback.reports.sections.base import Scope
from feedback.voice.taxonomy import read_themes

#: Until then, answers given in a month may still come in.
SETTLED_AFTER = timedelta(hours=72)
SENT_DAY, SENT_HOUR = 4, 6
FOLDER = "reports"
#: names of the work, see jobs
BUILD = "reports.build"
BUILD_DUE = "reports.build_due"


@dataclass(frozen=True, kw_only=True)
class BuiltReport:
    """A report as it lies in the data folder."""

    public_id: str
    path: Path
    #: what the reader sees it called
    file_name: str
    sha256: str
    snapshot: str
    is_provisional: bool
    pages: int


def build_report(
    session: Session,
    journey_key: str,
    month: date,
    locale: str,
    *,
    settings: Settings,
    now: datetime,
    author_id: int | None = None,
) -> BuiltReport:
    """Build the report of a journey and month in one language, and keep it.

    The same figures give the same bytes; built again, they are the same report.

    Raises:
        NotFound: `journey`.
        Conflict: `month_not_begun`, or `no_answers` in that month.
    """
    figures = read_report(session, journey_key, month, settings=settings, now=now)
    pdf = print_report(figures, locale, settings=settings, now=now)
    return keep_report(
        session, figures, pdf, locale, settings=settings, now=now, author_id=author_id
    )


def read_report(
    session: Session,
    journey_key: str,
    month: date,
    *,
    settings: Settings,
    now: datetime,
) -> ReportFigures:
    """Read all figures of a month, those of the screen for the same period.

    Raises:
        NotFound: `journey`.
        Conflict: `month_not_begun`, or `no_answers` in that month.
    """
    journey = get_map(session, journey_key)
    period = month_of(month)
    if now < start_of_day(period.since, settings.zone):
        raise Conflict("month_not_begun")
    segment = Segment(journey_id=journey.id, period=period)
    living = living_map(session, journey, segment, now=now)
    if living.total.occasions == 0:
        raise Conflict("no_answers")
    return gather(
        session,
        Scope(
            journey=journey,
            period=period,
            living=living,
            zone=settings.zone,
            themes=read_themes(session),
        ),
    )


def print_report(
    figures: ReportFigures, locale: str, *, settings: Settings, now: datetime
) -> Pdf:
    """Put the figures on paper; takes seconds, and needs no database."""
    ready = document(
        figures,
        locale,
        templates=settings.templates,
        company=settings.company_name,
        provisional=is_provisional(figures.scope.period, settings=settings, now=now),
    )
    return write_pdf(
        ready.html,
        style=ready.style,
        tables=ready.tables,
        identifier=ready.identifier,
        dated=ready.dated,
    )


def keep_report(
    session: Session,
    figures: ReportFigures,
    pdf: Pdf,
    locale: str,
    *,
    settings: Settings,
    now: datetime,
    author_id: int | None = None,
) -> BuiltReport:
    """Write the file and note who had it built; what is there already stays."""
    scope = figures.scope
    sha256 = hashlib.sha256(pdf.content).hexdigest()
    name = f"{scope.journey.key}-{scope.period}-{locale}-{sha256[:12]}.pdf"
    path = settings.folder(FOLDER) / name
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(pdf.content)
        unfinished.replace(path)
    provisional = is_provisional(scope.period, settings=settings, now=now)
    row = {
        "public_id": new_public_id(),
        "created_at": now,
        "journey_id": scope.journey.id,
        "month": scope.period.since,
        "locale": locale,
        "author_id": author_id,
        "stored_as": f"{FOLDER}/{name}",
        "snapshot": figures.snapshot,
        "sha256": sha256,
        "is_provisional": provisional,
        "pages": pdf.pages,
        "size": len(pdf.content),
    }
    insert_missing(
        session,
        ReportRun,
        [row],
        key=[ReportRun.journey_id, ReportRun.sha256],
        returning=ReportRun.id,
    )
    public_id = session.scalars(
        select(ReportRun.public_id).where(
            ReportRun.journey_id == scope.journey.id, ReportRun.sha256 == sha256
        )
    ).one()
    return BuiltReport(
        public_id=public_id,
        path=path,
        file_name=f"{scope.journey.key}-{scope.period}-{locale}.pdf",
        sha256=sha256,
        snapshot=figures.snapshot,
        is_provisional=provisional,
        pages=pdf.pages,
    )


def is_provisional(period: Period, *, settings: Settings, now: datetime) -> bool:
    """Tell whether answers of a month may still come in: 72 hours after its end."""
    return now < start_of_day(period.until, settings.zone) + SETTLED_AFTER


def newest_settled_month(*, settings: Settings, now: datetime) -> date:
    """Return the first day of the newest month whose answers are in."""
    month = local_day(now - SETTLED_AFTER, settings.zone)
    return add_months(month, -1)


def subscribe(
    session: Session,
    journey_id: int,
    account_id: int,
    *,
    settings: Settings,
    now: datetime,
) -> None:
    """Send the report of a journey to a person each month; twice is once."""
    row = {"journey_id": journey_id, "account_id": account_id, "created_at": now}
    insert_missing(
        session,
        ReportSubscription,
        [row],
        key=[ReportSubscription.journey_id, ReportSubscription.account_id],
        returning=ReportSubscription.id,
    )
    if find_next_sending(session, journey_id) is None:
        plan(session, journey_id, settings=settings, now=now)


def unsubscribe(session: Session, journey_id: int, account_id: int) -> None:
    """Send it to the person no more; without readers nothing is planned.

    Raises:
        NotFound: `subscription`.
    """
    gone = session.execute(
        delete(ReportSubscription)
        .where(
            ReportSubscription.journey_id == journey_id,
            ReportSubscription.account_id == account_id,
        )
        .returning(ReportSubscription.id)
    ).first()
    if gone is None:
        raise NotFound("subscription")
    left = session.scalar(
        select(func.count()).where(ReportSubscription.journey_id == journey_id)
    )
    if not left:
        unplan(session, plan_key(journey_id))


def mark_sent(
    session: Session, journey_id: int, account_ids: Sequence[int], month: date
) -> None:
    """Note that a month was sent, in the transaction that owes the mails."""
    session.execute(
        update(ReportSubscription)
        .where(
            ReportSubscription.journey_id == journey_id,
            ReportSubscription.account_id.in_(account_ids),
        )
        .values(sent_month=month)
    )


def order_report(
    session: Session,
    journey_id: int,
    month: date,
    locale: str,
    *,
    author_id: int,
    now: datetime,
) -> int | None:
    """Owe a report; return the number of the work, None when it was owed already."""
    key = _key_of(session, journey_id)
    return enqueue(
        session,
        BUILD,
        {
            "journey": key,
            "month": month.isoformat(),
            "locale": locale,
            "author_id": author_id,
        },
        due_at=now,
        dedupe_key=f"{BUILD}:{journey_id}:{month:%Y-%m}:{locale}",
    )


def plan(
    session: Session, journey_id: int, *, settings: Settings, now: datetime
) -> None:
    """Have the report of the month before built and sent on the 4th, at 6."""
    plan_monthly(
        session,
        plan_key(journey_id),
        BUILD_DUE,
        {"journey": _key_of(session, journey_id)},
        day=SENT_DAY,
        hour=SENT_HOUR,
        now=now,
        zone=settings.zone,
    )


def _key_of(session: Session, journey_id: int) -> str:
    return session.scalars(select(Journey.key).where(Journey.id == journey_id)).one()
