"""The machine's answer with the analysts' corrections on top: what is shown.

The machine's answer is never overwritten: it stays in the annotation and in its
mentions. It is settled again after each correction and after each new analysis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.models import (
    AnnotationRecord,
    Correction,
    CorrectionKind,
    Feedback,
    Mention,
    Verbatim,
)
from feedback.voice.taxonomy import STANCES, Themes, read_themes

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


def apply_corrections(session: Session, verbatim_ids: Iterable[int]) -> None:
    """Settle these verbatims anew: their feelings, and their mentions.

    The caller holds the lock of their occasions and refreshes the emotions.
    """
    for verbatim_id in verbatim_ids:
        _settle_one(session, verbatim_id)


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
    themes = read_themes(session)
    settled = settle(
        feeling,
        [MachineMention(themes.end(row.theme_key), row.polarity) for row in machine],
        [
            replace(word, value=themes.end(word.value))
            if word.kind == CorrectionKind.REJECT_THEME
            else word
            for word in _words(session, verbatim_id)
        ],
    )
    session.execute(
        update(Verbatim)
        .where(Verbatim.id == verbatim_id)
        .values(feeling=settled.feeling)
    )
    for row, rejected in zip(machine, settled.rejected, strict=True):
        row.rejected = rejected
    for word in settled.added:
        if any(_is_on(row, word, themes) for row in machine):
            continue
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


def _is_on(row: Mention, word: AnalystWord, themes: Themes) -> bool:
    """Tell whether the machine found a theme on words to which it was added.

    It is told once then, on the machine's words; the correction stays.
    """
    return (
        not row.rejected
        and themes.end(row.theme_key) == word.value
        and word.polarity is not None
        and STANCES[row.polarity] == STANCES[word.polarity]
        and row.start < (word.end or 0)
        and (word.start or 0) < row.end
    )


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
