"""The drivers of a score with their bootstrap intervals, or why there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from feedback.measures.drivers.contrast import Kind, coefficients, inflation, kind_of
from feedback.measures.drivers.patterns import Flags, Floats, Patterns, Sums
from feedback.measures.drivers.shares import (
    MOST_FOR_SHAPLEY,
    relative_weights,
    shapley_shares,
)

#: answers that an analysis needs, and those for each driver
ENOUGH_ANSWERS, ANSWERS_A_DRIVER = 100, 10
RESAMPLES = 1000
#: resamples that are worked on at once, so that memory stays small
_AT_ONCE = 50
_LOW, _HIGH = 2.5, 97.5


class Reason(StrEnum):
    """Why nothing is said of drivers."""

    TOO_FEW_ANSWERS = "too_few_answers"
    ALL_SCORES_EQUAL = "all_scores_equal"
    NO_DRIVER = "no_driver"
    TOO_MANY_DRIVERS = "too_many_drivers"


class Method(StrEnum):
    """How R² was shared out."""

    SHAPLEY = "shapley"
    RELATIVE_WEIGHTS = "relative_weights"


@dataclass(frozen=True, kw_only=True)
class Bounded:
    """A figure with its percentile bootstrap interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One theme.

    Attributes:
        theme: which one, by its place.
        complaints: answers that complain of it.
        praises: answers that praise it.
        impact: headline figure of all answers less that of those which do not speak of
            it, in its unit: below 0 where the score is lower with them.
        weight: its part of R².
        share: the same over R², 0..1.
        rank: by weight, from 1.
        ranks: interval of its rank over the resamples.
        kept: share of the resamples in which it has this very rank.
        penalty: points of the scale that go with a complaint; None with fewer than 10.
        reward: points that go with praise; None with fewer than 10.
        kind: what the two say together.
        vif: the largest variance inflation factor of its columns.
    """

    theme: int
    complaints: int
    praises: int
    impact: Bounded
    weight: Bounded
    share: Bounded
    rank: int
    ranks: tuple[int, int]
    kept: float
    penalty: Bounded | None
    reward: Bounded | None
    kind: Kind
    vif: float


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What goes with a score, the heaviest first.

    `r2` is the share of the variance of the scores that the themes explain together.
    `reason` says why there are no drivers; None when there are.
    """

    n: int
    method: Method = Method.SHAPLEY
    resamples: int = 0
    r2: Bounded | None = None
    drivers: tuple[Driver, ...] = ()
    reason: Reason | None = None


