"""Phrases of a deployment beside the shipped rules; splits."""

import pytest

from feedback.nlp.annotation import Annotation, Polarity
from feedback.nlp.grammar import TaughtGrammar
from feedback.nlp.loading import load_cues, load_grammar
from feedback.nlp.patterns import PatternError
from feedback.nlp.pipeline import Analyser
from feedback.nlp.reading import read
from feedback.nlp.taxonomy import OwnPhrase, Taxonomy, shipped

LOCKERS = (
    ("lockers", OwnPhrase("fr", "Casiers?")),
    ("lockers", OwnPhrase("fr", "casier & bloqué", Polarity.NEGATIVE)),
    ("lockers", OwnPhrase("en", "locker .. stuck", Polarity.NEGATIVE)),
)
KEYS = shipped().keys | {"lockers"}


@pytest.fixture(scope="module")
def taught() -> Analyser:
    return Analyser(Taxonomy(keys=KEYS, phrases=LOCKERS))


def spoken(found: Annotation) -> set[tuple[str, str]]:
    return {(one.key, one.polarity.value) for one in found.themes}


@pytest.mark.parametrize(
    ("text", "language", "polarity"),
    [
        ("Le CASIER était encore bloque !", "fr", "negative"),
        ("super casiers", "fr", "positive"),
        ("the locker got stuck again", "en", "negative"),
    ],
)
def test_own_phrases_are_heard(
    taught: Analyser, text: str, language: str, polarity: str
) -> None:
    assert ("lockers", polarity) in spoken(taught.analyse(text, language=language))


@pytest.mark.parametrize(
    "text", ["le casier près de la porte", "stuck in the locker", "bloqué"]
)
def test_what_they_do_not_say_is_not_heard(taught: Analyser, text: str) -> None:
    language = "en" if "stuck" in text else "fr"
    found = taught.analyse(text, language=language)
    assert "lockers" not in {one.key for one in found.themes}


def test_a_single_word_that_answers_a_question_is_heard(taught: Analyser) -> None:
    found = taught.analyse(
        "casiers", language="fr", question="Que devons-nous améliorer ?"
    )
    assert spoken(found) == {("lockers", "wish")}


def test_a_mention_names_the_phrase_and_shows_the_very_words(taught: Analyser) -> None:
    text = "Bonjour, le casier est bloqué"
    (mention,) = taught.analyse(text, language="fr").themes

    assert text[mention.start : mention.end] == "casier est bloqué"
    assert mention.source == "own:lockers.fr.2"


def test_shipped_rules_are_heard_as_ever(taught: Analyser, analyser: Analyser) -> None:
    for text in ("Trop d'attente à la caisse", "personnel aimable, prix trop élevés"):
        assert taught.analyse(text, language="fr") == analyser.analyse(
            text, language="fr"
        )


def test_a_split_takes_the_mentions_of_its_clause_only() -> None:
    split = Analyser(
        Taxonomy(
            keys=KEYS,
            phrases=(("lockers", OwnPhrase("fr", "casiers?")),),
            splits=(("lockers", "queue_wait"),),
        )
    )
    at_both = split.analyse(
        "Trop d'attente au casier. Trop d'attente en caisse.", language="fr"
    )
    assert [one.key for one in at_both.themes] == ["lockers", "queue_wait"]
    elsewhere = split.analyse("Trop cher au casier", language="fr")
    assert "price_fees" in {one.key for one in elsewhere.themes}


def test_teaching_leaves_the_grammar_as_it_was() -> None:
    base = load_grammar("fr")
    rules, before = len(base.rules), base.clauses(read("casier bloqué", "fr"))[1]
    TaughtGrammar(base, LOCKERS)

    assert len(base.rules) == rules
    assert base.clauses(read("casier bloqué", "fr"))[1] == before


def test_cues_alone_know_no_theme() -> None:
    assert not load_cues("fr").rules


@pytest.mark.parametrize("pattern", ["(a", "casier & ", "z", ""])
def test_a_faulty_phrase_is_not_taught(pattern: str) -> None:
    with pytest.raises(PatternError):
        TaughtGrammar(load_cues("fr"), [("lockers", OwnPhrase("fr", pattern))])


def test_versions_differ_when_the_rules_do_and_only_then() -> None:
    one = Taxonomy(keys=KEYS, phrases=LOCKERS)

    assert one.version == Taxonomy(keys=KEYS, phrases=LOCKERS).version
    assert len(one.version) == 10
    assert one.version != Taxonomy(keys=KEYS, phrases=LOCKERS[:1]).version
    assert Taxonomy(keys=shipped().keys).version == ""
