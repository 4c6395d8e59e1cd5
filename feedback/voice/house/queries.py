"""Which models are live, and what was learned before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.nlp.house import House, unpack
from feedback.nlp.pipeline import VERSION
from feedback.nlp.schooling import Comparison, Figure, Verdict
from feedback.voice.house.models import ModelState, OwnModel

__all__ = ["ModelState"]  # what the edges, which know no models, name it by

#: learnings of a language that are listed
MOST_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class OwnModelRead:
    """One learning; `is_usable` when it can be put live on the analysis of now."""

    public_id: str
    language: str
    state: ModelState
    verdict: Verdict
    author: str | None
    version: str | None
    corrected: int
    scored: int
    compared: Comparison
    created_at: datetime
    live_since: datetime | None
    is_usable: bool


@dataclass(frozen=True, kw_only=True)
class LanguageModels:
    """What runs in a language, and its learnings, the newest first.

    `is_held` when a person went back to the shipped analysis: what is learned then
    waits for a person. `is_outdated` when the live model belongs to an earlier version
    of the shipped analysis, so that this runs alone until one is learned anew.
    """

    language: str
    live: OwnModelRead | None
    past: tuple[OwnModelRead, ...]
    is_held: bool

    @property
    def is_outdated(self) -> bool:
        """Whether the live model is not used."""
        return self.live is not None and not self.live.is_usable


def read_houses(session: Session) -> Mapping[str, House]:
    """Return the live model of each language that has one for this analysis."""
    rows = session.execute(
        select(OwnModel.language, OwnModel.weights)
        .where(OwnModel.slot.is_not(None), OwnModel.analysis == VERSION)
        .order_by(OwnModel.language)
    )
    return {language: unpack(bytes(kept)) for language, kept in rows if kept}


def read_models(session: Session, language: str) -> LanguageModels:
    """Return what runs in a language, and its newest twenty learnings."""
    rows = session.execute(
        select(OwnModel, Account.name)
        .outerjoin(Account, Account.id == OwnModel.author_id)
        .where(OwnModel.language == language)
        .order_by(OwnModel.id.desc())
        .limit(MOST_LISTED)
    )
    past = tuple(_read(row, author) for row, author in rows)
    alive = session.execute(
        select(OwnModel, Account.name)
        .outerjoin(Account, Account.id == OwnModel.author_id)
        .where(OwnModel.slot == language)
    ).one_or_none()
    return LanguageModels(
        language=language,
        live=_read(*alive) if alive else None,
        past=past,
        is_held=is_held(session, language),
    )


def is_held(session: Session, language: str) -> bool:
    """Tell whether a person went back to the shipped analysis, and left it so."""
    held = select(func.count()).where(
        OwnModel.language == language, OwnModel.withdrawn_at.is_not(None)
    )
    return bool(session.scalar(held))


def find_last(session: Session, language: str) -> OwnModelRead | None:
    """Return the newest learning of a language, None before the first."""
    return next(iter(read_models(session, language).past), None)


def _read(row: OwnModel, author: str | None) -> OwnModelRead:
    return OwnModelRead(
        public_id=row.public_id,
        language=row.language,
        state=row.state,
        verdict=row.verdict,
        author=author,
        version=row.version,
        corrected=row.corrected,
        scored=row.scored,
        compared=_compared(row.figures),
        created_at=row.created_at,
        live_since=row.live_since,
        is_usable=row.weights is not None and row.analysis == VERSION,
    )


def _compared(kept: Mapping[str, Any]) -> Comparison:
    figures = {
        name: Figure(**kept[name]) if kept[name] else None
        for name in ("shipped", "own", "difference")
    }
    return Comparison(**{**kept, **figures})
