"""ReportRun: one report that was built, and its subscribers."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId


class ReportRun(PublicId, CreatedAt, Base):
    """The report of one journey, month and language, as it was built."""

    __tablename__ = "report_run"
    __table_args__ = (
        Index(None, "journey_id", "month"),
        # The same data give the same bytes: nothing was built a second time.
        UniqueConstraint("journey_id", "sha256"),
    )

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
    #: below the data folder
    stored_as: Mapped[str] = mapped_column(String(255))
    #: short hash of the figures, printed in the report: same data, same name
    snapshot: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    #: built before the month's figures were held to be complete
    is_provisional: Mapped[bool]
    pages: Mapped[int]
    #: bytes
    size: Mapped[int]


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
    #: first day of the newest month whose report was sent; None before the first
    sent_month: Mapped[date | None]
