"""ReportRun: one report that was built, and its subscribers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import UtcDateTime


class ReportRun(PublicId, CreatedAt, Base):
    """The report of one journey, month and language, as it was built."""

    __tablename__ = "report_run"
    __table_args__ = (Index(None, "journey_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    #: first day of the month
    month: Mapped[date]
    locale: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: None until it is built
    stored_as: Mapped[str | None] = mapped_column(String(255))
    #: short hash of the figures, printed in the report: same data, same name
    snapshot: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportSubscription(CreatedAt, Base):
    """A person who gets the report of a journey by mail each month."""

    __tablename__ = "report_subscription"
    __table_args__ = (UniqueConstraint("journey_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
