"""French ways of speaking of a theme, and neighbours that must not be taken for it."""

import pytest

from feedback.nlp.pipeline import Analyser

HEARD = [
    ("Armoire livrée au bout de sept semaines", "delivery_or_activation_delay"),
    ("Cinquante minutes d'attente pour un simple renseignement", "queue_wait"),
    ("Il a fallu venir trois fois avec les mêmes papiers", "process_effort"),
    ("Impossible de trouver un rendez-vous avant mars", "appointment_missed"),
    ("Frais de douane de 20 € à l'arrivée", "price_fees"),
    ("On m'a facturé un petit-déjeuner de trop", "payment_billing"),
    ("Ils refusent de me rendre ma caution", "refund_return"),
    ("La remise n'a pas été déduite", "loyalty_promo"),
    ("Il n'y en a plus du tout", "out_of_stock"),
    ("Le rayon bricolage est peu fourni", "assortment"),
    ("Personne ne m'a prévenu", "information"),
    ("J'ai reçu un grille-pain au lieu de la bouilloire", "wrong_or_missing_item"),
    ("Carton défoncé", "delivery_problem"),
    ("Punaises de lit", "product_or_service_quality"),
    ("Numéro surtaxé et toujours occupé", "customer_service"),
    ("Mon dossier de dégât des eaux dort", "claim_handling"),
    ("Préavis de trois mois pour résilier", "contract_or_order_cancellation"),
    ("Le panier se vide tout seul", "website_app"),
    ("On ne s'entend pas parler tant la salle est bruyante", "store_environment"),
    ("Il m'a parlé comme à une gamine", "staff_attitude"),
    ("Conseillers mal formés", "staff_competence_availability"),
    ("Faux conseiller au téléphone, il voulait mon code", "trust_privacy"),
]
NOT_HEARD = [
    ("L'ascenseur est introuvable", "out_of_stock"),
    ("Mon fils était malade ce jour-là", "product_or_service_quality"),
    ("J'ai rendez-vous avec une personne de l'agence", "appointment_missed"),
    ("Deux appels et tout était réglé", "customer_service"),
    ("La résiliation m'a été confirmée par lettre recommandée", "payment_billing"),
]


@pytest.mark.parametrize(("text", "key"), HEARD)
def test_a_friction_is_heard(analyser: Analyser, text: str, key: str) -> None:
    found = analyser.analyse(text, language="fr").themes
    assert key in {theme.key for theme in found if theme.polarity != "positive"}


@pytest.mark.parametrize(("text", "key"), NOT_HEARD)
def test_a_neighbour_is_not_taken_for_it(
    analyser: Analyser, text: str, key: str
) -> None:
    found = analyser.analyse(text, language="fr").themes
    assert key not in {theme.key for theme in found}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Les prix sont un peu élevés", "price_fees"),
        ("Les vendeurs ne sont pas assez disponibles", "staff_competence_availability"),
    ],
)
def test_a_degree_does_not_turn_a_complaint_into_praise(
    analyser: Analyser, text: str, key: str
) -> None:
    found = analyser.analyse(text, language="fr").themes
    assert {(theme.key, str(theme.polarity)) for theme in found} == {(key, "negative")}
