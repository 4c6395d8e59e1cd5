"""Feedback (one occasion), its ratings and verbatims, what was made of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.measures.scales import Scale, ScoreClass
from feedback.nlp.annotation import Feeling, Polarity

#: condition of a text that has not been analysed yet
WAITING = sql_text("text IS NULL")


class Source(StrEnum):
    """How an occasion of feedback came in."""

    IMPORT = "import"
    SURVEY = "survey"
    INTERVIEW = "interview"


class Feedback(PublicId, Base):
    """One occasion: a person at a touchpoint at a moment, whatever the source."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("origin_key"),
        Index("ix_feedback_newest", "journey_id", "day", "id"),
        Index("ix_feedback_touchpoint", "touchpoint_id", "day", "id"),
        Index(None, "import_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoint.id"))
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("persona.id"))
    source: Mapped[Source] = mapped_column(enum_type(Source))
    #: the import that brought it; what other sources refer to is theirs to keep
    import_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_import.id"))
    #: same origin, same occasion: what makes a second delivery change nothing
    origin_key: Mapped[str] = mapped_column(String(64))
    #: the customer as the source names them, e.g. a CRM number
    customer: Mapped[str | None] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(40))
    #: what the source or the analysis says, `fr`, `en` or another code
    language: Mapped[str | None] = mapped_column(String(8))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: the calendar day of `said_at` in the installation's time zone: periods are
    #: made of days, and an index can follow them
    day: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: class of the first rating; None without a rating
    score_class: Mapped[ScoreClass | None] = mapped_column(enum_type(ScoreClass))
    #: -2..2 from ratings and feelings, see measures.emotion; None when neither
    emotion: Mapped[float | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    ratings: Mapped[list["Rating"]] = relationship(order_by="Rating.id")
    verbatims: Mapped[list["Verbatim"]] = relationship(order_by="Verbatim.id")


class Rating(Base):
    """One score on one scale."""

    __tablename__ = "rating"
    __table_args__ = (Index(None, "feedback_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(
        ForeignKey("feedback.id", ondelete="CASCADE")
    )
    scale: Mapped[Scale] = mapped_column(enum_type(Scale))
    value: Mapped[int]
    question: Mapped[str | None] = mapped_column(String(255))


class Verbatim(PublicId, Base):
    """One text in a customer's own words."""

    __tablename__ = "verbatim"
    __table_args__ = (
        Index(None, "feedback_id"),
        # short, because it holds only what waits: how much does is asked by each page
        Index(
            "ix_verbatim_waiting",
            "feedback_id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        CheckConstraint(
            "(text IS NULL) = (feeling IS NULL)", name="shown_when_analysed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(
        ForeignKey("feedback.id", ondelete="CASCADE")
    )
    #: wording of the question that it answers
    question: Mapped[str | None] = mapped_column(String(500))
    #: as given; emptied after the analysis when nothing in it had to be masked, and
    #: when it has been kept for long enough
    original: Mapped[str | None] = mapped_column(Text)
    #: personal data masked, same length as the original; None until analysed,
    #: because nothing is shown before it is masked
    text: Mapped[str | None] = mapped_column(Text)
    #: `text` without accents or case, for the full-text index
    search_text: Mapped[str | None] = mapped_column(Text)
    #: the analysis with the analysts' corrections on top
    feeling: Mapped[Feeling | None] = mapped_column(enum_type(Feeling))
    annotation: Mapped["AnnotationRecord | None"] = relationship()
    mentions: Mapped[list["Mention"]] = relationship(order_by="Mention.start")
    corrections: Mapped[list["Correction"]] = relationship(order_by="Correction.id")


class AnnotationRecord(Base):
    """What the machine made of a verbatim; replaced by a new analysis."""

    __tablename__ = "annotation"
    __table_args__ = (Index(None, "version"),)

    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE"), primary_key=True
    )
    #: see annotating.version_of
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    language_confidence: Mapped[float]
    feeling: Mapped[Feeling] = mapped_column(enum_type(Feeling))
    #: -1..1
    score: Mapped[float]
    types: Mapped[list[str]] = mapped_column(JsonValue)
    #: [{"kind", "start", "end"}]
    personal_data: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    #: [{"start", "end", "source", "weight"}] of the feeling; None of an analysis that
    #: was made before they were kept
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonValue)
    annotated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mention(Base):
    """One theme in one verbatim, found by the machine or added by an analyst."""

    __tablename__ = "theme_mention"
    __table_args__ = (
        Index(None, "verbatim_id"),
        Index(
            "ix_theme_mention_theme", "journey_id", "theme_key", "day", "verbatim_id"
        ),
        CheckConstraint('"end" > start AND start >= 0', name="span_not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE")
    )
    #: these two stand on the occasion already and never change; repeated so that
    #: one index finds the newest verbatims of a theme
    journey_id: Mapped[int]
    day: Mapped[date]
    theme_key: Mapped[str] = mapped_column(String(60))
    polarity: Mapped[Polarity] = mapped_column(enum_type(Polarity))
    #: characters of the text, end excluded
    start: Mapped[int]
    end: Mapped[int]
    #: which rule fired, or `analyst`
    origin: Mapped[str] = mapped_column(String(120))
    confidence: Mapped[float]
    #: an analyst said that it is wrong; kept, and counted nowhere
    rejected: Mapped[bool] = mapped_column(default=False)


class MaskedKind(Base):
    """That personal data of a kind was masked in a verbatim, and how often."""

    __tablename__ = "masked_kind"
    __table_args__ = (Index(None, "journey_id", "kind", "day"),)

    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: both repeated from the occasion, as with a mention
    journey_id: Mapped[int]
    day: Mapped[date]
    places: Mapped[int]


class MaskingWord(CreatedAt, Base):
    """A word that the deployment always has masked, or never as a name."""

    __tablename__ = "masking_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: without accents or case
    word: Mapped[str] = mapped_column(String(100), unique=True)
    is_masked: Mapped[bool]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )


