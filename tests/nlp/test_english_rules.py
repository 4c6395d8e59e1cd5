"""What English rules must hear in any sector, and what they must not make up."""

import pytest

from feedback.nlp.pipeline import Analyser


def _said(analyser: Analyser, text: str) -> set[tuple[str, str]]:
    found = analyser.analyse(text, language="en")
    return {(theme.key, str(theme.polarity)) for theme in found.themes}


@pytest.mark.parametrize(
    "text",
    [
        "the bill was 214",
        "the hotel is 9 miles from the beach",
        "the next slot is in 19 days",
        "my policy number is 4471",
    ],
)
def test_a_bare_number_is_no_praise(analyser: Analyser, text: str) -> None:
    assert all(polarity != "positive" for _, polarity in _said(analyser, text))


@pytest.mark.parametrize(
    "text", ["the app is not working", "it isn't syncing with my phone"]
)
def test_a_denied_verb_is_denied_once(analyser: Analyser, text: str) -> None:
    assert ("website_app", "negative") in _said(analyser, text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("she talked me out of the dearer one", "out_of_stock"),
        ("the party went on till four in the morning", "queue_wait"),
        ("the air con rattled", "trust_privacy"),
        ("a bit worried to be honest", "trust_privacy"),
        ("it shows my heart rate badly", "price_fees"),
        ("the band does not support my phone", "customer_service"),
        ("he dropped my bag", "assortment"),
    ],
)
def test_words_that_only_look_like_a_theme(
    analyser: Analyser, text: str, key: str
) -> None:
    assert key not in {theme for theme, _ in _said(analyser, text)}


@pytest.mark.parametrize(
    ("text", "key", "polarity"),
    [
        ("handed to a neighbour I have never met", "delivery_problem", "negative"),
        ("it came two days early", "delivery_or_activation_delay", "positive"),
        ("we were in and out in ten minutes", "queue_wait", "positive"),
        ("one desk open for everybody", "queue_wait", "negative"),
        ("had to fill in the form for the third time", "process_effort", "negative"),
        ("we have no record of your booking", "appointment_missed", "negative"),
        ("my premium shot up at renewal", "price_fees", "negative"),
        ("you get what you pay for", "price_fees", "positive"),
        ("charged for extras I never took", "payment_billing", "negative"),
        ("money back within the week", "refund_return", "positive"),
        ("my points vanished overnight", "loyalty_promo", "negative"),
        ("no soup left at noon", "out_of_stock", "negative"),
        ("spoilt for choice", "assortment", "positive"),
        ("only three dishes on the menu", "assortment", "negative"),
        ("nobody could tell us when it would leave", "information", "negative"),
        ("seats in different rows", "wrong_or_missing_item", "negative"),
        ("the kettle is dead", "product_or_service_quality", "negative"),
        ("I rang three times", "customer_service", "negative"),
        ("fixed in one go", "customer_service", "positive"),
        ("the claim was settled within a week", "claim_handling", "positive"),
        ("cancelled by text", "contract_or_order_cancellation", "negative"),
        ("the filters do not load", "website_app", "negative"),
        ("the app drains my battery", "website_app", "negative"),
        ("syncs perfectly with my watch", "website_app", "positive"),
        ("a widget would be nice", "website_app", "wish"),
        ("no ramp for wheelchairs", "store_environment", "negative"),
        ("the waiter sulked", "staff_attitude", "negative"),
        ("the porter was a star", "staff_attitude", "positive"),
        (
            "not one human being on the gate",
            "staff_competence_availability",
            "negative",
        ),
        ("she found the fault", "staff_competence_availability", "positive"),
        ("you passed on my number and sold my data", "trust_privacy", "negative"),
    ],
)
def test_the_ways_customers_put_it(
    analyser: Analyser, text: str, key: str, polarity: str
) -> None:
    assert (key, polarity) in _said(analyser, text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("I am buying a present for my mother", "price_fees"),
        ("the garden is on the doorstep", "delivery_problem"),
        ("ask me again in six months", "information"),
        ("my father died in March", "delivery_or_activation_delay"),
        ("she told me to bring the dog", "staff_attitude"),
        ("we drove the whole night", "delivery_problem"),
        ("I take the bus to the branch", "payment_billing"),
        ("the show starts at eight", "information"),
        ("my son wants to be an engineer", "appointment_missed"),
    ],
)
def test_plain_tales_carry_no_such_theme(
    analyser: Analyser, text: str, key: str
) -> None:
    assert key not in {theme for theme, _ in _said(analyser, text)}
