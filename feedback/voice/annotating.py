"""Run the analysis on texts, store what it says, keep the corrections on top.

Three steps, so that no transaction is open while the language models work:
`read_texts`, `analyse_texts`, `store_annotations`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from feedback.nlp.annotation import Annotation, Document
from feedback.nlp.pipeline import Analyser
from feedback.nlp.redaction import mask
from feedback.voice.corrections import list_corrected
from feedback.voice.emotions import refresh_emotions
from feedback.voice.intake import mark_stale
from feedback.voice.models import AnnotationRecord, Feedback, Mention, Verbatim
from feedback.voice.search import search_text
from feedback.voice.settling import apply_corrections
from feedback.voice.taxonomy import list_themes


@dataclass(frozen=True, kw_only=True)
class TextToAnalyse:
    """A text as it was given, with what its source knows of it."""

    verbatim_id: int
    feedback_id: int
    text: str
    language: str | None
    question: str | None


@dataclass(frozen=True, kw_only=True)
class AnalysedText:
    """A text with what the analysis says of it."""

    given: TextToAnalyse
    annotation: Annotation


@cache
def _analyser() -> Analyser:
    return Analyser(list_themes())


def read_texts(
    session: Session, verbatim_ids: Sequence[int]
) -> tuple[TextToAnalyse, ...]:
    """Read texts as they were given; those that are gone are left out.

    A language that an earlier analysis found is not believed again, only one that
    the source declared.
    """
    rows = session.execute(
        select(
            Verbatim.id,
            Verbatim.feedback_id,
            func.coalesce(Verbatim.original, Verbatim.text),
            Feedback.language,
            AnnotationRecord.language_confidence,
            Verbatim.question,
        )
        .join(Feedback)
        .outerjoin(AnnotationRecord)
        .where(Verbatim.id.in_(verbatim_ids))
        .order_by(Verbatim.id)
    )
    return tuple(
        TextToAnalyse(
            verbatim_id=number,
            feedback_id=feedback_id,
            text=text,
            language=language if confidence in {None, 1.0} else None,
            question=question,
        )
        for number, feedback_id, text, language, confidence, question in rows
    )


def analyse_texts(texts: Sequence[TextToAnalyse]) -> tuple[AnalysedText, ...]:
    """Analyse texts, in order; needs no database."""
    documents = (
        Document(text=one.text, language=one.language, question=one.question)
        for one in texts
    )
    return tuple(
        AnalysedText(given=given, annotation=annotation)
        for given, annotation in zip(
            texts, _analyser().analyse_many(documents), strict=True
        )
    )


def store_annotations(
    session: Session, analysed: Sequence[AnalysedText], *, now: datetime
) -> None:
    """Store what the analysis says, in place of what an earlier one said.

    Corrections are laid on top, and the days are owed to the counts. Done twice, or
    by two workers one after the other, it leaves one annotation per text.
    """
    occasions = _lock(session, {one.given.feedback_id for one in analysed})
    wanted = [one.given.verbatim_id for one in analysed]
    numbers = session.scalars(select(Verbatim.id).where(Verbatim.id.in_(wanted))).all()
    present = [one for one in analysed if one.given.verbatim_id in set(numbers)]
    if not present:
        return
    for table in (Mention, AnnotationRecord):
        session.execute(delete(table).where(table.verbatim_id.in_(numbers)))
    session.execute(update(Verbatim), [_shown(one) for one in present])
    session.execute(insert(AnnotationRecord), [_record(one, now) for one in present])
    mentions = [
        row
        for one in present
        for row in _mentions(one, occasions[one.given.feedback_id])
    ]
    if mentions:
        session.execute(insert(Mention), mentions)
    _tell_languages(session, present)
    apply_corrections(session, sorted(list_corrected(session, numbers)))
    refresh_emotions(session, sorted(occasions))
    _owe_counts(session, occasions.values(), now=now)


@dataclass(frozen=True)
class _Occasion:
    journey_id: int
    day: date


def _lock(session: Session, feedback_ids: set[int]) -> dict[int, _Occasion]:
    """Lock the occasions, always in the same order, so that nobody waits in a ring."""
    rows = session.execute(
        select(Feedback.id, Feedback.journey_id, Feedback.day)
        .where(Feedback.id.in_(feedback_ids))
        .order_by(Feedback.id)
        .with_for_update()
    )
    return {number: _Occasion(journey_id, day) for number, journey_id, day in rows}


def _shown(one: AnalysedText) -> dict[str, Any]:
    given, annotation = one.given, one.annotation
    text = mask(given.text, annotation.personal_data)
    return {
        "id": given.verbatim_id,
        "original": given.text if text != given.text else None,
        "text": text,
        "search_text": search_text(text),
        "feeling": annotation.sentiment.label,
    }


def _record(one: AnalysedText, now: datetime) -> dict[str, Any]:
    annotation = one.annotation
    return {
        "verbatim_id": one.given.verbatim_id,
        "version": annotation.version,
        "language": annotation.language,
        "language_confidence": annotation.language_confidence,
        "feeling": annotation.sentiment.label,
        "score": annotation.sentiment.score,
        "types": [kind.value for kind in annotation.types],
        "personal_data": [
            {"kind": item.kind, "start": item.start, "end": item.end}
            for item in annotation.personal_data
        ],
        "annotated_at": now,
    }


def _mentions(one: AnalysedText, occasion: _Occasion) -> list[dict[str, Any]]:
    return [
        {
            "verbatim_id": one.given.verbatim_id,
            "journey_id": occasion.journey_id,
            "day": occasion.day,
            "theme_key": mention.key,
            "polarity": mention.polarity,
            "start": mention.start,
            "end": mention.end,
            "origin": mention.source,
            "confidence": mention.confidence,
            "rejected": False,
        }
        for mention in one.annotation.themes
    ]


def _tell_languages(session: Session, analysed: Sequence[AnalysedText]) -> None:
    """Set the language of occasions whose source declared none."""
    found = {
        one.given.feedback_id: one.annotation.language
        for one in reversed(analysed)
        if one.given.language is None and one.annotation.language != "und"
    }
    if found:
        session.execute(
            update(Feedback),
            [{"id": number, "language": code} for number, code in found.items()],
        )


def _owe_counts(
    session: Session, occasions: Iterable[_Occasion], *, now: datetime
) -> None:
    days: dict[int, set[date]] = {}
    for occasion in occasions:
        days.setdefault(occasion.journey_id, set()).add(occasion.day)
    for journey_id, stale in sorted(days.items()):
        mark_stale(session, journey_id, stale, now=now)