def find_drivers(
    values: Floats,
    points: Floats,
    complaints: Flags,
    praises: Flags,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Drivers:
    """Tell what goes with a score.

    Args:
        values: score of each answer, as it was given.
        points: the same as the headline figure counts it: its mean is that figure.
        complaints: whether each answer complains of each theme, answers by row.
        praises: whether it praises it; the same shape.
        rng: draws the resamples.
        resamples: how many.
    """
    n = len(values)
    if n < ENOUGH_ANSWERS:
        return Drivers(n=n, reason=Reason.TOO_FEW_ANSWERS)
    if np.ptp(values) == 0:
        return Drivers(n=n, reason=Reason.ALL_SCORES_EQUAL)
    model = _Model.of(complaints, praises)
    if not model.themes:
        return Drivers(n=n, reason=Reason.NO_DRIVER)
    if n < ANSWERS_A_DRIVER * len(model.columns):
        return Drivers(n=n, reason=Reason.TOO_MANY_DRIVERS)
    return model.analyse(values, points, rng=rng, resamples=resamples)


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What is told of answers, one row a resample, one column a theme."""

    r2: Floats
    weights: Floats
    impacts: Floats
    #: by column instead of theme
    slopes: Floats


@dataclass(frozen=True, kw_only=True)
class _Model:
    """Which columns stand for which themes."""

    themes: tuple[int, ...]
    #: columns of each theme: with its complaints, with its praises
    has: tuple[tuple[bool, bool], ...]
    complaints: Flags
    praises: Flags

    @classmethod
    def of(cls, complaints: Flags, praises: Flags) -> "_Model":
        enough = [
            (bool(one >= ANSWERS_A_DRIVER), bool(other >= ANSWERS_A_DRIVER))
            for one, other in zip(complaints.sum(0), praises.sum(0), strict=True)
        ]
        themes = tuple(place for place, has in enumerate(enough) if any(has))
        return cls(
            themes=themes,
            has=tuple(enough[place] for place in themes),
            complaints=complaints,
            praises=praises,
        )

    @property
    def sizes(self) -> list[int]:
        return [sum(has) for has in self.has]

    @property
    def columns(self) -> list[Flags]:
        found = []
        for theme, (complained, praised) in zip(self.themes, self.has, strict=True):
            if complained:
                found.append(self.complaints[:, theme])
            if praised:
                found.append(self.praises[:, theme])
        return found

    @property
    def method(self) -> Method:
        is_small = len(self.themes) <= MOST_FOR_SHAPLEY
        return Method.SHAPLEY if is_small else Method.RELATIVE_WEIGHTS

    def analyse(
        self,
        values: Floats,
        points: Floats,
        *,
        rng: np.random.Generator,
        resamples: int,
    ) -> Drivers:
        spoken = (self.complaints | self.praises)[:, list(self.themes)]
        columns = np.column_stack(self.columns)
        patterns = Patterns(columns, spoken, values, points)
        found = self._figures(patterns.sums())
        parts = [
            self._figures(patterns.sums(counts))
            for counts in _draws(patterns, resamples, rng)
        ]
        drawn = _Figures(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in ("r2", "weights", "impacts", "slopes")
            }
        )
        factors = inflation(patterns.sums().correlations())
        return Drivers(
            n=patterns.n,
            method=self.method,
            resamples=resamples,
            r2=_bounded(found.r2, drawn.r2, 0),
            drivers=self._drivers(found, drawn, factors),
        )

    def _figures(self, sums: Sums) -> _Figures:
        share = shapley_shares if self.method is Method.SHAPLEY else relative_weights
        weights = share(sums.correlations(), self.sizes)
        mean = (sums.points / sums.n)[:, None]
        silent = sums.n[:, None] - sums.spoken
        without = np.divide(
            sums.points[:, None] - sums.spoken_points,
            silent,
            out=np.broadcast_to(mean, silent.shape).copy(),
            where=silent > 0,
        )
        return _Figures(
            r2=weights.sum(1, keepdims=True),
            weights=weights,
            impacts=mean - without,
            slopes=coefficients(sums),
        )

    def _drivers(
        self, found: _Figures, drawn: _Figures, factors: Floats
    ) -> tuple[Driver, ...]:
        order = np.argsort(-found.weights[0], kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(1, len(order) + 1)
        ranks = (-drawn.weights).argsort(1, kind="stable").argsort(1) + 1
        shares = _shares(found), _shares(drawn)
        firsts = np.cumsum([0, *self.sizes])
        worst = [
            float(factors[first : first + size].max())
            for first, size in zip(firsts, self.sizes, strict=False)
        ]
        made = []
        for place in order:
            theme = self.themes[place]
            penalty, reward, kind = self._contrast(found, drawn, place, firsts[place])
            made.append(
                Driver(
                    theme=theme,
                    complaints=int(self.complaints[:, theme].sum()),
                    praises=int(self.praises[:, theme].sum()),
                    impact=_bounded(found.impacts, drawn.impacts, place),
                    weight=_bounded(found.weights, drawn.weights, place),
                    share=_bounded(*shares, place),
                    rank=int(rank[place]),
                    ranks=(
                        int(np.percentile(ranks[:, place], _LOW, method="lower")),
                        int(np.percentile(ranks[:, place], _HIGH, method="higher")),
                    ),
                    kept=float((ranks[:, place] == rank[place]).mean()),
                    penalty=penalty,
                    reward=reward,
                    kind=kind,
                    vif=worst[place],
                )
            )
        return tuple(made)

    def _contrast(
        self, found: _Figures, drawn: _Figures, place: int, first: int
    ) -> tuple[Bounded | None, Bounded | None, Kind]:
        complained, praised = self.has[place]
        column = int(first)
        penalty = reward = None
        lost, won = np.zeros(len(drawn.slopes)), np.zeros(len(drawn.slopes))
        if complained:
            penalty = _bounded(found.slopes, drawn.slopes, column)
            lost = drawn.slopes[:, column]
            column += 1
        if praised:
            reward = _bounded(found.slopes, drawn.slopes, column)
            won = drawn.slopes[:, column]
        kind = kind_of(
            (penalty.low, penalty.high) if penalty else None,
            (reward.low, reward.high) if reward else None,
            _interval(-lost - won) if penalty else None,
        )
        return penalty, reward, kind


def _draws(
    patterns: Patterns, resamples: int, rng: np.random.Generator
) -> Iterator[Floats]:
    for done in range(0, resamples, _AT_ONCE):
        yield patterns.resample(min(_AT_ONCE, resamples - done), rng)


def _shares(figures: _Figures) -> Floats:
    return np.divide(
        figures.weights,
        figures.r2,
        out=np.zeros(figures.weights.shape),
        where=figures.r2 > 0,
    )


def _bounded(found: Floats, drawn: Floats, column: int) -> Bounded:
    value = float(found[0, column])
    low, high = _interval(drawn[:, column])
    return Bounded(value=value, low=min(low, value), high=max(high, value))


def _interval(drawn: Floats) -> tuple[float, float]:
    low, high = np.percentile(drawn, (_LOW, _HIGH))
    return float(low), float(high)
