"""The feeling of short comments, traps included, in both languages."""

import pytest

from feedback.nlp.pipeline import Analyser


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("pas mal", "positive"),
        ("rien à redire", "positive"),
        ("sans problème", "positive"),
        ("je n'ai jamais été déçu", "positive"),
        ("pas d'attente à la caisse", "positive"),
        ("tt est nikel", "positive"),
        ("accueil apprÃ©ciÃ©", "positive"),
        ("👍👍", "positive"),
        ("je ne recommande pas", "negative"),
        ("je recommande pas", "negative"),
        ("ne répond jamais", "negative"),
        ("j'attendais mieux", "negative"),
        ("dommage", "negative"),
        ("à améliorer", "negative"),
        ("c'est trop long", "negative"),
        ("C'EST NUL", "negative"),
        ("nuuuuul", "negative"),
        ("tres decue", "negative"),
        ("😡", "negative"),
        ("Commande perdue, bravo !", "negative"),
        ("Colis cassé. Merci pour votre sérieux.", "negative"),
        ("Le personnel est aimable mais les prix sont trop élevés", "mixed"),
        ("Site facile. Par contre la livraison est en retard", "mixed"),
        ("plus de choix", "neutral"),
        ("RAS", "unrated"),
        ("r.a.s", "unrated"),
        ("ok", "unrated"),
        ("-", "unrated"),
        ("rien à signaler", "unrated"),
        ("", "unrated"),
    ],
)
def test_french_feelings(analyser: Analyser, text: str, label: str) -> None:
    assert analyser.analyse(text, language="fr").sentiment.label == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("not bad", "positive"),
        ("nothing to complain about", "positive"),
        ("no problem", "positive"),
        ("I have never been disappointed", "positive"),
        ("I was not unhappy", "positive"),
        ("gr8 service, v friendly", "positive"),
        ("I would not recommend", "negative"),
        ("they never answer", "negative"),
        ("could be better", "negative"),
        ("far too long", "negative"),
        ("what a shame", "negative"),
        ("needs improvement", "negative"),
        ("wasnt good", "negative"),
        ("CUSTOMER SERVICE IS USELESS", "negative"),
        ("Lost my parcel. Well done!", "negative"),
        ("Arrived broken, thanks a lot", "negative"),
        ("The staff are friendly but the prices are too high", "mixed"),
        ("Easy website. However the delivery was late", "mixed"),
        ("more choice", "neutral"),
        ("n/a", "unrated"),
        ("no comment", "unrated"),
        ("none", "unrated"),
    ],
)
def test_english_feelings(analyser: Analyser, text: str, label: str) -> None:
    assert analyser.analyse(text, language="en").sentiment.label == label


def test_two_languages_in_one_text_are_both_heard(analyser: Analyser) -> None:
    text = "Livraison très rapide. But the staff were not friendly at all."
    assert analyser.analyse(text).sentiment.label == "mixed"


def test_an_unsupported_language_is_not_rated(analyser: Analyser) -> None:
    found = analyser.analyse("El servicio es muy malo y la entrega llegó tarde")
    assert (found.language, found.sentiment.label) == ("es", "unrated")
    assert found.themes == ()
