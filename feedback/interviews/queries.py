"""Reads of interviews, as frozen data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.interviews.models import Consent, Excerpt, Interview, Turn
from feedback.interviews.proposals import read_proposal
from feedback.interviews.spans import SaidTurn
from feedback.interviews.terms import (
    InterviewState,
    SpeakerRole,
    TranscriptState,
    Way,
)


@dataclass(frozen=True, kw_only=True)
class SpeakerRead:
    """A speaker: the name in the file until somebody says what they are."""

    label: str
    role: SpeakerRole | None


@dataclass(frozen=True, kw_only=True)
class InterviewOnList:
    """An interview on a line."""

    public_id: str
    alias: str
    phase_id: int | None
    persona_id: int | None
    researcher: str | None
    held_at: datetime
    state: InterviewState
    transcript: TranscriptState
    excerpts: int
    has_consent: bool


@dataclass(frozen=True, kw_only=True)
class InterviewRead:
    """All that is kept of an interview but its turns, excerpts and consent."""

    id: int
    public_id: str
    journey_id: int
    phase_id: int | None
    persona_id: int | None
    touchpoint_ids: tuple[int, ...]
    alias: str
    contact: str | None
    researcher_id: int | None
    researcher: str | None
    guide_version_id: int | None
    language: str
    way: Way
    held_at: datetime
    state: InterviewState
    revision: int
    notes: str
    notes_revision: int
    transcript: TranscriptState
    transcript_name: str | None
    speakers: tuple[SpeakerRead, ...]

    @property
    def is_customer_known(self) -> bool:
        """Whether somebody said which of the speakers is the customer."""
        return any(one.role is SpeakerRole.CUSTOMER for one in self.speakers)


def list_interviews(
    session: Session, journey_id: int, page: PageRequest
) -> Page[InterviewOnList]:
    """List the interviews of a journey, the newest first."""
    excerpts = (
        select(func.count())
        .where(Excerpt.interview_id == Interview.id)
        .scalar_subquery()
    )
    agreed = (
        select(Consent.id)
        .where(Consent.interview_id == Interview.id, Consent.withdrawn_at.is_(None))
        .exists()
    )
    rows = session.execute(
        select(
            Interview, Account.name, excerpts.label("excerpts"), agreed.label("agreed")
        )
        .outerjoin(Account, Account.id == Interview.researcher_id)
        .where(Interview.journey_id == journey_id)
        .order_by(Interview.held_at.desc(), Interview.id.desc())
        .offset(page.offset)
        .limit(page.size + 1)
    )
    return page_of(
        [
            InterviewOnList(
                public_id=row.public_id,
                alias=row.alias,
                phase_id=row.phase_id,
                persona_id=row.persona_id,
                researcher=name,
                held_at=row.held_at,
                state=row.state,
                transcript=row.transcript,
                excerpts=n,
                has_consent=has_consent,
            )
            for row, name, n, has_consent in rows
        ],
        page,
    )


def get_interview(session: Session, public_id: str) -> InterviewRead:
    """Return an interview.

    Raises:
        NotFound: `interview`.
    """
    found = session.execute(
        select(Interview, Account.name)
        .outerjoin(Account, Account.id == Interview.researcher_id)
        .where(Interview.public_id == public_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("interview")
    row, researcher = found
    return InterviewRead(
        id=row.id,
        public_id=row.public_id,
        journey_id=row.journey_id,
        phase_id=row.phase_id,
        persona_id=row.persona_id,
        touchpoint_ids=tuple(row.touchpoint_ids),
        alias=row.alias,
        contact=row.contact,
        researcher_id=row.researcher_id,
        researcher=researcher,
        guide_version_id=row.guide_version_id,
        language=row.language,
        way=row.way,
        held_at=row.held_at,
        state=row.state,
        revision=row.revision,
        notes=row.notes,
        notes_revision=row.notes_revision,
        transcript=row.transcript,
        transcript_name=row.transcript_name,
        speakers=_speakers(row),
    )


def read_turns(
    session: Session, interview_id: int, *, first: int = 1, last: int | None = None
) -> tuple[SaidTurn, ...]:
    """Return the turns of an interview that can be seen, in order; 5,000 at most."""
    interview = session.get_one(Interview, interview_id)
    speakers = _speakers(interview)
    wanted = (
        select(Turn)
        .where(
            Turn.interview_id == interview_id,
            Turn.position >= first,
            Turn.text.is_not(None),
        )
        .order_by(Turn.position)
    )
    if last is not None:
        wanted = wanted.where(Turn.position <= last)
    return tuple(
        SaidTurn(
            position=row.position,
            role=speakers[row.speaker].role,
            speaker=row.speaker,
            text=row.text or "",
            seconds=row.seconds,
            phase_id=row.phase_id,
            proposal=read_proposal(row.proposal),
        )
        for row in session.scalars(wanted)
    )


def _speakers(row: Interview) -> tuple[SpeakerRead, ...]:
    return tuple(
        SpeakerRead(label=one["label"], role=one["role"] and SpeakerRole(one["role"]))
        for one in row.speakers
    )
