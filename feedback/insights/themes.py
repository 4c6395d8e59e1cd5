"""The themes of a journey: how often, where, when, in which words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.periods import Period, add_months, next_month
from feedback.insights.dashboards import (
    ShareFigure,
    ThemeFigure,
    is_counting,
    share_figure,
    theme_shares,
)
from feedback.insights.figures import NOTHING, Counts, gather, gather_months, pool
from feedback.insights.segments import Segment, find_span, verbatims_of
from feedback.insights.vocabulary import Span, TypicalWord, typical_words
from feedback.journey.queries import JourneyMap, TouchpointOnMap
from feedback.measures.evidence import Base, base
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.multiplicity import judge_together
from feedback.voice.mentions import counted_theme, that_stand
from feedback.voice.models import Feedback, Mention, Verbatim
from feedback.voice.selection import select_newest
from feedback.voice.taxonomy import Stance, find_theme, list_themes, read_themes

#: how many months a theme is followed back from the end of the period
MONTHS_SHOWN = 24
#: how many of the newest verbatims words and neighbours are told from
SAMPLE = 1000
#: how many neighbours are named
_NEIGHBOURS = 5


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """A theme with both its stances."""

    key: str
    friction: ThemeFigure
    praise: ThemeFigure


@dataclass(frozen=True, kw_only=True)
class ThemeOverview:
    """All themes spoken of in a segment, the most frequent friction first.

    `silent` are the themes of the taxonomy that nobody spoke of. When there are
    too few verbatims to rank, the rows keep the order of the taxonomy.
    """

    before: Period
    verbatims: int
    coverage: ShareFigure
    rows: tuple[ThemeRow, ...]
    silent: tuple[str, ...]
    is_ranked: bool
    is_counting: bool


@dataclass(frozen=True, kw_only=True)
class ThemeMonth:
    """Shares of the verbatims of one month, None in a month without any."""

    month: date
    verbatims: int
    frictions: int
    praises: int
    friction: Estimate | None
    praise: Estimate | None

    @property
    def base(self) -> Base:
        """Whether its shares may be printed, and whether their base is small."""
        return base(self.verbatims)


@dataclass(frozen=True, kw_only=True)
class ThemePlace:
    """A touchpoint where the theme is a friction, in a share of its verbatims."""

    touchpoint: TouchpointOnMap
    friction: ShareFigure


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A theme that is spoken of in the same verbatims, and in which share of them."""

    key: str
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class ThemeStory:
    """Everything about one theme in a segment.

    Attributes:
        row: both stances, with their change.
        before: the period that it is compared with.
        months: up to 24 months to the end of the period, none left out between.
        places: where it happens, the highest share first, small bases after.
        words: the words typical of its spans.
        neighbours: what the same verbatims speak of as well.
        sampled: how many verbatims words and neighbours were told from.
    """

    row: ThemeRow
    before: Period
    verbatims: int
    months: tuple[ThemeMonth, ...]
    places: tuple[ThemePlace, ...]
    words: tuple[TypicalWord, ...]
    neighbours: tuple[Neighbour, ...]
    sampled: int
    is_counting: bool


def list_theme_figures(session: Session, segment: Segment) -> ThemeOverview:
    """Return the themes of a segment with their volume and their change."""
    after = pool(gather(session, segment).values())
    before = pool(gather(session, segment.previous).values())
    rows = _rows(after, before)
    is_ranked = base(after.verbatims) is Base.PRINTABLE
    order = {theme.key: place for place, theme in enumerate(list_themes(session))}
    if not is_ranked:
        rows.sort(key=lambda row: (order.get(row.key, len(order)), row.key))
    spoken = {row.key for row in rows}
    return ThemeOverview(
        before=segment.previous.period,
        verbatims=after.verbatims,
        coverage=share_figure(
            after.themed, after.verbatims, before.themed, before.verbatims
        ),
        rows=tuple(rows),
        silent=tuple(key for key in order if key not in spoken),
        is_ranked=is_ranked,
        is_counting=is_counting(session, segment.journey_id),
    )


def theme_figures(
    session: Session, journey_map: JourneyMap, segment: Segment, key: str
) -> ThemeStory:
    """Return everything about one theme in a segment.

    Raises:
        NotFound: `theme`, for a key that neither the taxonomy nor the feedback knows.
    """
    after, before = gather(session, segment), gather(session, segment.previous)
    pooled, pooled_before = pool(after.values()), pool(before.values())
    row = next((one for one in _rows(pooled, pooled_before) if one.key == key), None)
    if row is None and find_theme(session, key) is None:
        raise NotFound("theme")
    sample = _sample(session, segment, key)
    return ThemeStory(
        row=row or _row(key, [], pooled, pooled_before),
        before=segment.previous.period,
        verbatims=pooled.verbatims,
        months=_months(session, segment, key),
        places=_places(journey_map, after, before, key),
        words=typical_words(
            [one.span for one in sample if one.theme == key],
            [one.span for one in _sample(session, segment, None) if one.theme != key],
        ),
        neighbours=_neighbours(sample, key),
        sampled=len({one.verbatim_id for one in sample}),
        is_counting=is_counting(session, segment.journey_id),
    )


