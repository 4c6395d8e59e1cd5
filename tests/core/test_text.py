"""Texts folded for comparing and shortened for showing."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.core.text import fold, shorten


def test_the_same_word_has_the_same_fold() -> None:
    assert fold("Été") == fold("ete") == fold("ÉTÉ") == "ete"
    assert fold("Cœur") == fold("coeur")
    assert fold("e\N{COMBINING ACUTE ACCENT}te") == fold("été")
    assert fold("  deux \n  mots ") == "deux mots"


@given(st.text())
def test_a_fold_is_single_spaced(text: str) -> None:
    made = fold(text)

    assert made == made.strip()
    assert "  " not in made


@given(st.text(alphabet="abc éœ,", max_size=120), st.integers(2, 60))
def test_a_shortened_text_fits_and_begins_like_the_whole(
    text: str, longest: int
) -> None:
    short = shorten(text, longest)

    assert len(short) <= longest
    assert text.startswith(short.removesuffix("…"))
    assert short.endswith("…") or short == text


def test_a_text_is_cut_between_words_where_it_can_be() -> None:
    assert shorten("une baguette bien cuite", 16) == "une baguette…"
    assert shorten("anticonstitutionnellement", 10) == "anticonst…"
    assert shorten("court", 10) == "court"
