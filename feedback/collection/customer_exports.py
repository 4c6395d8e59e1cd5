"""All that is kept of a customer, to take along."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from feedback.collection.customers import get_customer
from feedback.collection.masked_answers import mask_answers, masked_texts
from feedback.collection.models import Contact, Event, Response
from feedback.db.audit import record
from feedback.surveys.models import SurveyVersion
from feedback.surveys.queries import questionnaire_of

#: of each kind, the newest
MOST_EXPORTED = 10_000
#: what the log of acts calls it when texts as they were given are taken along
TAKEN = "customer_originals_read"
_AT_ONCE = 500


def export_customer(session: Session, public_id: str, *, secret: str) -> dict[str, Any]:
    """Return everything that is kept of a customer under their name, as JSON.

    Up to 10,000 events, invitations and responses each, the newest first. What they
    wrote is masked; a text that is not analysed yet is empty.

    Raises:
        NotFound: `contact`.
    """
    return _export(session, public_id, secret, _masked(session, public_id))


def export_originals(
    session: Session, public_id: str, *, secret: str, reader_id: int, now: datetime
) -> dict[str, Any]:
    """Return the same with what they wrote as they gave it, and record who read it.

    Raises:
        NotFound: `contact`.
    """
    given = {row.public_id: row.answers for row in _answered(session, public_id)}
    export = _export(session, public_id, secret, given)
    record(session, TAKEN, public_id, actor_id=reader_id, now=now)
    return export


def _answered(session: Session, public_id: str) -> list[Row[*tuple[Any, ...]]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            Response.public_id,
            Response.answers,
            Response.version_id,
            SurveyVersion.checksum,
        )
        .join(Contact, Contact.id == Response.contact_id)
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .where(Contact.public_id == public_id)
        .order_by(Response.id.desc())
        .limit(MOST_EXPORTED)
    )
    return list(session.execute(statement))


def _masked(session: Session, public_id: str) -> dict[str, Any]:
    rows = _answered(session, public_id)
    found: dict[str, Any] = {}
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        texts = masked_texts(session, [row.public_id for row in part])
        for row in part:
            asked = questionnaire_of(session, row.version_id, row.checksum)
            masked = mask_answers(asked, row.answers, texts.get(row.public_id, ()))
            found[row.public_id] = masked.answers
    return found


def _export(
    session: Session, public_id: str, secret: str, answers: Mapping[str, Any]
) -> dict[str, Any]:
    export = asdict(get_customer(session, public_id, secret=secret, most=MOST_EXPORTED))
    for response in export["responses"]:
        response["answers"] = answers.get(response["public_id"], {})
    data: dict[str, Any] = dict(
        session.execute(
            select(Event.public_id, Event.data)
            .join(Contact, Contact.id == Event.contact_id)
            .where(Contact.public_id == public_id)
        ).all()
    )
    for event in export["events"]:
        event["data"] = data.get(event["public_id"], {})
    return export
