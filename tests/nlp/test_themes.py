"""Every theme is heard in both languages, with its polarity."""

import pytest

from feedback.nlp.pipeline import Analyser


def _said(
    analyser: Analyser, text: str, language: str, question: str | None = None
) -> set[tuple[str, str]]:
    found = analyser.analyse(text, language=language, question=question)
    return {(theme.key, str(theme.polarity)) for theme in found.themes}


FRICTIONS = {
    "delivery_or_activation_delay": ("livraison en retard", "the delivery was late"),
    "queue_wait": ("trop d'attente en caisse", "the queue was far too long"),
    "process_effort": ("démarche trop compliquée", "the process is complicated"),
    "appointment_missed": ("rendez-vous annulé", "the engineer never turned up"),
    "price_fees": ("les prix sont trop élevés", "far too expensive"),
    "payment_billing": ("j'ai été prélevé deux fois", "I was charged twice"),
    "refund_return": ("toujours pas remboursé", "they refused to refund me"),
    "loyalty_promo": ("bon d'achat jamais reçu", "my voucher has expired"),
    "out_of_stock": ("toujours en rupture de stock", "always out of stock"),
    "assortment": ("pas assez de choix", "not enough choice"),
    "information": ("manque d'information", "nobody told us anything"),
    "wrong_or_missing_item": ("article non conforme", "they sent the wrong item"),
    "delivery_problem": ("colis abîmé", "the parcel was damaged"),
    "product_or_service_quality": ("mauvaise qualité", "poor quality"),
    "customer_service": ("service client injoignable", "they never answer"),
    "claim_handling": ("sinistre toujours pas réglé", "my claim was refused"),
    "contract_or_order_cancellation": (
        "impossible de résilier",
        "they cancelled my order",
    ),
    "website_app": ("le site bugue", "the app keeps crashing"),
    "store_environment": ("magasin sale", "the store is dirty"),
    "staff_attitude": ("vendeuse désagréable", "the staff were rude"),
    "staff_competence_availability": (
        "aucun vendeur pour conseiller",
        "nobody around to help",
    ),
    "trust_privacy": ("c'est une arnaque", "it is a scam"),
}
PRAISES = {
    "delivery_or_activation_delay": ("livraison rapide", "fast delivery"),
    "queue_wait": ("pas d'attente", "no queue at all"),
    "process_effort": ("démarche simple et rapide", "the process was easy"),
    "appointment_missed": ("technicien ponctuel", "the engineer came on time"),
    "price_fees": ("pas cher", "great value for money"),
    "payment_billing": ("paiement facile", "payment was easy"),
    "refund_return": ("remboursement rapide", "quick refund"),
    "loyalty_promo": ("promotions intéressantes", "great offers"),
    "out_of_stock": ("toujours en stock", "everything was in stock"),
    "assortment": ("large choix", "wide range"),
    "information": ("informations claires", "clear instructions"),
    "wrong_or_missing_item": ("conforme à la description", "exactly as described"),
    "delivery_problem": ("colis bien emballé", "well packed"),
    "product_or_service_quality": ("produits de bonne qualité", "good quality"),
    "customer_service": ("service client réactif", "customer service was great"),
    "claim_handling": ("sinistre réglé rapidement", "my claim was settled quickly"),
    "contract_or_order_cancellation": ("résiliation facile", "easy to cancel"),
    "website_app": ("site facile à utiliser", "the website is easy to use"),
    "store_environment": ("magasin propre", "the store is clean"),
    "staff_attitude": ("personnel aimable", "friendly staff"),
    "staff_competence_availability": ("de bons conseils", "knowledgeable staff"),
    "trust_privacy": ("site de confiance", "trustworthy"),
}
WISHES = {
    "price_fees": ("il faudrait baisser les prix", "please lower the prices"),
    "assortment": ("plus de choix", "more choice"),
    "queue_wait": ("ouvrir plus de caisses", "open more tills"),
    "website_app": ("ajouter un mode sombre", "please add a dark mode"),
    "information": ("plus d'informations", "more information please"),
}


@pytest.mark.parametrize("key", FRICTIONS)
def test_each_theme_is_heard_in_a_complaint(analyser: Analyser, key: str) -> None:
    french, english = FRICTIONS[key]
    assert (key, "negative") in _said(analyser, french, "fr")
    assert (key, "negative") in _said(analyser, english, "en")


@pytest.mark.parametrize("key", PRAISES)
def test_each_theme_is_heard_in_a_praise(analyser: Analyser, key: str) -> None:
    french, english = PRAISES[key]
    assert (key, "positive") in _said(analyser, french, "fr")
    assert (key, "positive") in _said(analyser, english, "en")


@pytest.mark.parametrize("key", WISHES)
def test_a_wish_is_no_complaint(analyser: Analyser, key: str) -> None:
    french, english = WISHES[key]
    assert _said(analyser, french, "fr") == {(key, "wish")}
    assert _said(analyser, english, "en") == {(key, "wish")}


@pytest.mark.parametrize(
    ("text", "language"),
    [("très bien", "fr"), ("nul", "fr"), ("great", "en"), ("awful", "en")],
)
def test_general_praise_and_blame_carry_no_theme(
    analyser: Analyser, text: str, language: str
) -> None:
    assert _said(analyser, text, language) == set()


def test_negation_turns_a_praise_into_a_complaint(analyser: Analyser) -> None:
    assert ("staff_attitude", "negative") in _said(
        analyser, "les caissières ne sont pas très aimables", "fr"
    )
    assert ("staff_attitude", "negative") in _said(
        analyser, "the staff were never friendly", "en"
    )


@pytest.mark.parametrize(
    ("question", "text", "language", "polarity"),
    [
        ("Que pouvons-nous améliorer ?", "les prix", "fr", "wish"),
        ("What could we improve?", "prices", "en", "wish"),
        ("Qu'avez-vous le plus apprécié ?", "les prix", "fr", "positive"),
        ("What did you like most?", "the prices", "en", "positive"),
        ("Motif de votre insatisfaction ?", "les prix", "fr", "negative"),
        ("What disappointed you? What went wrong?", "prices", "en", "negative"),
    ],
)
def test_a_bare_noun_is_read_as_an_answer_to_its_question(
    analyser: Analyser, question: str, text: str, language: str, polarity: str
) -> None:
    assert _said(analyser, text, language, question) == {("price_fees", polarity)}


def test_a_bare_noun_without_a_question_says_nothing(analyser: Analyser) -> None:
    assert _said(analyser, "les prix", "fr") == set()


def test_a_mention_shows_the_very_words(analyser: Analyser) -> None:
    text = "😀 Bof… L’ATTENTE EN CAISSE était trop loooongue, dommage"
    found = analyser.analyse(text, language="fr").themes
    assert [text[theme.start : theme.end] for theme in found] == [
        "ATTENTE EN CAISSE était trop loooongue"
    ]
    assert found[0].source.startswith("rule:queue_wait.fr.")
