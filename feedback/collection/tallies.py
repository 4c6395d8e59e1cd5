"""How many answered, for the lists of surveys."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Response
from feedback.collection.terms import ResponseState


def count_complete(session: Session, survey_ids: Collection[int]) -> Mapping[int, int]:
    """Return the complete responses of each survey; one without any is absent.

    What somebody of the house answered to try a survey does not count.
    """
    rows = session.execute(
        select(Response.survey_id, func.count())
        .where(
            Response.survey_id.in_(survey_ids),
            Response.state == ResponseState.COMPLETE,
            Response.is_test.is_(False),
        )
        .group_by(Response.survey_id)
    )
    return {row[0]: row[1] for row in rows}
