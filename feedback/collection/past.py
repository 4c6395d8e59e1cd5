"""What a person answered and was asked before, as conditions see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Asking, Response
from feedback.collection.terms import ResponseState
from feedback.measures.scales import score_class
from feedback.surveys.models import SurveyVersion
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import KINDS


def read_past(
    session: Session, contacts: Sequence[int], *, now: datetime
) -> Mapping[int, Mapping[str, Any]]:
    """Return what is known of the past of each contact; no entry without any.

    `count`: completed answers. `answered_days`: whole days since the last of them.
    `last_class`: `low`, `middle` or `high`, of its first score. `asked_days`: whole
    days since the person was last asked. What anonymous surveys were answered is not
    known. Three statements, and one for each version that this process meets first.
    """
    past: dict[int, dict[str, Any]] = {}
    asked = session.execute(
        select(Asking.contact_id, func.max(Asking.asked_at))
        .where(Asking.contact_id.in_(contacts))
        .group_by(Asking.contact_id)
    )
    for number, moment in asked:
        past[number] = {"asked_days": (now - moment).days}
    answered = session.execute(
        select(Response.contact_id, func.count(), func.max(Response.id))
        .where(
            Response.contact_id.in_(contacts),
            Response.state == ResponseState.COMPLETE,
            ~Response.is_test,
        )
        .group_by(Response.contact_id)
    ).all()
    counts = {number: count for number, count, _ in answered}
    last = session.execute(
        select(
            Response.contact_id,
            Response.saved_at,
            Response.answers,
            SurveyVersion.id,
            SurveyVersion.checksum,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .where(Response.id.in_([newest for _, _, newest in answered]))
    ).all()
    for number, saved_at, answers, version_id, checksum in last:
        if number is None:
            continue
        known = past.setdefault(number, {})
        known["count"] = counts[number]
        if saved_at is not None:
            known["answered_days"] = (now - saved_at).days
        found = first_class(questionnaire_of(session, version_id, checksum), answers)
        if found is not None:
            known["last_class"] = found
    return past


def first_class(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> str | None:
    """Return the class of the first score that was given, None without any."""
    for question in questionnaire.questions():
        kind = KINDS.get(question.kind)
        value = answers.get(question.key)
        if kind is not None and kind.scale is not None and isinstance(value, int):
            return score_class(kind.scale, value).value
    return None
