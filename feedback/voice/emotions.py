"""The emotion of an occasion, kept in step with its ratings and its feelings."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.measures.emotion import occasion_emotion
from feedback.measures.scales import Scale
from feedback.voice.models import Feedback, Rating, Verbatim


def refresh_emotions(session: Session, feedback_ids: Sequence[int]) -> None:
    """Work the emotion of these occasions out again.

    The caller holds their lock: another text of the same occasion may be analysed
    at the same time.
    """
    ratings: dict[int, list[tuple[Scale, int]]] = defaultdict(list)
    for number, scale, value in session.execute(
        select(Rating.feedback_id, Rating.scale, Rating.value).where(
            Rating.feedback_id.in_(feedback_ids)
        )
    ):
        ratings[number].append((scale, value))
    feelings: dict[int, list[str]] = defaultdict(list)
    for number, feeling in session.execute(
        select(Verbatim.feedback_id, Verbatim.feeling).where(
            Verbatim.feedback_id.in_(feedback_ids)
        )
    ):
        if feeling is not None:
            feelings[number].append(feeling)
    if feedback_ids:
        session.execute(
            update(Feedback),
            [
                {"id": n, "emotion": occasion_emotion(ratings[n], feelings[n])}
                for n in feedback_ids
            ],
        )
