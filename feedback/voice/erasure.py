"""Delete what one customer said, and have what was counted of it counted again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from feedback.voice.intake import mark_stale
from feedback.voice.models import Feedback

KEYS_AT_ONCE = 500


def forget_occasions(
    session: Session,
    *,
    origin_keys: Sequence[str] = (),
    customer: str | None = None,
    now: datetime,
) -> int:
    """Delete occasions by their keys, and all that a source ascribes to a customer.

    Ratings, texts, analyses and corrections go with them. The days are owed to the
    counts again, in the caller's transaction.

    Args:
        session: the caller's transaction.
        origin_keys: which occasions, as they were recorded.
        customer: the customer as sources name them; None: by the keys alone.
        now: the moment of the deletion.

    Returns:
        How many occasions were deleted.
    """
    wanted: list[ColumnElement[bool]] = [
        Feedback.origin_key.in_(origin_keys[start : start + KEYS_AT_ONCE])
        for start in range(0, len(origin_keys), KEYS_AT_ONCE)
    ]
    if customer is not None:
        wanted.append(Feedback.customer == customer)
    if not wanted:
        return 0
    found = session.execute(
        select(Feedback.id, Feedback.journey_id, Feedback.day).where(or_(*wanted))
    ).all()
    for start in range(0, len(found), KEYS_AT_ONCE):
        numbers = [row.id for row in found[start : start + KEYS_AT_ONCE]]
        session.execute(delete(Feedback).where(Feedback.id.in_(numbers)))
    for journey_id in sorted({row.journey_id for row in found}):
        days = {row.day for row in found if row.journey_id == journey_id}
        mark_stale(session, journey_id, days, now=now)
    return len(found)


def forget_customers(session: Session, customers: Sequence[str]) -> None:
    """Keep what these customers said, and no longer who said it; at most 500."""
    session.execute(
        update(Feedback).where(Feedback.customer.in_(customers)).values(customer=None)
    )
