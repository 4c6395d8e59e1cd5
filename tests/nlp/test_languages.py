"""Languages: told apart, third ones known for what they are."""

import pytest

from feedback.nlp.languages import identify, passages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("La livraison était trop longue", "fr"),
        ("livraison tres rapide", "fr"),
        ("The delivery took far too long", "en"),
        ("friendly staff", "en"),
        ("El servicio es muy malo y la entrega llegó tarde", "es"),
        ("Der Service ist sehr schlecht und die Lieferung kam zu spät", "de"),
        ("السعر غالي جدا", "ar"),
        ("", "und"),
        ("👍 10/10", "und"),
    ],
)
def test_the_language_is_told(text: str, code: str) -> None:
    found = identify(text)
    assert found.code == code
    assert 0 <= found.confidence <= 1


def test_a_sentence_in_the_other_language_is_a_passage_of_its_own() -> None:
    text = "Très bien. But the delivery was late. Merci."
    assert [(text[a:b].strip(), code) for a, b, code in passages(text, "fr")] == [
        ("Très bien.", "fr"),
        ("But the delivery was late.", "en"),
        ("Merci.", "fr"),
    ]


def test_passages_cover_the_whole_text() -> None:
    text = "... Nul !\n\nThe app was not good, and it is slow"
    cut = passages(text, "fr")
    assert "".join(text[start:end] for start, end, _ in cut) == text
