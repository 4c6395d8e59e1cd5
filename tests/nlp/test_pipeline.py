"""The whole analysis: any text, in bounded time, with true spans."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.nlp.annotation import Document, TextType
from feedback.nlp.pipeline import VERSION, Analyser
from feedback.nlp.taxonomy import Taxonomy

PIECES = st.sampled_from([
    "trop cher", "pas", "jamais", "l'attente", " ", "\n", "! ", ", ", "mais ",
    "livraison en retard", "😡", "👍🏽", "\u202e", "e\u0301", "<b>", "&amp;", "not ",
    "too expensive", "Ã©", "3 semaines", "nuuuul", "don't ", "\x00", "𝒸𝒽ℯ𝓇", "ﬁn", "İ",
])  # fmt: skip


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map("".join),
    st.sampled_from(["fr", "en", None]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_the_text_spans_are_words_of_it(
    text: str, language: str | None
) -> None:
    found = Analyser().analyse(text, language=language)
    assert -1 <= found.sentiment.score <= 1
    for theme in found.themes:
        assert 0 <= theme.start < theme.end <= len(text)
        assert text[theme.start : theme.end].strip()
        for edge in (theme.start, theme.end):
            inside = 0 < edge < len(text)
            assert not (inside and text[edge - 1].isalnum() and text[edge].isalnum())


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "." * 100_000,
        " " * 100_000,
        "1" * 100_000,
        "<" * 100_000,
        "\n" * 100_000,
        "a@" * 50_000,
        "trop cher " * 10_000,
        "La livraison est en retard. " * 1_000,
        "not good but too expensive. " * 4_000,
        "Sophie Martin " * 7_000,
        "06 12 34 56 78 " * 6_000,
        "e\u0301" * 50_000,
        "\ud800 nul",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_bad_input_takes_bounded_time(analyser: Analyser, text: str) -> None:
    started = time.process_time()
    analyser.analyse(text)
    assert time.process_time() - started < 20


def test_the_types_say_what_the_customer_does(analyser: Analyser) -> None:
    def types(text: str, language: str) -> set[TextType]:
        return set(analyser.analyse(text, language=language).types)

    assert types("colis cassé", "fr") == {TextType.PROBLEM}
    assert types("il faudrait plus de choix", "fr") == {TextType.REQUEST}
    assert types("quand ouvrez-vous le dimanche ?", "fr") == {TextType.QUESTION}
    assert types("personnel très aimable", "fr") == {TextType.PRAISE}
    assert types("friendly staff but dirty store", "en") == {
        TextType.PROBLEM,
        TextType.PRAISE,
    }
    assert types("RAS", "fr") == set()


def test_an_analyser_speaks_only_of_its_own_themes() -> None:
    prices = Taxonomy(keys=frozenset({"price_fees"}))
    found = Analyser(prices).analyse("trop cher et colis cassé", language="fr")
    assert {theme.key for theme in found.themes} == {"price_fees"}


def test_many_documents_keep_their_order(analyser: Analyser) -> None:
    documents = [
        Document(text="les prix", language="fr", question="Quoi améliorer ?"),
        Document(text="far too expensive", language="en"),
        Document(text="RAS"),
    ]
    found = list(analyser.analyse_many(documents))
    assert [item.language for item in found] == ["fr", "en", "fr"]
    assert [len(item.themes) for item in found] == [1, 1, 0]
    assert {item.version for item in found} == {VERSION}


def test_the_language_that_was_declared_is_believed(analyser: Analyser) -> None:
    found = analyser.analyse("parking", language="en")
    assert (found.language, found.language_confidence) == ("en", 1.0)


def test_importing_the_package_loads_no_model() -> None:
    program = (
        "import sys, feedback.nlp.pipeline;"
        "slow = {'spacy', 'textblob', 'py3langid', 'phonenumbers'};"
        "sys.exit(bool(slow & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
