"""Random feedback, and its counts made the slow and obvious way."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.insights.models import (
    Grain,
    OccasionCount,
    RatingCount,
    ThemeCount,
    VerbatimCount,
)
from feedback.measures.scales import Scale, ScoreClass
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.models import Feedback, Mention, Rating, Source, Verbatim
from feedback.voice.taxonomy import Stance

Rows = dict[tuple[Any, ...], tuple[float, ...]]
THEMES = ("queue_wait", "price_fees", "payment_billing")


def scatter(
    session: Session,
    rng: Random,
    *,
    journey_id: int,
    touchpoints: Sequence[int],
    personas: Sequence[int | None],
    days: Sequence[date],
    n: int,
) -> None:
    """Put `n` random occasions on random days, analysed or not."""
    start = session.query(Feedback.id).count()
    for number in range(start, start + n):
        day = rng.choice(days)
        one = Feedback(
            public_id=f"f{number:011d}",
            journey_id=journey_id,
            touchpoint_id=rng.choice(touchpoints),
            persona_id=rng.choice(personas),
            source=rng.choice(list(Source)),
            origin_key=f"naive {number}",
            channel=rng.choice(("store", "phone")),
            language=rng.choice(("fr", "en", None)),
            said_at=datetime.combine(day, time(12), UTC),
            day=day,
            received_at=datetime.combine(day, time(12), UTC),
            score_class=rng.choice((*ScoreClass, None)),
            emotion=rng.choice((None, -2.0, -0.5, 0.75, 1.5)),
            ratings=[
                Rating(scale=scale, value=rng.choice(scale.points))
                for scale in Scale
                if rng.random() < 0.5
            ],
        )
        session.add(one)
        session.flush()
        for text in range(rng.randrange(3)):
            _say(session, rng, one, f"v{number:09d}{text:02d}")
    session.flush()


def _say(session: Session, rng: Random, one: Feedback, public_id: str) -> None:
    analysed = rng.random() < 0.8
    verbatim = Verbatim(
        public_id=public_id,
        feedback_id=one.id,
        text="un texte" if analysed else None,
        feeling=rng.choice(list(Feeling)) if analysed else None,
    )
    session.add(verbatim)
    session.flush()
    rows = [
        {
            "verbatim_id": verbatim.id,
            "journey_id": one.journey_id,
            "day": one.day,
            "theme_key": rng.choice(THEMES),
            "polarity": rng.choice(list(Polarity)),
            "start": 0,
            "end": 2,
            "origin": "rule:test",
            "confidence": 1.0,
            "rejected": rng.random() < 0.2,
        }
        for _ in range(rng.randrange(4))
    ]
    if rows:
        session.execute(insert(Mention), rows)


Shared = tuple[int, int, str, int | None, str | None, str]


def naive_counts(session: Session, when: Callable[[date], date]) -> dict[str, Rows]:
    """Count everything by hand, each row under the date that `when` gives its day."""
    ratings: Counter[tuple[Any, ...]] = Counter()
    occasions: dict[tuple[Any, ...], list[float | None]] = defaultdict(list)
    verbatims: dict[tuple[Any, ...], list[bool]] = defaultdict(list)
    themes: Counter[tuple[Any, ...]] = Counter()
    session.expire_all()
    for one in session.scalars(select(Feedback)):
        at = (when(one.day), *_shared(one))
        occasions[at].append(one.emotion)
        for rating in one.ratings:
            ratings[*at, rating.scale, rating.value] += 1
        for verbatim in one.verbatims:
            if verbatim.feeling is None:
                continue
            of = (verbatim.feeling, one.score_class)
            kept = [mention for mention in verbatim.mentions if not mention.rejected]
            verbatims[*at, *of].append(bool(kept))
            for theme, stance in {(m.theme_key, _stance(m)) for m in kept}:
                themes[*at, theme, stance, *of] += 1
    return {
        "ratings": {key: (n,) for key, n in ratings.items()},
        "occasions": {key: _sums(felt) for key, felt in occasions.items()},
        "verbatims": {
            key: (len(found), sum(found)) for key, found in verbatims.items()
        },
        "themes": {key: (n,) for key, n in themes.items()},
    }


def stored_counts(session: Session, grain: Grain) -> dict[str, Rows]:
    """Read the cubes in the same shape."""
    session.expire_all()

    def rows(model: type[Any], *, own: Sequence[str], sums: Sequence[str]) -> Rows:
        found = session.scalars(select(model).where(model.grain == grain)).all()
        counted = {
            (row.start, *_shared(row), *(getattr(row, name) for name in own)): tuple(
                getattr(row, name) for name in ("n", *sums)
            )
            for row in found
        }
        assert len(counted) == len(found), "one row for each combination"
        return counted

    return {
        "ratings": rows(RatingCount, own=("scale", "value"), sums=()),
        "occasions": rows(OccasionCount, own=(), sums=("felt", "total", "squares")),
        "verbatims": rows(
            VerbatimCount, own=("feeling", "score_class"), sums=("themed",)
        ),
        "themes": rows(
            ThemeCount,
            own=("theme_key", "stance", "feeling", "score_class"),
            sums=(),
        ),
    }


def _shared(row: Any) -> Shared:
    return (
        row.journey_id,
        row.touchpoint_id,
        row.channel,
        row.persona_id,
        row.language,
        str(row.source),
    )


def _stance(mention: Mention) -> Stance:
    praises = mention.polarity is Polarity.POSITIVE
    return Stance.PRAISE if praises else Stance.FRICTION


def _sums(emotions: Sequence[float | None]) -> tuple[float, ...]:
    felt = [emotion for emotion in emotions if emotion is not None]
    return (len(emotions), len(felt), sum(felt), sum(one * one for one in felt))