class CorrectionKind(StrEnum):
    """What an analyst put right."""

    FEELING = "feeling"
    ADD_THEME = "add_theme"
    REJECT_THEME = "reject_theme"


class Correction(CreatedAt, Base):
    """An analyst's word beside the machine's, kept for ever, applied on top."""

    __tablename__ = "correction"
    __table_args__ = (Index(None, "verbatim_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    kind: Mapped[CorrectionKind] = mapped_column(enum_type(CorrectionKind))
    #: for a feeling: the value; for a theme: its key
    value: Mapped[str] = mapped_column(String(60))
    polarity: Mapped[Polarity | None] = mapped_column(enum_type(Polarity))
    #: characters of the text, end excluded, for a theme that was added
    start: Mapped[int | None]
    end: Mapped[int | None]
    #: what stood there before, to be shown beside
    previous: Mapped[str | None] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportState(StrEnum):
    """Where an import stands."""

    PREPARED = "prepared"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FeedbackImport(PublicId, CreatedAt, Base):
    """One file brought in, every line accounted for."""

    __tablename__ = "feedback_import"
    __table_args__ = (
        CheckConstraint(
            "lines_imported + lines_repeated + lines_refused <= lines_read",
            name="every_line_counted_once",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    file_name: Mapped[str] = mapped_column(String(255))
    #: where the file lies, below the data folder
    stored_as: Mapped[str] = mapped_column(String(255))
    #: how the file is read and which column is what; see imports
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    state: Mapped[ImportState] = mapped_column(
        enum_type(ImportState), default=ImportState.PREPARED
    )
    lines_total: Mapped[int | None]
    #: lines read so far; a run that was cut off goes on after them
    lines_read: Mapped[int] = mapped_column(default=0)
    lines_imported: Mapped[int] = mapped_column(default=0)
    #: lines that were there already, from an earlier import of the same feedback
    lines_repeated: Mapped[int] = mapped_column(default=0)
    lines_refused: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(255))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefusedLine(Base):
    """A line that was not imported, with its reason."""

    __tablename__ = "refused_line"
    __table_args__ = (UniqueConstraint("import_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(
        ForeignKey("feedback_import.id", ondelete="CASCADE")
    )
    #: number of the line or row in the file, from 1
    line: Mapped[int]
    column: Mapped[str | None] = mapped_column(String(255))
    #: lower_snake code of the reason
    reason: Mapped[str] = mapped_column(String(60))
    excerpt: Mapped[str] = mapped_column(String(255))


class StaleDay(Base):
    """A day whose counts must be made again; written with every change of feedback.

    A change adds a row of its own, even if the day stands here already: the counts
    being made at that moment may have been read before the change, and take only
    the rows with them that they saw.
    """

    __tablename__ = "stale_day"
    __table_args__ = (Index(None, "journey_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    day: Mapped[date]
