"""Excerpts: marked in a talk, decided by a researcher, occasions in voice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.ids import new_public_id
from feedback.core.text import shorten
from feedback.db.audit import record as record_act
from feedback.interviews.consent import require_consent
from feedback.interviews.models import Excerpt, Interview
from feedback.interviews.planning import lock_interview
from feedback.interviews.proposals import read_proposal, write_proposal
from feedback.interviews.queries import read_turns
from feedback.interviews.spans import Passage, Span, cut
from feedback.interviews.terms import (
    MOST_EXCERPTS,
    MOST_THEMES,
    ORIGIN,
    ConsentScope,
    TranscriptState,
)
from feedback.journey.models import Persona, Touchpoint
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.deciding import Decided, DecidedTheme, decide
from feedback.voice.erasure import forget_occasions
from feedback.voice.intake import GivenText, Occasion, record
from feedback.voice.models import Source

LONGEST_COMMENT = 2_000
LONGEST_QUESTION = 500


@dataclass(frozen=True, kw_only=True)
class ExcerptDraft:
    """An excerpt as a researcher marks it."""

    span: Span
    touchpoint_id: int
    persona_id: int | None = None
    themes: tuple[DecidedTheme, ...] = ()
    #: None leaves the feeling to the analysis
    feeling: Feeling | None = None
    comment: str = ""


def find_passage(session: Session, interview_id: int, span: Span) -> Passage:
    """Return the customer's words in a span of an interview.

    Raises:
        Invalid: `words`: `no_customer_words`, `excerpt_too_long`.
    """
    if not 0 < span.first_turn <= span.last_turn:
        raise Invalid({"words": "no_customer_words"})
    turns = read_turns(
        session, interview_id, first=span.first_turn - 1, last=span.last_turn
    )
    return cut(turns, span)


def mark_excerpt(
    session: Session,
    public_id: str,
    draft: ExcerptDraft,
    *,
    author_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """Mark words of an interview: an occasion in voice without a rating.

    What the analysis proposes is kept beside what the researcher decides.

    Returns:
        The public id of the excerpt.

    Raises:
        NotFound: `interview`, `theme`.
        Conflict: `consent_missing`, `consent_withdrawn`, `transcript_waiting`.
        Invalid: `words`: as `find_passage`, `too_many_excerpts`; `touchpoint`,
            `persona`: `unknown_choice`; `themes: too_many_themes`;
            `comment: too_long`.
    """
    interview = lock_interview(session, public_id)
    require_consent(session, interview, ConsentScope.NOTES, ConsentScope.RECORDING)
    if interview.transcript != TranscriptState.READY:
        raise Conflict("transcript_waiting")
    n = session.scalar(
        select(func.count())
        .select_from(Excerpt)
        .where(Excerpt.interview_id == interview.id)
    )
    if (n or 0) >= MOST_EXCERPTS:
        raise Invalid({"words": "too_many_excerpts"})
    _check(session, interview, draft)
    passage = find_passage(session, interview.id, draft.span)
    excerpt = Excerpt(
        public_id=new_public_id(),
        interview_id=interview.id,
        author_id=author_id,
        proposal=write_proposal(passage.proposal),
        created_at=now,
    )
    _fill(excerpt, draft, passage)
    _name_origin(excerpt)
    session.add(excerpt)
    session.flush()
    _record(session, interview, excerpt, passage.question, now=now, zone=zone)
    _decide(session, excerpt, author_id=author_id, now=now)
    return excerpt.public_id


def change_excerpt(
    session: Session,
    public_id: str,
    draft: ExcerptDraft,
    *,
    revision: int,
    author_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Change what was decided of an excerpt, or which words it is.

    Other words, another touchpoint or another persona make another occasion of it.

    Raises:
        NotFound: `excerpt`, `theme`.
        Conflict: `consent_missing`, `consent_withdrawn`, `changed_meanwhile`.
        Invalid: as `mark_excerpt`.
    """
    interview, excerpt = _locked(session, public_id)
    require_consent(session, interview, ConsentScope.NOTES, ConsentScope.RECORDING)
    if excerpt.revision != revision:
        raise Conflict("changed_meanwhile")
    _check(session, interview, draft)
    passage = find_passage(session, interview.id, draft.span)
    before = _identity(excerpt)
    _fill(excerpt, draft, passage)
    excerpt.revision += 1
    if _identity(excerpt) != before:
        forget_occasions(session, origin_keys=[excerpt.origin_key], now=now)
        _name_origin(excerpt)
        excerpt.proposal = write_proposal(passage.proposal)
        session.flush()
        _record(session, interview, excerpt, passage.question, now=now, zone=zone)
    session.flush()
    _decide(session, excerpt, author_id=author_id, now=now)


