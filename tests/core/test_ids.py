"""Names for things: unguessable ones, readable ones."""

import re

from hypothesis import given
from hypothesis import strategies as st

from feedback.core.ids import PUBLIC_ID_LENGTH, free_slug, new_public_id, slug


def test_public_ids_fit_their_column_and_an_address_and_differ() -> None:
    made = {new_public_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"[\w-]+", one) for one in made)
    assert {len(one) for one in made} == {PUBLIC_ID_LENGTH}


def test_a_slug_drops_accents_and_signs() -> None:
    assert slug("Caisse à l'étage") == "caisse-a-l-etage"
    assert slug("  Prix / qualité !") == "prix-qualite"
    assert slug("日本") == "item"
    assert slug("") == "item"


@given(st.text(max_size=200), st.integers(1, 80))
def test_a_slug_is_always_a_word_for_an_address(text: str, longest: int) -> None:
    made = slug(text, longest=longest)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= max(longest, len("item"))
    assert slug(made, longest=longest) == made or made == "item"


@given(st.text(max_size=40), st.sets(st.sampled_from(["a", "a-2", "a-3", "item"])))
def test_a_free_slug_is_free(text: str, taken: set[str]) -> None:
    assert free_slug(text, taken) not in taken


def test_a_slug_that_is_taken_is_numbered_from_two() -> None:
    assert free_slug("Caisse", set()) == "caisse"
    assert free_slug("Caisse", {"caisse", "caisse-2"}) == "caisse-3"
