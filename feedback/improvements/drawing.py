"""The weekly figure of an improvement as paths on a plane: no text and no colour.

A figure of fewer than ten answers is not shown. Where weeks have fewer than thirty,
four make a point, counted from the start both ways, so that none lies on both sides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from feedback.improvements.external_events import HappenedBeside
from feedback.improvements.plan import Plan
from feedback.improvements.series import WEEK, monday_of
from feedback.measures.effects import Week
from feedback.measures.evidence import ENOUGH_FROM, PRINTED_FROM
from feedback.measures.intervals import Moments, mean_estimate, share_estimate
from feedback.measures.scales import Scale

WIDTH, HEIGHT = 1000, 240
#: weeks that make a point where single weeks have too few answers
_BLOCK = 4
_BOUNDS = {Scale.NPS: (-100.0, 100.0), Scale.CES: (1.0, 7.0)}


@dataclass(frozen=True, kw_only=True)
class Point:
    """The figure of some weeks, with its 95 % interval."""

    since: date
    until: date
    n: int
    value: float
    low: float
    high: float

    @property
    def is_small(self) -> bool:
        """Whether it rests on fewer than 30 answers."""
        return self.n < ENOUGH_FROM


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that happened, as a band of the plane; at least a line wide."""

    number: int
    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point of the drawing with the whisker of its interval."""

    point: str
    whisker: str
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The drawing on a plane of `width` by `height`, and the figures behind it."""

    width: int
    height: int
    since: date
    until: date
    #: figures at the top and at the foot
    top: float
    foot: float
    start_x: float
    washout: Mark | None
    events: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    comparison: tuple[str, ...]
    #: means of all answers before and after, as level lines
    levels: tuple[str, ...]
    points: tuple[Point, ...]
    weeks_a_point: int


def draw_series(
    plan: Plan,
    treated: Sequence[Week],
    comparison: Sequence[Week] | None,
    events: Iterable[HappenedBeside],
) -> Chart | None:
    """Draw a series with the start, its wash-out and what happened beside it.

    None when no point rests on enough answers to be shown.
    """
    length = _weeks_a_point(treated)
    points = _points(plan, treated, length)
    if not points:
        return None
    others = _points(plan, comparison or (), length)
    plane = _Plane.around(plan, treated, (*points, *others))
    settled = plan.starts_on + timedelta(days=plan.washout_days)
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        since=plane.since,
        until=plane.until,
        top=plane.top,
        foot=plane.foot,
        start_x=plane.x(plan.starts_on),
        washout=plane.mark(0, plan.starts_on, settled) if plan.washout_days else None,
        events=tuple(
            plane.mark(number, one.starts_on, one.ends_on + timedelta(days=1))
            for number, one in enumerate(events, start=1)
            if plane.since <= one.ends_on and one.starts_on < plane.until
        ),
        dots=tuple(plane.dot(one) for one in points),
        comparison=tuple(plane.point(one) for one in others),
        levels=_levels(plan, treated, plane, settled),
        points=points,
        weeks_a_point=length,
    )


def _weeks_a_point(weeks: Sequence[Week]) -> int:
    answers = sorted(one.moments.n for one in weeks)
    few = bool(answers) and answers[len(answers) // 4] < ENOUGH_FROM
    return _BLOCK if few else 1


def _points(plan: Plan, weeks: Sequence[Week], length: int) -> tuple[Point, ...]:
    start = monday_of(plan.starts_on)
    blocks: dict[int, list[Week]] = {}
    for one in weeks:
        blocks.setdefault(floor((one.start - start).days / 7 / length), []).append(one)
    found = []
    for _, members in sorted(blocks.items()):
        sample = _sum(one.moments for one in members)
        mean = sample.mean
        if mean is None or sample.n < PRINTED_FROM:
            continue
        low, high = _interval(plan, sample, mean)
        found.append(
            Point(
                since=members[0].start,
                until=members[-1].start + WEEK,
                n=sample.n,
                value=mean,
                low=low,
                high=high,
            )
        )
    return tuple(found)


def _interval(plan: Plan, sample: Moments, mean: float) -> tuple[float, float]:
    """Return the 95 % interval of a point, as everywhere for its kind of figure."""
    estimate = (
        share_estimate(round(sample.total), sample.n)
        if plan.is_share
        else mean_estimate(sample, lowest=_bounds(plan)[0], highest=_bounds(plan)[1])
    )
    return (estimate.low, estimate.high) if estimate else (mean, mean)


def _levels(
    plan: Plan, weeks: Sequence[Week], plane: "_Plane", settled: date
) -> tuple[str, ...]:
    before = [one for one in weeks if one.start + WEEK <= plan.starts_on]
    after = [one for one in weeks if one.start >= settled]
    found = []
    for side in (before, after):
        mean = _sum(one.moments for one in side).mean
        if mean is not None:
            left, right = plane.x(side[0].start), plane.x(side[-1].start + WEEK)
            found.append(f"M{left} {plane.y(mean)}H{right}")
    return tuple(found)


def _sum(parts: Iterable[Moments]) -> Moments:
    n, total, squares = 0, 0.0, 0.0
    for one in parts:
        n, total = n + one.n, total + one.total
        squares += one.total_squares
    return Moments(n=n, total=total, total_squares=squares)


def _bounds(plan: Plan) -> tuple[float, float]:
    return _BOUNDS.get(plan.scale, (0.0, 1.0)) if plan.scale else (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class _Plane:
    since: date
    until: date
    top: float
    foot: float

    @classmethod
    def around(
        cls, plan: Plan, weeks: Sequence[Week], points: Sequence[Point]
    ) -> "_Plane":
        lowest, highest = _bounds(plan)
        step = {Scale.NPS: 20.0, Scale.CES: 1.0}.get(plan.scale or Scale.CSAT, 0.1)
        top = ceil(round(max(one.high for one in points) / step, 6)) * step
        foot = floor(round(min(one.low for one in points) / step, 6)) * step
        return cls(
            since=weeks[0].start,
            until=max(weeks[-1].start + WEEK, plan.starts_on + WEEK),
            top=min(highest, max(top, foot + step)),
            foot=max(lowest, foot),
        )

    def x(self, day: date) -> float:
        share = (day - self.since).days / (self.until - self.since).days
        return round(WIDTH * min(1.0, max(0.0, share)), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT * (self.top - value) / (self.top - self.foot), 1)

    def mark(self, number: int, since: date, until: date) -> Mark:
        left, right = self.x(since), self.x(until)
        return Mark(number=number, x=left, width=round(max(2.0, right - left), 1))

    def point(self, one: Point) -> str:
        middle = round((self.x(one.since) + self.x(one.until)) / 2, 1)
        return f"M{middle} {self.y(one.value)}h0"

    def dot(self, one: Point) -> Dot:
        middle = round((self.x(one.since) + self.x(one.until)) / 2, 1)
        return Dot(
            point=self.point(one),
            whisker=f"M{middle} {self.y(one.high)}V{self.y(one.low)}",
            is_small=one.is_small,
        )