def remove_excerpt(
    session: Session,
    public_id: str,
    *,
    revision: int,
    actor_id: int,
    now: datetime,
) -> str:
    """Take an excerpt back, with its occasion; return the id of its interview.

    Raises:
        NotFound: `excerpt`.
        Conflict: `consent_withdrawn`, `changed_meanwhile`.
    """
    interview, excerpt = _locked(session, public_id)
    if excerpt.revision != revision:
        raise Conflict("changed_meanwhile")
    forget_occasions(session, origin_keys=[excerpt.origin_key], now=now)
    session.delete(excerpt)
    session.flush()
    record_act(
        session, "excerpt_removed", interview.public_id, actor_id=actor_id, now=now
    )
    return interview.public_id


def _locked(session: Session, public_id: str) -> tuple[Interview, Excerpt]:
    of = session.scalar(
        select(Interview.public_id)
        .join(Excerpt, Excerpt.interview_id == Interview.id)
        .where(Excerpt.public_id == public_id)
    )
    if of is None:
        raise NotFound("excerpt")
    interview = lock_interview(session, of)
    excerpt = session.scalar(
        select(Excerpt)
        .where(Excerpt.public_id == public_id)
        .execution_options(populate_existing=True)
    )
    if excerpt is None:
        raise NotFound("excerpt")
    return interview, excerpt


def _check(session: Session, interview: Interview, draft: ExcerptDraft) -> None:
    faults: dict[str, str] = {}
    point = session.get(Touchpoint, draft.touchpoint_id)
    if point is None or point.journey_id != interview.journey_id:
        faults["touchpoint"] = "unknown_choice"
    persona = draft.persona_id and session.get(Persona, draft.persona_id)
    if draft.persona_id is not None and (
        not persona or persona.journey_id != interview.journey_id
    ):
        faults["persona"] = "unknown_choice"
    if len(draft.themes) > MOST_THEMES:
        faults["themes"] = "too_many_themes"
    if len(draft.comment) > LONGEST_COMMENT:
        faults["comment"] = "too_long"
    if faults:
        raise Invalid(faults)


def _fill(excerpt: Excerpt, draft: ExcerptDraft, passage: Passage) -> None:
    excerpt.first_turn = passage.span.first_turn
    excerpt.first_character = passage.span.first_character
    excerpt.last_turn = passage.span.last_turn
    excerpt.last_character = passage.span.last_character
    excerpt.text = passage.text
    excerpt.touchpoint_id = draft.touchpoint_id
    excerpt.persona_id = draft.persona_id
    excerpt.themes = [
        {"theme": one.theme, "polarity": one.polarity.value}
        for one in dict.fromkeys(draft.themes)
    ]
    excerpt.feeling = draft.feeling and draft.feeling.value
    excerpt.comment = draft.comment.strip()


def _identity(excerpt: Excerpt) -> Sequence[object]:
    return excerpt.text, excerpt.touchpoint_id, excerpt.persona_id


def _name_origin(excerpt: Excerpt) -> None:
    excerpt.origin_key = f"{ORIGIN}{excerpt.public_id}:{excerpt.revision or 0}"


def _record(
    session: Session,
    interview: Interview,
    excerpt: Excerpt,
    question: str | None,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    point = session.get_one(Touchpoint, excerpt.touchpoint_id)
    occasion = Occasion(
        origin_key=excerpt.origin_key,
        touchpoint_id=point.id,
        said_at=min(interview.held_at, now),
        channel=point.channel,
        source=Source.INTERVIEW,
        texts=[
            GivenText(
                text=excerpt.text,
                question=shorten(question, LONGEST_QUESTION) if question else None,
            )
        ],
        persona_id=excerpt.persona_id,
        language=interview.language,
    )
    record(session, interview.journey_id, [occasion], now=now, zone=zone)


def _decide(
    session: Session, excerpt: Excerpt, *, author_id: int, now: datetime
) -> None:
    themes = tuple(
        DecidedTheme(theme=one["theme"], polarity=Polarity(one["polarity"]))
        for one in excerpt.themes
    )
    proposed = read_proposal(excerpt.proposal).themes
    decide(
        session,
        excerpt.origin_key,
        Decided(
            themes=themes,
            rejected=tuple(DecidedTheme(one.theme, one.polarity) for one in proposed),
            feeling=Feeling(excerpt.feeling) if excerpt.feeling else None,
        ),
        author_id=author_id,
        now=now,
    )
