"""The answers of a segment with the themes they speak of, and what goes with the score.

Only answers with a score and an analysed verbatim count: who wrote nothing could speak
of no theme. Of 200,000 verbatims and more the newest are read.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.insights.segments import Segment, verbatims_of
from feedback.measures.drivers.analysis import Driver, Drivers, find_drivers
from feedback.measures.drivers.patterns import Flags, Floats
from feedback.measures.scales import Scale, ScoreClass, score_class
from feedback.voice.mentions import counted_theme, that_stand
from feedback.voice.models import Mention, Rating, Verbatim
from feedback.voice.selection import select_newest
from feedback.voice.taxonomy import STANCES, Stance, read_themes

#: verbatims that are read at most
MOST = 200_000
#: the same answers give the same figures: chance begins at the same place
SEED = 20_181_109
#: figures that a process remembers, since the same page is read again and again
_REMEMBERED = 64
_NPS_POINTS = {ScoreClass.HIGH: 100.0, ScoreClass.MIDDLE: 0.0, ScoreClass.LOW: -100.0}


@dataclass(frozen=True, kw_only=True)
class ThemeDriver:
    """A driver with the key of its theme."""

    key: str
    figures: Driver


@dataclass(frozen=True, kw_only=True)
class ScoreDrivers:
    """What goes with the score of a segment.

    Attributes:
        scale: the scale that was looked at; None where nobody gave a score.
        scales: all scales with answers, the most answered first.
        found: the figures; None where nobody gave a score.
        drivers: themes, the heaviest first.
        silent: keys of themes that are spoken of, but by fewer than ten answers in
            either stance.
    """

    scale: Scale | None
    scales: tuple[Scale, ...]
    found: Drivers | None = None
    drivers: tuple[ThemeDriver, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """Answers by row, themes by column."""

    keys: tuple[str, ...]
    values: Floats
    points: Floats
    complaints: Flags
    praises: Flags

    @property
    def digest(self) -> str:
        """A short name of these answers: same answers, same name."""
        made = hashlib.sha256(repr((self.keys, self.complaints.shape)).encode())
        for part in (self.values, self.points):
            made.update(part.tobytes())
        for flags in (self.complaints, self.praises):
            made.update(np.packbits(flags).tobytes())
        return made.hexdigest()


def score_drivers(
    session: Session, segment: Segment, *, scale: Scale | None = None
) -> ScoreDrivers:
    """Return what goes with the score of a segment.

    Args:
        session: reads.
        segment: whose answers.
        scale: on which scale; the most answered one by default.
    """
    counted = _count_scales(session, segment)
    scales = tuple(one for one, _ in counted.most_common())
    chosen = scale if scale in counted else next(iter(scales), None)
    if chosen is None:
        return ScoreDrivers(scale=scale, scales=scales)
    answers = _read(session, segment, chosen)
    found = _figures(answers)
    weighed = {one.theme for one in found.drivers}
    return ScoreDrivers(
        scale=chosen,
        scales=scales,
        found=found,
        drivers=tuple(
            ThemeDriver(key=answers.keys[one.theme], figures=one)
            for one in found.drivers
        ),
        silent=tuple(
            key for place, key in enumerate(answers.keys) if place not in weighed
        ),
    )


def _chosen(session: Session, segment: Segment) -> Any:
    newest = select_newest(session, verbatims_of(segment)).limit(MOST).subquery()
    return (
        select(Verbatim.feedback_id)
        .where(Verbatim.id.in_(select(newest.c[0])))
        .distinct()
        .subquery()
    )


def _count_scales(session: Session, segment: Segment) -> Counter[Scale]:
    chosen = _chosen(session, segment)
    rows = session.execute(
        select(Rating.scale, func.count())
        .where(Rating.feedback_id.in_(select(chosen.c[0])))
        .group_by(Rating.scale)
    )
    counted: Counter[Scale] = Counter()
    for scale, n in rows:
        counted[scale] = n
    return counted


def _read(session: Session, segment: Segment, scale: Scale) -> _Answers:
    chosen = _chosen(session, segment)
    scores: dict[int, int] = {}
    for number, value in session.execute(
        select(Rating.feedback_id, Rating.value)
        .where(Rating.scale == scale, Rating.feedback_id.in_(select(chosen.c[0])))
        .order_by(Rating.feedback_id, Rating.id)
    ):
        # of several questions on one scale the first counts
        scores.setdefault(number, value)
    themes = read_themes(session)
    rows = session.execute(
        select(Verbatim.feedback_id, counted_theme(themes), Mention.polarity)
        .join(Verbatim, Verbatim.id == Mention.verbatim_id)
        .where(
            Verbatim.feedback_id.in_(select(chosen.c[0])),
            *that_stand(themes),
        )
        .distinct()
    ).all()
    return _laid_out(
        scale, scores, [(one, key, STANCES[how]) for one, key, how in rows]
    )


def _laid_out(
    scale: Scale,
    scores: Mapping[int, int],
    mentions: Sequence[tuple[int, str, Stance]],
) -> _Answers:
    place = {number: row for row, number in enumerate(scores)}
    spoken = [one for one in mentions if one[0] in place]
    keys = tuple(sorted({key for _, key, _ in spoken}))
    column = {key: number for number, key in enumerate(keys)}
    said = {stance: np.zeros((len(scores), len(keys)), np.bool_) for stance in Stance}
    for number, key, stance in spoken:
        said[stance][place[number], column[key]] = True
    return _Answers(
        keys=keys,
        values=np.array(list(scores.values()), np.float64),
        points=np.array([_point(scale, one) for one in scores.values()], np.float64),
        complaints=said[Stance.FRICTION],
        praises=said[Stance.PRAISE],
    )


def _point(scale: Scale, value: int) -> float:
    """Return what an answer adds to the headline figure, whose mean it is."""
    if scale is Scale.CES:
        return float(value)
    found = score_class(scale, value)
    if scale is Scale.NPS:
        return _NPS_POINTS[found]
    return float(found is ScoreClass.HIGH)


_kept: "OrderedDict[str, Drivers]" = OrderedDict()


def _figures(answers: _Answers) -> Drivers:
    name = answers.digest
    found = _kept.get(name)
    if found is None:
        found = find_drivers(
            answers.values,
            answers.points,
            answers.complaints,
            answers.praises,
            rng=np.random.default_rng(SEED),
        )
        _kept[name] = found
        while len(_kept) > _REMEMBERED:
            _kept.popitem(last=False)
    return found
