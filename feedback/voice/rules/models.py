"""The themes of the deployment, their history, and analyses made again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type
from feedback.nlp.annotation import Polarity


class ThemeRecord(Base):
    """A theme that the deployment added, or a shipped one that it changed."""

    __tablename__ = "theme"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: time, money, choice, psychology or service
    brake: Mapped[str] = mapped_column(String(20))
    #: by language, as in nlp.taxonomy.Theme
    names: Mapped[dict[str, str]] = mapped_column(JsonValue)
    negative: Mapped[dict[str, str]] = mapped_column(JsonValue)
    positive: Mapped[dict[str, str]] = mapped_column(JsonValue)
    hidden: Mapped[bool] = mapped_column(default=False)
    #: adding it was undone; kept because mentions may still have its key
    gone: Mapped[bool] = mapped_column(default=False)
    #: themes are shown in this order
    position: Mapped[int]
    #: key of the theme that all mentions of this one are given to
    merged_into: Mapped[str | None] = mapped_column(String(60))
    #: key of the theme whose mentions it takes where its own phrases stand
    split_from: Mapped[str | None] = mapped_column(String(60))


class ThemePhrase(Base):
    """Words by which the deployment knows a theme, beside the shipped rules."""

    __tablename__ = "theme_phrase"
    __table_args__ = (Index(None, "theme_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    #: in the language of nlp/patterns.py
    pattern: Mapped[str] = mapped_column(String(300))
    #: None names a topic
    polarity: Mapped[Polarity | None] = mapped_column(enum_type(Polarity))


class TaxonomyRevision(CreatedAt, Base):
    """One change of the taxonomy, to be told and to be undone."""

    __tablename__ = "taxonomy_revision"

    #: counted from 1; each change names the one it was made on, so that the later of
    #: two people is told
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: lower_snake, as `theme_merged`
    action: Mapped[str] = mapped_column(String(60))
    #: key of the theme that it was done to
    subject: Mapped[str] = mapped_column(String(60))
    #: key of each theme touched to all that is kept of it; null where nothing was
    before: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class ReanalysisState(StrEnum):
    """Where an analysis made again stands."""

    #: new answers are made and put aside; the old ones are shown
    ANALYSING = "analysing"
    #: all new answers are there, and take the places of the old ones
    APPLYING = "applying"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Reanalysis(PublicId, CreatedAt, Base):
    """All verbatims, or those of a journey, analysed again by the rules in force."""

    __tablename__ = "reanalysis"
    __table_args__ = (UniqueConstraint("slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: of all journeys
    journey_id: Mapped[int | None] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE")
    )
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    state: Mapped[ReanalysisState] = mapped_column(
        enum_type(ReanalysisState), default=ReanalysisState.ANALYSING
    )
    #: 1 while it runs, so that there is one at a time; None when it has ended
    slot: Mapped[int | None]
    #: of the rules that the answers put aside were made by
    version: Mapped[str] = mapped_column(String(40))
    #: verbatims up to this number are analysed again; newer ones know the rules
    upto_id: Mapped[int]
    #: analysed so far; a run that was cut off goes on after it
    last_id: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StagedAnnotation(Base):
    """A new answer, put aside until all of them are there."""

    __tablename__ = "staged_annotation"

    __table_args__ = (Index(None, "verbatim_id"),)

    reanalysis_id: Mapped[int] = mapped_column(
        ForeignKey("reanalysis.id"), primary_key=True, autoincrement=False
    )
    verbatim_id: Mapped[int] = mapped_column(
        ForeignKey("verbatim.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    #: see staging.py
    annotation: Mapped[dict[str, Any]] = mapped_column(JsonValue)
