"""New answers put aside, until all of them are there to take the places of the old."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from feedback.nlp.annotation import (
    Annotation,
    Feeling,
    PersonalData,
    Polarity,
    Reason,
    Sentiment,
    TextType,
    ThemeMention,
)
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.models import Verbatim
from feedback.voice.rules.models import StagedAnnotation


def put_aside(
    session: Session, reanalysis_id: int, analysed: Sequence[AnalysedText]
) -> None:
    """Keep new answers beside the old ones, which stand; none may be there yet.

    Texts that were deleted while they were analysed are left out.
    """
    given = [one.given.verbatim_id for one in analysed]
    present = set(
        session.scalars(
            select(Verbatim.id)
            .where(Verbatim.id.in_(given))
            .with_for_update(read=True, key_share=True)
        )
    )
    rows = [
        {
            "reanalysis_id": reanalysis_id,
            "verbatim_id": one.given.verbatim_id,
            "annotation": asdict(one.annotation),
        }
        for one in analysed
        if one.given.verbatim_id in present
    ]
    if rows:
        session.execute(insert(StagedAnnotation), rows)


def put_in_place(
    session: Session, reanalysis_id: int, *, most: int, now: datetime
) -> int:
    """Let at most so many new answers take the places of the old; return how many.

    Corrections stay on top. The counts are left to the caller.
    """
    rows = session.execute(
        select(StagedAnnotation.verbatim_id, StagedAnnotation.annotation)
        .where(StagedAnnotation.reanalysis_id == reanalysis_id)
        .order_by(StagedAnnotation.verbatim_id)
        .limit(most)
    )
    answers = {number: _read(written) for number, written in rows}
    texts = read_texts(session, list(answers))
    store_annotations(
        session,
        [AnalysedText(given=one, annotation=answers[one.verbatim_id]) for one in texts],
        now=now,
        owe_counts=False,
    )
    _drop(session, reanalysis_id, list(answers))
    return len(answers)


def throw_away(session: Session, reanalysis_id: int, *, most: int) -> int:
    """Delete at most so many answers put aside; return how many."""
    numbers = session.scalars(
        select(StagedAnnotation.verbatim_id)
        .where(StagedAnnotation.reanalysis_id == reanalysis_id)
        .order_by(StagedAnnotation.verbatim_id)
        .limit(most)
    ).all()
    _drop(session, reanalysis_id, numbers)
    return len(numbers)


def _drop(session: Session, reanalysis_id: int, numbers: Sequence[int]) -> None:
    session.execute(
        delete(StagedAnnotation).where(
            StagedAnnotation.reanalysis_id == reanalysis_id,
            StagedAnnotation.verbatim_id.in_(numbers),
        )
    )


def _read(written: Mapping[str, Any]) -> Annotation:
    feeling = written["sentiment"]
    return Annotation(
        language=written["language"],
        language_confidence=written["language_confidence"],
        sentiment=Sentiment(
            label=Feeling(feeling["label"]),
            score=feeling["score"],
            reasons=tuple(Reason(**one) for one in feeling["reasons"]),
        ),
        themes=tuple(
            ThemeMention(**{**one, "polarity": Polarity(one["polarity"])})
            for one in written["themes"]
        ),
        types=tuple(map(TextType, written["types"])),
        personal_data=tuple(PersonalData(**one) for one in written["personal_data"]),
        version=written["version"],
    )
