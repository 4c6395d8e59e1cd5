"""Planted groups are found, named, and the same whatever the order of the texts."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.nlp.grouping import SMALLEST, Grouping, group_texts
from feedback.nlp.terms import Term, empty_words, same_subject, stem, terms_of

PARKING = (
    "Le parking est toujours plein",
    "Impossible de se garer sur le parking",
    "Parking trop petit pour nos voitures",
    "Aucune place de parking le samedi",
    "Les places du parking sont étroites, ma voiture ne rentre pas",
)
FIDELITY = (
    "La carte de fidélité ne marche pas",
    "On m’a refusé ma carte de fidélité",
    "Carte de fidélité perdue dans le système",
    "Mes points de la carte de fidélité ont disparu",
)
MUSIC = (
    "La musique est trop forte",
    "Musique assourdissante dans le magasin",
    "Baissez le volume de la musique",
    "La musique couvre les conversations",
)
ENGLISH = (
    "The toilets were dirty",
    "No soap in the toilets",
    "Toilets closed again",
    "The toilet door does not lock",
)
NOISE = (
    "Bonjour, merci beaucoup",
    "Très bien",
    "RAS",
    "Parfait, continuez",
    "Girafe bleue sous une lune carrée",
)


def said(times: int = 5) -> list[str]:
    """Each sentence some times, told apart by a word of its own."""
    texts = [
        f"{text} {tail}"
        for text in (*PARKING, *FIDELITY, *MUSIC)
        for tail in ("", "!", "vraiment", "encore", "hier")[:times]
    ]
    return [*texts, *NOISE]


def names(grouping: Grouping) -> list[str]:
    return [group.words[0].shown for group in grouping.groups]


def test_what_was_planted_is_found_and_named_as_customers_write_it() -> None:
    found = group_texts(said(), "fr")

    assert names(found) == ["parking", "carte de fidélité", "musique"]
    assert [group.size for group in found.groups] == [25, 20, 20]


def test_english_texts_are_grouped_too_and_plurals_are_one() -> None:
    texts = [f"{text} {tail}" for text in ENGLISH for tail in ("", "!", "again")]

    found = group_texts(texts, "en")

    assert names(found) == ["toilets"]
    assert found.groups[0].size == 12
    assert found.groups[0].words[0].variants == ("toilets", "toilet")


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_the_order_of_the_texts_does_not_matter(seed: int) -> None:
    texts = said()
    shuffled = Random(seed).sample(texts, len(texts))

    one, other = group_texts(texts, "fr"), group_texts(shuffled, "fr")

    assert one.groups == other.groups
    assert one.place(texts) == other.place(texts)


WORDS = st.sampled_from(
    ["quai", "caisse", "parking", "musique", "velo", "borne", "rayon"]
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=120),
    st.randoms(use_true_random=False),
)
def test_any_texts_make_the_same_groups_in_any_order(
    texts: list[str], rng: Random
) -> None:
    shuffled = rng.sample(texts, len(texts))

    one, other = group_texts(texts, "fr"), group_texts(shuffled, "fr")

    assert one.groups == other.groups
    assert one.place(texts) == other.place(texts)
    assert all(group.size >= SMALLEST for group in one.groups)
    assert all(1 <= len(group.words) <= 5 for group in one.groups)


def test_new_texts_find_their_group_and_others_none() -> None:
    found = group_texts(said(), "fr")

    parking, music, nothing, empty = found.place(
        ["PARKING complet !", "cette musique...", "une tarte aux pommes", ""]
    )

    assert parking is not None
    assert names(found)[parking.group] == "parking"
    assert music is not None
    assert names(found)[music.group] == "musique"
    assert nothing is None
    assert empty is None


def test_too_little_or_empty_makes_no_group() -> None:
    assert group_texts([], "fr").groups == ()
    assert group_texts(["", "Merci", "RAS"] * 30, "fr").groups == ()
    assert group_texts(list(PARKING), "fr").groups == ()
    assert group_texts([], "fr").place(["parking"]) == [None]


def test_one_text_said_by_many_is_a_group() -> None:
    found = group_texts(["Où est la borne de retrait ?"] * 12, "fr")

    assert [group.size for group in found.groups] == [12]


def test_a_pair_spans_empty_words_and_no_full_stop() -> None:
    assert list(terms_of("La carte de fidélité.", "fr")) == [
        Term("carte", "carte"),
        Term("fidelite", "fidélité"),
        Term("carte fidelite", "carte de fidélité"),
    ]
    assert [t.key for t in terms_of("carte. Fidélité", "fr")] == ["carte", "fidelite"]


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("parkings", "fr", "parking"),
        ("gateaux", "fr", "gateau"),
        ("prix", "fr", "prix"),
        ("bus", "fr", "bus"),
        ("deliveries", "en", "delivery"),
        ("glass", "en", "glass"),
    ],
)
def test_plurals_are_shorn(word: str, language: str, expected: str) -> None:
    assert stem(word, language) == expected


def test_plain_praise_and_greetings_are_empty_in_both_languages() -> None:
    assert {"bonjour", "merci", "parfait", "pour"} <= empty_words("fr")
    assert {"hello", "thanks", "great", "with"} <= empty_words("en")


def test_a_group_is_known_again_by_most_of_its_words() -> None:
    parking = ("parking", "voiture", "place")

    assert same_subject(parking, ("voiture", "parking", "garer", "etroit"))
    assert not same_subject(parking, ("place", "restaurant", "table"))
    assert not same_subject((), ())
    assert same_subject(("parking",), ("parking",))
