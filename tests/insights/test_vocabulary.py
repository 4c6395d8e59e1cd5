"""Typical words: those that set a theme apart, in their own language."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.insights.vocabulary import typical_words


def test_words_of_the_theme_stand_out_and_common_words_do_not() -> None:
    found = typical_words(
        [("fr", "la caisse est fermée")] * 20 + [("fr", "attente à la caisse")] * 10,
        [("fr", "la livraison est en retard")] * 30 + [("fr", "la baguette")] * 5,
    )
    assert [word.word for word in found[:1]] == ["caisse"]
    assert {"est", "la"}.isdisjoint(word.word for word in found)


def test_a_language_is_compared_with_itself() -> None:
    others = [("fr", "la livraison en retard")] * 100 + [("en", "the late parcel")] * 20
    found = typical_words([("en", "the queue")] * 20, others)
    assert [(word.word, word.language) for word in found] == [("queue", "en")]


def test_a_word_seen_twice_is_an_accident() -> None:
    assert typical_words([("fr", "croissant")] * 2, [("fr", "pain")] * 100) == ()


def test_accents_are_kept_and_elisions_cut() -> None:
    found = typical_words(
        [("fr", "File d’attente"), ("fr", "l'ATTENTE fatiguée")] * 5,
        [("fr", "pain rassis")] * 50,
    )
    assert "attente" in {word.word for word in found}
    assert "fatiguée" in {word.word for word in found}


spans = st.lists(st.tuples(st.sampled_from(["fr", "en", None]), st.text(max_size=30)))


@given(spans, spans)
def test_no_text_is_an_error_and_the_best_come_first(
    one: list[tuple[str | None, str]], other: list[tuple[str | None, str]]
) -> None:
    found = typical_words(one, other)
    assert len(found) <= 12
    scores = [word.score for word in found]
    assert scores == sorted(scores, reverse=True)
