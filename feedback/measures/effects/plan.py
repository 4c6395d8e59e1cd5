"""What was planned, and what came in week by week."""

from dataclasses import dataclass
from datetime import date

from feedback.measures.intervals import Moments


@dataclass(frozen=True, kw_only=True)
class Week:
    """The answers of seven days; weeks follow each other without gaps.

    Attributes:
        start: the first of the days, a Monday.
        moments: of the answers, in the unit of the measure; n may be 0.
    """

    start: date
    moments: Moments


@dataclass(frozen=True, kw_only=True)
class EffectPlan:
    """What was laid down before anybody looked.

    Attributes:
        started_on: the first day with the improvement.
        washout_days: days from then on that count on neither side.
        smallest_that_matters: a change, above 0, in the unit of the measure.
        higher_is_better: which way is for the better.
    """

    started_on: date
    washout_days: int
    smallest_that_matters: float
    higher_is_better: bool

    def __post_init__(self) -> None:
        if self.washout_days < 0:
            raise ValueError(f"{self.washout_days} days of wash-out")
        if not self.smallest_that_matters > 0:
            raise ValueError(f"{self.smallest_that_matters} is no change that matters")
