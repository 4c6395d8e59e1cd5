"""Look at the verbatims without a theme: group them, count them, keep the result."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from feedback.core.ids import new_public_id
from feedback.core.periods import Period, local_day
from feedback.core.text import fold
from feedback.insights.discovery.models import (
    DiscoveredGroup,
    DiscoveredMember,
    DiscoveryRun,
)
from feedback.insights.segments import default_period, find_span
from feedback.journey.models import Journey
from feedback.nlp.annotation import Feeling
from feedback.nlp.grouping import SMALLEST, Grouping, group_texts
from feedback.voice.mentions import that_stand
from feedback.voice.models import Feedback, Mention, Verbatim
from feedback.voice.taxonomy import read_themes

#: languages in which texts are grouped
LANGUAGES = ("fr", "en")
#: the newest texts of a language that groups are made of; the others are only counted
LEARNT_FROM = 20_000
#: typical texts that are kept of each group
KEPT = 50
_AT_ONCE = 2_000

#: called between batches, with how many more texts were looked at
Step = Callable[[int], None]


class _Text(NamedTuple):
    id: int
    text: str
    is_new: bool


@dataclass(kw_only=True)
class _Tally:
    """What was counted of one group: its texts in both periods, and the nearest."""

    hits: int = 0
    hits_before: int = 0
    seen: dict[str, tuple[float, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The groups of one language with what was counted."""

    language: str
    grouping: Grouping
    tallies: list[_Tally]
    without_theme: int


def look(
    session: Session,
    journey_id: int,
    *,
    now: datetime,
    zone: ZoneInfo,
    step: Step,
) -> None:
    """Group what has no theme in the newest three months, instead of the last groups.

    Texts whose feeling cannot be told are left out: there is nothing to judge in them.
    The texts of the three months before are grouped with them, so that growth can be
    told. `step` commits what was read, so that others may write: nothing is written
    before the end.
    """
    span = find_span(session, journey_id)
    if span is None:
        return
    period = default_period(span, today=local_day(now, zone))
    found = [_look(session, journey_id, period, code, step) for code in LANGUAGES]
    totals = {
        (code, part): _count(session, journey_id, part, code)
        for code in LANGUAGES
        for part in (period, period.previous())
    }
    _wait_for_turn(session, journey_id)
    session.execute(delete(DiscoveryRun).where(DiscoveryRun.journey_id == journey_id))
    run = DiscoveryRun(
        journey_id=journey_id,
        since=period.since,
        until=period.until,
        made_at=now,
        n=sum(one.without_theme for one in found),
    )
    session.add(run)
    session.flush()
    for one in found:
        _keep(
            session,
            run.id,
            one,
            of=totals[one.language, period],
            of_before=totals[one.language, period.previous()],
        )


def _look(
    session: Session, journey_id: int, period: Period, language: str, step: Step
) -> _Found:
    batches = _batches(session, journey_id, period, language)
    learnt: list[_Text] = []
    for batch in batches:
        learnt += batch
        step(len(batch))
        if len(learnt) >= LEARNT_FROM:
            break
    step(0)  # so that nobody waits for the computation
    grouping = group_texts([one.text for one in learnt], language)
    tallies = [_Tally() for _ in grouping.groups]
    without_theme = _tally(grouping, tallies, learnt)
    for batch in batches:
        without_theme += _tally(grouping, tallies, batch)
        step(len(batch))
    return _Found(
        language=language,
        grouping=grouping,
        tallies=tallies,
        without_theme=without_theme,
    )


def _batches(
    session: Session, journey_id: int, period: Period, language: str
) -> Iterator[list[_Text]]:
    """Yield the texts of both periods without a theme, the newest first."""
    has_theme = exists().where(
        Mention.verbatim_id == Verbatim.id, *that_stand(read_themes(session))
    )
    last: tuple[object, ...] = ()
    wanted = (
        select(Verbatim.id, Verbatim.text, Feedback.day)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            Feedback.journey_id == journey_id,
            Feedback.language == language,
            Feedback.day >= period.previous().since,
            Feedback.day < period.until,
            Verbatim.text.is_not(None),
            Verbatim.feeling != Feeling.UNRATED,
            ~has_theme,
        )
        .order_by(Feedback.day.desc(), Verbatim.id.desc())
        .limit(_AT_ONCE)
    )
    while True:
        query = wanted
        if last:
            day, number = last
            query = wanted.where(
                (Feedback.day < day) | ((Feedback.day == day) & (Verbatim.id < number))
            )
        rows = session.execute(query).all()
        if not rows:
            return
        yield [
            _Text(number, text or "", day >= period.since) for number, text, day in rows
        ]
        last = (rows[-1].day, rows[-1].id)


def _tally(grouping: Grouping, tallies: list[_Tally], texts: list[_Text]) -> int:
    """Count texts to their groups; return how many of them are of the newer period."""
    places = grouping.place([one.text for one in texts])
    for one, place in zip(texts, places, strict=True):
        if place is None:
            continue
        tally = tallies[place.group]
        tally.hits += one.is_new
        tally.hits_before += not one.is_new
        _note(tally, place.closeness, one)
    return sum(one.is_new for one in texts)


def _note(tally: _Tally, closeness: float, one: _Text) -> None:
    """Keep a text among the nearest ones; of texts that are alike, the newest."""
    plain = fold(one.text)
    known = tally.seen.get(plain)
    if known is None or known < (closeness, one.id):
        tally.seen[plain] = (closeness, one.id)
    if len(tally.seen) > 4 * KEPT:
        tally.seen = dict(_nearest(tally))


def _nearest(tally: _Tally) -> list[tuple[str, tuple[float, int]]]:
    """Return the texts nearest to the centre; those as near by their words."""
    return heapq.nsmallest(
        KEPT, tally.seen.items(), key=lambda found: (-found[1][0], found[0])
    )


def _count(session: Session, journey_id: int, period: Period, language: str) -> int:
    """Count all analysed texts of a language in a period."""
    counted = (
        select(func.count())
        .select_from(Verbatim)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            Feedback.journey_id == journey_id,
            Feedback.language == language,
            Feedback.day >= period.since,
            Feedback.day < period.until,
            Verbatim.text.is_not(None),
        )
    )
    return session.scalar(counted) or 0


def _wait_for_turn(session: Session, journey_id: int) -> None:
    """Let one look at a time put its groups in the place of the last ones."""
    session.execute(
        select(Journey.id)
        .where(Journey.id == journey_id)
        .with_for_update(key_share=True)
    )


def _keep(
    session: Session, run_id: int, found: _Found, *, of: int, of_before: int
) -> None:
    members: dict[int, list[int]] = defaultdict(list)
    for group, tally in zip(found.grouping.groups, found.tallies, strict=True):
        if tally.hits < SMALLEST:  # spoken of before, and no more
            continue
        row = DiscoveredGroup(
            public_id=new_public_id(),
            run_id=run_id,
            language=found.language,
            words=[asdict(word) for word in group.words],
            hits=tally.hits,
            of=of,
            hits_before=tally.hits_before,
            of_before=of_before,
        )
        session.add(row)
        session.flush()
        members[row.id] = [number for _, (_, number) in _nearest(tally)]
    rows = [
        {"group_id": group_id, "place": place, "verbatim_id": number}
        for group_id, numbers in members.items()
        for place, number in enumerate(numbers, start=1)
    ]
    if rows:
        session.execute(insert(DiscoveredMember), rows)
