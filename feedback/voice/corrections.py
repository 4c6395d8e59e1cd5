"""Analysts put the analysis right: kept beside it, applied on top, undone at will.

The machine's answer is never overwritten: it stays in the annotation and in its
mentions. What pages and figures show is made of both by `settle`, again after each
correction and after each new analysis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.emotions import refresh_emotions
from feedback.voice.intake import mark_stale
from feedback.voice.models import (
    AnnotationRecord,
    Correction,
    CorrectionKind,
    Feedback,
    Mention,
    Verbatim,
)
from feedback.voice.taxonomy import STANCES, find_theme, polarities_of

#: origin of the mentions that an analyst added
ANALYST = "analyst"


class MachineMention(NamedTuple):
    """A theme that the machine found, and what is said of it."""

    theme: str
    polarity: Polarity


@dataclass(frozen=True, kw_only=True)
class AnalystWord:
    """A correction that was not withdrawn.

    `value` is a feeling or the key of a theme; the span belongs to a theme added.
    """

    kind: CorrectionKind
    value: str
    polarity: Polarity | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What is shown and counted of one verbatim.

    `rejected` answers for each of the machine's mentions, in their order.
    """

    feeling: Feeling
    rejected: tuple[bool, ...]
    added: tuple[AnalystWord, ...]


@dataclass(frozen=True, kw_only=True)
class CorrectedDay:
    """The day whose counts a correction changed."""

    journey_id: int
    day: date


def settle(
    feeling: Feeling,
    mentions: Sequence[MachineMention],
    words: Sequence[AnalystWord],
) -> Settled:
    """Lay the analysts' words, oldest first, on top of the machine's answer.

    The last feeling wins. A rejected theme takes away every machine mention of it
    with the same stance, wherever in the text a later analysis finds it; what an
    analyst added stays.
    """
    feelings = [w.value for w in words if w.kind == CorrectionKind.FEELING]
    away = {
        (word.value, STANCES[word.polarity])
        for word in words
        if word.kind == CorrectionKind.REJECT_THEME and word.polarity
    }
    return Settled(
        feeling=Feeling(feelings[-1]) if feelings else feeling,
        rejected=tuple(
            (mention.theme, STANCES[mention.polarity]) in away for mention in mentions
        ),
        added=tuple(w for w in words if w.kind == CorrectionKind.ADD_THEME),
    )


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
    if find_theme(theme) is None:
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


def apply_corrections(session: Session, verbatim_ids: Iterable[int]) -> None:
    """Settle these verbatims anew: their feelings, and their mentions.

    The caller holds the lock of their occasions and refreshes the emotions.
    """
    for verbatim_id in verbatim_ids:
        _settle_one(session, verbatim_id)


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
            Mention.theme_key == theme,
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
    _settle_one(session, verbatim.id)
    refresh_emotions(session, [feedback.id])
    mark_stale(session, feedback.journey_id, [feedback.day], now=now)
    return _day(feedback)


def _day(feedback: Feedback) -> CorrectedDay:
    return CorrectedDay(journey_id=feedback.journey_id, day=feedback.day)


def _settle_one(session: Session, verbatim_id: int) -> None:
    feeling, journey_id, day = session.execute(
        select(AnnotationRecord.feeling, Feedback.journey_id, Feedback.day)
        .join(Verbatim, Verbatim.id == AnnotationRecord.verbatim_id)
        .join(Feedback)
        .where(AnnotationRecord.verbatim_id == verbatim_id)
    ).one()
    session.execute(
        delete(Mention).where(
            Mention.verbatim_id == verbatim_id, Mention.origin == ANALYST
        )
    )
    machine = session.scalars(
        select(Mention).where(Mention.verbatim_id == verbatim_id)
    ).all()
    settled = settle(
        feeling,
        [MachineMention(row.theme_key, row.polarity) for row in machine],
        _words(session, verbatim_id),
    )
    session.execute(
        update(Verbatim)
        .where(Verbatim.id == verbatim_id)
        .values(feeling=settled.feeling)
    )
    for row, rejected in zip(machine, settled.rejected, strict=True):
        row.rejected = rejected
    for word in settled.added:
        session.add(
            Mention(
                verbatim_id=verbatim_id,
                journey_id=journey_id,
                day=day,
                theme_key=word.value,
                polarity=word.polarity,
                start=word.start,
                end=word.end,
                origin=ANALYST,
                confidence=1.0,
            )
        )
    session.flush()


def _words(session: Session, verbatim_id: int) -> list[AnalystWord]:
    rows = session.scalars(
        select(Correction)
        .where(Correction.verbatim_id == verbatim_id, Correction.withdrawn_at.is_(None))
        .order_by(Correction.id)
    )
    return [
        AnalystWord(
            kind=row.kind,
            value=row.value,
            polarity=row.polarity,
            start=row.start,
            end=row.end,
        )
        for row in rows
    ]
