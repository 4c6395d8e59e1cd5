"""Texts that break programs: an answer in bounded time, with true spans, no error."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import faults, texts, words
from feedback.nlp.annotation import Feeling
from feedback.nlp.pipeline import Analyser

pytestmark = pytest.mark.slow

VOCABULARY = words()


@given(st.integers(min_value=0), st.sampled_from(["fr", "en", None]))
@settings(max_examples=150, deadline=None)
def test_random_texts_of_real_words_and_strange_things(
    analyser: Analyser, seed: int, language: str | None
) -> None:
    made = texts(random.Random(seed), VOCABULARY)
    text = next(one for one in made if len(one) < 5000)

    said = analyser.analyse(text, language=language)

    assert list(faults(text, said, 0.0)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "😡",
        "👨\u200d👩\u200d👧",
        "\x00\x01\x02\x1b[0m",
        "\ud800",
        "\u202e\u202d\u2066",
        "<script>alert('nul')</script>",
        "'; DROP TABLE verbatim; --",
        "Ã©Ã¨Ã trÃ¨s dÃ©Ã§u",
        "a" * 100_000,
        "nul " * 1000,
        "😡" * 50_000,
        "Merci à Julie Martin, 06 12 34 56 78. " * 2600,
        "12 rue de la " * 7000,
        "1 " * 50_000,
        "M. " * 33_000,
        "a@" * 50_000,
        "commande n° " * 8000,
    ],
    ids=lambda text: f"{text[:12]!r} x {len(text)}",
)
@pytest.mark.parametrize("language", ["fr", "en", None])
def test_an_answer_comes_in_bounded_time(
    analyser: Analyser, text: str, language: str | None
) -> None:
    before = time.perf_counter()
    said = analyser.analyse(text, language=language)

    assert list(faults(text, said, time.perf_counter() - before)) == []


def test_spans_count_characters_of_the_text_as_given(analyser: Analyser) -> None:
    text = (
        "𝒸𝒽ℯ𝓇 😡👍🏽\u202e Merci à Karine, e\u0301 06 12 34 56 78 ; livraison en retard"
    )

    said = analyser.analyse(text, language="fr")

    masked = [text[item.start : item.end] for item in said.personal_data]
    assert masked == ["Karine", "06 12 34 56 78"]
    late = [one for one in said.themes if one.key == "delivery_or_activation_delay"]
    assert text[late[0].start : late[0].end] == "livraison en retard"


@pytest.mark.parametrize(
    "text", ["非常慢，太贵了，非常慢，太贵了", "Очень дорого и медленно"]
)
def test_another_language_is_not_rated(analyser: Analyser, text: str) -> None:
    said = analyser.analyse(text)

    assert said.sentiment.label == Feeling.UNRATED
    assert said.language not in {"fr", "en"}
