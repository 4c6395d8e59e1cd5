"""Personal data: found when certain, masked in place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nlp.redaction import (
    MaskingRules,
    find_personal_data,
    mask,
    mask_identifiers,
)


def _found(text: str, language: str = "fr") -> list[tuple[str, str]]:
    return [
        (item.kind, text[item.start : item.end])
        for item in find_personal_data(text, language)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("écrivez à j.dupont@exemple.fr merci", "email", "j.dupont@exemple.fr"),
        ("appelez le 06 12 34 56 78", "phone", "06 12 34 56 78"),
        ("mon numéro : +33 6 12 34 56 78.", "phone", "+33 6 12 34 56 78"),
        (
            "IBAN FR76 3000 6000 0112 3456 7890 189 merci",
            "iban",
            "FR76 3000 6000 0112 3456 7890 189",
        ),
        ("carte 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("sécu 1 85 05 78 006 084 91", "nir", "1 85 05 78 006 084 91"),
        ("Mme Durand a été adorable", "person", "Durand"),
        ("merci à Karine du magasin", "person", "Karine"),
        ("Merci à Sophie Martin", "person", "Sophie Martin"),
        ("merci à julie du sav", "person", "julie"),
        ("Je m'appelle Gwenaël Le Bihan.", "person", "Gwenaël Le Bihan"),
        ("Mme LEFEBVRE ÉTAIT TRÈS AIMABLE", "person", "LEFEBVRE"),
        ("commande n° 123456789012 reçue le 12/03/2026", "order", "123456789012"),
        (
            "j'habite 12 rue Victor Hugo, 69003 Lyon.",
            "address",
            "12 rue Victor Hugo, 69003 Lyon",
        ),
    ],
)
def test_personal_data_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Livraison parfaite. Bonjour, Accueil parfait",
        "Livraison Rapide, Service Impeccable",
        "commande du 12/03/2026, 150 articles, 123456789012 points",
        "suivi 123456789012 reçu le 12/03/2026",
        "la rue de Rivoli est bloquée",
        "Yves Rocher et Leroy Merlin sont fermés",
        "un vol pour St. Louis, une salade César",
        "carte 4111 1111 1111 1112",
        "IBAN FR76 3000 6000 0112 3456 7890 188",
        "voir https://exemple.fr/commande/4512",
        "M. le directeur",
    ],
)
def test_what_identifies_nobody_is_left_alone(text: str) -> None:
    assert _found(text) == []


def test_english_names_and_phones_are_found() -> None:
    text = "Mr Smith was rude, Sarah Johnson was lovely. Ring me on 020 7946 0018."
    assert _found(text, "en") == [
        ("person", "Smith"),
        ("person", "Sarah Johnson"),
        ("phone", "020 7946 0018"),
    ]


def test_masking_moves_no_character() -> None:
    text = "Merci à Karine, 06 12 34 56 78 !"
    masked = mask(text, find_personal_data(text, "fr"))
    assert masked == "Merci à ••••••, •••••••••••••• !"


def test_addresses_and_numbers_are_masked_without_a_model_and_names_stay() -> None:
    masked = mask_identifiers("Karine Dupont, k@exemple.fr, 06 12 34 56 78")

    assert masked == "Karine Dupont, ••••••••••••, ••••••••••••••"


def _found_by(rules: MaskingRules, text: str) -> list[tuple[str, str]]:
    return [
        (item.kind, text[item.start : item.end])
        for item in find_personal_data(text, "fr", rules)
    ]


def test_order_numbers_have_the_form_that_the_deployment_gives() -> None:
    rules = MaskingRules(orders=("BZ-#####", "??/****"))

    assert _found_by(rules, "bz-40771, FR/12A4 ; BZ-4077 et ABZ-40771 non") == [
        ("order", "bz-40771"),
        ("order", "FR/12A4"),
    ]


def test_a_form_is_no_pattern_of_another_syntax() -> None:
    assert _found_by(MaskingRules(orders=("(a+)+.#",)), "aaaa1 (a+)+.7") == [
        ("order", "(a+)+.7")
    ]


def test_words_of_the_deployment_are_masked_whatever_their_accents_and_case() -> None:
    rules = MaskingRules(masked=frozenset({"projet elan", "zephyr"}))

    assert _found_by(rules, "Le Projet Élan 🎉 et ZÉPHYR, pas zephyrin") == [
        ("word", "Projet Élan"),
        ("word", "ZÉPHYR"),
    ]


def test_what_is_nobodys_name_is_spared_and_other_names_are_not() -> None:
    rules = MaskingRules(spared=frozenset({"karine"}))

    assert _found_by(rules, "merci à Karine et à Sophie") == [("person", "Sophie")]
    assert _found_by(rules, "merci à Karine Dupont") == [("person", "Karine Dupont")]


@given(st.text())
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for item in find_personal_data(text, "und"):
        assert end <= item.start < item.end <= len(text)
        end = item.end
