"""Keys that once stood for something: they are never given to anything else.

Answers and conditions name questions and choices by their keys: what is new would be
taken for what is gone.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.surveys.models import Survey, SurveyEdit, SurveyVersion


def used_keys(session: Session, survey_id: int) -> frozenset[str]:
    """Return the keys of all questions that were ever published in a survey."""
    return frozenset(
        question["key"]
        for document in _published(session, survey_id)
        for question in _questions(document)
    )


def used_choices(session: Session, survey_id: int, question: str) -> frozenset[str]:
    """Return the keys that choices and rows of a question ever had.

    Of what was published, of the draft, and of the drafts that an undo of an edit of
    the question would bring back.
    """
    draft = session.scalars(select(Survey.draft).where(Survey.id == survey_id))
    edited = session.scalars(
        select(SurveyEdit.before).where(
            SurveyEdit.survey_id == survey_id, SurveyEdit.subject == question
        )
    )
    return frozenset(
        part["key"]
        for document in (*_published(session, survey_id), *draft, *edited)
        for one in _questions(document)
        if one["key"] == question
        for part in (*one.get("choices", ()), *one.get("rows", ()))
    )


def _published(session: Session, survey_id: int) -> list[dict[str, Any]]:
    return list(
        session.scalars(
            select(SurveyVersion.document).where(SurveyVersion.survey_id == survey_id)
        )
    )


def _questions(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for page in document["pages"] for one in page.get("questions", ())]
