"""Analysts put the analysis right: kept beside it, applied on top, undone at will.

What pages and figures show is made of the machine's answer and of the corrections, see
`settling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.emotions import refresh_emotions
from feedback.voice.intake import mark_stale
from feedback.voice.models import (
    Correction,
    CorrectionKind,
    Feedback,
    Mention,
    Verbatim,
)
from feedback.voice.settling import ANALYST, apply_corrections
from feedback.voice.taxonomy import STANCES, find_theme, polarities_of, read_themes


@dataclass(frozen=True, kw_only=True)
class CorrectedDay:
    """The day whose counts a correction changed."""

    journey_id: int
    day: date


def correct_feeling(
    session: Session,
    public_id: str,
    feeling: Feeling,
    *,
    seen: Feeling,
    author_id: int,
    now: datetime,
) -> CorrectedDay:
    """Put the feeling of a verbatim right.

    `seen` is the feeling that the person had in front of them. Saying what stands
    there already changes nothing.

    Raises:
        NotFound: `verbatim`, also while it has not been analysed.
        Conflict: `changed_meanwhile`, when it is neither what was seen nor wanted.
    """
    verbatim, feedback = _lock(session, public_id)
    if verbatim.feeling == feeling:
        return _day(feedback)
    if verbatim.feeling != seen:
        raise Conflict("changed_meanwhile")
    word = Correction(
        kind=CorrectionKind.FEELING, value=feeling.value, previous=seen.value
    )
    return _add(session, verbatim, feedback, word, author_id=author_id, now=now)


def add_theme(
    session: Session,
    public_id: str,
    theme: str,
    polarity: Polarity,
    *,
    start: int,
    end: int,
    author_id: int,
    now: datetime,
) -> CorrectedDay:
    """Add a theme to the words `start <= character < end` of a verbatim.

    Raises:
        NotFound: `verbatim`, `theme`.
        Invalid: `words: no_words`, when no character lies there.
        Conflict: `changed_meanwhile`, when that theme stands on these words already.
    """
    verbatim, feedback = _lock(session, public_id)
    if find_theme(session, theme) is None:
        raise NotFound("theme")
    words = (verbatim.text or "")[max(start, 0) : max(end, 0)]
    if start < 0 or not words.strip():
        raise Invalid({"words": "no_words"})
    standing = _standing(session, verbatim.id, theme, polarity)
    if any(mention.start < end and start < mention.end for mention in standing):
        raise Conflict("changed_meanwhile")
    word = Correction(
        kind=CorrectionKind.ADD_THEME,
        value=theme,
        polarity=polarity,
        start=start,
        end=start + len(words),
    )
    return _add(session, verbatim, feedback, word, author_id=author_id, now=now)


def reject_theme(
    session: Session,
    public_id: str,
    theme: str,
    polarity: Polarity,
    *,
    author_id: int,
    now: datetime,
) -> CorrectedDay:
    """Say that the machine is wrong: the verbatim does not speak so of this theme.

    All its mentions with the same stance go; a theme that an analyst added is taken
    back with `withdraw`.

    Raises:
        NotFound: `verbatim`.
        Conflict: `changed_meanwhile`, when no such mention of the machine stands.
    """
    verbatim, feedback = _lock(session, public_id)
    standing = _standing(session, verbatim.id, theme, polarity)
    if all(mention.origin == ANALYST for mention in standing):
        raise Conflict("changed_meanwhile")
    word = Correction(
        kind=CorrectionKind.REJECT_THEME,
        value=theme,
        polarity=polarity,
        previous=polarity.value,
    )
    return _add(session, verbatim, feedback, word, author_id=author_id, now=now)


def withdraw(
    session: Session, public_id: str, correction_id: int, *, now: datetime
) -> CorrectedDay:
    """Undo a correction of a verbatim; it stays in the history, without effect.

    Raises:
        NotFound: `verbatim`, `correction`.
        Conflict: `changed_meanwhile`, when it was withdrawn already.
    """
    verbatim, feedback = _lock(session, public_id)
    correction = session.get(Correction, correction_id)
    if correction is None or correction.verbatim_id != verbatim.id:
        raise NotFound("correction")
    if correction.withdrawn_at is not None:
        raise Conflict("changed_meanwhile")
    correction.withdrawn_at = now
    return _take_effect(session, verbatim, feedback, now=now)


def list_corrected(session: Session, verbatim_ids: Sequence[int]) -> set[int]:
    """Return which of these verbatims carry a correction that was not withdrawn."""
    return set(
        session.scalars(
            select(Correction.verbatim_id).where(
                Correction.verbatim_id.in_(verbatim_ids),
                Correction.withdrawn_at.is_(None),
            )
        )
    )


def _lock(session: Session, public_id: str) -> tuple[Verbatim, Feedback]:
    """Read a verbatim that nobody else corrects or analyses at the same time.

    The row of the occasion is the lock, as its emotion depends on all its texts.
    """
    feedback = session.scalar(
        select(Feedback)
        .join(Verbatim)
        .where(Verbatim.public_id == public_id, Verbatim.text.is_not(None))
        .with_for_update(of=Feedback)
    )
    if feedback is None:
        raise NotFound("verbatim")
    verbatim = session.scalars(
        select(Verbatim)
        .where(Verbatim.public_id == public_id)
        .execution_options(populate_existing=True)
    ).one()
    return verbatim, feedback


def _standing(
    session: Session, verbatim_id: int, theme: str, polarity: Polarity
) -> Sequence[Mention]:
    return session.scalars(
        select(Mention).where(
            Mention.verbatim_id == verbatim_id,
            Mention.theme_key.in_(read_themes(session).sources(theme)),
            Mention.polarity.in_(polarities_of(STANCES[polarity])),
            Mention.rejected.is_(False),
        )
    ).all()


def _add(
    session: Session,
    verbatim: Verbatim,
    feedback: Feedback,
    correction: Correction,
    *,
    author_id: int,
    now: datetime,
) -> CorrectedDay:
    correction.verbatim_id = verbatim.id
    correction.author_id = author_id
    correction.created_at = now
    session.add(correction)
    return _take_effect(session, verbatim, feedback, now=now)


def _take_effect(
    session: Session, verbatim: Verbatim, feedback: Feedback, *, now: datetime
) -> CorrectedDay:
    session.flush()
    apply_corrections(session, [verbatim.id])
    refresh_emotions(session, [feedback.id])
    mark_stale(session, feedback.journey_id, [feedback.day], now=now)
    return _day(feedback)


def _day(feedback: Feedback) -> CorrectedDay:
    return CorrectedDay(journey_id=feedback.journey_id, day=feedback.day)