def _rows(after: Counts, before: Counts) -> list[ThemeRow]:
    figures = theme_shares(after, before)
    keys = dict.fromkeys(
        one.key for one in sorted(figures, key=lambda one: one.stance is Stance.PRAISE)
    )
    return [_row(key, figures, after, before) for key in keys]


def _row(
    key: str, figures: Sequence[ThemeFigure], after: Counts, before: Counts
) -> ThemeRow:
    by_stance = {one.stance: one for one in figures if one.key == key}
    friction, praise = (
        by_stance.get(stance) or _nobody(key, stance, after, before)
        for stance in (Stance.FRICTION, Stance.PRAISE)
    )
    return ThemeRow(key=key, friction=friction, praise=praise)


def _nobody(key: str, stance: Stance, after: Counts, before: Counts) -> ThemeFigure:
    share = share_figure(0, after.verbatims, 0, before.verbatims)
    return ThemeFigure(key=key, stance=stance, share=share)


def _months(session: Session, segment: Segment, key: str) -> tuple[ThemeMonth, ...]:
    last = segment.period.until.replace(day=1)
    until = last if last == segment.period.until else next_month(last)
    span = find_span(session, segment.journey_id)
    oldest = span.since.replace(day=1) if span else segment.period.since
    since = max(
        min(segment.period.since.replace(day=1), add_months(until, -MONTHS_SHOWN)),
        min(oldest, add_months(until, -1)),
    )
    window = replace(segment, period=Period(since, until))
    found = gather_months(session, window)
    return tuple(
        _month(month, found.get(month, NOTHING), key)
        for month in window.period.months()
    )


def _month(month: date, counts: Counts, key: str) -> ThemeMonth:
    frictions = counts.themes.get((key, Stance.FRICTION), 0)
    praises = counts.themes.get((key, Stance.PRAISE), 0)
    return ThemeMonth(
        month=month,
        verbatims=counts.verbatims,
        frictions=frictions,
        praises=praises,
        friction=share_estimate(frictions, counts.verbatims),
        praise=share_estimate(praises, counts.verbatims),
    )


def _places(
    journey_map: JourneyMap,
    after: dict[int, Counts],
    before: dict[int, Counts],
    key: str,
) -> tuple[ThemePlace, ...]:
    """Return where it is complained of, the changes judged together."""
    spoken = [
        point
        for point in journey_map.touchpoints
        if (key, Stance.FRICTION) in after.get(point.id, NOTHING).themes
    ]
    shares = [
        _friction(after.get(point.id, NOTHING), before.get(point.id, NOTHING), key)
        for point in spoken
    ]
    verdicts = judge_together([share.comparison for share in shares])
    places = [
        ThemePlace(touchpoint=point, friction=replace(share, comparison=verdict))
        for point, share, verdict in zip(spoken, shares, verdicts, strict=True)
    ]
    return tuple(sorted(places, key=_rank))


def _rank(place: ThemePlace) -> tuple[bool, float]:
    """Sort by share; those with a small base come after, in the order of the map."""
    ranked = place.friction.base is Base.PRINTABLE and place.friction.estimate
    return (not ranked, -ranked.value if ranked else 0.0)


def _friction(after: Counts, before: Counts, key: str) -> ShareFigure:
    one = (key, Stance.FRICTION)
    return share_figure(
        after.themes.get(one, 0),
        after.verbatims,
        before.themes.get(one, 0),
        before.verbatims,
    )


class _Mentioned(NamedTuple):
    """One mention: in which verbatim, of which theme, in which words."""

    verbatim_id: int
    theme: str
    span: Span


def _sample(session: Session, segment: Segment, key: str | None) -> list[_Mentioned]:
    """Return all mentions in the newest verbatims that speak of a theme, or of any."""
    newest = select_newest(session, verbatims_of(segment, theme=key)).limit(SAMPLE)
    chosen = newest.subquery()
    themes = read_themes(session)
    rows: Sequence[Any] = session.execute(
        select(
            Mention.verbatim_id,
            counted_theme(themes),
            Feedback.language,
            func.substr(Verbatim.text, Mention.start + 1, Mention.end - Mention.start),
        )
        .join(chosen, chosen.c[0] == Mention.verbatim_id)
        .join(Verbatim, Verbatim.id == Mention.verbatim_id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(*that_stand(themes))
    ).all()
    return [
        _Mentioned(number, theme, (language, words))
        for number, theme, language, words in rows
    ]


def _neighbours(sample: Sequence[_Mentioned], key: str) -> tuple[Neighbour, ...]:
    n = len({one.verbatim_id for one in sample})
    if base(n) is not Base.PRINTABLE:
        return ()
    pairs = {(one.verbatim_id, one.theme) for one in sample if one.theme != key}
    together = Counter(theme for _, theme in pairs)
    shares = ((theme, share_estimate(hits, n)) for theme, hits in together.items())
    found = [Neighbour(key=theme, share=share) for theme, share in shares if share]
    found.sort(key=lambda one: (-one.share.value, one.key))
    return tuple(found[:_NEIGHBOURS])
