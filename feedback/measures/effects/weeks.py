"""The weeks before and after a start, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feedback.measures.effects.drift import Array
from feedback.measures.effects.plan import EffectPlan, Week
from feedback.measures.evidence import ENOUGH_FROM
from feedback.measures.intervals import Moments

#: Weeks with answers that a verdict needs: to know the trend, and what came of it.
WEEKS_BEFORE, WEEKS_AFTER = 8, 4
WEEK = timedelta(days=7)
NOTHING = Moments(n=0, total=0.0, total_squares=0.0)


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Weeks in order, without gaps, of one measure or of the difference of two.

    Attributes:
        starts: first day of each week.
        answers: answers of each week, or what they are worth; 0 where none count.
        means: mean of each week, 0 without answers.
        after: whether a week lies after the start.
        squares: sum of squares of the answers around the means of their weeks.
        freedom: degrees of freedom of these squares.
    """

    starts: tuple[date, ...]
    answers: Array
    means: Array
    after: NDArray[np.bool_]
    squares: float
    freedom: float

    @property
    def count_before(self) -> int:
        """How many weeks before have answers."""
        return int(((self.answers > 0) & ~self.after).sum())

    @property
    def count_after(self) -> int:
        """How many weeks after have answers."""
        return int(((self.answers > 0) & self.after).sum())

    @property
    def are_enough(self) -> bool:
        """Whether there are enough weeks with answers on both sides."""
        return self.count_before >= WEEKS_BEFORE and self.count_after >= WEEKS_AFTER

    def without_after(self) -> "Weeks":
        """Return the weeks before alone."""
        return Weeks(
            starts=tuple(
                start
                for start, late in zip(self.starts, self.after, strict=True)
                if not late
            ),
            answers=self.answers[~self.after],
            means=self.means[~self.after],
            after=self.after[~self.after],
            squares=self.squares,
            freedom=self.freedom,
        )


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The weeks of a measure, and the answers of each side together."""

    weeks: Weeks
    before: Moments
    after: Moments

    @property
    def are_enough(self) -> bool:
        """Whether both sides have enough weeks, and enough answers in them."""
        fewest = min(self.before.n, self.after.n)
        return self.weeks.are_enough and fewest >= ENOUGH_FROM


def split(plan: EffectPlan, weeks: Sequence[Week], *, through: date) -> Sides:
    """Return the weeks of both sides.

    A week counts before when all of it lies before the start; after, when all of it
    lies after the wash-out. Those between stay, without their answers. Weeks that are
    not over are left out.

    Args:
        plan: says where one side ends and the other begins.
        weeks: in order, without gaps.
        through: the last day whose answers are there.

    Raises:
        ValueError: weeks do not follow each other by seven days.
    """
    for one, following in pairwise(weeks):
        if following.start - one.start != WEEK:
            raise ValueError(f"{following.start} does not follow {one.start}")
    ready = plan.started_on + timedelta(days=plan.washout_days)
    over = [week for week in weeks if week.start + WEEK <= through + timedelta(days=1)]
    before = [
        week.moments if week.start + WEEK <= plan.started_on else NOTHING
        for week in over
    ]
    after = [week.moments if week.start >= ready else NOTHING for week in over]
    late = [week.start >= ready for week in over]
    counted = [
        two if is_late else one
        for one, two, is_late in zip(before, after, late, strict=True)
    ]
    return Sides(
        weeks=Weeks(
            starts=tuple(week.start for week in over),
            answers=np.array([one.n for one in counted], dtype=float),
            means=np.array([one.mean or 0.0 for one in counted], dtype=float),
            after=np.array(late, dtype=bool),
            squares=sum((one.variance or 0.0) * (one.n - 1) for one in counted),
            freedom=sum(max(one.n - 1, 0) for one in counted),
        ),
        before=together(before),
        after=together(after),
    )


def differences(treated: Weeks, comparison: Weeks) -> Weeks | None:
    """Return the weekly differences, treated less comparison; None without any.

    The variances of an answer differ between the two: a difference of means has the
    variance s^2 / n + r s^2 / m, r being their ratio, and is worth the answers that one
    measure would need for as much.
    """
    places = {start: index for index, start in enumerate(comparison.starts)}
    common = [index for index, start in enumerate(treated.starts) if start in places]
    if not common or not treated.freedom or not comparison.freedom:
        return None
    other = [places[treated.starts[index]] for index in common]
    n, m = treated.answers[common], comparison.answers[other]
    both = (n > 0) & (m > 0)
    own = treated.squares / treated.freedom
    foreign = comparison.squares / comparison.freedom
    if not own or not foreign:
        return None
    ratio = foreign / own
    with np.errstate(divide="ignore"):
        worth = np.where(both, 1 / (1 / n + ratio / m), 0.0)
    return Weeks(
        starts=tuple(treated.starts[index] for index in common),
        answers=worth,
        means=np.where(both, treated.means[common] - comparison.means[other], 0.0),
        after=treated.after[common],
        squares=treated.squares + comparison.squares / ratio,
        freedom=treated.freedom + comparison.freedom,
    )


def together(parts: Sequence[Moments]) -> Moments:
    """Return the moments of all answers."""
    return Moments(
        n=sum(one.n for one in parts),
        total=sum(one.total for one in parts),
        total_squares=sum(one.total_squares for one in parts),
    )
