"""Feedback put in with its analysis at once, without any language model."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.core.ids import new_public_id
from feedback.core.text import fold
from feedback.journey.models import Touchpoint
from feedback.measures.emotion import occasion_emotion
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

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)


def say(
    session: Session,
    point: Touchpoint,
    day: date,
    *,
    ratings: Sequence[tuple[Scale, int]] = (),
    feeling: Feeling | None = None,
    themes: Sequence[tuple[str, Polarity]] = (),
    text: str = "Attente interminable à la caisse du magasin ce samedi matin.",
    channel: str | None = None,
) -> None:
    """Put in one occasion; with a feeling it has a verbatim, analysed already."""
    noon = datetime.combine(day, time(12), UTC)
    feelings = [feeling] if feeling else []
    one = Feedback(
        public_id=new_public_id(),
        journey_id=point.journey_id,
        touchpoint_id=point.id,
        source=Source.IMPORT,
        origin_key=new_public_id(),
        channel=channel or point.channel,
        language="fr",
        said_at=noon,
        day=day,
        received_at=noon,
        score_class=score_class(*ratings[0]) if ratings else None,
        emotion=occasion_emotion(ratings, feelings),
        ratings=[Rating(scale=scale, value=value) for scale, value in ratings],
    )
    session.add(one)
    session.flush()
    if feeling is None:
        return
    verbatim = Verbatim(
        public_id=new_public_id(),
        feedback_id=one.id,
        text=text,
        search_text=fold(text),
        feeling=feeling,
        annotation=AnnotationRecord(
            version="1",
            language="fr",
            language_confidence=1.0,
            feeling=feeling,
            score=0.0,
            types=[],
            personal_data=[],
            annotated_at=noon,
        ),
    )
    session.add(verbatim)
    session.flush()
    mentions = [
        {
            "verbatim_id": verbatim.id,
            "journey_id": point.journey_id,
            "day": day,
            "theme_key": theme,
            "polarity": polarity,
            "start": 0,
            "end": min(20, len(text)),
            "origin": "rule:test",
            "confidence": 1.0,
            "rejected": False,
        }
        for theme, polarity in themes
    ]
    if mentions:
        session.execute(insert(Mention), mentions)
