"""Counts by day and by month, from which every figure is made.

Four small cubes. Each row counts what was said on one day (or in one month) with
one combination of touchpoint, channel, persona, language and source. They hold
nothing that could not be counted again from `voice`, and exist so that a page on
a million verbatims costs as much as one on ten thousand.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from feedback.db.base import Base
from feedback.db.types import enum_type
from feedback.measures.scales import Scale, ScoreClass
from feedback.nlp.annotation import Feeling
from feedback.voice.models import Source
from feedback.voice.taxonomy import Stance


class Grain(StrEnum):
    """The stretch of time that a row counts."""

    DAY = "day"
    MONTH = "month"


class _Cell:
    """The dimensions that every cube has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    grain: Mapped[Grain] = mapped_column(enum_type(Grain))
    #: the day, or the first day of the month
    start: Mapped[date]
    channel: Mapped[str] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(40))
    n: Mapped[int]

    @declared_attr
    @classmethod
    def journey_id(cls) -> Mapped[int]:
        """Tell the journey; a foreign key is made anew for each table."""
        return mapped_column(ForeignKey("journey.id", ondelete="CASCADE"))

    @declared_attr
    @classmethod
    def touchpoint_id(cls) -> Mapped[int]:
        """Tell the touchpoint; a foreign key is made anew for each table."""
        return mapped_column(ForeignKey("touchpoint.id", ondelete="CASCADE"))

    @declared_attr
    @classmethod
    def persona_id(cls) -> Mapped[int | None]:
        """Tell the persona; a foreign key is made anew for each table."""
        return mapped_column(ForeignKey("persona.id", ondelete="CASCADE"))


def _by_period(table: str) -> tuple[SchemaItem, ...]:
    return (Index(f"ix_{table}_period", "journey_id", "grain", "start"),)


class RatingCount(_Cell, Base):
    """How many answers gave one value on one scale."""

    __tablename__ = "rating_count"
    __table_args__ = _by_period("rating_count")

    scale: Mapped[Scale] = mapped_column(enum_type(Scale))
    value: Mapped[int]


class OccasionCount(_Cell, Base):
    """How many occasions there were, and how people felt at them."""

    __tablename__ = "occasion_count"
    __table_args__ = _by_period("occasion_count")

    #: occasions that have an emotion, the sum of these and of their squares
    felt: Mapped[int]
    total: Mapped[float]
    squares: Mapped[float]


class VerbatimCount(_Cell, Base):
    """How many verbatims have one feeling, by class of score."""

    __tablename__ = "verbatim_count"
    __table_args__ = _by_period("verbatim_count")

    #: those in which at least one theme was found
    themed: Mapped[int]

    feeling: Mapped[Feeling] = mapped_column(enum_type(Feeling))
    score_class: Mapped[ScoreClass | None] = mapped_column(enum_type(ScoreClass))


class ThemeCount(_Cell, Base):
    """How many verbatims take one stance on one theme."""

    __tablename__ = "theme_count"
    __table_args__ = (
        *_by_period("theme_count"),
        Index("ix_theme_count_theme", "journey_id", "theme_key", "grain", "start"),
    )

    theme_key: Mapped[str] = mapped_column(String(60))
    stance: Mapped[Stance] = mapped_column(enum_type(Stance))
    feeling: Mapped[Feeling] = mapped_column(enum_type(Feeling))
    score_class: Mapped[ScoreClass | None] = mapped_column(enum_type(ScoreClass))


def not_picked(model: type[_Cell]) -> ColumnElement[bool]:
    """Return the condition of what was said without somebody picking it out.

    Excerpts of interviews were chosen by a researcher: they are shown, and say nothing
    of how often.
    """
    return model.source != Source.INTERVIEW.value
