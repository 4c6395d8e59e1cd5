"""Run the analysis on texts, store what it says, keep the corrections on top.

Three steps, so that no transaction is open while the language models work:
`read_texts`, `analyse_texts`, `store_annotations`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from feedback.measures.scales import ScoreClass
from feedback.nlp.annotation import Annotation, Document, PersonalData, ScoreSide
from feedback.nlp.house import House
from feedback.nlp.pipeline import NO_HOUSES, VERSION, Analyser
from feedback.nlp.redaction import SHIPPED, MaskingRules, mask
from feedback.nlp.taxonomy import Taxonomy
from feedback.voice.corrections import list_corrected
from feedback.voice.emotions import refresh_emotions
from feedback.voice.intake import mark_stale
from feedback.voice.models import (
    AnnotationRecord,
    Feedback,
    MaskedKind,
    Mention,
    Source,
    Verbatim,
)
from feedback.voice.search import search_text
from feedback.voice.settling import apply_corrections

_SIDES: Mapping[ScoreClass | None, ScoreSide] = {
    ScoreClass.HIGH: "positive",
    ScoreClass.LOW: "negative",
}


@dataclass(frozen=True, kw_only=True)
class TextToAnalyse:
    """A text as it was given, with what its source knows of it."""

    verbatim_id: int
    feedback_id: int
    text: str
    language: str | None
    question: str | None
    #: side of the first rating of the same occasion, None in the middle
    score: ScoreSide | None = None
    #: what was masked before, where the text as it was given is no longer kept
    masked: tuple[PersonalData, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnalysedText:
    """A text with what the analysis says of it."""

    given: TextToAnalyse
    annotation: Annotation


@lru_cache(maxsize=1)
def _analyser(
    taxonomy: Taxonomy, masking: MaskingRules, houses: tuple[tuple[str, House], ...]
) -> Analyser:
    """Return who analyses by these rules and models, made anew when they change."""
    return Analyser(taxonomy, masking=masking, houses=dict(houses))


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
            func.coalesce(Verbatim.original, Verbatim.text).label("given"),
            Feedback.language,
            AnnotationRecord.language_confidence,
            Verbatim.question,
            Feedback.score_class,
            Verbatim.original.is_(None).label("is_forgotten"),
            AnnotationRecord.personal_data,
        )
        .join(Feedback)
        .outerjoin(AnnotationRecord)
        .where(Verbatim.id.in_(verbatim_ids))
        .order_by(Verbatim.id)
    )
    return tuple(
        TextToAnalyse(
            verbatim_id=row.id,
            feedback_id=row.feedback_id,
            text=row.given,
            language=row.language if row.language_confidence in {None, 1.0} else None,
            question=row.question,
            score=_SIDES.get(row.score_class),
            masked=tuple(PersonalData(**one) for one in row.personal_data or ())
            if row.is_forgotten
            else (),
        )
        for row in rows
    )


def analyse_texts(
    texts: Sequence[TextToAnalyse],
    taxonomy: Taxonomy,
    masking: MaskingRules = SHIPPED,
    houses: Mapping[str, House] = NO_HOUSES,
) -> tuple[AnalysedText, ...]:
    """Analyse texts by the rules of a taxonomy, in order; needs no database.

    `houses` holds the live model of each language that has one. The version of each
    answer is that of `version_of`.
    """
    version = version_of(taxonomy, houses)
    analyser = _analyser(taxonomy, masking, tuple(sorted(houses.items(), key=_code)))
    documents = (
        Document(
            text=one.text,
            language=one.language,
            question=one.question,
            score=one.score,
        )
        for one in texts
    )
    return tuple(
        AnalysedText(given=given, annotation=replace(annotation, version=version))
        for given, annotation in zip(
            texts, analyser.analyse_many(documents), strict=True
        )
    )


def version_of(taxonomy: Taxonomy, houses: Mapping[str, House] = NO_HOUSES) -> str:
    """Return the version that answers by these rules have.

    That of the analysis; after `+` that of the rules, where they are not the shipped
    ones; after `+m` that of the models of the deployment, where there are any.
    """
    version = f"{VERSION}+{taxonomy.version}" if taxonomy.version else VERSION
    if not houses:
        return version
    named = " ".join(
        f"{code} {house.version}" for code, house in sorted(houses.items(), key=_code)
    )
    return f"{version}+m{sha256(named.encode()).hexdigest()[:8]}"


def _code(item: tuple[str, House]) -> str:
    return item[0]


def store_annotations(
    session: Session,
    analysed: Sequence[AnalysedText],
    *,
    now: datetime,
    owe_counts: bool = True,
) -> None:
    """Store what the analysis says, in place of what an earlier one said.

    Corrections are laid on top, and the days are owed to the counts, unless the caller
    owes all of them at once. Done twice, or by two workers one after the other, it
    leaves one annotation per text.
    """
    occasions = _lock(session, {one.given.feedback_id for one in analysed})
    wanted = [one.given.verbatim_id for one in analysed]
    numbers = session.scalars(select(Verbatim.id).where(Verbatim.id.in_(wanted))).all()
    present = [one for one in analysed if one.given.verbatim_id in set(numbers)]
    if not present:
        return
    for table in (Mention, MaskedKind, AnnotationRecord):
        session.execute(delete(table).where(table.verbatim_id.in_(numbers)))
    _show(session, present)
    session.execute(insert(AnnotationRecord), [_record(one, now) for one in present])
    mentions = [
        row
        for one in present
        for row in _mentions(one, occasions[one.given.feedback_id])
    ]
    if mentions:
        session.execute(insert(Mention), mentions)
    kinds = [
        row
        for one in present
        for row in _masked_kinds(one, occasions[one.given.feedback_id])
    ]
    if kinds:
        session.execute(insert(MaskedKind), kinds)
    _tell_languages(session, present)
    apply_corrections(session, sorted(list_corrected(session, numbers)))
    refresh_emotions(session, sorted(occasions))
    if owe_counts:
        _owe_counts(session, occasions.values(), now=now)


def answered_by(session: Session, verbatim_ids: Sequence[int]) -> list[str]:
    """Return the public ids of the responses in which these texts were written."""
    keys = session.scalars(
        select(Feedback.origin_key)
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .where(Verbatim.id.in_(verbatim_ids), Feedback.source == Source.SURVEY)
        .distinct()
    )
    return sorted(key.partition(":")[2] for key in keys)


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


def _personal_data(one: AnalysedText) -> list[PersonalData]:
    """Return what is masked: what was found, and what was masked for good before."""
    taken = {place for item in one.given.masked for place in _places(item)}
    found = [
        item for item in one.annotation.personal_data if taken.isdisjoint(_places(item))
    ]
    return sorted([*one.given.masked, *found], key=lambda item: item.start)


def _places(item: PersonalData) -> range:
    return range(item.start, item.end)


def _masked_kinds(one: AnalysedText, occasion: _Occasion) -> list[dict[str, Any]]:
    return [
        {
            "verbatim_id": one.given.verbatim_id,
            "kind": kind,
            "journey_id": occasion.journey_id,
            "day": occasion.day,
            "places": places,
        }
        for kind, places in Counter(item.kind for item in _personal_data(one)).items()
    ]


def _show(session: Session, analysed: Sequence[AnalysedText]) -> None:
    """Let the texts be seen as they are now; those that stay the same cost nothing."""
    columns = (Verbatim.id, Verbatim.original, Verbatim.text, Verbatim.feeling)
    numbers = [one.given.verbatim_id for one in analysed]
    standing = {
        row.id: row
        for row in session.execute(select(*columns).where(Verbatim.id.in_(numbers)))
    }
    changed = [
        shown
        for shown in map(_shown, analysed)
        if any(
            getattr(standing[shown["id"]], name) != shown[name]
            for name in ("original", "text", "feeling")
        )
    ]
    if changed:
        session.execute(update(Verbatim), changed)


def _shown(one: AnalysedText) -> dict[str, Any]:
    given, annotation = one.given, one.annotation
    text = mask(given.text, _personal_data(one))
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
            for item in _personal_data(one)
        ],
        "reasons": [asdict(reason) for reason in annotation.sentiment.reasons],
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
