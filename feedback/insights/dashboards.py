"""The living map: the figures of every phase and touchpoint, ready to draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.insights.figures import (
    NOTHING,
    Counts,
    gather,
    last_days,
    pool,
)
from feedback.insights.segments import Segment
from feedback.journey.queries import JourneyMap, PhaseOnMap, TouchpointOnMap
from feedback.measures.comparison import (
    Comparison,
    compare,
    compare_means,
    compare_shares,
)
from feedback.measures.emotion import emotion_point
from feedback.measures.evidence import FRESH_FOR, Base, Evidence, base, evidence
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.multiplicity import judge_together
from feedback.measures.scales import Scale
from feedback.measures.scores import score
from feedback.nlp.annotation import Feeling
from feedback.voice.models import StaleDay
from feedback.voice.taxonomy import Stance

#: how many frictions stand in a cell of the map
TOP = 3


@dataclass(frozen=True, kw_only=True)
class ScoreFigure:
    """The headline figure of a scale, with what it was in the period before."""

    scale: Scale
    estimate: Estimate
    base: Base
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class ShareFigure:
    """A share of verbatims, 0..1; `estimate` is None without any."""

    hits: int
    n: int
    estimate: Estimate | None
    base: Base
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class EmotionFigure:
    """The mean emotion, -2..2, of `n` occasions; `estimate` is None without any."""

    n: int
    estimate: Estimate | None
    base: Base
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class ThemeFigure:
    """The share of verbatims that take one stance on one theme.

    The verdict of its comparison is that among all themes of the cell (Benjamini
    and Hochberg), so it does not depend on how many of them a page shows.
    """

    key: str
    stance: Stance
    share: ShareFigure


@dataclass(frozen=True, kw_only=True)
class CellFigures:
    """All that is told of one place in one period.

    Attributes:
        occasions: how many times somebody told of a contact.
        verbatims: how many texts were analysed.
        scores: one figure for each scale that was answered.
        negative: share of negative verbatims among those with a feeling.
        unrated: share of verbatims whose feeling could not be told.
        coverage: share of verbatims in which a theme was found.
        emotion: point of the emotion curve.
        themes: every theme spoken of, the most frequent first, both stances.
        evidence: how much stands behind all this.
    """

    occasions: int
    verbatims: int
    scores: tuple[ScoreFigure, ...]
    negative: ShareFigure
    unrated: ShareFigure
    coverage: ShareFigure
    emotion: EmotionFigure
    themes: tuple[ThemeFigure, ...]
    evidence: Evidence

    @property
    def is_ranked(self) -> bool:
        """Whether there are enough verbatims to say which theme is the first."""
        return base(self.verbatims) is Base.PRINTABLE

    @property
    def top_frictions(self) -> tuple[ThemeFigure, ...]:
        """The most frequent frictions; none when the base is too small to rank."""
        return self.top(Stance.FRICTION) if self.is_ranked else ()

    def top(self, stance: Stance, most: int = TOP) -> tuple[ThemeFigure, ...]:
        """Return the most frequent themes of a stance, at most `most`."""
        found = (figure for figure in self.themes if figure.stance is stance)
        return tuple(figure for figure, _ in zip(found, range(most), strict=False))


@dataclass(frozen=True, kw_only=True)
class TouchpointFigures:
    """A touchpoint of the map with its figures."""

    touchpoint: TouchpointOnMap
    figures: CellFigures


@dataclass(frozen=True, kw_only=True)
class PhaseFigures:
    """A phase of the map with its figures: those of its touchpoints together."""

    phase: PhaseOnMap
    figures: CellFigures
    touchpoints: tuple[TouchpointFigures, ...]


@dataclass(frozen=True, kw_only=True)
class LivingMap:
    """A journey with all its figures in one period, beside the period before.

    `total` holds the segment as a whole, archived touchpoints too. `is_counting`
    says that feedback came in which is not counted yet.
    """

    journey: JourneyMap
    segment: Segment
    before: Period
    total: CellFigures
    phases: tuple[PhaseFigures, ...]
    is_counting: bool


def living_map(
    session: Session, journey_map: JourneyMap, segment: Segment, *, now: datetime
) -> LivingMap:
    """Return the figures of a whole journey: ten queries, however much was said.

    Freshness is judged at the end of the period, or at `now` when that is sooner.
    """
    end = min(now, _moment(segment.period.until))
    cells = _Cells(
        after=gather(session, segment),
        before=gather(session, segment.previous),
        seen=_last_seen(session, segment, end=end),
        segment=segment,
        end=end,
    )
    return LivingMap(
        journey=journey_map,
        segment=segment,
        before=segment.previous.period,
        total=cells.total(),
        phases=tuple(
            PhaseFigures(
                phase=phase,
                figures=cells.together([point.id for point in phase.touchpoints]),
                touchpoints=tuple(
                    TouchpointFigures(
                        touchpoint=point, figures=cells.together([point.id])
                    )
                    for point in phase.touchpoints
                ),
            )
            for phase in journey_map.phases
        ),
        is_counting=is_counting(session, journey_map.id),
    )


def is_counting(session: Session, journey_id: int) -> bool:
    """Tell whether feedback of a journey changed that is not counted yet."""
    stale = exists().where(StaleDay.journey_id == journey_id)
    return bool(session.scalar(select(stale)))


def cell_figures(after: Counts, before: Counts, *, state: Evidence) -> CellFigures:
    """Return the figures of what was said, compared with what was said before."""
    return CellFigures(
        occasions=after.occasions,
        verbatims=after.verbatims,
        scores=_scores(after, before),
        negative=share_figure(
            after.feelings.get(Feeling.NEGATIVE, 0),
            after.rated,
            before.feelings.get(Feeling.NEGATIVE, 0),
            before.rated,
        ),
        unrated=share_figure(
            after.feelings.get(Feeling.UNRATED, 0),
            after.verbatims,
            before.feelings.get(Feeling.UNRATED, 0),
            before.verbatims,
        ),
        coverage=share_figure(
            after.themed, after.verbatims, before.themed, before.verbatims
        ),
        emotion=_emotion(after, before),
        themes=theme_shares(after, before),
        evidence=state,
    )


def share_figure(hits: int, n: int, hits_before: int, n_before: int) -> ShareFigure:
    """Return a share with its Wilson interval and its change."""
    return ShareFigure(
        hits=hits,
        n=n,
        estimate=share_estimate(hits, n),
        base=base(n),
        comparison=compare_shares(
            hits_before=hits_before, n_before=n_before, hits_after=hits, n_after=n
        ),
    )


def theme_shares(after: Counts, before: Counts) -> tuple[ThemeFigure, ...]:
    """Return every theme and stance of either period, the most frequent first.

    All of them are judged together, those that went away included.
    """
    spoken = sorted(
        {*after.themes, *before.themes},
        key=lambda one: (-after.themes.get(one, 0), one),
    )
    shares = [
        share_figure(
            after.themes.get(one, 0),
            after.verbatims,
            before.themes.get(one, 0),
            before.verbatims,
        )
        for one in spoken
    ]
    verdicts = judge_together([share.comparison for share in shares])
    return tuple(
        ThemeFigure(key=key, stance=stance, share=replace(share, comparison=verdict))
        for (key, stance), share, verdict in zip(spoken, shares, verdicts, strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """The counts of both periods by touchpoint, to be put together."""

    after: Mapping[int, Counts]
    before: Mapping[int, Counts]
    seen: Mapping[int, date]
    segment: Segment
    end: datetime

    def total(self) -> CellFigures:
        return self.together({*self.after, *self.before})

    def together(self, touchpoint_ids: Iterable[int]) -> CellFigures:
        points = list(touchpoint_ids)
        after = pool(self.after.get(point, NOTHING) for point in points)
        before = pool(self.before.get(point, NOTHING) for point in points)
        return cell_figures(after, before, state=self._evidence(after, points))

    def _evidence(self, counts: Counts, points: list[int]) -> Evidence:
        seen = [self.seen[point] for point in points if point in self.seen]
        # Not seen in the days looked at: then long before them, at the latest.
        last = _moment(max(seen)) if seen else self.end - 2 * FRESH_FOR
        return evidence(counts.occasions, last, now=self.end)


def _last_seen(session: Session, segment: Segment, *, end: datetime) -> dict[int, date]:
    """Return the last day by touchpoint, looking no further back than is fresh."""
    since = max(segment.period.since, (end - FRESH_FOR).date() - timedelta(days=1))
    window = Period(
        min(since, segment.period.until - timedelta(days=1)), segment.period.until
    )
    return last_days(session, replace(segment, period=window))


def _scores(after: Counts, before: Counts) -> tuple[ScoreFigure, ...]:
    figures = []
    for scale in Scale:
        answers = after.ratings.get(scale, {})
        estimate = score(scale, answers)
        if estimate is not None:
            figures.append(
                ScoreFigure(
                    scale=scale,
                    estimate=estimate,
                    base=base(estimate.n),
                    comparison=compare(scale, before.ratings.get(scale, {}), answers),
                )
            )
    return tuple(figures)


def _emotion(after: Counts, before: Counts) -> EmotionFigure:
    return EmotionFigure(
        n=after.emotions.n,
        estimate=emotion_point(after.emotions),
        base=base(after.emotions.n),
        comparison=compare_means(before.emotions, after.emotions),
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
