"""What each method says, and the verdict."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class VerdictKind(StrEnum):
    """What may be said of an improvement."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NONE_DETECTABLE = "none_detectable"
    NOT_ENOUGH_DATA = "not_enough_data"


class Method(StrEnum):
    """Where the effect of a verdict comes from."""

    TWO_PERIOD = "two_period"
    SEGMENTED = "segmented"
    DIFFERENCE_IN_DIFFERENCES = "difference_in_differences"


@dataclass(frozen=True, kw_only=True)
class TwoPeriod:
    """All answers before against all answers after, by Welch's t.

    Takes every answer for independent of the others, so that a trend, a season or a
    drift passes for an effect. All in the unit of the measure.

    Attributes:
        before: mean of the answers before.
        after: mean of the answers after.
        effect: after less before.
        low: lower bound of its 95 % interval.
        high: upper bound.
        p: two-sided probability of such a difference by chance alone.
        smallest_detectable: true difference that would be found four times in five.
    """

    before: float
    after: float
    effect: float
    low: float
    high: float
    p: float
    smallest_detectable: float


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A coefficient of a regression, with Newey and West's error and a t interval."""

    value: float
    error: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, kw_only=True)
class Regression:
    """y = level + trend t + step after + slope_change t after, weighted by answers.

    t counts weeks from the first week after. There are at least eight weeks each side.

    Attributes:
        level: where the trend of before stands at t = 0.
        trend: change a week before the start.
        step: jump at t = 0.
        slope_change: what the trend of after adds to that of before, a week.
        lag: weeks over which errors may hang together.
    """

    level: Coefficient
    trend: Coefficient
    step: Coefficient
    slope_change: Coefficient
    lag: int


@dataclass(frozen=True, kw_only=True)
class Segmented:
    """The answers after against what trend, season and drift of before led to expect.

    Attributes:
        effect: mean over the answers after of what they differ by.
        low: lower bound of its 95 % interval.
        high: upper bound.
        p: twice the probability that the effect has the other sign.
        smallest_detectable: true effect that would be found four times in five; None
            when no answer differs from another.
        regression: the plain segmented regression; None below eight weeks each side.
    """

    effect: float
    low: float
    high: float
    p: float
    smallest_detectable: float | None
    regression: Regression | None


@dataclass(frozen=True, kw_only=True)
class DifferenceInDifferences:
    """The change of the treated less that of the comparison.

    Attributes:
        effect: as of `Segmented`, of the weekly differences treated less comparison.
        low: lower bound of its 95 % interval.
        high: upper bound.
        p: twice the probability that the effect has the other sign.
        smallest_detectable: true effect that would be found four times in five.
        plain: difference of the two differences of all answers.
        plain_low: lower bound of its 95 % interval, answers taken for independent.
        plain_high: upper bound.
        plain_p: two-sided probability of it by chance alone.
        parallel_trend_p: probability, by chance alone, of trends before the start that
            differ as much as these.
        parallel: whether nothing speaks against parallel trends.
    """

    effect: float
    low: float
    high: float
    p: float
    smallest_detectable: float | None
    plain: float
    plain_low: float
    plain_high: float
    plain_p: float
    parallel_trend_p: float
    parallel: bool


@dataclass(frozen=True, kw_only=True)
class PlaceboDate:
    """A day before the start at which nothing was done, and the change seen there."""

    day: date
    effect: float
    p: float


@dataclass(frozen=True, kw_only=True)
class Placebo:
    """What the method of the verdict sees at dates when nothing was done.

    Attributes:
        dates: in order of time.
        found: how many of them it calls a change, at 5 %.
        as_large: at how many the effect was as large as the true one, or larger.
    """

    dates: tuple[PlaceboDate, ...]
    found: int
    as_large: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What may be said of an improvement, and what it rests on.

    Figures are those of the primary method, in the unit of the measure: after less
    before, so positive is up, for the better or the worse. What cannot be computed is
    None.

    Attributes:
        kind: what may be said.
        change_course: enough data, and even the better bound of the interval falls
            short of the smallest change that matters.
        primary: the method the figures are from.
        effect: the estimate.
        low: lower bound of its 95 % interval.
        high: upper bound.
        p: two-sided probability of the effect by chance alone.
        smallest_detectable: true effect that would be found four times in five.
        n_before: answers before.
        n_after: answers after.
        weeks_before: weeks with answers before.
        weeks_after: weeks with answers after.
        two_period: all answers before against all after.
        segmented: against what was to be expected.
        difference_in_differences: against a comparison.
        placebo: the same at dates when nothing was done.
    """

    kind: VerdictKind
    change_course: bool
    primary: Method
    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    smallest_detectable: float | None
    n_before: int
    n_after: int
    weeks_before: int
    weeks_after: int
    two_period: TwoPeriod | None
    segmented: Segmented | None
    difference_in_differences: DifferenceInDifferences | None
    placebo: Placebo | None
