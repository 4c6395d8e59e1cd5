"""Analysis of texts: what is stored, shown, masked and counted; done twice or again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.nlp.annotation import (
    Annotation,
    Feeling,
    PersonalData,
    Polarity,
    Reason,
    Sentiment,
    ThemeMention,
)
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.corrections import add_theme, correct_feeling, reject_theme
from feedback.voice.models import (
    AnnotationRecord,
    Feedback,
    Mention,
    StaleDay,
    Verbatim,
)
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories


def annotation(
    feeling: Feeling = Feeling.NEGATIVE,
    *,
    themes: Sequence[ThemeMention] = (),
    personal_data: Sequence[PersonalData] = (),
    reasons: Sequence[Reason] = (),
    language: str = "fr",
    confidence: float = 0.9,
) -> Annotation:
    return Annotation(
        language=language,
        language_confidence=confidence,
        sentiment=Sentiment(label=feeling, score=-0.5, reasons=tuple(reasons)),
        themes=tuple(themes),
        types=(),
        personal_data=tuple(personal_data),
        version="test-1",
    )


def mention(
    key: str = "queue_wait",
    polarity: Polarity = Polarity.NEGATIVE,
    start: int = 0,
    end: int = 7,
) -> ThemeMention:
    return ThemeMention(
        key=key,
        polarity=polarity,
        start=start,
        end=end,
        source="rule:test",
        confidence=0.9,
    )


def store(
    session: Session, clock: StoppedClock, verbatim: Verbatim, said: Annotation
) -> None:
    """Store an analysis of one verbatim, as a worker would."""
    texts = read_texts(session, [verbatim.id])
    store_annotations(
        session,
        [AnalysedText(given=texts[0], annotation=said)],
        now=clock.now(),
    )
    session.expire_all()


def only_verbatim(session: Session) -> Verbatim:
    return session.scalars(select(Verbatim)).one()


def test_an_analysed_text_is_shown_searched_counted_and_its_original_dropped(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    feedback = factories.feedback(text="Attente  trop longue à l’Été !")
    session.execute(delete(StaleDay))

    store(session, clock, only_verbatim(session), annotation(themes=[mention()]))

    verbatim = only_verbatim(session)
    assert verbatim.text == "Attente  trop longue à l’Été !"
    assert verbatim.search_text == "attente trop longue a l ete"
    assert verbatim.original is None
    assert verbatim.feeling == Feeling.NEGATIVE
    assert verbatim.annotation is not None
    assert verbatim.annotation.annotated_at == clock.now()
    (found,) = verbatim.mentions
    assert (found.theme_key, found.day, found.journey_id, found.rejected) == (
        "queue_wait",
        date(2026, 10, 15),
        feedback.journey_id,
        False,
    )
    assert session.scalars(select(StaleDay.day)).all() == [date(2026, 10, 15)]


def test_personal_data_is_masked_in_place_and_the_original_kept_apart(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    text = "Rappelez le 06 12 34 56 78, attente."
    factories.feedback(text=text)
    hidden = PersonalData(kind="phone", start=12, end=26)

    store(session, clock, only_verbatim(session), annotation(personal_data=[hidden]))

    verbatim = only_verbatim(session)
    assert verbatim.original == text
    assert verbatim.text is not None
    assert len(verbatim.text) == len(text)
    assert "06" not in verbatim.text
    assert "06" not in (verbatim.search_text or "")
    assert verbatim.text.endswith(", attente.")


def test_what_a_later_analysis_finds_personal_is_masked_from_the_text_as_given(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Je suis Zoé Martin")
    store(session, clock, only_verbatim(session), annotation())
    hidden = PersonalData(kind="person", start=8, end=18)

    store(session, clock, only_verbatim(session), annotation(personal_data=[hidden]))
    store(session, clock, only_verbatim(session), annotation(personal_data=[hidden]))

    verbatim = only_verbatim(session)
    assert verbatim.original == "Je suis Zoé Martin"
    assert verbatim.text == "Je suis ••••••••••"


def test_the_emotion_is_made_of_all_ratings_and_all_feelings(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    feedback = factories.feedback(text="Attente", nps=10)
    assert feedback.emotion == 2.0

    store(session, clock, only_verbatim(session), annotation(Feeling.NEGATIVE))
    assert session.get_one(Feedback, feedback.id).emotion == pytest.approx(0.25)

    store(session, clock, only_verbatim(session), annotation(Feeling.UNRATED))
    assert session.get_one(Feedback, feedback.id).emotion == 2.0


def test_a_declared_language_stands_and_an_unknown_one_is_told_by_the_analysis(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    declared = factories.feedback(text="Attente", language="en")
    unknown = factories.feedback(text="Attente")
    neither = factories.feedback(text="...")
    for feedback, language in ((declared, "fr"), (unknown, "fr"), (neither, "und")):
        verbatim = feedback.verbatims[0]
        store(session, clock, verbatim, annotation(language=language))

    languages = session.scalars(select(Feedback.language).order_by(Feedback.id)).all()
    assert languages == ["en", "fr", None]
    (again,) = read_texts(session, [unknown.verbatims[0].id])
    assert again.language is None


def test_done_twice_it_leaves_one_annotation_and_the_last_mentions(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Attente trop longue")
    verbatim = only_verbatim(session)

    store(session, clock, verbatim, annotation(themes=[mention(), mention(start=2)]))
    store(session, clock, verbatim, annotation(Feeling.MIXED, themes=[mention()]))

    assert len(session.scalars(select(AnnotationRecord)).all()) == 1
    assert len(session.scalars(select(Mention)).all()) == 1
    assert only_verbatim(session).feeling == Feeling.MIXED


def test_a_text_that_was_deleted_meanwhile_stops_nothing(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    kept = factories.feedback(text="Attente").verbatims[0]
    gone = factories.feedback(text="Adieu").verbatims[0]
    texts = read_texts(session, [kept.id, gone.id])
    session.execute(delete(Verbatim).where(Verbatim.id == gone.id))

    store_annotations(
        session,
        [AnalysedText(given=text, annotation=annotation()) for text in texts],
        now=clock.now(),
    )

    assert session.scalars(select(AnnotationRecord.verbatim_id)).all() == [kept.id]


def test_corrections_survive_a_new_analysis(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Attente trop longue, prix doux")
    author = factories.account(role=Role.ANALYST)
    verbatim = only_verbatim(session)
    store(session, clock, verbatim, annotation(themes=[mention()]))
    by: dict[str, Any] = {"author_id": author.id, "now": clock.now()}
    correct_feeling(
        session, verbatim.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
    )
    reject_theme(session, verbatim.public_id, "queue_wait", Polarity.NEGATIVE, **by)
    add_theme(
        session,
        verbatim.public_id,
        "price_fees",
        Polarity.POSITIVE,
        start=21,
        end=30,
        **by,
    )

    moved = mention(polarity=Polarity.WISH, start=8, end=19)
    store(session, clock, verbatim, annotation(Feeling.NEGATIVE, themes=[moved]))

    verbatim = only_verbatim(session)
    assert verbatim.feeling == Feeling.MIXED
    assert verbatim.annotation is not None
    assert verbatim.annotation.feeling == Feeling.NEGATIVE
    assert {(m.theme_key, m.origin, m.rejected) for m in verbatim.mentions} == {
        ("queue_wait", "rule:test", True),
        ("price_fees", "analyst", False),
    }


@pytest.mark.slow
def test_the_worker_analyses_what_was_recorded(
    session: Session, factories: Factories, worker: Worker
) -> None:
    factories.feedback(text="L’attente à la caisse est beaucoup trop longue.")
    session.commit()

    worker.drain()

    session.expire_all()
    verbatim = only_verbatim(session)
    assert verbatim.feeling == Feeling.NEGATIVE
    assert "queue_wait" in {found.theme_key for found in verbatim.mentions}


@pytest.mark.parametrize(
    ("nps", "score"), [(10, "positive"), (7, None), (3, "negative"), (None, None)]
)
def test_a_text_goes_to_the_analysis_with_the_side_of_its_score(
    session: Session, factories: Factories, nps: int | None, score: str | None
) -> None:
    factories.feedback(text="Les prix", nps=nps)

    (given,) = read_texts(session, [only_verbatim(session).id])

    assert given.score == score
