"""Surveys as pages, answering and triggers read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, defer

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.journey.models import Journey, Phase, Touchpoint
from feedback.surveys.comparing import checksum
from feedback.surveys.models import Survey, SurveyEdit, SurveyState, SurveyVersion
from feedback.surveys.questionnaire import Questionnaire, read_questionnaire

__all__ = ["SurveyState"]

#: questionnaires that a process keeps parsed
_MOST_PARSED = 200
_parsed: dict[str, Questionnaire] = {}
_parsing = Lock()


@dataclass(frozen=True, kw_only=True)
class SurveyOnList:
    """A survey by its name and place, without what it asks."""

    id: int
    public_id: str
    #: empty while nobody has given it a title
    name: str
    state: SurveyState
    anonymous: bool
    journey_id: int
    journey_key: str
    journey_names: Mapping[str, str]
    phase_names: Mapping[str, str]
    touchpoint_id: int
    touchpoint_key: str
    touchpoint_names: Mapping[str, str]
    #: of the draft
    revision: int
    #: number of the version that is answered, None before the first
    version: int | None
    published_at: datetime | None
    created_at: datetime
    is_demo: bool
    is_archived: bool


@dataclass(frozen=True, kw_only=True)
class SurveyDraft(SurveyOnList):
    """A survey with the questionnaire that is being written."""

    questionnaire: Questionnaire
    #: whether the draft says something else than the version that is answered
    is_changed: bool
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, kw_only=True)
class VersionOnList:
    """A published version, without what it asks."""

    id: int
    number: int
    checksum: str
    #: keys of the questions whose trend breaks with this version
    breaks: tuple[str, ...]
    published_at: datetime
    #: name, None for the command line or an account that is gone
    author: str | None


@dataclass(frozen=True, kw_only=True)
class Version(VersionOnList):
    """A published version with what it asks."""

    questionnaire: Questionnaire
    #: whether the document still gives the checksum of the day it was published
    is_intact: bool


@dataclass(frozen=True, kw_only=True)
class OpenVersion:
    """The version of a survey that is answered now."""

    survey_id: int
    public_id: str
    version_id: int
    checksum: str
    number: int
    journey_id: int
    touchpoint_id: int
    anonymous: bool
    #: CLOSED also when the survey was archived
    state: SurveyState


@dataclass(frozen=True, kw_only=True)
class RecordedEdit:
    """An edit of a draft, by its name."""

    number: int
    action: str
    #: key of the question, page or ending; empty for the whole
    subject: str
    at: datetime
    author_id: int | None
    author: str | None


def list_surveys(
    session: Session,
    wanted: PageRequest,
    *,
    journey_id: int | None = None,
    archived: bool = False,
) -> Page[SurveyOnList]:
    """List the surveys in the order of their journeys and phases, newest first."""
    statement = (
        _placed()
        .options(defer(Survey.draft))
        .where(Survey.archived_at.is_not(None) == archived)
        .order_by(
            Survey.journey_id, Phase.position, Touchpoint.position, Survey.id.desc()
        )
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    if journey_id is not None:
        statement = statement.where(Survey.journey_id == journey_id)
    rows = session.execute(statement)
    return page_of([SurveyOnList(**_place(row)) for row in rows], wanted)


def get_survey(session: Session, public_id: str) -> SurveyDraft:
    """Return a survey with its draft, archived ones too.

    Raises:
        NotFound: `survey`.
    """
    row = session.execute(_placed().where(Survey.public_id == public_id)).first()
    if row is None:
        raise NotFound("survey")
    survey = row[0]
    draft = read_questionnaire(survey.draft)
    published = session.scalar(
        select(SurveyVersion.checksum).where(
            SurveyVersion.survey_id == survey.id,
            SurveyVersion.number == survey.version,
        )
    )
    kept = set(
        session.scalars(
            select(SurveyEdit.is_undone)
            .where(SurveyEdit.survey_id == survey.id)
            .distinct()
        )
    )
    return SurveyDraft(
        **_place(row),
        questionnaire=draft,
        is_changed=published != checksum(draft),
        can_undo=False in kept,
        can_redo=True in kept,
    )


def list_versions(session: Session, survey_id: int) -> tuple[VersionOnList, ...]:
    """List the newest 200 versions of a survey, the newest first."""
    rows = session.execute(
        select(SurveyVersion, Account.name)
        .outerjoin(Account, Account.id == SurveyVersion.author_id)
        .where(SurveyVersion.survey_id == survey_id)
        .order_by(SurveyVersion.number.desc())
        .limit(200)
    )
    return tuple(VersionOnList(**_version(row, author)) for row, author in rows)


def get_version(session: Session, survey_id: int, number: int) -> Version:
    """Return a version with what it asks.

    Raises:
        NotFound: `survey_version`.
    """
    found = session.execute(
        select(SurveyVersion, Account.name)
        .outerjoin(Account, Account.id == SurveyVersion.author_id)
        .where(SurveyVersion.survey_id == survey_id, SurveyVersion.number == number)
    ).first()
    if found is None:
        raise NotFound("survey_version")
    row, author = found
    questionnaire = read_questionnaire(row.document)
    return Version(
        **_version(row, author),
        questionnaire=questionnaire,
        is_intact=checksum(questionnaire) == row.checksum,
    )


def open_version(session: Session, survey_id: int) -> OpenVersion:
    """Return the newest version of a survey, open or closed.

    Raises:
        NotFound: `survey`, when there is none or nothing of it was published.
    """
    row = session.execute(
        select(
            Survey.public_id,
            Survey.journey_id,
            Survey.touchpoint_id,
            Survey.anonymous,
            Survey.state,
            Survey.archived_at,
            SurveyVersion.id,
            SurveyVersion.checksum,
            SurveyVersion.number,
        )
        .join(
            SurveyVersion,
            (SurveyVersion.survey_id == Survey.id)
            & (SurveyVersion.number == Survey.version),
        )
        .where(Survey.id == survey_id)
    ).first()
    if row is None:
        raise NotFound("survey")
    return OpenVersion(
        survey_id=survey_id,
        public_id=row.public_id,
        version_id=row.id,
        checksum=row.checksum,
        number=row.number,
        journey_id=row.journey_id,
        touchpoint_id=row.touchpoint_id,
        anonymous=row.anonymous,
        state=row.state if row.archived_at is None else SurveyState.CLOSED,
    )


def questionnaire_of(session: Session, version_id: int, checksum: str) -> Questionnaire:
    """Return what a version asks; a process reads and parses it once.

    Raises:
        NotFound: `survey_version`.
    """
    found = _parsed.get(checksum)
    if found is not None:
        return found
    document = session.scalar(
        select(SurveyVersion.document).where(SurveyVersion.id == version_id)
    )
    if document is None:
        raise NotFound("survey_version")
    read = read_questionnaire(document)
    with _parsing:
        while len(_parsed) >= _MOST_PARSED:
            del _parsed[next(iter(_parsed))]
        _parsed[checksum] = read
    return read


def list_edits_since(
    session: Session, survey_id: int, revision: int
) -> tuple[RecordedEdit, ...]:
    """List up to 20 edits of a draft after a revision, the newest first."""
    rows = session.execute(
        select(SurveyEdit, Account.name)
        .outerjoin(Account, Account.id == SurveyEdit.author_id)
        .where(
            SurveyEdit.survey_id == survey_id,
            SurveyEdit.number > revision,
            SurveyEdit.is_undone.is_(False),
        )
        .order_by(SurveyEdit.number.desc())
        .limit(20)
    )
    return tuple(
        RecordedEdit(
            number=row.number,
            action=row.action,
            subject=row.subject,
            at=row.created_at,
            author_id=row.author_id,
            author=author,
        )
        for row, author in rows
    )


def _placed() -> Select[Survey, Journey, Touchpoint, Phase, datetime]:
    """Return a query of surveys with where they stand."""
    return (
        select(Survey, Journey, Touchpoint, Phase, SurveyVersion.published_at)
        .join(Journey, Journey.id == Survey.journey_id)
        .join(Touchpoint, Touchpoint.id == Survey.touchpoint_id)
        .join(Phase, Phase.id == Touchpoint.phase_id)
        .outerjoin(
            SurveyVersion,
            (SurveyVersion.survey_id == Survey.id)
            & (SurveyVersion.number == Survey.version),
        )
    )


def _place(
    row: Row[Survey, Journey, Touchpoint, Phase, datetime],
) -> dict[str, Any]:
    survey, journey, touchpoint, phase, published_at = row
    return {
        "id": survey.id,
        "public_id": survey.public_id,
        "name": survey.name,
        "state": survey.state,
        "anonymous": survey.anonymous,
        "journey_id": journey.id,
        "journey_key": journey.key,
        "journey_names": journey.names,
        "phase_names": phase.names,
        "touchpoint_id": touchpoint.id,
        "touchpoint_key": touchpoint.key,
        "touchpoint_names": touchpoint.names,
        "revision": survey.revision,
        "version": survey.version,
        "published_at": published_at,
        "created_at": survey.created_at,
        "is_demo": survey.is_demo,
        "is_archived": survey.archived_at is not None,
    }


def _version(row: SurveyVersion, author: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "checksum": row.checksum,
        "breaks": tuple(row.breaks),
        "published_at": row.published_at,
        "author": author,
    }
