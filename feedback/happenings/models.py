"""Happening: a row of the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.happenings.types import HappeningType

#: condition of a happening that nobody was told of yet
UNSPREAD = sql_text("spread_at IS NULL")


class Happening(PublicId, Base):
    """Something that happened in the house, for whoever wants to know."""

    __tablename__ = "happening"
    __table_args__ = (
        Index(None, "type", "id"),
        Index(None, "at"),
        Index(
            "ix_happening_unspread",
            "id",
            sqlite_where=UNSPREAD,
            postgresql_where=UNSPREAD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[HappeningType] = mapped_column(enum_type(HappeningType))
    #: what it happened to, as `response/PUBLIC_ID`
    subject: Mapped[str] = mapped_column(String(255))
    #: no contact data, no words of a customer; at most 12,000 bytes of JSON
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: public ids of the rules that it came about by, the first of them first
    chain: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    #: when those who listen were told
    spread_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
