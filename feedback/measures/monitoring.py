"""Watch many shares day by day, and tell of those that have changed.

A single week of a small touchpoint shows little, so evidence is added up: for each week
in which a change may have begun, how much better a changed share explains what was said
since than the share before it does. The sum over these weeks is the statistic of
Shiryaev (1963) and Roberts (1966), the sibling of CUSUM that needs to look up no
threshold: without a change its mean grows by one a week, so that by Doob's inequality
it comes to R within T weeks with a probability of T / R at most, however often somebody
looks meanwhile. That is the p of a series here, for `HORIZON` weeks.

What is usual is only known from a sample. Both sides of the ratio are therefore
beta-binomial: exact for small counts, and wary where the earlier weeks held little.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln

from feedback.measures.control import Counts, scatter
from feedback.measures.evidence import ENOUGH_FROM
from feedback.measures.multiplicity import adjust

#: days of a step
WEEK = 7
#: weeks within which a false alarm is as improbable as p says
HORIZON = 3
#: a change is looked for that began in so many weeks, the running one included
WEEKS_BACK = 13
#: weeks before it that say what is usual: as many as there are, between these
USUAL_FROM, USUAL_WEEKS = 26, 52
#: verbatims that these must hold
USUAL_N = 100
#: a theme is watched from so many verbatims on in the last year
WATCHED_FROM = 12
#: false discovery rate over all series of a look
RATE = 0.10
#: a look at fewer series is judged as one at so many: one in ten false is a share of
#: many, and a house that watches five themes would else be alarmed the more often
FAMILY = 20
#: odds become so many times as high or as low, and the weight of each
_RATIOS = ((1.5, 0.25), (3.0, 0.75))
#: of the errors that are allowed, two in three are spent on what gets more frequent
_SPENT_UP, _SPENT_DOWN = 2 / 3, 1 / 3
_YEAR = 52 * WEEK
#: weeks that a share must be back for, so that no lucky month closes an alert
_BACK_WEEKS = 6
#: weeks on either side of those of the year before
_AROUND = 2
#: below this chance the same weeks of the year before are held to have been unusual
_SEASON = 0.05

Days = NDArray[np.int64]


class Way(StrEnum):
    """Which way a share went."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A share that has changed.

    Attributes:
        series: which one, by its place.
        way: up or down.
        began: day, by its place, from which the change explains most.
        hits: verbatims that spoke of it since then.
        n: all verbatims since then.
        usual_hits: the same of the weeks before that say what is usual.
        usual_n: all of those.
        p: bound on the probability of this much evidence within three weeks by chance.
        adjusted: the same among all series of the look (Benjamini and Hochberg), at
            least 20.
    """

    series: int
    way: Way
    began: int
    hits: int
    n: int
    usual_hits: int
    usual_n: int
    p: float
    adjusted: float


class Watch:
    """Shares of several series by day.

    Args:
        hits: verbatims that speak of it, by series and day; day 0 is a Monday.
        bases: all verbatims there, the same shape.
        since: for each series the day before which nothing is looked at, as another
            level held there; 0 for none.
    """

    def __init__(
        self, hits: Counts, bases: Counts, *, since: Days | None = None
    ) -> None:
        self._hits, self._bases = _add_up(hits), _add_up(bases)
        self._since = np.zeros(len(hits), np.int64) if since is None else since

    def look(self, days: int, *, after: Days | None = None) -> tuple[Signal, ...]:
        """Tell what has changed, knowing the first `days` days, the surest first.

        Args:
            days: days that have passed.
            after: for each series the first day on which a change may have begun, as
                an earlier one was told already; 0 for any.
        """
        watched = self._watched(days)
        if not len(watched):
            return ()
        seen = self._evidence(watched, days, after)
        up, down = seen.up.sum(1) * _SPENT_UP, seen.down.sum(1) * _SPENT_DOWN
        p = np.minimum(1.0, HORIZON / np.maximum(np.maximum(up, down), 1e-9))
        signals = []
        others = [1.0] * (FAMILY - len(p))
        together = adjust([*map(float, p), *others], rate=RATE)
        for place, judged in enumerate(together[: len(p)]):
            if judged.is_discovery:
                way = Way.UP if up[place] > down[place] else Way.DOWN
                signals.append(
                    seen.signal(
                        place,
                        int(watched[place]),
                        way,
                        p=judged.p,
                        adjusted=judged.adjusted,
                    )
                )
        return tuple(sorted(signals, key=lambda one: (one.p, one.series)))

    def is_back(self, signal: Signal, days: int) -> bool:
        """Tell whether a share is nearer to what was usual than to what it became.

        Judged on the newest six weeks that lie after the beginning, or on as many as
        it takes to 60 verbatims; False until there are these.
        """
        for weeks in range(_BACK_WEEKS, WEEKS_BACK + 1):
            first = days - weeks * WEEK
            if first < signal.began:
                return False
            n = self._between(self._bases, signal.series, first, days)
            if n >= 2 * ENOUGH_FROM:
                share = self._between(self._hits, signal.series, first, days) / n
                usual = signal.usual_hits / signal.usual_n
                became = signal.hits / signal.n
                return abs(share - usual) < abs(share - became)
        return False

    def _watched(self, days: int) -> NDArray[np.int64]:
        first = max(0, days - _YEAR)
        heard = self._hits[:, days] - self._hits[:, first]
        since = np.minimum(self._since, days)[:, None]
        known = self._bases[:, days] - np.take_along_axis(self._bases, since, 1)[:, 0]
        return np.flatnonzero((heard >= WATCHED_FROM) & (known >= USUAL_N))

    @staticmethod
    def _between(sums: Counts, series: int, first: int, until: int) -> float:
        return float(sums[series, until] - sums[series, first])

    def _evidence(
        self, watched: NDArray[np.int64], days: int, after: Days | None
    ) -> "_Evidence":
        last = (days - 1) // WEEK
        starts = np.arange(max(last - WEEKS_BACK + 1, 0), last + 1) * WEEK
        hits, bases = self._hits[watched], self._bases[watched]
        since = self._since[watched][:, None]
        usual_from = np.maximum(starts - USUAL_WEEKS * WEEK, since).clip(max=starts)
        x, n = hits[:, [days]] - hits[:, starts], bases[:, [days]] - bases[:, starts]
        usual_x = hits[:, starts] - np.take_along_axis(hits, usual_from, 1)
        usual_n = bases[:, starts] - np.take_along_axis(bases, usual_from, 1)
        allowed = (
            (n >= ENOUGH_FROM)
            & (usual_n >= USUAL_N)
            & (starts - usual_from >= USUAL_FROM * WEEK)
        )
        if after is not None:
            allowed &= starts >= after[watched][:, None]
        spread = self._scatter(hits, bases, int(starts[0]), since)
        up, down = _ratios(x / spread, n / spread, usual_x / spread, usual_n / spread)
        self._know_seasons(hits, bases, starts, days, since, (x, n, spread), (up, down))
        return _Evidence(
            up=np.where(allowed, up, 0.0),
            down=np.where(allowed, down, 0.0),
            starts=starts,
            x=x,
            n=n,
            usual_x=usual_x,
            usual_n=usual_n,
        )

    @staticmethod
    def _scatter(hits: Counts, bases: Counts, until: int, since: Days) -> Counts:
        """Return the scatter of the weeks before all those that may have changed."""
        first = max(0, until - USUAL_WEEKS * WEEK)
        if until - first < USUAL_FROM * WEEK:
            return np.ones((len(hits), 1))
        days = np.arange(first, until + 1, WEEK)
        x, n = np.diff(hits[:, days]), np.diff(bases[:, days])
        lives = days[None, :-1] >= since
        return scatter(np.where(lives, x, 0.0), np.where(lives, n, 0.0))[:, None]

    @staticmethod
    def _know_seasons(
        hits: Counts,
        bases: Counts,
        starts: Days,
        days: int,
        since: Days,
        said: tuple[Counts, Counts, Counts],
        ratios: tuple[Counts, Counts],
    ) -> None:
        """Take evidence away that the same weeks of the year before explain as well.

        Only where they stood out of the half-year before them the same way.
        """
        first = starts - _YEAR - _AROUND * WEEK
        before = first - USUAL_FROM * WEEK
        known = before[None, :] >= since
        if not known.any():
            return
        until = days - _YEAR + _AROUND * WEEK
        first, before = first.clip(min=0), before.clip(min=0)
        x, n = hits[:, [until]] - hits[:, first], bases[:, [until]] - bases[:, first]
        usual_x, usual_n = (
            hits[:, first] - hits[:, before],
            bases[:, first] - bases[:, before],
        )
        share = (usual_x + 0.5) / (usual_n + 1)
        above, below = (
            known & (n > 0) & (chance < _SEASON) for chance in _tails(x, n, share)
        )
        rows = np.flatnonzero((above | below).any(1))
        if not len(rows):
            return
        now_x, now_n, spread = (part[rows] for part in said)
        again = _ratios(
            now_x / spread, now_n / spread, x[rows] / spread, n[rows] / spread
        )
        for ratio, seasonal, stood_out in zip(
            ratios, again, (above, below), strict=True
        ):
            ratio[rows] = np.where(
                stood_out[rows], np.minimum(ratio[rows], seasonal), ratio[rows]
            )


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """Likelihood ratios by series and week of beginning, and what they rest on."""

    up: Counts
    down: Counts
    starts: Days
    x: Counts
    n: Counts
    usual_x: Counts
    usual_n: Counts

    def signal(
        self, place: int, series: int, way: Way, *, p: float, adjusted: float
    ) -> Signal:
        side = self.up if way is Way.UP else self.down
        best = int(side[place].argmax())
        return Signal(
            series=series,
            way=way,
            began=int(self.starts[best]),
            hits=int(self.x[place, best]),
            n=int(self.n[place, best]),
            usual_hits=int(self.usual_x[place, best]),
            usual_n=int(self.usual_n[place, best]),
            p=p,
            adjusted=adjusted,
        )


def _add_up(counts: Counts) -> Counts:
    sums = np.zeros((len(counts), counts.shape[1] + 1))
    np.cumsum(counts, axis=1, out=sums[:, 1:])
    return sums


def _ratios(
    x: Counts, n: Counts, usual_x: Counts, usual_n: Counts
) -> tuple[Counts, Counts]:
    """Return how much better higher, and lower, odds explain x of n than the usual."""
    a, b = usual_x + 0.5, usual_n - usual_x + 0.5
    same = _log_chance(x, n, a, b)
    odds, weight = a / b, a + b
    up, down = np.zeros(x.shape), np.zeros(x.shape)
    for ratio, share in _RATIOS:
        up += share * _against(same, x, n, odds * ratio, weight)
        down += share * _against(same, x, n, odds / ratio, weight)
    return up, down


def _against(
    same: Counts, x: Counts, n: Counts, odds: Counts, weight: Counts
) -> Counts:
    mean = odds / (1 + odds)
    other = _log_chance(x, n, mean * weight, (1 - mean) * weight)
    ratio: Counts = np.exp(np.minimum(other - same, 500))
    return ratio


def _tails(x: Counts, n: Counts, share: Counts) -> tuple[Counts, Counts]:
    """Return the binomial chance of so many and more, and of so many and fewer."""
    above = np.where(x > 0, betainc(np.maximum(x, 1), n - x + 1, share), 1.0)
    below = np.where(x < n, betainc(np.maximum(n - x, 1), x + 1, 1 - share), 1.0)
    return above, below


def _log_chance(x: Counts, n: Counts, a: Counts, b: Counts) -> Counts:
    """Return the log of the beta-binomial, without the coefficient that cancels."""
    chance: Counts = betaln(x + a, n - x + b) - betaln(a, b)
    return chance
