"""Phrases tried before they are saved: how many they would catch, and which."""

import pytest
from sqlalchemy.orm import Session

from feedback.core.errors import Invalid
from feedback.nlp import loading
from feedback.nlp.annotation import Annotation, Feeling, Polarity, Sentiment
from feedback.nlp.taxonomy import OwnPhrase
from feedback.nlp.trying import Caught, try_on
from feedback.voice import trying
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.trying import try_phrases
from tests.conftest import StoppedClock
from tests.factories import Factories

BROKEN = OwnPhrase("fr", "borne & (panne|marche)", Polarity.NEGATIVE)


def said(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    *texts: str,
    language: str = "fr",
) -> None:
    point = factories.touchpoint()
    answer = Annotation(
        language=language,
        language_confidence=1.0,
        sentiment=Sentiment(label=Feeling.NEUTRAL, score=0.0),
        themes=(),
        types=(),
        personal_data=(),
        version="test",
    )
    for text in texts:
        occasion = factories.feedback(point, text=text)
        given = read_texts(session, [occasion.verbatims[0].id])
        analysed = [AnalysedText(given=one, annotation=answer) for one in given]
        store_annotations(session, analysed, now=clock.now())


def test_a_phrase_catches_what_the_analysis_would() -> None:
    texts = ["La BORNE ne marche pas !", "Rien à dire", "La borne", "panne de la borne"]
    caught = list(try_on([BROKEN], "fr", texts))

    assert [bool(one) for one in caught] == [True, False, False, True]
    assert caught[3] == (Caught(0, Polarity.NEGATIVE, 0, 17),)


def test_a_topic_is_caught_where_something_is_said_of_it() -> None:
    topic = OwnPhrase("fr", "casiers?")
    good, bad, silent = try_on(
        [topic], "fr", ["super casiers", "le casier est nul", "le casier du magasin"]
    )

    assert [one.polarity for one in good] == [Polarity.POSITIVE]
    assert [one.polarity for one in bad] == [Polarity.NEGATIVE]
    assert silent == ()


def test_counts_and_examples_come_before_saving(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    said(
        session,
        factories,
        clock,
        *["La borne est en panne"] * 12,
        "La borne marche bien",
        "Trop cher",
        "Personnel aimable",
    )
    said(session, factories, clock, "La borne est en panne", language="en")
    other = OwnPhrase("fr", "jamais dit", Polarity.WISH)

    tried = try_phrases(session, "fr", [BROKEN, other, BROKEN])

    assert (tried.tried_on, tried.caught) == (15, 13)
    assert tried.by_phrase == ((BROKEN, 13), (other, 0))
    assert len(tried.examples) == 10
    first = tried.examples[0]
    assert first.text == "La borne marche bien"
    (mention,) = first.mentions
    assert first.text[mention.start : mention.end] == "borne marche"


def test_spellings_that_are_read_as_the_word_are_found(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    said(session, factories, clock, "tjs en panne", "TOUJOURS en panne", "pane")
    phrase = OwnPhrase("fr", "toujours en panne", Polarity.NEGATIVE)

    assert try_phrases(session, "fr", [phrase]).caught == 2


def test_where_more_is_worth_reading_the_newest_are_read_and_said(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trying, "MOST_READ", 3)
    said(session, factories, clock, *["borne en panne", "Trop cher"] * 5)

    tried = try_phrases(session, "fr", [BROKEN])

    assert (tried.caught, tried.tried_on) == (3, 6)


def test_a_word_with_a_number_is_looked_for_in_all_the_newest_texts(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    said(session, factories, clock, "la 4g est nulle", "la 4G", "nul")
    phrase = OwnPhrase("fr", "4g", Polarity.NEGATIVE)

    assert try_phrases(session, "fr", [phrase]).caught == 2


def test_a_faulty_phrase_is_said_and_nothing_is_tried(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        try_phrases(session, "fr", [OwnPhrase("fr", "(borne", Polarity.WISH)])

    assert refused.value.fields == {"pattern": "pattern_syntax"}
    assert refused.value.values == {"pattern": "(borne"}


def test_nothing_said_and_nothing_asked_are_answers(session: Session) -> None:
    assert try_phrases(session, "fr", [BROKEN]).tried_on == 0
    assert try_phrases(session, "fr", []).caught == 0


def test_trying_loads_no_language_model(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a model was loaded")

    for name in ("load_names", "load_grammar", "load_text_blob"):
        monkeypatch.setattr(loading, name, refuse)
    said(session, factories, clock, "borne en panne")

    assert try_phrases(session, "fr", [BROKEN]).caught == 1
