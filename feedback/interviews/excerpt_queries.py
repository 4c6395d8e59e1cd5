"""Reads of excerpts, as frozen data: one, those of a talk, those that may be quoted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.periods import Period
from feedback.interviews.models import Consent, Excerpt, Interview
from feedback.interviews.proposals import Proposal, read_proposal
from feedback.interviews.spans import Span
from feedback.interviews.terms import ConsentScope
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.deciding import DecidedTheme
from feedback.voice.mentions import counted_theme, that_stand
from feedback.voice.models import Feedback, Mention, Verbatim
from feedback.voice.taxonomy import read_themes

#: interviews that a saturation curve looks at
MOST_COUNTED = 500


@dataclass(frozen=True, kw_only=True)
class ExcerptRead:
    """An excerpt with what was decided of it, and what the analysis proposed.

    `verbatim` is the public id of its verbatim, None while it waits for its analysis.
    """

    public_id: str
    interview: str
    interview_id: int
    alias: str
    journey_id: int
    span: Span
    text: str
    touchpoint_id: int
    persona_id: int | None
    themes: tuple[DecidedTheme, ...]
    feeling: Feeling | None
    comment: str
    proposal: Proposal
    revision: int
    author: str | None
    created_at: datetime
    language: str
    held_at: datetime
    origin_key: str
    verbatim: str | None


def list_excerpts(session: Session, interview_id: int) -> tuple[ExcerptRead, ...]:
    """List the excerpts of an interview in the order of the talk; 300 at most."""
    rows = session.execute(
        _excerpts()
        .where(Excerpt.interview_id == interview_id)
        .order_by(Excerpt.first_turn, Excerpt.first_character, Excerpt.id)
    )
    return tuple(_excerpt(row) for row in rows)


def get_excerpt(session: Session, public_id: str) -> ExcerptRead:
    """Return an excerpt.

    Raises:
        NotFound: `excerpt`.
    """
    row = session.execute(
        _excerpts().where(Excerpt.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("excerpt")
    return _excerpt(row)


def find_excerpt_of(session: Session, verbatim: str) -> str | None:
    """Return the public id of the excerpt that became a verbatim, None if none did."""
    return session.scalar(
        select(Excerpt.public_id)
        .join(Feedback, Feedback.origin_key == Excerpt.origin_key)
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .where(Verbatim.public_id == verbatim)
    )


def list_quotable(
    session: Session, journey_id: int, period: Period, *, most: int
) -> tuple[ExcerptRead, ...]:
    """List excerpts that may be quoted and were said in a period, the newest first.

    The participant agreed to be quoted, in the newest consent that they gave.
    """
    newest = (
        select(func.max(Consent.id))
        .where(Consent.interview_id == Interview.id)
        .correlate(Interview)
        .scalar_subquery()
    )
    rows = session.execute(
        _excerpts()
        .join(Consent, Consent.id == newest)
        .add_columns(Consent.scopes)
        .where(
            Interview.journey_id == journey_id,
            Consent.withdrawn_at.is_(None),
            Feedback.day >= period.since,
            Feedback.day < period.until,
            Verbatim.text.is_not(None),
        )
        .order_by(Feedback.day.desc(), Excerpt.id.desc())
        .limit(MOST_COUNTED)
    )
    return tuple(
        _excerpt(row) for row in rows if ConsentScope.QUOTATION.value in row.scopes
    )[:most]


def themes_by_interview(
    session: Session, journey_id: int
) -> tuple[tuple[date, frozenset[str]], ...]:
    """Return day and themes of each interview with excerpts, the oldest first.

    The themes are those that stand after the researchers' decisions; the newest 500
    interviews are looked at.
    """
    themes = read_themes(session)
    key = counted_theme(themes)
    newest = (
        select(Interview.id)
        .where(
            Interview.journey_id == journey_id,
            select(Excerpt.id).where(Excerpt.interview_id == Interview.id).exists(),
        )
        .order_by(Interview.held_at.desc(), Interview.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    spoken: dict[int, set[str]] = {}
    for number, theme in session.execute(
        select(Excerpt.interview_id, key)
        .join(newest, newest.c.id == Excerpt.interview_id)
        .join(Feedback, Feedback.origin_key == Excerpt.origin_key)
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .join(Mention, Mention.verbatim_id == Verbatim.id)
        .where(*that_stand(themes))
        .distinct()
    ):
        spoken.setdefault(number, set()).add(theme)
    rows = session.execute(
        select(Interview.id, Interview.held_at)
        .join(newest, newest.c.id == Interview.id)
        .order_by(Interview.held_at, Interview.id)
    )
    return tuple((at.date(), frozenset(spoken.get(one, ()))) for one, at in rows)


def _excerpts() -> Select[Any]:
    wanted: Any = (
        select(
            Excerpt,
            Interview.public_id.label("interview"),
            Interview.alias,
            Interview.journey_id,
            Interview.language,
            Interview.held_at,
            Account.name.label("author"),
            Verbatim.public_id.label("verbatim"),
        )
        .join(Interview, Interview.id == Excerpt.interview_id)
        .outerjoin(Account, Account.id == Excerpt.author_id)
        .outerjoin(Feedback, Feedback.origin_key == Excerpt.origin_key)
        .outerjoin(
            Verbatim,
            (Verbatim.feedback_id == Feedback.id) & Verbatim.text.is_not(None),
        )
        .execution_options(populate_existing=True)
    )
    return cast("Select[Any]", wanted)


def _excerpt(row: Any) -> ExcerptRead:
    one: Excerpt = row.Excerpt
    return ExcerptRead(
        public_id=one.public_id,
        interview=row.interview,
        interview_id=one.interview_id,
        alias=row.alias,
        journey_id=row.journey_id,
        span=Span(
            first_turn=one.first_turn,
            first_character=one.first_character,
            last_turn=one.last_turn,
            last_character=one.last_character,
        ),
        text=one.text,
        touchpoint_id=one.touchpoint_id,
        persona_id=one.persona_id,
        themes=_decided(one.themes),
        feeling=Feeling(one.feeling) if one.feeling else None,
        comment=one.comment,
        proposal=read_proposal(one.proposal),
        revision=one.revision,
        author=row.author,
        created_at=one.created_at,
        language=row.language,
        held_at=row.held_at,
        origin_key=one.origin_key,
        verbatim=row.verbatim,
    )


def _decided(written: Sequence[Mapping[str, str]]) -> tuple[DecidedTheme, ...]:
    return tuple(
        DecidedTheme(theme=one["theme"], polarity=Polarity(one["polarity"]))
        for one in written
    )
