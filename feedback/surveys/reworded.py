"""Questions whose words changed in a time: before and after are not to be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.piping import fill
from feedback.surveys.queries import questionnaire_of


@dataclass(frozen=True, kw_only=True)
class Reworded:
    """A question in its new words, by language, and since when it has them."""

    survey: str
    version: int
    words: Mapping[str, str]
    since: datetime


def list_reworded(
    session: Session, journey_id: int, *, since: datetime, until: datetime
) -> tuple[Reworded, ...]:
    """List the newest 50 such questions of a journey, the oldest first.

    Of surveys that are archived too: their answers stay in the figures.
    """
    rows = session.execute(
        select(SurveyVersion, Survey.name)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(
            Survey.journey_id == journey_id,
            SurveyVersion.published_at >= since,
            SurveyVersion.published_at < until,
        )
        .order_by(SurveyVersion.published_at.desc(), SurveyVersion.id.desc())
    ).all()
    found = []
    for version, name in rows:
        asked = questionnaire_of(session, version.id, version.checksum)
        for key in reversed(version.breaks):
            question = asked.question(key)
            if question is None:
                continue
            found.append(
                Reworded(
                    survey=name,
                    version=version.number,
                    words={
                        language: fill(question.text, asked, {}, {}, language)
                        for language in asked.languages
                    },
                    since=version.published_at,
                )
            )
    return tuple(reversed(found[:50]))
