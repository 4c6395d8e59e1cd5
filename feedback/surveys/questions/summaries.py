"""The figures of many answers to one question, a class a shape."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.measures.scales import Scale


@dataclass(frozen=True, kw_only=True)
class ScaleSummary:
    """Answers per point, worst first, 0 where nobody answered; see `measures`."""

    count: int
    scale: Scale
    counts: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class ChoiceSummary:
    """Answers per choice in the order of the question, 0 where nobody chose it.

    A choice that the question has no longer follows under its key. `counts` of a
    multiple choice can add up to more than `count`.
    """

    count: int
    counts: Mapping[str, int]
    #: how many wrote an answer of their own
    other: int
    #: what they wrote, the first 200
    other_texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one choice was ranked."""

    #: rankings that have it
    count: int
    #: 1 is the best; None when nobody ranked it
    mean_rank: float | None
    first_places: int


@dataclass(frozen=True, kw_only=True)
class RankingSummary:
    """The standing of each choice, in the order of the question."""

    count: int
    standings: Mapping[str, Standing]


@dataclass(frozen=True, kw_only=True)
class MatrixSummary:
    """Per row, the answers per column."""

    count: int
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class NumberSummary:
    """Where the numbers lie; None without one. Quartiles are those of `inclusive`."""

    count: int
    mean: float | None = None
    lowest: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    highest: float | None = None


@dataclass(frozen=True, kw_only=True)
class DateSummary:
    """First and last day, `YYYY-MM-DD`; None without one."""

    count: int
    earliest: str | None
    latest: str | None


@dataclass(frozen=True, kw_only=True)
class CountSummary:
    """How many answered; what they wrote is read elsewhere, and contacts nowhere."""

    count: int


Summary = (
    ScaleSummary
    | ChoiceSummary
    | RankingSummary
    | MatrixSummary
    | NumberSummary
    | DateSummary
    | CountSummary
)
