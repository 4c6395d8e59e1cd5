"""Texts as they were given: read by few, on record, and not for long."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.db.audit import record
from feedback.jobs.ledger import enqueue
from feedback.voice.masking import MaskedPiece, cut_masked
from feedback.voice.models import AnnotationRecord, Feedback, Verbatim

FORGET_ORIGINALS = "voice.forget_originals"
#: hour of the night at which it is done
EMPTIED_AT = time(3, 30)
ROWS_AT_ONCE = 500
#: what the log of acts calls a reading
READ = "original_read"


def read_original(
    session: Session,
    journey_id: int,
    public_id: str,
    *,
    reader_id: int,
    now: datetime,
) -> tuple[MaskedPiece, ...]:
    """Return a text as it was given, and write in the log of acts who read it.

    It comes cut at what is masked of it on all other pages.

    Raises:
        NotFound: `original`, when nothing in it is masked, when it has not been
            analysed, or when it is no longer kept.
    """
    found = session.execute(
        select(Verbatim.original, AnnotationRecord.personal_data)
        .join(Feedback)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(
            Verbatim.public_id == public_id,
            Feedback.journey_id == journey_id,
            Verbatim.text.is_not(None),
        )
    ).one_or_none()
    if found is None or found.original is None:
        raise NotFound("original")
    record(session, READ, public_id, actor_id=reader_id, now=now)
    return cut_masked(found.original, found.personal_data)


def empty_originals(
    session: Session, *, received_before: datetime, after: int
) -> Sequence[int]:
    """Empty texts as given of occasions that came in before; at most 500 a call.

    Texts that wait for their analysis stay. Returns the numbers of the verbatims, in
    order; the next call goes on `after` the last of them.
    """
    numbers = session.scalars(
        select(Verbatim.id)
        .join(Feedback)
        .where(
            Verbatim.id > after,
            Verbatim.original.is_not(None),
            Verbatim.text.is_not(None),
            Feedback.received_at < received_before,
        )
        .order_by(Verbatim.id)
        .limit(ROWS_AT_ONCE)
    ).all()
    session.execute(
        update(Verbatim).where(Verbatim.id.in_(numbers)).values(original=None)
    )
    return numbers


def owe_emptying(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe that what was kept for long enough is emptied, once a night."""
    here = now.astimezone(zone)
    night = datetime.combine(here.date(), EMPTIED_AT, zone)
    if night <= here:
        night = datetime.combine(here.date() + timedelta(days=1), EMPTIED_AT, zone)
    enqueue(
        session,
        FORGET_ORIGINALS,
        {},
        due_at=night.astimezone(UTC),
        dedupe_key=FORGET_ORIGINALS,
    )
