"""How often a verdict is wrong, and how often it sees a change, on made-up histories.

    python -m benchmarks.verdicts [--histories N] [--seed N] [--case WORDS] [--write]

Each case is a way in which weekly answers move without any improvement. A history is
judged as it is, where every "improved" or "worsened" is wrong, and with a step after
the start: of the size that its own verdict stated as the smallest detectable
one, of the middle of these sizes over all histories, and of 0.3, 0.5 and 1 standard
deviation of one answer. `--write` puts the table into `docs/measures.md`.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import sqrt
from statistics import median

import numpy as np

from feedback.config import ROOT
from feedback.core.clock import SystemClock
from feedback.measures.comparison import SIGNIFICANT_BELOW
from feedback.measures.effects import EffectPlan, Verdict, VerdictKind, Week, judge
from feedback.measures.effects.drift import Array
from feedback.measures.intervals import Moments, share_estimate

PAPER = ROOT / "docs" / "measures.md"
BEGIN, END = "<!-- verdicts -->\n", "<!-- end of verdicts -->\n"
FIRST, THROUGH = date(2023, 1, 2), date(2033, 1, 1)
WEEKS_A_YEAR = 365.2425 / 7
#: steps that are tried, in standard deviations of one answer
STEPS = (0.3, 0.5, 1.0)
#: a plan that wants half a standard deviation
MATTERS = 0.5
WRONG = (VerdictKind.IMPROVED, VerdictKind.WORSENED)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A way in which answers move without any improvement.

    Sizes are in standard deviations of one answer.

    Attributes:
        name: what the table calls it.
        before: weeks before the start.
        after: weeks after the wash-out of two.
        answers: mean number of answers a week.
        share: that of a theme, when answers are yes or no.
        recommended: whether answers are those of an NPS of 20.
        trend: change a week.
        season: height of the year's wave, whose peak is anywhere.
        peak: height of five weeks that stand out each year.
        drift: standard deviation of what the weeks have in common beyond chance.
        memory: correlation of this drift from week to week.
        compared: whether there is a comparison that moves alike.
        diverging: trend of the treated that the comparison has not.
    """

    name: str
    before: int = 60
    after: int = 20
    answers: float = 40
    share: float | None = None
    recommended: bool = False
    trend: float = 0.0
    season: float = 0.0
    peak: float = 0.0
    drift: float = 0.0
    memory: float = 0.0
    compared: bool = False
    diverging: float = 0.0


