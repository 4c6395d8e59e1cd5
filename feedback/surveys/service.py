"""Write, publish and close surveys.

A draft is changed edit by edit. Each change names the revision that its author saw:
when somebody else was faster, it raises Conflict `changed_meanwhile`, unless it is
about the contents of one question that nobody touched since. What is published never
changes; the draft goes on for the next version.

Every function raises NotFound `survey` for what is not there or was archived.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.db.audit import record
from feedback.journey.models import Touchpoint
from feedback.surveys.comparing import checksum, find_breaks
from feedback.surveys.editing import Edit
from feedback.surveys.edits import draft_at, keep_edit, newest_edit, oldest_undone
from feedback.surveys.models import Survey, SurveyEdit, SurveyState, SurveyVersion
from feedback.surveys.questionnaire import (
    Questionnaire,
    read_questionnaire,
    write_questionnaire,
)
from feedback.surveys.review import review
from feedback.surveys.starting import without_callbacks


def create_survey(
    session: Session,
    journey_id: int,
    touchpoint_id: int,
    questionnaire: Questionnaire,
    *,
    anonymous: bool,
    author_id: int | None,
    now: datetime,
    is_demo: bool = False,
) -> str:
    """Create a survey as a draft and return its public id.

    An anonymous one does not offer to call back, whatever the questionnaire says.

    Raises:
        NotFound: `touchpoint`, when the journey has no such one.
        Invalid: as `read_questionnaire`.
    """
    _check_touchpoint(session, journey_id, touchpoint_id)
    if anonymous:
        questionnaire = without_callbacks(questionnaire)
    document = write_questionnaire(questionnaire)
    read_questionnaire(document)
    survey = Survey(
        journey_id=journey_id,
        touchpoint_id=touchpoint_id,
        name=_name(questionnaire),
        anonymous=anonymous,
        draft=document,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(survey)
    session.flush()
    record(session, "survey_created", survey.name, actor_id=author_id, now=now)
    return survey.public_id


def duplicate(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> str:
    """Make a new draft of what a survey's draft says, and return its public id."""
    survey = _open(session, public_id)
    draft = read_questionnaire(survey.draft)
    return create_survey(
        session,
        survey.journey_id,
        survey.touchpoint_id,
        draft,
        anonymous=survey.anonymous,
        author_id=author_id,
        now=now,
    )


