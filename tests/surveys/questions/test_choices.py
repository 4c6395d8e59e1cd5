"""One of several, one from a list, several of several, an order of several."""

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions import KINDS, kind_of
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.choices import ChoiceKind
from feedback.surveys.questions.summaries import (
    ChoiceSummary,
    RankingSummary,
    Standing,
)
from tests.surveys.asking import answer, choices, question, refusal, words

ABC = choices("a", "b", "c")
ONE = question("single", choices=ABC, other=True, none=True)
PLAIN = question("single", choices=ABC)
LIST = question("dropdown", choices=ABC)
SOME = question("multiple", choices=ABC, other=True, none=True)
ORDER = question("ranking", choices=ABC)


@pytest.mark.parametrize("asked", [ONE, PLAIN, LIST], ids=["one", "plain", "list"])
def test_a_choice_is_kept_by_its_key(asked: Question) -> None:
    assert answer(asked, {"q.q": ["b"]}) == {"choice": "b"}
    assert refusal(asked, {"q.q": ["z"]}) == "not_a_choice"


def test_none_and_other_are_choices_only_where_they_are_offered() -> None:
    assert answer(ONE, {"q.q": ["none"]}) == {"choice": "none"}
    assert refusal(PLAIN, {"q.q": ["none"]}) == "not_a_choice"
    assert refusal(LIST, {"q.q": ["other"], "q.q.other": ["me"]}) == "not_a_choice"


def test_other_is_what_was_written_beside_it() -> None:
    assert answer(ONE, {"q.q": ["other"], "q.q.other": [" my  way "]}) == {
        "other": "my way"
    }
    assert refusal(ONE, {"q.q": ["other"], "q.q.other": [" "]}) == "other_missing"
    assert refusal(ONE, {"q.q": ["other"], "q.q.other": ["\0"]}) == "other_missing"
    assert refusal(ONE, {"q.q": ["other"], "q.q.other": ["x" * 251]}) == "too_long"


def test_a_text_counts_when_no_button_was_pressed_and_not_beside_another() -> None:
    assert answer(ONE, {"q.q.other": ["mine"]}) == {"other": "mine"}
    assert answer(ONE, {"q.q": ["a"], "q.q.other": ["mine"]}) == {"choice": "a"}
    assert answer(PLAIN, {"q.q.other": ["mine"]}) is None


def test_several_choices_come_in_the_order_of_the_question_once_each() -> None:
    assert answer(SOME, {"q.q": ["c", "a", "c"]}) == {"choices": ["a", "c"]}
    assert answer(SOME, {"q.q": ["c", "other"], "q.q.other": ["mine"]}) == {
        "choices": ["c"],
        "other": "mine",
    }
    assert answer(SOME, {"q.q.other": ["mine"]}) == {"choices": [], "other": "mine"}
    assert refusal(SOME, {"q.q": ["a", "z"]}) == "not_a_choice"
    assert refusal(SOME, {"q.q": ["a", "other"]}) == "other_missing"


def test_none_goes_with_no_other_choice() -> None:
    assert answer(SOME, {"q.q": ["none"]}) == {"choices": ["none"]}
    assert refusal(SOME, {"q.q": ["a", "none"]}) == "none_with_others"
    assert refusal(SOME, {"q.q": ["none"], "q.q.other": ["me"]}) == "none_with_others"


def test_none_is_enough_where_several_are_asked() -> None:
    two = question("multiple", choices=ABC, none=True, at_least=2, at_most=2)

    assert answer(two, {"q.q": ["none"]}) == {"choices": ["none"]}
    assert answer(two, {"q.q": ["a", "b"]}) == {"choices": ["a", "b"]}
    assert refusal(two, {"q.q": ["a"]}) == "too_few_choices"
    assert refusal(two, {"q.q": ["a", "b", "c"]}) == "too_many_choices"
    assert answer(two, {}) is None


def test_a_ranking_is_the_order_of_the_ranks() -> None:
    ranked = {"q.q.a": ["2"], "q.q.b": ["3"], "q.q.c": ["1"]}

    assert answer(ORDER, ranked) == ["c", "a", "b"]
    assert refusal(ORDER, {**ranked, "q.q.b": ["2"]}) == "tied"
    assert refusal(ORDER, {**ranked, "q.q.b": ["4"]}) == "not_a_rank"
    assert refusal(ORDER, {**ranked, "q.q.b": ["first"]}) == "not_a_rank"
    assert refusal(ORDER, {**ranked, "q.q.b": [""]}) == "ranks_missing"


