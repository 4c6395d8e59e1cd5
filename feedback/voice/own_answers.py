"""The texts of a deployment whose feeling is known: corrected, or scored."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.measures.scales import ScoreClass
from feedback.nlp.annotation import Feeling
from feedback.nlp.schooling import OwnAnswer
from feedback.voice.models import (
    AnnotationRecord,
    Correction,
    CorrectionKind,
    Feedback,
    Verbatim,
)

#: the newest texts are learned from, at most so many of a language
MOST = 20_000
#: what the score of an answer counts beside the word of an analyst
SCORED = 0.3
#: what a score tells of the text beside it; one in the middle does not mean neutral
BY_SCORE: Mapping[ScoreClass, Feeling] = {
    ScoreClass.LOW: Feeling.NEGATIVE,
    ScoreClass.HIGH: Feeling.POSITIVE,
}


def read_own_answers(session: Session, language: str) -> tuple[OwnAnswer, ...]:
    """Return the newest texts of a language whose feeling is known, masked.

    The last correction of an analyst is believed; where there is none, the first
    rating of the occasion, if it has one text only: a score does not say which of
    several texts it stands for.
    """
    corrected = [
        _answer(row, language, Feeling(row.value), 1.0)
        for row in session.execute(
            _texts(language, Correction.value)
            .join(Correction, Correction.verbatim_id == Verbatim.id)
            .where(
                Correction.id.in_(_last_words()),
                Correction.value != Feeling.UNRATED.value,
            )
            .limit(MOST)
        )
    ]
    texts = select(func.count(Verbatim.id)).where(Verbatim.feedback_id == Feedback.id)
    scored = [
        _answer(row, language, BY_SCORE[row.score_class], SCORED)
        for row in session.execute(
            _texts(language, Feedback.score_class)
            .where(
                Feedback.score_class.in_(list(BY_SCORE)),
                texts.correlate(Feedback).scalar_subquery() == 1,
                Verbatim.id.not_in(
                    select(Correction.verbatim_id).where(
                        Correction.id.in_(_last_words())
                    )
                ),
            )
            .limit(MOST - len(corrected))
        )
    ]
    return (*corrected, *scored)


def _last_words() -> Select[Any]:
    """Select the correction of a feeling that holds, of each verbatim."""
    return (
        select(func.max(Correction.id))
        .where(
            Correction.kind == CorrectionKind.FEELING,
            Correction.withdrawn_at.is_(None),
        )
        .group_by(Correction.verbatim_id)
    )


def _texts(language: str, *further: Any) -> Select[Any]:
    return (
        select(
            Verbatim.text,
            Verbatim.question,
            Feedback.id.label("occasion"),
            Feedback.customer,
            *further,
        )
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(AnnotationRecord.language == language)
        .order_by(Verbatim.id.desc())
    )


def _answer(row: Any, language: str, feeling: Feeling, weight: float) -> OwnAnswer:
    return OwnAnswer(
        text=row.text,
        language=language,
        question=row.question,
        feeling=feeling,
        weight=weight,
        group=f"customer {row.customer}" if row.customer else f"once {row.occasion}",
    )
