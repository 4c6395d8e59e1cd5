"""Folding: plain spelling, and the way back to the text given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nlp.reading import read


@pytest.mark.parametrize(
    ("text", "language", "folded"),
    [
        ("Déçue, l’ACCUEIL est nuuul", "fr", "decue, l'accueil est nul"),
        ("l attente", "fr", "l'attente"),
        ("rapport qualité/prix", "fr", "rapport qualite prix"),
        ("tjs bcp d'attente", "fr", "toujours beaucoup d'attente"),
        ("3 semaines et 1 200 €", "fr", "0 semaines et 0 €"),
        ("dont go, it wasnt gr8", "en", "do not go, it was not great"),
        ("<p>trop&nbsp;cher</p>", "fr", " trop cher "),
        ("nul.merci", "fr", "nul. merci"),
    ],
)
def test_a_text_is_brought_to_plain_spelling(
    text: str, language: str, folded: str
) -> None:
    assert read(text, language).folded == folded


@pytest.mark.parametrize("text", ["accueil appr‚ci‚", "accueil apprÃ©ciÃ©"])
def test_letters_damaged_by_a_wrong_encoding_are_mended(text: str) -> None:
    assert read(text, "fr").folded == "accueil apprecie"


def test_words_are_found_again_in_the_text_as_given() -> None:
    text = "😡 jai attendu 3 semaiiiines"
    reading = read(text, "fr")
    start = reading.folded.index("semaines")
    assert text[slice(*reading.origin(start, start + 8))] == "semaiiiines"


@given(st.text(), st.sampled_from(["fr", "en"]))
def test_every_folded_character_comes_from_the_text(text: str, language: str) -> None:
    reading = read(text, language)
    for at in range(len(reading.folded)):
        start, end = reading.origin(at, at + 1)
        assert 0 <= start < end <= len(text)
