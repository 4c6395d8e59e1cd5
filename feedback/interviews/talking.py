"""What is said in a talk: notes written during it, or a transcript afterwards."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.db.audit import record
from feedback.interviews.consent import require_consent
from feedback.interviews.models import Excerpt, Interview, Turn
from feedback.interviews.planning import lock_interview
from feedback.interviews.reading.files import read_transcript
from feedback.interviews.reading.notes import SPEAKERS, read_notes
from feedback.interviews.reading.turns import Transcript, put_together
from feedback.interviews.terms import (
    LONGEST_NOTES,
    ConsentScope,
    InterviewState,
    SpeakerRole,
    TranscriptState,
)
from feedback.jobs.ledger import enqueue
from feedback.journey.models import Phase

READ = "interviews.read"


def save_notes(session: Session, public_id: str, notes: str, *, revision: int) -> int:
    """Keep notes as they stand now; return their revision.

    The same words once more change nothing, so that a message sent twice does no harm.

    Raises:
        NotFound: `interview`.
        Invalid: `notes: too_long`.
        Conflict: `consent_missing`, `consent_withdrawn`, `notes_ended`;
            `changed_meanwhile`, when they are not those of `revision`.
    """
    interview = lock_interview(session, public_id)
    require_consent(session, interview, ConsentScope.NOTES)
    if interview.transcript != TranscriptState.NONE:
        raise Conflict("notes_ended")
    if len(notes) > LONGEST_NOTES:
        raise Invalid({"notes": "too_long"})
    notes = notes.replace("\r\n", "\n")
    if interview.notes == notes:
        return interview.notes_revision
    if interview.notes_revision != revision:
        raise Conflict("changed_meanwhile")
    interview.notes = notes
    interview.notes_revision += 1
    session.flush()
    return interview.notes_revision


def end_talk(session: Session, public_id: str, *, revision: int, now: datetime) -> None:
    """Turn the notes into turns: masked, read by the analysis, ready to be marked.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_missing`, `consent_withdrawn`, `notes_ended`,
            `changed_meanwhile`.
        Invalid: `notes`: `nothing_said` and as `put_together`.
    """
    interview = lock_interview(session, public_id)
    require_consent(session, interview, ConsentScope.NOTES)
    if interview.transcript != TranscriptState.NONE:
        raise Conflict("notes_ended")
    if interview.notes_revision != revision:
        raise Conflict("changed_meanwhile")
    try:
        said = put_together(read_notes(interview.notes))
    except Invalid as error:
        raise Invalid({"notes": error.fields["file"]}) from error
    roles = {name: role.value for role, name in SPEAKERS.items()}
    interview.speakers = [
        {"label": name, "role": roles[name]} for name in said.speakers
    ]
    interview.notes = ""
    interview.notes_revision += 1
    _keep(session, interview, said, now=now)


def take_transcript(
    session: Session,
    public_id: str,
    name: str,
    content: bytes,
    *,
    author_id: int,
    now: datetime,
) -> None:
    """Take a file of what was said, in place of an earlier one without excerpts.

    Who of its speakers is the customer is asked afterwards, once. The file itself is
    not kept.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_missing`, `consent_withdrawn`; `transcript_marked`, when
            excerpts were taken from the one that stands.
        Invalid: `file`: as `read_transcript`.
    """
    interview = lock_interview(session, public_id)
    require_consent(session, interview, ConsentScope.RECORDING)
    if session.scalar(
        select(func.count())
        .select_from(Excerpt)
        .where(Excerpt.interview_id == interview.id)
    ):
        raise Conflict("transcript_marked")
    said = read_transcript(content)
    interview.transcript_name = name[-255:]
    interview.speakers = [{"label": one, "role": None} for one in said.speakers]
    _keep(session, interview, said, now=now)
    record(session, "transcript_taken", public_id, actor_id=author_id, now=now)


def name_speakers(
    session: Session, public_id: str, roles: tuple[SpeakerRole, ...], *, revision: int
) -> None:
    """Remember what each speaker is, in their order; their names are kept no longer.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_withdrawn`, `changed_meanwhile`; `transcript_waiting`, as
            the names are masked in what was said until then.
        Invalid: `roles`: `no_customer`; `unknown_choice`, unless each has one.
    """
    interview = lock_interview(session, public_id)
    if interview.revision != revision:
        raise Conflict("changed_meanwhile")
    if interview.transcript != TranscriptState.READY:
        raise Conflict("transcript_waiting")
    if len(roles) != len(interview.speakers):
        raise Invalid({"roles": "unknown_choice"})
    if SpeakerRole.CUSTOMER not in roles:
        raise Invalid({"roles": "no_customer"})
    interview.speakers = [{"label": "", "role": role.value} for role in roles]
    interview.revision += 1
    session.flush()


def _keep(
    session: Session, interview: Interview, said: Transcript, *, now: datetime
) -> None:
    session.execute(delete(Turn).where(Turn.interview_id == interview.id))
    phases = {
        key: number
        for number, key in session.execute(
            select(Phase.id, Phase.key).where(Phase.journey_id == interview.journey_id)
        )
    }
    session.execute(
        insert(Turn),
        [
            {
                "interview_id": interview.id,
                "position": position,
                "speaker": speaker,
                "seconds": one.seconds,
                "phase_id": phases.get(one.mark or ""),
                "original": one.text,
            }
            for position, (speaker, one) in enumerate(said.turns, start=1)
        ],
    )
    interview.transcript = TranscriptState.WAITING
    if interview.state == InterviewState.PLANNED:
        interview.state = InterviewState.HELD
    interview.revision += 1
    session.flush()
    enqueue(session, READ, {"interview": interview.public_id}, due_at=now)