CASES = (
    Case(name="no effect"),
    Case(name="no effect, NPS", recommended=True),
    Case(name="no effect, a theme in 10 % of 30 texts", share=0.1, answers=30),
    Case(name="trend", trend=0.006),
    Case(name="steep trend, 16 + 10 weeks", trend=0.03, before=16, after=10),
    Case(name="season", season=0.25, before=104, after=26),
    Case(name="season, a December", peak=0.5, before=104, after=26),
    Case(name="season, one year before", season=0.25, before=52, after=20),
    Case(name="season, 40 weeks before", season=0.1, before=40, after=16),
    Case(name="autocorrelation 0.4", drift=0.16, memory=0.4),
    Case(name="autocorrelation 0.6", drift=0.16, memory=0.6),
    Case(name="autocorrelation 0.8", drift=0.16, memory=0.8),
    Case(
        name="autocorrelation 0.6, 16 + 10 weeks",
        drift=0.16, memory=0.6, before=16, after=10,
    ),
    Case(
        name="autocorrelation 0.6, much of it",
        drift=0.4, memory=0.6, before=104, after=26,
    ),
    Case(name="small base, 4 a week, 12 + 8 weeks", answers=4.5, before=12, after=8),
    Case(name="fewest, 10 a week, 8 + 4 weeks", answers=10, before=8, after=4),
    Case(
        name="trend, season, autocorrelation",
        trend=0.004, season=0.15, drift=0.12, memory=0.5, before=104, after=26,
    ),
    Case(
        name="comparison that moves alike",
        trend=0.006, season=0.15, drift=0.16, memory=0.7, compared=True,
    ),
    Case(
        name="comparison with another trend",
        drift=0.1, memory=0.5, compared=True, diverging=0.006,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one history: as it is, and whether each step was found.

    Attributes:
        seed: of the history.
        nothing: the verdict on the history as it is.
        at_stated: whether a step of the size that this verdict states was found.
        at_steps: whether each of the steps of the table was.
    """

    seed: int
    nothing: Verdict
    at_stated: bool
    at_steps: tuple[bool, ...]

    @property
    def is_judged(self) -> bool:
        """Whether there was enough data."""
        return self.nothing.kind is not VerdictKind.NOT_ENOUGH_DATA


def spread(case: Case) -> float:
    """Return the standard deviation of one answer, in its unit."""
    if case.share is not None:
        return sqrt(case.share * (1 - case.share))
    return 100 * sqrt(0.7 - 0.2**2) if case.recommended else 1.0


def plan(case: Case) -> EffectPlan:
    """Return the plan of a case: two weeks of wash-out, more is better."""
    return EffectPlan(
        started_on=FIRST + timedelta(weeks=case.before),
        washout_days=14,
        smallest_that_matters=MATTERS * spread(case),
        higher_is_better=True,
    )


def history(case: Case, seed: int, step: float) -> tuple[list[Week], list[Week] | None]:
    """Return the weeks of the treated and of the comparison.

    The same seed gives the same chances, whatever the step.

    Args:
        case: how answers move.
        seed: of this history.
        step: the true effect, in the unit of the measure.
    """
    rng = np.random.default_rng(seed)
    count = case.before + 2 + case.after
    t = np.arange(count)
    common = case.trend * t + case.season * np.sin(
        2 * np.pi * (t / WEEKS_A_YEAR + rng.random())
    )
    common += case.peak * ((t + rng.integers(52)) % 52 < 5)
    common += case.drift * drifting(rng, count, case.memory)
    middle = common.mean()
    late = t >= case.before + 2
    own = common - middle + case.diverging * (t - count / 2)
    treated = weeks(case, rng, own * spread(case) + step * late)
    if not case.compared:
        return treated, None
    return treated, weeks(case, rng, (common - middle) * spread(case))


def drifting(rng: np.random.Generator, count: int, memory: float) -> Array:
    """Return a drift of variance 1 that remembers."""
    shocks = rng.standard_normal(count) * np.sqrt(1 - memory**2)
    drift = np.empty(count)
    drift[0] = rng.standard_normal()
    for week in range(1, count):
        drift[week] = memory * drift[week - 1] + shocks[week]
    return drift


def weeks(case: Case, rng: np.random.Generator, moved: Array) -> list[Week]:
    """Draw the answers of weeks whose mean has moved by so much."""
    counts = rng.poisson(case.answers, len(moved))
    sums = (of_normal, of_nps)[case.recommended]
    if case.share is not None:
        sums = partial(of_share, share=case.share)
    drawn = [sums(rng, int(n), mean) for n, mean in zip(counts, moved, strict=True)]
    return [
        Week(
            start=FIRST + timedelta(weeks=week),
            moments=Moments(n=int(n), total=total, total_squares=squares),
        )
        for week, (n, (total, squares)) in enumerate(zip(counts, drawn, strict=True))
    ]


def of_normal(rng: np.random.Generator, n: int, mean: float) -> tuple[float, float]:
    """Return sum and sum of squares of n normal answers of variance 1."""
    values = rng.standard_normal(n) + mean
    return float(values.sum()), float(values @ values)


def of_nps(rng: np.random.Generator, n: int, mean: float) -> tuple[float, float]:
    """Return the same of answers of -100, 0 and 100 with a mean of 20 and more."""
    share = min(1.0, max(-1.0, 0.2 + mean / 100))
    passives = min(0.3, 1 - abs(share))
    detractors = (1 - passives - share) / 2
    chances = rng.random(n)
    low, high = (chances < detractors).sum(), (chances >= detractors + passives).sum()
    return 100.0 * float(high - low), 10_000.0 * float(high + low)


def of_share(
    rng: np.random.Generator, n: int, mean: float, *, share: float
) -> tuple[float, float]:
    """Return the same of answers of 0 and 1."""
    hits = float((rng.random(n) < share + mean).sum())
    return hits, hits


def verdict(case: Case, seed: int, step: float) -> Verdict:
    """Return the verdict on one history."""
    treated, comparison = history(case, seed, step)
    return judge(plan(case), treated, comparison, through=THROUGH)


def outcome(case: Case, seed: int) -> Outcome:
    """Return what comes of one history."""
    nothing = verdict(case, seed, 0.0)
    steps = (nothing.smallest_detectable or 0.0, *(one * spread(case) for one in STEPS))
    at_stated, *at_steps = (is_found(case, seed, nothing, step) for step in steps)
    return Outcome(
        seed=seed, nothing=nothing, at_stated=at_stated, at_steps=tuple(at_steps)
    )


def is_found(case: Case, seed: int, nothing: Verdict, step: float) -> bool:
    """Return whether a history with this step is found to have improved.

    A step that moves every answer alike moves effect and interval by itself and nothing
    else, as a test of `judge` holds; other answers are drawn and judged again.
    """
    if nothing.kind is VerdictKind.NOT_ENOUGH_DATA:
        return False
    if case.recommended or case.share is not None:
        return verdict(case, seed, step).kind is VerdictKind.IMPROVED
    return (nothing.low or 0.0) + step > 0


def newey_west(judged: Sequence[Outcome]) -> int | None:
    """Return at how many the step of the plain regression is a change; None without."""
    steps = [
        one.nothing.segmented.regression.step.p
        for one in judged
        if one.nothing.segmented and one.nothing.segmented.regression
    ]
    return sum(p < SIGNIFICANT_BELOW for p in steps) if steps else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table."""

    name: str
    histories: int
    judged: int
    wrong: int
    wrong_two_period: int
    wrong_newey_west: int | None
    covered: int
    stated: float
    at_stated: int
    at_middle: int
    at_steps: tuple[int, ...]
    change_course: int


def measure(case: Case, seeds: Sequence[int], pool: ProcessPoolExecutor) -> Line:
    """Return the line of a case."""
    outcomes = list(pool.map(partial(outcome, case), seeds, chunksize=25))
    judged = [one for one in outcomes if one.is_judged]
    stated = median(one.nothing.smallest_detectable or 0.0 for one in judged)
    middle = pool.map(
        partial(is_found, case, step=stated),
        [one.seed for one in judged],
        [one.nothing for one in judged],
        chunksize=25,
    )
    return Line(
        name=case.name,
        histories=len(outcomes),
        judged=len(judged),
        wrong=sum(one.nothing.kind in WRONG for one in judged),
        wrong_two_period=sum(
            one.nothing.two_period is not None
            and one.nothing.two_period.p < SIGNIFICANT_BELOW
            for one in judged
        ),
        wrong_newey_west=newey_west(judged),
        covered=sum(
            (one.nothing.low or 0.0) <= 0 <= (one.nothing.high or 0.0) for one in judged
        ),
        stated=stated / spread(case),
        at_stated=sum(one.at_stated for one in judged),
        at_middle=sum(middle),
        at_steps=tuple(
            sum(one.at_steps[index] for one in judged) for index in range(len(STEPS))
        ),
        change_course=sum(one.nothing.change_course for one in judged),
    )


def percent(hits: int, n: int) -> str:
    """Return a share in per cent."""
    return f"{100 * hits / n:.1f}" if n else "-"


def with_interval(hits: int, n: int) -> str:
    """Return a share in per cent with its interval."""
    share = share_estimate(hits, n)
    if share is None:
        return "-"
    return f"{100 * share.value:.1f} ({100 * share.low:.1f} to {100 * share.high:.1f})"


HEAD = (
    "| case | wrong | two periods | Newey-West | covered | stated | found at it"
    " | at the middle one | at 0.3 | at 0.5 | at 1 | change course | not enough |"
)


def row(line: Line) -> str:
    """Return the row of a line."""
    n = line.judged
    cells = [
        line.name,
        with_interval(line.wrong, n),
        percent(line.wrong_two_period, n),
        "-" if line.wrong_newey_west is None else percent(line.wrong_newey_west, n),
        percent(line.covered, n),
        f"{line.stated:.2f}",
        with_interval(line.at_stated, n),
        percent(line.at_middle, n),
        *(percent(hits, n) for hits in line.at_steps),
        percent(line.change_course, n),
        percent(line.histories - n, line.histories),
    ]
    return "| " + " | ".join(cells) + " |"


def rows(lines: Sequence[Line], today: str, seed: int) -> Iterator[str]:
    """Yield the lines of the part of the paper between its marks."""
    most = max(line.histories for line in lines)
    yield f"{today}, {most:,} histories a case, seed {seed}; shares in per cent."
    yield ""
    yield HEAD
    yield "|" + "---|" * (HEAD.count("|") - 1)
    yield from (row(line) for line in lines)


def main() -> None:
    """Measure, print, and write the paper when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--case", default="", help="cases whose name has these words")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    lines: list[Line] = []
    print(HEAD, flush=True)
    with ProcessPoolExecutor() as pool:
        for number, case in enumerate(CASES):
            if given.case in case.name:
                first = given.seed * 1_000_000 + number * 10_000
                seeds = range(first, first + given.histories)
                lines.append(measure(case, seeds, pool))
                print(row(lines[-1]), flush=True)
    if given.write:
        told = "\n".join(
            rows(lines, SystemClock().now().date().isoformat(), given.seed)
        )
        paper = PAPER.read_text(encoding="utf-8")
        part = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
        PAPER.write_text(
            part.sub(lambda _: BEGIN + told + "\n" + END, paper), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
