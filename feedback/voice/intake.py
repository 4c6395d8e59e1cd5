"""Record occasions of feedback with their ratings and texts, and owe their analysis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.core.ids import new_public_id
from feedback.core.periods import local_day
from feedback.db.inserts import insert_missing
from feedback.jobs.ledger import enqueue
from feedback.measures.emotion import occasion_emotion
from feedback.measures.scales import Scale, score_class
from feedback.voice.models import Feedback, Rating, Source, StaleDay, Verbatim

ANALYSED_AT_ONCE = 250


@dataclass(frozen=True, kw_only=True)
class GivenRating:
    """A score on a scale, checked to lie on it."""

    scale: Scale
    value: int
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenText:
    """A text in the customer's own words, not blank."""

    text: str
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One person at one touchpoint at one moment, as a source delivers it.

    `origin_key` (up to 64 characters) says which occasion this is: delivered
    again, it changes nothing.
    """

    origin_key: str
    touchpoint_id: int
    said_at: datetime
    channel: str
    source: Source
    ratings: Sequence[GivenRating] = ()
    texts: Sequence[GivenText] = ()
    persona_id: int | None = None
    customer: str | None = None
    language: str | None = None
    import_id: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session,
    journey_id: int,
    occasions: Sequence[Occasion],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> int:
    """Record the occasions that are not there yet; return how many were new.

    The texts are owed to the analysis and the days to the counts, in the caller's
    transaction. Nothing is analysed here, and no text is shown before it is.
    """
    by_key = {occasion.origin_key: occasion for occasion in occasions}
    added = insert_missing(
        session,
        Feedback,
        [_row(journey_id, one, now=now, zone=zone) for one in by_key.values()],
        key=[Feedback.origin_key],
        returning=Feedback,
    )
    if not added:
        return 0
    numbers = [(row.id, by_key[row.origin_key]) for row in added]
    _add_parts(session, numbers, now=now)
    mark_stale(session, journey_id, {row.day for row in added}, now=now)
    return len(added)


def mark_stale(
    session: Session, journey_id: int, days: Iterable[date], *, now: datetime
) -> None:
    """Have the counts of these days made again, once this transaction is committed."""
    rows = [{"journey_id": journey_id, "day": day} for day in sorted(set(days))]
    if not rows:
        return
    session.execute(insert(StaleDay), rows)
    enqueue(
        session,
        "insights.refresh",
        {"journey_id": journey_id},
        due_at=now,
        dedupe_key=f"insights.refresh:{journey_id}",
    )


def _row(
    journey_id: int, one: Occasion, *, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    first = one.ratings[0] if one.ratings else None
    return {
        "public_id": new_public_id(),
        "journey_id": journey_id,
        "touchpoint_id": one.touchpoint_id,
        "persona_id": one.persona_id,
        "source": one.source,
        "import_id": one.import_id,
        "origin_key": one.origin_key,
        "customer": one.customer,
        "channel": one.channel,
        "language": one.language,
        "said_at": one.said_at,
        "day": local_day(one.said_at, zone),
        "received_at": now,
        "score_class": first and score_class(first.scale, first.value),
        "emotion": occasion_emotion(
            [(rating.scale, rating.value) for rating in one.ratings], []
        ),
        "attributes": dict(one.attributes),
    }


def _add_parts(
    session: Session, numbers: Sequence[tuple[int, Occasion]], *, now: datetime
) -> None:
    ratings = [
        {
            "feedback_id": number,
            "scale": rating.scale,
            "value": rating.value,
            "question": rating.question,
        }
        for number, one in numbers
        for rating in one.ratings
    ]
    if ratings:
        session.execute(insert(Rating), ratings)
    texts = [
        {
            "public_id": new_public_id(),
            "feedback_id": number,
            "question": given.question,
            "original": given.text,
        }
        for number, one in numbers
        for given in one.texts
    ]
    if not texts:
        return
    added = list(session.scalars(insert(Verbatim).returning(Verbatim.id), texts))
    for start in range(0, len(added), ANALYSED_AT_ONCE):
        enqueue(
            session,
            "voice.annotate",
            {"verbatims": added[start : start + ANALYSED_AT_ONCE]},
            due_at=now,
        )
