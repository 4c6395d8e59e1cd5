"""What is told of a response to whoever listens: figures and keys, no person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from feedback.collection.terms import ResponseState
from feedback.happenings.service import tell
from feedback.happenings.types import HappeningType
from feedback.jobs.ledger import enqueue
from feedback.measures.scales import score_class
from feedback.voice.intake import Occasion

#: of many scores the first are told
MOST_RATINGS = 50


def what_is_told(
    row: Row[*tuple[Any, ...]], occasion: Occasion | None
) -> Mapping[str, Any] | None:
    """Return what may be told of a response, None when nothing is.

    Nothing is told of a part, and nothing of an anonymous response: it would say at
    which moment it was given.
    """
    if row.is_anonymous or row.state != ResponseState.COMPLETE:
        return None
    ratings = occasion.ratings[:MOST_RATINGS] if occasion else ()
    first = ratings[0] if ratings else None
    return {
        "response": row.public_id,
        "survey": row.survey,
        "journey": row.journey,
        "touchpoint": row.touchpoint,
        "channel": str(row.channel),
        "language": row.language,
        "scale": str(first.scale) if first else None,
        "score": first.value if first else None,
        "score_class": str(score_class(first.scale, first.value)) if first else None,
        "has_text": bool(occasion and occasion.texts),
        "ratings": [{"scale": str(one.scale), "value": one.value} for one in ratings],
    }


def tell_of_completed(
    session: Session, completed: Iterable[Mapping[str, Any]], *, now: datetime
) -> None:
    """Tell of responses that were just recorded, each once."""
    told = []
    for one in completed:
        subject = f"response/{one['response']}"
        tell(session, HappeningType.RESPONSE_COMPLETED, subject, one, now=now)
        told.append(one["response"])
    owe_look(session, told, now=now)


def owe_look(session: Session, responses: Sequence[str], *, now: datetime) -> None:
    """Owe a look at responses that may call for somebody of the house."""
    if responses:
        enqueue(session, "cases.look", {"responses": list(responses)}, due_at=now)
