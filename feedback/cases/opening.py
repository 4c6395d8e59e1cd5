"""Cases open: by themselves from a response, or by hand from what somebody said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from feedback.cases.hours import due_after
from feedback.cases.models import CaseEntry, CustomerCase
from feedback.cases.settings import SettingsRead, judge, read_settings
from feedback.cases.terms import CaseReason, CaseState, EntryKind
from feedback.collection.models import Contact, CustomerRequest, Response
from feedback.collection.terms import ORIGIN, RequestKind
from feedback.core.errors import NotFound
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing
from feedback.happenings.service import tell
from feedback.happenings.types import Cause, HappeningType
from feedback.journey.models import Journey, Touchpoint
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.models import AnnotationRecord, Feedback, Rating, Verbatim

#: what was said longer ago opens no case by itself
FRESH_FOR = timedelta(days=14)


def look(
    session: Session, responses: Sequence[str], *, now: datetime, zone: ZoneInfo
) -> list[str]:
    """Open a case for each response that calls for one; return their public ids.

    Anonymous responses, tests and what is older than two weeks open none. A response
    that has its case already is left alone.
    """
    rows = session.execute(
        select(Response, Journey.key, Feedback.id, Contact.public_id)
        .join(Journey, Journey.id == Response.journey_id)
        .outerjoin(Feedback, Feedback.origin_key == ORIGIN + Response.public_id)
        .outerjoin(Contact, Contact.id == Response.contact_id)
        .where(
            Response.public_id.in_(responses),
            Response.is_anonymous.is_(False),
            Response.is_test.is_(False),
            Response.saved_at >= now - FRESH_FOR,
        )
        .order_by(Response.id)
    ).all()
    settings = read_settings(session, zone=zone)
    opened = []
    for response, journey_key, feedback_id, contact in rows:
        _complete(session, f"{ORIGIN}{response.public_id}", feedback_id)
        reason = _reason(session, settings, journey_key, response.id, feedback_id)
        if reason is None:
            continue
        public_id = _open(
            session,
            {
                "journey_id": response.journey_id,
                "touchpoint_id": response.touchpoint_id,
                "origin_key": f"{ORIGIN}{response.public_id}",
                "feedback_id": feedback_id,
                "response_id": response.id,
                "contact": contact,
                "language": response.language,
                "reason": reason,
            },
            settings,
            author_id=None,
            now=now,
        )
        if public_id is not None:
            opened.append(public_id)
    return opened


def _complete(session: Session, origin_key: str, feedback_id: int | None) -> None:
    """Have a case know its occasion, which a wish may have come before."""
    session.execute(
        update(CustomerCase)
        .where(
            CustomerCase.origin_key == origin_key, CustomerCase.feedback_id.is_(None)
        )
        .values(feedback_id=feedback_id)
    )


def open_for_verbatim(
    session: Session,
    verbatim: str,
    *,
    author_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    reason: CaseReason = CaseReason.BY_HAND,
    cause: Cause | None = None,
) -> str:
    """Open a case for what somebody said; return it, or the one that there is.

    Raises:
        NotFound: `verbatim`.
    """
    found = session.scalar(
        select(Feedback)
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .where(Verbatim.public_id == verbatim, Verbatim.text.is_not(None))
    )
    if found is None:
        raise NotFound("verbatim")
    return _open_for(
        session, found, reason, author_id=author_id, now=now, zone=zone, cause=cause
    )


def open_for_response(
    session: Session,
    response: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    cause: Cause | None = None,
) -> str:
    """Open a case for a response because a rule says so; return it or the one there is.

    Raises:
        NotFound: `response`, when it is gone or not recorded.
    """
    found = session.scalar(
        select(Feedback).where(Feedback.origin_key == f"{ORIGIN}{response}")
    )
    if found is None:
        raise NotFound("response")
    reason = CaseReason.BY_RULE
    return _open_for(
        session, found, reason, author_id=None, now=now, zone=zone, cause=cause
    )


def _open_for(
    session: Session,
    found: Feedback,
    reason: CaseReason,
    *,
    author_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    cause: Cause | None,
) -> str:
    given = session.execute(
        select(Response.id, Contact.public_id)
        .outerjoin(Contact, Contact.id == Response.contact_id)
        .where(Response.public_id == found.origin_key.removeprefix(ORIGIN))
    ).first()
    contact = given.public_id if given else None
    if contact is None and found.customer is not None:
        contact = session.scalar(
            select(Contact.public_id).where(Contact.customer == found.customer).limit(1)
        )
    public_id = _open(
        session,
        {
            "journey_id": found.journey_id,
            "touchpoint_id": found.touchpoint_id,
            "origin_key": found.origin_key,
            "feedback_id": found.id,
            "response_id": given.id if given else None,
            "contact": contact,
            "language": found.language,
            "reason": reason,
        },
        read_settings(session, zone=zone),
        author_id=author_id,
        now=now,
        cause=cause,
    )
    if public_id is not None:
        return public_id
    there = select(CustomerCase.public_id).where(
        CustomerCase.origin_key == found.origin_key
    )
    return session.scalars(there).one()


def _reason(
    session: Session,
    settings: SettingsRead,
    journey_key: str,
    response_id: int,
    feedback_id: int | None,
) -> CaseReason | None:
    wish = select(CustomerRequest.id).where(
        CustomerRequest.response_id == response_id,
        CustomerRequest.kind == RequestKind.CALLBACK,
    )
    ratings: list[tuple[Scale, int]] = []
    tempers: list[float] = []
    if feedback_id is not None:
        scores = select(Rating.scale, Rating.value).where(
            Rating.feedback_id == feedback_id
        )
        ratings = [(row.scale, row.value) for row in session.execute(scores)]
        angry = (
            select(AnnotationRecord.score)
            .join(Verbatim, Verbatim.id == AnnotationRecord.verbatim_id)
            .where(
                Verbatim.feedback_id == feedback_id,
                Verbatim.feeling == Feeling.NEGATIVE,
            )
        )
        tempers = list(session.scalars(angry))
    return judge(
        settings.rules_of(journey_key),
        wants_call=session.scalar(wish.limit(1)) is not None,
        ratings=ratings,
        tempers=tempers,
    )


def _open(
    session: Session,
    about: dict[str, Any],
    settings: SettingsRead,
    *,
    author_id: int | None,
    now: datetime,
    cause: Cause | None = None,
) -> str | None:
    """Open a case unless its occasion has one, and tell of it."""
    named = _names(session, about["journey_id"], about["touchpoint_id"])
    rules = settings.rules_of(named.journey)
    due_at = due_after(settings.calendar, now, rules.hours_for(about["reason"]))
    row = {
        **about,
        "public_id": new_public_id(),
        "state": CaseState.TO_DO,
        "owner_id": author_id,
        "team": rules.team,
        "opened_at": now,
        "due_at": due_at,
        "action": "",
        "reopened": 0,
        "revision": 1,
    }
    (number,) = insert_missing(
        session,
        CustomerCase,
        [row],
        key=[CustomerCase.origin_key],
        returning=CustomerCase.id,
    ) or (None,)
    if number is None:
        return None
    session.add(
        CaseEntry(
            case_id=number,
            author_id=author_id,
            kind=EntryKind.OPENED,
            details={"reason": about["reason"].value},
            created_at=now,
        )
    )
    tell(
        session,
        HappeningType.CASE_OPENED,
        f"case/{row['public_id']}",
        {
            "case": row["public_id"],
            "reason": about["reason"].value,
            "journey": named.journey,
            "touchpoint": named.touchpoint,
            "due_at": due_at.isoformat(),
            "team": rules.team,
            "has_contact": about["contact"] is not None,
        },
        now=now,
        cause=cause,
    )
    return str(row["public_id"])


def _names(session: Session, journey_id: int, touchpoint_id: int) -> Row[str, str]:
    return session.execute(
        select(Journey.key.label("journey"), Touchpoint.key.label("touchpoint"))
        .join(Touchpoint, Touchpoint.journey_id == Journey.id)
        .where(Journey.id == journey_id, Touchpoint.id == touchpoint_id)
    ).one()
