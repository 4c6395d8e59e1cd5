"""What was masked, by kind, and the words that a deployment masks or spares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.core.periods import Period
from feedback.core.text import fold
from feedback.db.audit import record
from feedback.nlp.redaction import KINDS, MaskingRules
from feedback.voice.models import AnnotationRecord, MaskedKind, MaskingWord, Verbatim

#: the most words that a deployment may add
MOST_WORDS = 2_000
_LONGEST_WORD = 100


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How often a kind was masked, and in how many verbatims."""

    kind: str
    places: int
    verbatims: int


@dataclass(frozen=True, kw_only=True)
class MaskedPiece:
    """Some of a text; `kind` tells what was masked there, None where nothing was."""

    text: str
    kind: str | None


@dataclass(frozen=True, kw_only=True)
class MaskedVerbatim:
    """A verbatim in which something was masked, cut at what was."""

    public_id: str
    language: str
    pieces: tuple[MaskedPiece, ...]
    is_original_kept: bool


@dataclass(frozen=True, kw_only=True)
class KnownWord:
    """A word of the deployment, without accents or case, and who added it."""

    id: int
    word: str
    is_masked: bool
    author: str | None
    created_at: datetime


def count_kinds(
    session: Session, journey_id: int, period: Period
) -> tuple[KindCount, ...]:
    """Count what was masked in the verbatims of a period, in the order of `KINDS`."""
    rows = session.execute(
        select(MaskedKind.kind, func.sum(MaskedKind.places), func.count())
        .where(
            MaskedKind.journey_id == journey_id,
            MaskedKind.day >= period.since,
            MaskedKind.day < period.until,
        )
        .group_by(MaskedKind.kind)
    )
    found = [
        KindCount(kind=kind, places=places, verbatims=n) for kind, places, n in rows
    ]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def list_masked(
    session: Session,
    journey_id: int,
    period: Period,
    page: PageRequest,
    *,
    kind: str | None = None,
) -> Page[MaskedVerbatim]:
    """List the verbatims in which something was masked, newest first."""
    wanted = (
        select(MaskedKind.verbatim_id)
        .where(
            MaskedKind.journey_id == journey_id,
            MaskedKind.day >= period.since,
            MaskedKind.day < period.until,
        )
        .group_by(MaskedKind.verbatim_id, MaskedKind.day)
        .order_by(MaskedKind.day.desc(), MaskedKind.verbatim_id.desc())
        .offset(page.offset)
        .limit(page.size + 1)
    )
    if kind is not None:
        wanted = wanted.where(MaskedKind.kind == kind)
    found = page_of(list(session.scalars(wanted)), page)
    read = _read(session, found.items)
    return Page(
        items=tuple(read[number] for number in found.items if number in read),
        number=found.number,
        has_next=found.has_next,
    )


def masking_rules(session: Session, *, orders: tuple[str, ...]) -> MaskingRules:
    """Return what the deployment adds to the masking, as it stands now."""
    words = session.execute(select(MaskingWord.word, MaskingWord.is_masked)).all()
    return MaskingRules(
        orders=orders,
        masked=frozenset(word for word, is_masked in words if is_masked),
        spared=frozenset(word for word, is_masked in words if not is_masked),
    )


def list_words(session: Session) -> tuple[KnownWord, ...]:
    """List the words of the deployment in the order of the alphabet."""
    rows = session.execute(
        select(MaskingWord, Account.name)
        .outerjoin(Account, Account.id == MaskingWord.author_id)
        .order_by(MaskingWord.word)
    )
    return tuple(
        KnownWord(
            id=row.id,
            word=row.word,
            is_masked=row.is_masked,
            author=author,
            created_at=row.created_at,
        )
        for row, author in rows
    )


def add_word(
    session: Session, typed: str, *, is_masked: bool, author_id: int, now: datetime
) -> str:
    """Have a word always masked, or never taken for a name; return it as it is kept.

    It acts from the next analysis on. The act is recorded, without a word that is to
    be masked.

    Raises:
        Invalid: `word: required`, `too_long` or `too_many`.
        Conflict: `word_known`, when it is in one of the lists already.
    """
    word = fold(typed)
    if not any(mark.isalnum() for mark in word):
        raise Invalid({"word": "missing"})
    if len(word) > _LONGEST_WORD:
        raise Invalid({"word": "too_long"})
    if (session.scalar(select(func.count(MaskingWord.id))) or 0) >= MOST_WORDS:
        raise Invalid({"word": "too_many_words"})
    if session.scalar(select(MaskingWord.id).where(MaskingWord.word == word)):
        raise Conflict("word_known")
    kept = MaskingWord(
        word=word, is_masked=is_masked, author_id=author_id, created_at=now
    )
    session.add(kept)
    session.flush()
    action = "masking_word_added" if is_masked else "spared_word_added"
    record(session, action, _subject(kept), actor_id=author_id, now=now)
    return word


def remove_word(
    session: Session, word_id: int, *, author_id: int, now: datetime
) -> str:
    """Take a word out of its list again; return it.

    Raises:
        NotFound: `word`.
    """
    kept = session.get(MaskingWord, word_id)
    if kept is None:
        raise NotFound("word")
    action = "masking_word_removed" if kept.is_masked else "spared_word_removed"
    record(session, action, _subject(kept), actor_id=author_id, now=now)
    session.delete(kept)
    session.flush()
    return kept.word


def _subject(kept: MaskingWord) -> str:
    return f"#{kept.id}" if kept.is_masked else kept.word


def _read(session: Session, numbers: Sequence[int]) -> dict[int, MaskedVerbatim]:
    rows = session.execute(
        select(
            Verbatim.id,
            Verbatim.public_id,
            Verbatim.text,
            Verbatim.original.is_not(None).label("is_original_kept"),
            AnnotationRecord.language,
            AnnotationRecord.personal_data,
        )
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(Verbatim.id.in_(numbers))
    )
    return {
        row.id: MaskedVerbatim(
            public_id=row.public_id,
            language=row.language,
            pieces=cut_masked(row.text, row.personal_data),
            is_original_kept=row.is_original_kept,
        )
        for row in rows
    }


def cut_masked(
    text: str, masked: Sequence[Mapping[str, Any]]
) -> tuple[MaskedPiece, ...]:
    """Cut a text at what is masked in it, as the annotation keeps it.

    The pieces joined are exactly the text; none is empty.
    """
    pieces: list[MaskedPiece] = []
    done = 0
    for item in masked:
        start, end = item["start"], item["end"]
        pieces.append(MaskedPiece(text=text[done:start], kind=None))
        pieces.append(MaskedPiece(text=text[start:end], kind=item["kind"]))
        done = end
    pieces.append(MaskedPiece(text=text[done:], kind=None))
    return tuple(piece for piece in pieces if piece.text)
