"""What a researcher decides of a text that they chose themselves, laid on the analysis.

Decisions are corrections like those of the explorer. They may be made before the
analysis: then they lie ready and take effect with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
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
from feedback.voice.taxonomy import STANCES, find_theme, read_themes


class DecidedTheme(NamedTuple):
    """A theme that a text speaks of, and what it says of it."""

    theme: str
    polarity: Polarity


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What somebody decided of a text: these themes and no others, this feeling.

    `rejected` are proposals that they turned down, which an analysis to come is not
    believed either. None leaves the feeling to the analysis.
    """

    themes: tuple[DecidedTheme, ...] = ()
    rejected: tuple[DecidedTheme, ...] = ()
    feeling: Feeling | None = None


def decide(
    session: Session,
    origin_key: str,
    decided: Decided,
    *,
    author_id: int,
    now: datetime,
) -> None:
    """Lay decisions on the texts of an occasion, in place of those made before.

    Themes are laid on the whole text, unless the machine found them with the same
    stance; themes that the machine found and that were not decided are rejected.

    Raises:
        NotFound: `verbatim`, without such an occasion; `theme`.
    """
    for one in decided.themes:
        if find_theme(session, one.theme) is None:
            raise NotFound("theme")
    feedback = session.scalar(
        select(Feedback).where(Feedback.origin_key == origin_key).with_for_update()
    )
    if feedback is None:
        raise NotFound("verbatim")
    verbatims = session.scalars(
        select(Verbatim).where(Verbatim.feedback_id == feedback.id)
    ).all()
    for verbatim in verbatims:
        _lay(session, verbatim, decided, author_id=author_id, now=now)
    session.flush()
    analysed = [one.id for one in verbatims if one.text is not None]
    apply_corrections(session, analysed)
    if analysed:
        refresh_emotions(session, [feedback.id])
        mark_stale(session, feedback.journey_id, [feedback.day], now=now)


def _lay(
    session: Session,
    verbatim: Verbatim,
    decided: Decided,
    *,
    author_id: int,
    now: datetime,
) -> None:
    found = _found_by_machine(session, verbatim.id)
    length = len(verbatim.text or verbatim.original or "")
    wanted = [
        *_feeling(decided, verbatim),
        *_added(decided, found, length),
        *_rejected(decided, found),
    ]
    standing = session.scalars(
        select(Correction).where(
            Correction.verbatim_id == verbatim.id, Correction.withdrawn_at.is_(None)
        )
    ).all()
    missing = {_sign(one): one for one in wanted}
    for one in standing:
        if missing.pop(_sign(one), None) is None:
            one.withdrawn_at = now
    for word in missing.values():
        word.verbatim_id, word.author_id = verbatim.id, author_id
        word.created_at = now
        session.add(word)


def _feeling(decided: Decided, verbatim: Verbatim) -> list[Correction]:
    if decided.feeling is None:
        return []
    return [
        Correction(
            kind=CorrectionKind.FEELING,
            value=decided.feeling.value,
            previous=verbatim.feeling and verbatim.feeling.value,
        )
    ]


def _added(
    decided: Decided, found: Sequence[DecidedTheme], length: int
) -> list[Correction]:
    known = {(one.theme, STANCES[one.polarity]) for one in found}
    return [
        Correction(
            kind=CorrectionKind.ADD_THEME,
            value=one.theme,
            polarity=one.polarity,
            start=0,
            end=length,
        )
        for one in decided.themes
        if (one.theme, STANCES[one.polarity]) not in known
    ]


def _rejected(decided: Decided, found: Sequence[DecidedTheme]) -> list[Correction]:
    kept = {(one.theme, STANCES[one.polarity]) for one in decided.themes}
    away = {
        (one.theme, STANCES[one.polarity]): one
        for one in (*found, *decided.rejected)
        if (one.theme, STANCES[one.polarity]) not in kept
    }
    return [
        Correction(
            kind=CorrectionKind.REJECT_THEME,
            value=one.theme,
            polarity=one.polarity,
            previous=one.polarity.value,
        )
        for one in away.values()
    ]


def _found_by_machine(session: Session, verbatim_id: int) -> list[DecidedTheme]:
    themes = read_themes(session)
    rows = session.execute(
        select(Mention.theme_key, Mention.polarity)
        .where(Mention.verbatim_id == verbatim_id, Mention.origin != ANALYST)
        .order_by(Mention.start, Mention.id)
    )
    return [
        DecidedTheme(theme=theme, polarity=polarity)
        for key, polarity in rows
        if (theme := themes.current(key)) is not None
    ]


def _sign(one: Correction) -> tuple[object, ...]:
    return one.kind, one.value, one.polarity, one.start, one.end
