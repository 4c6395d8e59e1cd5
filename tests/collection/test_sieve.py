"""The answers that count, found without walking the whole way for each response."""

from random import Random

from feedback.collection.sieve import Sieve
from feedback.surveys.answers import check_page
from feedback.surveys.branching import Answers, walk
from feedback.surveys.questions import kind_of
from tests.surveys.asking import question, survey, when
from tests.surveys.made_up import make_up, make_up_forms, make_up_known

SURVEYS = 400
PEOPLE = 12


def test_the_same_answers_count_as_on_the_way_itself() -> None:
    for number in range(SURVEYS):
        rng = Random(number)
        asked = make_up(rng)
        sieve = Sieve(asked)
        for _ in range(PEOPLE):
            known = make_up_known(rng)
            forms = make_up_forms(rng, asked)
            answers: Answers = {}
            for page in rng.sample(asked.pages, len(asked.pages)):
                answers = check_page(
                    asked, page.key, forms[page.key], answers, known, language="fr"
                )
            gone = walk(asked, answers, known)

            sifted = sieve.sift(answers, known)

            assert sifted.answers == gone.answers, number
            assert set(sifted.shown) == {
                one.key for one in gone.questions() if kind_of(one).takes_answer
            }, number


def test_an_answer_to_a_question_that_is_no_longer_shown_does_not_count() -> None:
    asked = survey(
        (question("nps", "score"),),
        (question("long_text", "why", show_if=when("class", "score", "is", "low")),),
    )
    sieve = Sieve(asked)

    assert sieve.sift({"score": 2, "why": "slow"}, {}).shown == ("score", "why")
    assert sieve.sift({"score": 9, "why": "slow"}, {}).answers == {"score": 9}


def test_of_a_part_only_the_pages_that_were_left_were_seen() -> None:
    asked = survey(
        (question("nps", "score"), question("csat", "staff")),
        (question("ces", "effort"),),
        (question("long_text", "why"),),
    )

    sifted = Sieve(asked).sift({"score": 9, "why": "early"}, {}, left={"p0": 4.0})

    assert sifted.shown == ("score", "staff", "why")


def test_facts_are_asked_for_only_where_a_condition_looks_at_them() -> None:
    score = question("nps", "score")
    gold = question("csat", "gold", show_if=when("attribute", "tier", "is", "gold"))
    french = question("csat", "french", show_if=when("language", "", "is", "fr"))

    assert not Sieve(survey((score, french))).needs_facts
    assert Sieve(survey((score, gold))).needs_facts
    assert Sieve(survey((french,))).sift({}, {("language", ""): "en"}).shown == ()
