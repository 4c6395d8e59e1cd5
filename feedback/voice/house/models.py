"""The models of the deployment, with what each comparison came to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.nlp.schooling import Verdict


class ModelState(StrEnum):
    """Where a model stands.

    A candidate is better than the shipped analysis and waits for a person, because
    somebody went back to the shipped analysis before.
    """

    LIVE = "live"
    CANDIDATE = "candidate"
    RETIRED = "retired"
    REFUSED = "refused"


class OwnModel(PublicId, CreatedAt, Base):
    """One learning of one language."""

    __tablename__ = "own_model"
    __table_args__ = (
        Index(None, "language", "id"),
        UniqueConstraint("slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    #: the language while it is live: there is one place for each
    slot: Mapped[str | None] = mapped_column(String(8))
    state: Mapped[ModelState] = mapped_column(enum_type(ModelState))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    #: who had it learned; None for the schedule and the command line
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: version of the shipped analysis that it was learned on, and compared with
    analysis: Mapped[str] = mapped_column(String(40))
    #: told from what was learned; None where nothing was
    version: Mapped[str | None] = mapped_column(String(8))
    #: what it was learned from
    corrected: Mapped[int]
    scored: Mapped[int]
    #: the comparison, as in nlp.schooling.Comparison
    figures: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: numbers only, see nlp.house.unpack; None where nothing goes live
    weights: Mapped[bytes | None] = mapped_column(LargeBinary)
    live_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: when a person went back to the shipped analysis; None again when one is put live
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
