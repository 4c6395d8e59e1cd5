"""The edits of a draft as they are kept: to be undone, done again, and merged."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.surveys.editing import Edit
from feedback.surveys.models import Survey, SurveyEdit
from feedback.surveys.questionnaire import Questionnaire, read_questionnaire

#: edits of a survey that can be undone
MOST_EDITS = 200
#: seconds within which a person's edits of the same thing are one
ONE_EDIT_SECONDS = 10


def keep_edit(
    session: Session,
    survey: Survey,
    edit: Edit,
    before: dict[str, Any],
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Keep an edit that led to the survey's revision, with the draft before it.

    What was undone can no longer be done again; the oldest edits are forgotten.
    """
    _forget_undone(session, survey)
    last = newest_edit(session, survey)
    if last and _goes_on(last, edit, survey.revision, author_id, now):
        last.number = survey.revision
    else:
        session.add(
            SurveyEdit(
                survey_id=survey.id,
                number=survey.revision,
                author_id=author_id,
                action=edit.action,
                subject=edit.subject,
                before=before,
                created_at=now,
            )
        )
    session.flush()
    _forget_oldest(session, survey)


def draft_at(session: Session, survey: Survey, revision: int) -> Questionnaire | None:
    """Return the draft as it stood at a revision, None when that is not known."""
    done = select(SurveyEdit).where(
        SurveyEdit.survey_id == survey.id, SurveyEdit.is_undone.is_(False)
    )
    earlier = done.where(SurveyEdit.number <= revision)
    last = session.scalar(earlier.order_by(SurveyEdit.number.desc()).limit(1))
    # An edit that went on for some seconds has swallowed the revisions in between.
    if (last.number if last else 0) != revision:
        return None
    later = done.where(SurveyEdit.number > revision)
    following = session.scalar(later.order_by(SurveyEdit.number).limit(1))
    return read_questionnaire(following.before) if following else None


def newest_edit(session: Session, survey: Survey) -> SurveyEdit | None:
    """Return the edit to undo, None without one."""
    return session.scalar(
        select(SurveyEdit)
        .where(SurveyEdit.survey_id == survey.id, SurveyEdit.is_undone.is_(False))
        .order_by(SurveyEdit.number.desc())
        .limit(1)
    )


def oldest_undone(session: Session, survey: Survey) -> SurveyEdit | None:
    """Return the edit to do again, None without one."""
    return session.scalar(
        select(SurveyEdit)
        .where(SurveyEdit.survey_id == survey.id, SurveyEdit.is_undone)
        .order_by(SurveyEdit.number)
        .limit(1)
    )


def _goes_on(
    last: SurveyEdit, edit: Edit, revision: int, author_id: int | None, now: datetime
) -> bool:
    """Return whether an edit goes on with the last one: words being typed."""
    return (
        edit.is_of_question
        and last.number == revision - 1
        and (last.action, last.subject) == (edit.action, edit.subject)
        and last.author_id == author_id
        and (now - last.created_at).total_seconds() < ONE_EDIT_SECONDS
    )


def _forget_undone(session: Session, survey: Survey) -> None:
    session.execute(
        delete(SurveyEdit).where(
            SurveyEdit.survey_id == survey.id, SurveyEdit.is_undone
        )
    )


def _forget_oldest(session: Session, survey: Survey) -> None:
    kept = session.scalars(
        select(SurveyEdit.number)
        .where(SurveyEdit.survey_id == survey.id)
        .order_by(SurveyEdit.number.desc())
        .offset(MOST_EDITS - 1)
        .limit(1)
    ).first()
    if kept is not None:
        session.execute(
            delete(SurveyEdit).where(
                SurveyEdit.survey_id == survey.id, SurveyEdit.number < kept
            )
        )