def test_only_the_best_are_ranked_where_so_many_places_are_asked() -> None:
    best = question("ranking", choices=ABC, places=2)

    assert answer(best, {"q.q.a": ["2"], "q.q.c": ["1"]}) == ["c", "a"]
    assert refusal(best, {"q.q.a": ["3"], "q.q.c": ["1"]}) == "not_a_rank"
    assert refusal(best, {"q.q.a": ["1"]}) == "ranks_missing"


@pytest.mark.parametrize("raw", [["a", "a", "b"], ["z"], "abc", {"a": True}])
def test_a_ranking_of_another_shape_is_refused(raw: object) -> None:
    with pytest.raises(Invalid):
        KINDS["ranking"].check(ORDER, raw)


def test_the_choices_added_stand_last_and_have_words() -> None:
    kind = kind_of(SOME)
    assert isinstance(kind, ChoiceKind)
    own = question("single", choices=ABC, other=True, other_text={"en": "Elsewhere"})

    assert [one.key for one in kind.offered(SOME)] == ["a", "b", "c", "none", "other"]
    assert [one.text["en"] for one in kind.offered(SOME)[3:]] == [
        "None of these",
        "Other",
    ]
    assert kind.offered(own)[-1].text == {"en": "Elsewhere"}


def test_conditions_see_keys() -> None:
    facts = KINDS["multiple"].facts

    assert KINDS["single"].facts(ONE, {"choice": "a"}) == "a"
    assert KINDS["single"].facts(ONE, {"other": "none"}) == "other"
    assert facts(SOME, {"choices": ["a"], "other": "b"}) == ["a", "other"]
    assert KINDS["ranking"].facts(ORDER, ["c", "a", "b"]) == "c"
    assert KINDS["single"].outcomes(ONE) == {"q": ("a", "b", "c", "none", "other")}
    assert KINDS["dropdown"].outcomes(LIST) == {"q": ("a", "b", "c")}


def test_answers_are_said_in_words_and_lost_choices_by_their_key() -> None:
    assert words(ONE, {"choice": "a"}, "fr") == "A a"
    assert words(ONE, {"choice": "a"}, "de") == "A"
    assert words(ONE, {"other": "Mine"}) == "Mine"
    assert words(ONE, {"choice": "none"}) == "None of these"
    assert words(LIST, {"choice": "gone"}) == "gone"
    assert words(SOME, {"choices": ["a", "c"], "other": "Mine"}) == "A, C, Mine"
    assert words(ORDER, ["c", "a", "b"]) == "1. C, 2. A, 3. B"


def test_choices_are_counted_other_apart_and_lost_ones_under_their_key() -> None:
    values: list[AnswerValue] = [
        {"choices": ["a", "c"]},
        {"choices": ["a", "gone"], "other": "Mine"},
        {"choices": ["none"]},
    ]
    summary = KINDS["multiple"].summarise(SOME, values)

    assert summary == ChoiceSummary(
        count=3,
        counts={"a": 2, "b": 0, "c": 1, "none": 1, "gone": 1},
        other=1,
        other_texts=("Mine",),
    )


def test_texts_beside_other_are_bounded() -> None:
    summary = KINDS["single"].summarise(ONE, ({"other": "x"} for _ in range(1000)))

    assert isinstance(summary, ChoiceSummary)
    assert (summary.other, len(summary.other_texts)) == (1000, 200)


def test_a_ranking_is_summed_up_by_mean_rank_and_first_places() -> None:
    values: list[AnswerValue] = [["c", "a", "b"], ["c", "b", "a"], ["a", "c"]]

    assert KINDS["ranking"].summarise(ORDER, values) == RankingSummary(
        count=3,
        standings={
            "a": Standing(count=3, mean_rank=2.0, first_places=1),
            "b": Standing(count=2, mean_rank=2.5, first_places=0),
            "c": Standing(count=3, mean_rank=4 / 3, first_places=2),
        },
    )


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (question("single"), ["choices_missing"]),
        (question("single", choices=choices("a")), ["choices_missing"]),
        (question("single", choices=choices("a"), other=True), []),
        (question("single", other=True, none=True), ["choices_missing"]),
        (question("ranking", choices=choices("a", "other")), ["reserved_key"]),
        (question("multiple", choices=ABC, at_least=4), ["limits_crossed"]),
        (question("multiple", choices=ABC, at_least=4, other=True), []),
        (question("multiple", choices=ABC, at_least=2, at_most=1), ["limits_crossed"]),
        (question("multiple", choices=ABC, at_most=0), ["limits_crossed"]),
    ],
)
def test_what_a_choice_lacks_is_named(asked: Question, codes: list[str]) -> None:
    assert kind_of(asked).check_definition(asked) == codes
