"""Reports that were built, who gets them, and what the files behind them held."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.core.periods import Period
from feedback.jobs.schedules import list_planned
from feedback.reports.models import ReportRun, ReportSubscription
from feedback.voice.models import Feedback, FeedbackImport


@dataclass(frozen=True, kw_only=True)
class ReportOnList:
    """One report that was built; `author` is None for the schedule and commands."""

    public_id: str
    #: first day of the month
    month: date
    locale: str
    built_at: datetime
    author: str | None
    snapshot: str
    sha256: str
    is_provisional: bool
    pages: int
    #: bytes
    size: int
    #: below the data folder
    stored_as: str

    @property
    def kilobytes(self) -> float:
        """The size as people read it."""
        return self.size / 1000


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """Somebody who gets the report of a journey each month."""

    account_id: int
    name: str
    email: str
    locale: str
    #: first day of the newest month that was sent
    sent_month: date | None


@dataclass(frozen=True, kw_only=True)
class LinesOfFiles:
    """The lines of the files that brought a month's answers, whatever their month."""

    files: int
    read: int
    imported: int
    repeated: int
    refused: int


def list_reports(
    session: Session, journey_id: int, wanted: PageRequest
) -> Page[ReportOnList]:
    """List the reports of a journey, the newest built first."""
    rows = session.execute(
        _reports(journey_id)
        .order_by(ReportRun.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_as_read(*row) for row in rows], wanted)


def get_report(session: Session, journey_id: int, public_id: str) -> ReportOnList:
    """Return one report of a journey.

    Raises:
        NotFound: `report`.
    """
    query = _reports(journey_id).where(ReportRun.public_id == public_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("report")
    return _as_read(*row)


def list_subscribers(session: Session, journey_id: int) -> tuple[Subscriber, ...]:
    """List who gets the report, by name; closed accounts get nothing."""
    rows = session.execute(
        select(
            Account.id.label("account_id"),
            Account.name,
            Account.email,
            Account.locale,
            ReportSubscription.sent_month,
        )
        .join(Account, Account.id == ReportSubscription.account_id)
        .where(ReportSubscription.journey_id == journey_id, Account.active.is_(True))
        .order_by(Account.name, Account.id)
    )
    return tuple(Subscriber(**row) for row in rows.mappings())


def find_next_sending(session: Session, journey_id: int) -> datetime | None:
    """Return when the report is sent next, None while nobody gets it."""
    key = plan_key(journey_id)
    return next(
        (plan.next_due for plan in list_planned(session) if plan.key == key), None
    )


def plan_key(journey_id: int) -> str:
    """Return the key of a journey's monthly plan."""
    return f"report:{journey_id}"


def count_lines(session: Session, journey_id: int, period: Period) -> LinesOfFiles:
    """Count the lines of the files from which the answers of a period came."""
    used = (
        select(Feedback.import_id)
        .where(
            Feedback.journey_id == journey_id,
            Feedback.day >= period.since,
            Feedback.day < period.until,
            Feedback.import_id.is_not(None),
        )
        .distinct()
    )
    one = FeedbackImport
    row = session.execute(
        select(
            func.count().label("files"),
            _sum(one.lines_read).label("read"),
            _sum(one.lines_imported).label("imported"),
            _sum(one.lines_repeated).label("repeated"),
            _sum(one.lines_refused).label("refused"),
        ).where(one.id.in_(used))
    ).mappings()
    return LinesOfFiles(**row.one())


def _sum(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _reports(journey_id: int) -> Select[ReportRun, str | None]:
    return (
        select(ReportRun, Account.name)
        .outerjoin(Account, Account.id == ReportRun.author_id)
        .where(ReportRun.journey_id == journey_id)
    )


def _as_read(run: ReportRun, author: str | None) -> ReportOnList:
    return ReportOnList(
        public_id=run.public_id,
        month=run.month,
        locale=run.locale,
        built_at=run.created_at,
        author=author,
        snapshot=run.snapshot,
        sha256=run.sha256,
        is_provisional=run.is_provisional,
        pages=run.pages,
        size=run.size,
        stored_as=run.stored_as,
    )
