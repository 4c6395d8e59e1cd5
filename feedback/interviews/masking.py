"""Mask what was said and hear what it speaks of; what was not masked is not kept."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.core.text import fold
from feedback.interviews.models import Interview, Turn
from feedback.interviews.proposals import proposal_of, write_proposal
from feedback.interviews.terms import TranscriptState
from feedback.nlp.redaction import MaskingRules, mask
from feedback.voice.annotating import AnalysedText, TextToAnalyse

TURNS_AT_ONCE = 200
#: labels that name a part, not a person
_PARTS = frozenset(
    {
        "participant",
        "participante",
        "interviewer",
        "intervieweur",
        "intervieweuse",
        "enqueteur",
        "enquetrice",
        "client",
        "cliente",
        "customer",
        "speaker",
        "locuteur",
        "locutrice",
        "observer",
        "moderator",
        "moderateur",
        "moderatrice",
        "user",
        "utilisateur",
        "utilisatrice",
        "question",
        "reponse",
        "answer",
        "and",
        "les",
        "des",
        "the",
    }
)
_SHORTEST_NAME = 3


def next_turns(
    session: Session, public_id: str, *, most: int = TURNS_AT_ONCE
) -> tuple[TextToAnalyse, ...]:
    """Return turns of an interview that are not masked yet, the first ones first."""
    rows = session.execute(
        select(Turn.id, Turn.interview_id, Turn.original, Interview.language)
        .join(Interview, Interview.id == Turn.interview_id)
        .where(Interview.public_id == public_id, Turn.text.is_(None))
        .order_by(Turn.position)
        .limit(most)
    )
    return tuple(
        TextToAnalyse(
            verbatim_id=row.id,
            feedback_id=row.interview_id,
            text=row.original or "",
            language=row.language,
            question=None,
        )
        for row in rows
    )


def with_speakers(
    session: Session, public_id: str, rules: MaskingRules
) -> MaskingRules:
    """Return the rules of the house that also mask the names of the speakers."""
    labels = session.scalar(
        select(Interview.speakers).where(Interview.public_id == public_id)
    )
    words = {
        word
        for one in labels or ()
        for word in fold(one["label"]).split()
        if len(word) >= _SHORTEST_NAME and word.isalpha() and word not in _PARTS
    }
    return replace(rules, masked=rules.masked | words)


def store_turns(session: Session, analysed: Sequence[AnalysedText]) -> None:
    """Keep turns masked, with what is proposed of them, and empty what was given.

    Turns that were deleted meanwhile stay deleted.
    """
    for one in analysed:
        text = mask(one.given.text, one.annotation.personal_data)
        session.execute(
            update(Turn)
            .where(Turn.id == one.given.verbatim_id, Turn.text.is_(None))
            .values(
                text=text,
                original=None,
                proposal=write_proposal(proposal_of(one.annotation)),
            )
        )


def end_reading(session: Session, public_id: str) -> None:
    """Let the words of an interview be seen, once all of them are masked."""
    interview = session.scalar(
        select(Interview).where(Interview.public_id == public_id).with_for_update()
    )
    if interview is None or interview.transcript != TranscriptState.WAITING:
        return
    waiting = session.scalar(
        select(func.count())
        .select_from(Turn)
        .where(Turn.interview_id == interview.id, Turn.text.is_(None))
    )
    if not waiting:
        interview.transcript = TranscriptState.READY
        session.flush()
