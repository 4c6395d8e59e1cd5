"""Fill a database with any number of analysed verbatims, quickly.

The texts, scores and themes are the demonstration's; what the analysis would say is
written beside them without running it, so that a million take minutes, not hours.
"""

import argparse
import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback import schema
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.ids import new_public_id
from feedback.core.text import fold
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import JOURNEYS, draw_journeys, words
from feedback.demo.rates import PLACES
from feedback.insights.refresh import refresh_days
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.scales import Scale, score_class
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.models import (
    AnnotationRecord,
    Feedback,
    Mention,
    Rating,
    Source,
    Verbatim,
)

ROWS_AT_ONCE = 10_000
DAYS = 730


def fill(database: Database, count: int, *, now: datetime) -> None:
    """Write `count` analysed verbatims over two years in both journeys."""
    with database.transaction() as session:
        draw_journeys(session, now=now)
        maps = [get_map(session, key) for key in JOURNEYS]
    rng = random.Random(count)  # noqa: S311 - no secret
    made = 0
    while made < count:
        size = min(ROWS_AT_ONCE, count - made)
        with database.transaction() as session:
            _write(session, list(_rows(maps, size, made, rng, now)))
        made += size
    today = now.date()
    for journey in maps:
        days = [today - timedelta(days=back) for back in range(DAYS + 1)]
        with database.transaction() as session:
            refresh_days(session, journey.id, days)
    if database.is_sqlite:
        with database.engine.execution_options(writes=True).begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _rows(
    maps: list[JourneyMap], size: int, start: int, rng: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    spoken = {locale: words(locale) for locale in ("fr", "en")}
    for number in range(start + 1, start + size + 1):
        journey = rng.choice(maps)
        place = rng.choice(PLACES[journey.key])
        point = next(one for one in journey.touchpoints if one.key == place.touchpoint)
        locale = "fr" if rng.random() < 0.7 else "en"
        stance = rng.choice(["friction", "friction", "praise"])
        themes = [*(place.frictions if stance == "friction" else place.praises)]
        theme = rng.choice(themes)
        core = rng.choice(spoken[locale][journey.key][stance][theme])
        opening = rng.choice(spoken[locale]["openings"])
        closings = "low_closings" if stance == "friction" else "high_closings"
        text = f"{opening}{core}. {number}.{rng.choice(spoken[locale][closings])}"
        scale = place.scales[0]
        points = list(scale.points)
        half = len(points) // 2
        low = stance == "friction"
        value = rng.choice(points[: half + 1] if low else points[half:])
        said_at = now - timedelta(seconds=rng.randrange(DAYS * 86400))
        yield {
            "number": number,
            "journey": journey,
            "point": point,
            "persona_id": rng.choice(journey.personas).id,
            "locale": locale,
            "low": low,
            "theme": theme,
            "start": len(opening),
            "end": len(opening) + len(core),
            "text": text,
            "scale": scale,
            "value": value,
            "said_at": said_at,
            "day": said_at.date(),
        }


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    now = rows[0]["said_at"]
    session.execute(insert(Feedback), [_feedback(row, now) for row in rows])
    session.execute(
        insert(Rating),
        [
            {
                "feedback_id": row["number"],
                "scale": Scale(row["scale"]),
                "value": row["value"],
            }
            for row in rows
        ],
    )
    session.execute(
        insert(Verbatim),
        [
            {
                "id": row["number"],
                "public_id": new_public_id(),
                "feedback_id": row["number"],
                "text": row["text"],
                "search_text": fold(row["text"]),
                "feeling": _feeling(row),
            }
            for row in rows
        ],
    )
    session.execute(insert(AnnotationRecord), [_annotation(row, now) for row in rows])
    session.execute(
        insert(Mention),
        [
            {
                "verbatim_id": row["number"],
                "journey_id": row["journey"].id,
                "day": row["day"],
                "theme_key": row["theme"],
                "polarity": Polarity.NEGATIVE if row["low"] else Polarity.POSITIVE,
                "start": row["start"],
                "end": row["end"],
                "origin": "rule:seed",
                "confidence": 0.9,
            }
            for row in rows
        ],
    )


def _feeling(row: dict[str, Any]) -> Feeling:
    return Feeling.NEGATIVE if row["low"] else Feeling.POSITIVE


def _feedback(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": row["number"],
        "public_id": new_public_id(),
        "journey_id": row["journey"].id,
        "touchpoint_id": row["point"].id,
        "persona_id": row["persona_id"],
        "source": Source.SURVEY,
        "origin_key": hashlib.sha256(f"seed {row['number']}".encode()).hexdigest(),
        "channel": row["point"].channel,
        "language": row["locale"],
        "said_at": row["said_at"],
        "day": row["day"],
        "received_at": now,
        "score_class": score_class(row["scale"], row["value"]),
        "emotion": -1.0 if row["low"] else 1.0,
        "attributes": {},
    }


def _annotation(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "verbatim_id": row["number"],
        "version": "seed",
        "language": row["locale"],
        "language_confidence": 1.0,
        "feeling": _feeling(row),
        "score": -0.6 if row["low"] else 0.6,
        "types": ["problem" if row["low"] else "praise"],
        "personal_data": [],
        "annotated_at": now,
    }


def main() -> None:
    """Fill the database of a data folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--data-dir", type=Path, required=True)
    asked = parser.parse_args()
    asked.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(Settings(data_dir=asked.data_dir).database)
    migrate.upgrade(database)
    assert not migrate.differences(database, schema.metadata)
    fill(database, asked.count, now=SystemClock().now())
    database.dispose()


if __name__ == "__main__":
    main()
