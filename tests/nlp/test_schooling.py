"""A model of the house: learned, compared, and no better than it is."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nlp.annotation import Feeling
from feedback.nlp.house import BUCKETS, buckets_of, pack, unpack
from feedback.nlp.pipeline import Analyser
from feedback.nlp.schooling import (
    OwnAnswer,
    Verdict,
    compare,
    hear_answers,
    macro_f1,
    teach,
)

GOOD, BAD = Feeling.POSITIVE, Feeling.NEGATIVE
#: words that no lexicon knows, by which this house's customers take a side
PRAISED, BLAMED = "zorblax", "quimpette"
TOPICS = ("le colis", "la borne", "le rayon", "la caisse", "le site", "la carte")


def said(
    n: int, *, good: str = PRAISED, bad: str = BLAMED, weight: float = 0.3
) -> list[OwnAnswer]:
    """As many texts of either side, told apart by one word alone."""
    return [
        OwnAnswer(
            text=f"C'était {word} avec {topic} numéro {place} du magasin de la ville",
            language="fr",
            feeling=feeling,
            group=f"{feeling} {place}",
            weight=weight,
        )
        for place in range(n)
        for topic in (TOPICS[place % len(TOPICS)],)
        for word, feeling in ((good, GOOD), (bad, BAD))
    ]


def learned(answers: Sequence[OwnAnswer]) -> bytes:
    kept = teach(list(hear_answers(answers)))
    assert kept is not None
    return kept


@pytest.mark.slow
def test_what_customers_say_in_words_of_their_own_is_learned() -> None:
    answers = said(120)
    heard = list(hear_answers(answers))

    compared = compare(heard)

    assert compared.shipped is not None
    assert compared.own is not None
    assert compared.verdict is Verdict.BETTER
    assert compared.own.value > 0.95 > compared.shipped.value
    house = unpack(learned(answers))
    analyser = Analyser(houses={"fr": house})
    text = "C'était {} avec le guichet et puis tout le reste du magasin"
    told = {
        word: analyser.analyse(text.format(word), language="fr").sentiment.label
        for word in (PRAISED, BLAMED)
    }
    assert told == {PRAISED: GOOD, BLAMED: BAD}


@pytest.mark.slow
def test_a_model_of_one_language_leaves_the_other_and_the_themes_alone() -> None:
    analyser = Analyser(houses={"fr": unpack(learned(said(40)))})
    for text, language in (
        ("The queue was far too long at the till", "en"),
        ("Trop d’attente en caisse, les prix sont clairs", "fr"),
        ("ok", "fr"),
    ):
        shipped = Analyser().analyse(text, language=language)
        ours = analyser.analyse(text, language=language)
        assert ours.themes == shipped.themes
        assert ours.types == shipped.types
        if language == "en" or shipped.sentiment.label is Feeling.UNRATED:
            assert ours == shipped


@pytest.mark.slow
def test_the_same_answers_in_any_order_make_the_same_model() -> None:
    answers = said(30)
    shuffled = random.Random(1).sample(answers, len(answers))

    assert learned(answers) == learned(shuffled)


@pytest.mark.slow
def test_nothing_is_learned_from_one_side_alone() -> None:
    heard = [one for one in hear_answers(said(150)) if one.answer.feeling is GOOD]

    assert teach(heard) is None
    assert compare(heard).verdict is Verdict.TOO_FEW


@pytest.mark.slow
def test_too_few_answers_are_not_compared() -> None:
    compared = compare(list(hear_answers(said(99))))

    assert compared.verdict is Verdict.TOO_FEW
    assert (compared.positive, compared.negative, compared.own) == (99, 99, None)


@pytest.mark.slow
def test_what_is_no_better_is_refused() -> None:
    noise = random.Random(7)
    answers = [
        OwnAnswer(
            text=f"Très satisfait, accueil parfait numéro {n}"
            if n % 2
            else f"Horrible, attente interminable numéro {n}",
            language="fr",
            feeling=(GOOD if n % 2 else BAD) if noise.random() < 0.9 else GOOD,
            group=str(n),
        )
        for n in range(220)
    ]

    compared = compare(list(hear_answers(answers)))

    assert compared.verdict is Verdict.NOT_BETTER
    assert compared.difference is not None
    assert compared.difference.low <= 0


@pytest.mark.slow
def test_a_customer_who_says_the_same_often_does_not_prove_anything() -> None:
    """Equal texts and texts of one customer are never learned from for each other."""
    answers = [
        OwnAnswer(
            text=f"C'était {word} avec le colis du magasin de la ville",
            language="fr",
            feeling=feeling,
            group=f"customer {n}",
        )
        for n in range(150)
        for word, feeling in (("vrimoule", GOOD), ("vrimoulette", BAD))
    ]

    compared = compare(list(hear_answers(answers)))

    assert compared.verdict is Verdict.NOT_BETTER


@pytest.mark.slow
def test_a_model_that_takes_sides_where_analysts_see_none_is_refused() -> None:
    sideless = [
        OwnAnswer(
            text=f"Très bon accueil {PRAISED} mais attente interminable, borne {n} "
            f"{PRAISED} {PRAISED}",
            language="fr",
            feeling=Feeling.MIXED,
            group=f"mixed {n}",
        )
        for n in range(40)
    ]

    compared = compare(list(hear_answers([*said(120, weight=1.0), *sideless])))

    assert compared.sideless == 40
    assert compared.sideless_shipped > compared.sideless_own
    assert compared.verdict is Verdict.WORSE_WITHOUT_SIDE


@given(
    table=st.lists(st.integers(-127, 127), min_size=1, max_size=50),
    lean=st.floats(-5, 5),
    words=st.lists(st.text(min_size=1, max_size=8), max_size=20),
)
def test_a_model_is_read_as_it_was_written_and_answers_any_words(
    table: list[int], lean: float, words: list[str]
) -> None:
    steps = np.resize(np.array(table, dtype=np.int8), BUCKETS)
    kept = pack(steps, step=0.01, lean=lean, bias=0.25)

    house = unpack(kept)

    assert (house.table == steps).all()
    assert house.lean == lean
    assert np.isfinite(house.side(1.0, buckets_of([words])))
    assert pack(steps, step=0.01, lean=lean, bias=0.25) == kept


def test_bytes_of_something_else_are_no_model() -> None:
    wrong = pack(np.zeros(3, dtype=np.int8), step=1.0, lean=1.0, bias=0.0)

    with pytest.raises(ValueError, match="not a model"):
        unpack(wrong)


def test_an_answer_without_a_side_is_a_miss() -> None:
    wanted = [GOOD, GOOD, BAD, BAD]

    assert macro_f1(wanted, wanted) == pytest.approx(1.0)
    assert macro_f1(wanted, [Feeling.MIXED] * 4) == 0
    assert macro_f1(wanted, [GOOD, Feeling.MIXED, BAD, BAD]) == pytest.approx(5 / 6)
