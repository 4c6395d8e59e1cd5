"""A verbatim as it is read: masked, corrected, with all that was made of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Exists, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling, Polarity, Reason
from feedback.voice.models import (
    AnnotationRecord,
    Correction,
    CorrectionKind,
    Feedback,
    Mention,
    Rating,
    Verbatim,
)
from feedback.voice.taxonomy import read_themes


class GivenScore(NamedTuple):
    """An answer on a scale."""

    scale: Scale
    value: int


@dataclass(frozen=True, kw_only=True)
class MentionInText:
    """A theme on the words `start <= character < end`; `origin` names the rule."""

    theme: str
    polarity: Polarity
    start: int
    end: int
    origin: str
    confidence: float
    rejected: bool


@dataclass(frozen=True, kw_only=True)
class VerbatimInList:
    """A verbatim, masked and corrected; `mentions` are those that stand."""

    public_id: str
    text: str
    language: str | None
    feeling: Feeling
    is_corrected: bool
    mentions: tuple[MentionInText, ...]
    ratings: tuple[GivenScore, ...]
    touchpoint_id: int
    persona_id: int | None
    channel: str
    source: str
    day: date
    question: str | None


@dataclass(frozen=True, kw_only=True)
class MachineAnswer:
    """What the analysis said, before any correction; `score` runs from -1 to 1.

    `reasons` are what made the feeling, the heaviest first; None of an analysis that
    was made before they were kept.
    """

    feeling: Feeling
    score: float
    reasons: tuple[Reason, ...] | None
    types: tuple[str, ...]
    language: str
    language_confidence: float
    version: str
    annotated_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExplainedVerbatim:
    """A verbatim with what the analysis said of it, and why."""

    shown: VerbatimInList
    machine: MachineAnswer


@dataclass(frozen=True, kw_only=True)
class KeptCorrection:
    """A correction with its author, whose name is None when the account is gone."""

    id: int
    kind: CorrectionKind
    value: str
    polarity: Polarity | None
    previous: str | None
    start: int | None
    end: int | None
    author_id: int | None
    author: str | None
    created_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class VerbatimInDetail:
    """A verbatim with all that was made of it; `mentions` holds the rejected too."""

    shown: VerbatimInList
    said_at: datetime
    attributes: dict[str, Any]
    machine: MachineAnswer
    mentions: tuple[MentionInText, ...]
    corrections: tuple[KeptCorrection, ...]
    #: whether something is masked, and whether the text as given is still kept
    is_masked: bool
    is_original_kept: bool


def read_verbatims(
    session: Session, numbers: Sequence[int]
) -> tuple[VerbatimInList, ...]:
    """Read verbatims by their numbers, in that order."""
    mentions = _mentions(session, numbers)
    rows = session.execute(
        select(
            Verbatim.id,
            Verbatim.public_id,
            Verbatim.text,
            Verbatim.feeling,
            Verbatim.question,
            Feedback.id.label("feedback_id"),
            Feedback.language,
            Feedback.touchpoint_id,
            Feedback.persona_id,
            Feedback.channel,
            Feedback.source,
            Feedback.day,
            _is_corrected().label("is_corrected"),
        )
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(Verbatim.id.in_(numbers), Verbatim.text.is_not(None))
    ).all()
    ratings = _ratings(session, [row.feedback_id for row in rows])
    read = {
        row.id: VerbatimInList(
            public_id=row.public_id,
            text=row.text,
            language=row.language,
            feeling=row.feeling,
            is_corrected=row.is_corrected,
            mentions=tuple(one for one in mentions[row.id] if not one.rejected),
            ratings=tuple(ratings[row.feedback_id]),
            touchpoint_id=row.touchpoint_id,
            persona_id=row.persona_id,
            channel=row.channel,
            source=row.source.value,
            day=row.day,
            question=row.question,
        )
        for row in rows
    }
    return tuple(read[number] for number in numbers if number in read)


def read_explained(
    session: Session, numbers: Sequence[int]
) -> tuple[ExplainedVerbatim, ...]:
    """Read verbatims with their analyses by their numbers, in that order."""
    rows = session.execute(
        select(Verbatim.public_id, AnnotationRecord)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(Verbatim.id.in_(numbers))
    )
    machines = {public_id: _machine(record) for public_id, record in rows}
    return tuple(
        ExplainedVerbatim(shown=one, machine=machines[one.public_id])
        for one in read_verbatims(session, numbers)
    )


def get_verbatim(session: Session, journey_id: int, public_id: str) -> VerbatimInDetail:
    """Return a verbatim of a journey with all that was made of it.

    Raises:
        NotFound: `verbatim`, also while it has not been analysed.
    """
    row = session.execute(
        select(
            Verbatim.id,
            Verbatim.original.is_not(None).label("is_original_kept"),
            Feedback.said_at,
            Feedback.attributes,
            AnnotationRecord,
        )
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(
            Verbatim.public_id == public_id,
            Feedback.journey_id == journey_id,
            Verbatim.text.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("verbatim")
    (shown,) = read_verbatims(session, [row.id])
    return VerbatimInDetail(
        shown=shown,
        said_at=row.said_at,
        attributes=row.attributes,
        machine=_machine(row.AnnotationRecord),
        mentions=tuple(_mentions(session, [row.id])[row.id]),
        corrections=_corrections(session, row.id),
        is_masked=bool(row.AnnotationRecord.personal_data),
        is_original_kept=row.is_original_kept,
    )


def _is_corrected() -> Exists:
    return (
        select(Correction.id)
        .where(Correction.verbatim_id == Verbatim.id, Correction.withdrawn_at.is_(None))
        .exists()
    )


def _mentions(
    session: Session, numbers: Sequence[int]
) -> dict[int, list[MentionInText]]:
    found: dict[int, list[MentionInText]] = defaultdict(list)
    themes = read_themes(session)
    rows = session.execute(
        select(
            Mention.verbatim_id,
            Mention.theme_key,
            Mention.polarity,
            Mention.start,
            Mention.end,
            Mention.origin,
            Mention.confidence,
            Mention.rejected,
        )
        .where(Mention.verbatim_id.in_(numbers))
        .order_by(Mention.start, Mention.id)
    )
    for number, key, polarity, start, end, origin, confidence, rejected in rows:
        theme = themes.current(key)
        if theme is None:
            continue
        found[number].append(
            MentionInText(
                theme=theme,
                polarity=polarity,
                start=start,
                end=end,
                origin=origin,
                confidence=confidence,
                rejected=rejected,
            )
        )
    return found


def _ratings(
    session: Session, feedback_ids: Sequence[int]
) -> dict[int, list[GivenScore]]:
    found: dict[int, list[GivenScore]] = defaultdict(list)
    rows = session.execute(
        select(Rating.feedback_id, Rating.scale, Rating.value)
        .where(Rating.feedback_id.in_(feedback_ids))
        .order_by(Rating.id)
    )
    for number, scale, value in rows:
        found[number].append(GivenScore(scale, value))
    return found


def _machine(record: AnnotationRecord) -> MachineAnswer:
    return MachineAnswer(
        feeling=record.feeling,
        score=record.score,
        reasons=_reasons(record.reasons),
        types=tuple(record.types),
        language=record.language,
        language_confidence=record.language_confidence,
        version=record.version,
        annotated_at=record.annotated_at,
    )


def _reasons(
    written: Sequence[dict[str, Any]] | None,
) -> tuple[Reason, ...] | None:
    if written is None:
        return None
    reasons = (Reason(**one) for one in written)
    return tuple(sorted(reasons, key=lambda one: (-abs(one.weight), one.start)))


def _corrections(session: Session, number: int) -> tuple[KeptCorrection, ...]:
    rows = session.execute(
        select(Correction, Account.name)
        .outerjoin(Account, Account.id == Correction.author_id)
        .where(Correction.verbatim_id == number)
        .order_by(Correction.id)
    )
    return tuple(
        KeptCorrection(
            id=row.id,
            kind=row.kind,
            value=row.value,
            polarity=row.polarity,
            previous=row.previous,
            start=row.start,
            end=row.end,
            author_id=row.author_id,
            author=name,
            created_at=row.created_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row, name in rows
    )
