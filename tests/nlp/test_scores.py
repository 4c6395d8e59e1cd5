"""The score of who wrote: heard where the words leave things open, never above."""

import pytest

from feedback.nlp.annotation import Annotation, Feeling, Polarity, ScoreSide
from feedback.nlp.pipeline import Analyser

ASKED = {
    "fr": "Quelle est la raison principale de votre note ?",
    "en": "Why this score?",
}
SIDES: tuple[ScoreSide | None, ...] = (None, "positive", "negative")


def stances(found: Annotation) -> set[Polarity]:
    return {one.polarity for one in found.themes}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La livraison"),
        ("fr", "Le site internet"),
        ("en", "Prices"),
        ("en", "Delivery"),
        ("en", "The website"),
    ],
)
def test_what_is_only_named_is_meant_as_the_score(
    analyser: Analyser, language: str, text: str
) -> None:
    praise, complaint = (
        analyser.analyse(text, language=language, question=ASKED[language], score=score)
        for score in ("positive", "negative")
    )

    assert stances(praise) == {Polarity.POSITIVE}
    assert stances(complaint) == {Polarity.NEGATIVE}
    assert praise.sentiment.label not in {Feeling.NEGATIVE, Feeling.MIXED}
    assert complaint.sentiment.label not in {Feeling.POSITIVE, Feeling.MIXED}
    assert praise.sentiment.score > complaint.sentiment.score


@pytest.mark.parametrize(
    ("language", "text", "feeling"),
    [
        ("fr", "L'attente est interminable", Feeling.NEGATIVE),
        ("fr", "Les prix ont augmenté", Feeling.NEGATIVE),
        ("fr", "Personnel désagréable", Feeling.NEGATIVE),
        ("fr", "Trop cher", Feeling.NEGATIVE),
        ("fr", "Livraison en retard", Feeling.NEGATIVE),
        ("fr", "Rien ne va", Feeling.NEGATIVE),
        ("fr", "Accueil chaleureux", Feeling.POSITIVE),
        ("fr", "Très bon service", Feeling.POSITIVE),
        ("fr", "Livraison rapide", Feeling.POSITIVE),
        ("fr", "Personnel très aimable et compétent", Feeling.POSITIVE),
        ("en", "The queue is endless", Feeling.NEGATIVE),
        ("en", "Prices went up", Feeling.NEGATIVE),
        ("en", "Rude staff", Feeling.NEGATIVE),
        ("en", "Too expensive", Feeling.NEGATIVE),
        ("en", "Late delivery", Feeling.NEGATIVE),
        ("en", "Nothing works", Feeling.NEGATIVE),
        ("en", "Friendly staff", Feeling.POSITIVE),
        ("en", "Great service", Feeling.POSITIVE),
        ("en", "Fast delivery", Feeling.POSITIVE),
        ("en", "Helpful and competent people", Feeling.POSITIVE),
    ],
)
def test_a_complaint_of_who_recommends_and_a_praise_of_who_does_not_stay(
    analyser: Analyser, language: str, text: str, feeling: Feeling
) -> None:
    found = [
        analyser.analyse(text, language=language, question=ASKED[language], score=score)
        for score in SIDES
    ]

    assert {one.sentiment.label for one in found} == {feeling}
    assert len({one.sentiment.score for one in found}) == 1
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("language", "question", "hears"),
    [
        ("fr", "Pourquoi cette note ?", True),
        ("fr", "Pourquoi ?", True),
        ("fr", "Qu'est-ce qui explique votre note ?", True),
        ("fr", "Pourquoi avez-vous donné cette note ?", True),
        ("fr", "Pourquoi êtes-vous venu ?", False),
        ("fr", "Quelque chose à ajouter ?", False),
        ("fr", None, False),
        ("en", "Why?", True),
        ("en", "What is the main reason for your score?", True),
        ("en", "Why did you give us this rating?", True),
        ("en", "What explains your rating?", True),
        ("en", "Why did you come?", False),
        ("en", "Anything else?", False),
        ("en", None, False),
    ],
)
def test_only_a_question_for_the_reason_of_a_score_lets_it_be_heard(
    analyser: Analyser, language: str, question: str | None, hears: bool
) -> None:
    text = {"fr": "La livraison", "en": "Prices"}[language]
    sides = [
        analyser.analyse(text, language=language, question=question, score=score)
        for score in SIDES
    ]

    assert (stances(sides[1]) != stances(sides[2])) == hears
    if not hears:
        assert sides[0] == sides[1] == sides[2]


@pytest.mark.parametrize(
    ("language", "question", "text", "polarity"),
    [
        ("fr", "Qu'est-ce qui vous a déplu ?", "La livraison", Polarity.NEGATIVE),
        ("en", "What did you dislike?", "Prices", Polarity.NEGATIVE),
        ("en", "What did you like most?", "Prices", Polarity.POSITIVE),
    ],
)
def test_what_a_question_asks_for_comes_before_the_score(
    analyser: Analyser, language: str, question: str, text: str, polarity: Polarity
) -> None:
    for score in SIDES:
        found = analyser.analyse(
            text, language=language, question=question, score=score
        )
        assert stances(found) == {polarity}
