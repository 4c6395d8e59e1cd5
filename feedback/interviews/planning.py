"""Plan interviews, change them, say that they were held or will not be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.collection.models import Contact
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.ids import new_public_id
from feedback.db.audit import record
from feedback.i18n.locales import SUPPORTED
from feedback.interviews.guides import use_guide
from feedback.interviews.models import Interview
from feedback.interviews.terms import InterviewState, Way
from feedback.journey.models import Persona, Phase, Touchpoint

LONGEST_ALIAS = 60
MOST_TOUCHPOINTS = 20


@dataclass(frozen=True, kw_only=True)
class InterviewDraft:
    """An interview as somebody plans it.

    `alias` is what the participant is called in the house, not their name; `contact`
    the public id of the customer, None of somebody whom no system knows; `guide` a
    reference, None to keep the guide (and its version) that stands.
    """

    alias: str
    held_at: datetime
    language: str
    way: Way
    phase_id: int | None = None
    touchpoint_ids: tuple[int, ...] = ()
    persona_id: int | None = None
    contact: str | None = None
    researcher_id: int | None = None
    guide: str | None = None


def create_interview(
    session: Session,
    journey_id: int,
    draft: InterviewDraft,
    *,
    actor_id: int | None,
    now: datetime,
) -> str:
    """Plan an interview; return its public id.

    Raises:
        Invalid: one code per field: `alias`: `missing`, `too_long`; `language`,
            `phase`, `persona`, `researcher`: `unknown_choice`; `touchpoints`:
            `unknown_choice`, `too_many_touchpoints`; `contact: contact`.
        NotFound: `guide`.
    """
    interview = Interview(
        public_id=new_public_id(),
        journey_id=journey_id,
        created_at=now,
        state=InterviewState.PLANNED,
    )
    _fill(session, interview, draft, now=now)
    session.add(interview)
    session.flush()
    record(
        session, "interview_planned", interview.public_id, actor_id=actor_id, now=now
    )
    return interview.public_id


def change_interview(
    session: Session,
    public_id: str,
    draft: InterviewDraft,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Change what is planned, or what is known of an interview.

    Raises:
        NotFound: `interview`, `guide`.
        Conflict: `changed_meanwhile`, `consent_withdrawn`.
        Invalid: as `create_interview`.
    """
    interview = lock_interview(session, public_id)
    if interview.revision != revision:
        raise Conflict("changed_meanwhile")
    _fill(session, interview, draft, now=now)
    interview.revision += 1
    session.flush()


def cancel_interview(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Say that a planned interview will not take place; a second time changes nothing.

    Raises:
        NotFound: `interview`.
        Conflict: `interview_held`, `consent_withdrawn`.
    """
    interview = lock_interview(session, public_id)
    if interview.state == InterviewState.CANCELLED:
        return
    if interview.state != InterviewState.PLANNED:
        raise Conflict("interview_held")
    interview.state = InterviewState.CANCELLED
    interview.revision += 1
    session.flush()
    record(session, "interview_cancelled", public_id, actor_id=actor_id, now=now)


def lock_interview(session: Session, public_id: str) -> Interview:
    """Return an interview that nobody else changes until the commit.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_withdrawn`, of which nothing may be changed.
    """
    interview = session.scalar(
        select(Interview)
        .where(Interview.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if interview is None:
        raise NotFound("interview")
    if interview.state == InterviewState.WITHDRAWN:
        raise Conflict("consent_withdrawn")
    return interview


def _fill(
    session: Session, interview: Interview, draft: InterviewDraft, *, now: datetime
) -> None:
    alias = " ".join(draft.alias.split())
    faults = _faults(session, interview.journey_id, draft)
    if not alias:
        faults["alias"] = "missing"
    elif len(alias) > LONGEST_ALIAS:
        faults["alias"] = "too_long"
    if faults:
        raise Invalid(faults)
    interview.alias = alias
    interview.held_at = draft.held_at
    interview.language = draft.language
    interview.way = draft.way
    interview.phase_id = draft.phase_id
    interview.touchpoint_ids = list(draft.touchpoint_ids)
    interview.persona_id = draft.persona_id
    interview.contact = draft.contact
    interview.researcher_id = draft.researcher_id
    if draft.guide is not None:
        interview.guide_version_id = use_guide(session, draft.guide, now=now)


def _faults(session: Session, journey_id: int, draft: InterviewDraft) -> dict[str, str]:
    faults: dict[str, str] = {}
    if draft.language not in SUPPORTED:
        faults["language"] = "unknown_choice"
    if draft.phase_id is not None and not _is_of(
        session.get(Phase, draft.phase_id), journey_id
    ):
        faults["phase"] = "unknown_choice"
    if draft.persona_id is not None and not _is_of(
        session.get(Persona, draft.persona_id), journey_id
    ):
        faults["persona"] = "unknown_choice"
    if len(draft.touchpoint_ids) > MOST_TOUCHPOINTS:
        faults["touchpoints"] = "too_many_touchpoints"
    elif _known_touchpoints(session, journey_id, draft) != set(draft.touchpoint_ids):
        faults["touchpoints"] = "unknown_choice"
    if draft.contact is not None and not session.scalar(
        select(Contact.id).where(Contact.public_id == draft.contact)
    ):
        faults["contact"] = "contact"
    if draft.researcher_id is not None and not session.get(
        Account, draft.researcher_id
    ):
        faults["researcher"] = "unknown_choice"
    return faults


def _is_of(row: Phase | Persona | None, journey_id: int) -> bool:
    return row is not None and row.journey_id == journey_id


def _known_touchpoints(
    session: Session, journey_id: int, draft: InterviewDraft
) -> set[int]:
    return set(
        session.scalars(
            select(Touchpoint.id).where(
                Touchpoint.id.in_(draft.touchpoint_ids),
                Touchpoint.journey_id == journey_id,
            )
        )
    )