def change(
    session: Session,
    public_id: str,
    edit: Edit,
    *,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> int:
    """Apply an edit to the draft and return the new revision.

    An edit that changes nothing leaves no trace. `revision` None takes the draft as
    it stands.

    Raises:
        Conflict: `changed_meanwhile`; whatever the edit raises.
        NotFound: whatever the edit raises.
        Invalid: as `read_questionnaire`.
    """
    survey = _open(session, public_id)
    draft = read_questionnaire(survey.draft)
    if not _is_up_to_date(session, survey, draft, edit, revision):
        raise Conflict("changed_meanwhile")
    before = write_questionnaire(draft)
    wanted = edit.apply(draft)
    document = write_questionnaire(wanted)
    if document == before:
        return survey.revision
    read_questionnaire(document)
    survey.revision += 1
    keep_edit(session, survey, edit, before, author_id=author_id, now=now)
    _write(survey, wanted)
    session.flush()
    return survey.revision


def undo(session: Session, public_id: str, *, revision: int | None) -> int:
    """Take the newest edit back and return the new revision.

    Raises:
        Conflict: `nothing_to_undo`, `changed_meanwhile`.
    """
    return _go_back(session, public_id, revision, newest_edit, "nothing_to_undo")


def redo(session: Session, public_id: str, *, revision: int | None) -> int:
    """Do again what was undone last, and return the new revision.

    Raises:
        Conflict: `nothing_to_redo`, `changed_meanwhile`.
    """
    return _go_back(session, public_id, revision, oldest_undone, "nothing_to_redo")


def settle(
    session: Session,
    public_id: str,
    *,
    touchpoint_id: int,
    anonymous: bool,
    author_id: int | None,
    now: datetime,
) -> None:
    """Say what a survey is asked about, and whether it is anonymous.

    Raises:
        NotFound: `touchpoint`, when its journey has no such one.
        Conflict: `anonymity_is_fixed`, once a version was published.
    """
    survey = _open(session, public_id)
    if touchpoint_id != survey.touchpoint_id:
        _check_touchpoint(session, survey.journey_id, touchpoint_id)
        survey.touchpoint_id = touchpoint_id
    if anonymous != survey.anonymous:
        if survey.version is not None:
            raise Conflict("anonymity_is_fixed")
        survey.anonymous = anonymous
        _record(session, survey, "survey_anonymity_changed", author_id, now)
    session.flush()


def publish(
    session: Session,
    public_id: str,
    *,
    author_id: int | None,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Make a version of the draft, open it for answers, and return its number.

    A draft that says what the newest version says makes no further one.

    Raises:
        Conflict: `changed_meanwhile`, when there is a newer revision than the one
            named; `survey_has_faults`, with `findings`, when the review forbids it.
    """
    survey = _open(session, public_id)
    if revision not in {None, survey.revision}:
        raise Conflict("changed_meanwhile")
    draft = read_questionnaire(survey.draft)
    last = session.scalar(
        select(SurveyVersion).where(
            SurveyVersion.survey_id == survey.id,
            SurveyVersion.number == survey.version,
        )
    )
    faults = review(draft, anonymous=survey.anonymous).errors
    if faults:
        raise Conflict("survey_has_faults", findings=faults)
    survey.state = SurveyState.OPEN
    written = checksum(draft)
    if last is not None and last.checksum == written:
        session.flush()
        return last.number
    number = last.number + 1 if last else 1
    breaks = find_breaks(read_questionnaire(last.document), draft) if last else ()
    session.add(
        SurveyVersion(
            survey_id=survey.id,
            number=number,
            document=write_questionnaire(draft),
            checksum=written,
            breaks=list(breaks),
            published_at=now,
            author_id=author_id,
        )
    )
    survey.version = number
    _record(session, survey, "survey_published", author_id, now, version=number)
    session.flush()
    return number


def close(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Let nobody answer any more; a survey that is not open stays as it is."""
    survey = _open(session, public_id)
    if survey.state is SurveyState.OPEN:
        survey.state = SurveyState.CLOSED
        _record(session, survey, "survey_closed", author_id, now)
        session.flush()


def reopen(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Let people answer the newest version again.

    Raises:
        Conflict: `survey_not_published`.
    """
    survey = _open(session, public_id)
    if survey.version is None:
        raise Conflict("survey_not_published")
    if survey.state is not SurveyState.OPEN:
        survey.state = SurveyState.OPEN
        _record(session, survey, "survey_reopened", author_id, now)
        session.flush()


def archive(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> bool:
    """Put a survey out of sight and close it; return whether it was open.

    Its answers stay and count.
    """
    survey = _open(session, public_id)
    was_open = survey.state is SurveyState.OPEN
    if was_open:
        survey.state = SurveyState.CLOSED
    survey.archived_at = now
    _record(session, survey, "survey_archived", author_id, now)
    session.flush()
    return was_open


def restore(
    session: Session,
    public_id: str,
    *,
    reopened: bool,
    author_id: int | None,
    now: datetime,
) -> None:
    """Bring an archived survey back, open again when it was so and is wanted so."""
    survey = _open(session, public_id, archived=True)
    survey.archived_at = None
    if reopened and survey.version is not None:
        survey.state = SurveyState.OPEN
    _record(session, survey, "survey_restored", author_id, now)
    session.flush()


def _open(session: Session, public_id: str, *, archived: bool = False) -> Survey:
    """Return a survey that nobody else can change until the transaction ends."""
    survey = session.scalar(
        select(Survey)
        .where(
            Survey.public_id == public_id, Survey.archived_at.is_not(None) == archived
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if survey is None:
        raise NotFound("survey")
    return survey


def _check_touchpoint(session: Session, journey_id: int, touchpoint_id: int) -> None:
    found = session.scalar(
        select(Touchpoint.id).where(
            Touchpoint.id == touchpoint_id, Touchpoint.journey_id == journey_id
        )
    )
    if found is None:
        raise NotFound("touchpoint")


def _name(questionnaire: Questionnaire) -> str:
    title = questionnaire.say(questionnaire.title, questionnaire.default_language)
    return " ".join(title.split())[:255]


def _write(survey: Survey, questionnaire: Questionnaire) -> None:
    survey.draft = write_questionnaire(questionnaire)
    survey.name = _name(questionnaire)


def _is_up_to_date(
    session: Session,
    survey: Survey,
    draft: Questionnaire,
    edit: Edit,
    revision: int | None,
) -> bool:
    """Return whether an edit may be applied by somebody who saw `revision`.

    One of a single question may also when nobody touched that question since.
    """
    if revision is None or revision == survey.revision:
        return True
    if not edit.is_of_question:
        return False
    seen = draft_at(session, survey, revision)
    return (
        seen is not None
        and seen.question(edit.subject) == draft.question(edit.subject)
        and seen.languages == draft.languages
        and seen.default_language == draft.default_language
    )


def _go_back(
    session: Session,
    public_id: str,
    revision: int | None,
    find: Callable[[Session, Survey], SurveyEdit | None],
    nothing: str,
) -> int:
    """Exchange the draft for the one that the found edit keeps."""
    survey = _open(session, public_id)
    if revision not in {None, survey.revision}:
        raise Conflict("changed_meanwhile")
    edit = find(session, survey)
    if edit is None:
        raise Conflict(nothing)
    kept = survey.draft
    _write(survey, read_questionnaire(edit.before))
    edit.before, edit.is_undone = kept, not edit.is_undone
    survey.revision += 1
    session.flush()
    return survey.revision


def _record(
    session: Session,
    survey: Survey,
    action: str,
    author_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    record(session, action, survey.name, actor_id=author_id, now=now, details=details)
