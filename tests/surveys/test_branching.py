"""The way through a questionnaire, and the orders that chance decides."""

from collections import Counter

from feedback.surveys.branching import (
    Answers,
    Walk,
    choices_of,
    next_page,
    order_of,
    previous_page,
    rows_of,
    walk,
)
from feedback.surveys.conditions import Rule
from feedback.surveys.questionnaire import Ending, Page, Questionnaire
from tests.surveys.asking import choices, question, survey, when

LOW = when("class", "score", "is", "low")
REASON = question("long_text", key="reason", show_if=LOW)
DETAIL = question(
    "short_text", key="detail", required=True, show_if=when("answer", "reason", "known")
)
WAY = survey(
    (question("nps", key="score"),),
    (REASON,),
    (
        DETAIL,
        question("statement", key="bye", show_if=when("language", "", "is", "fr")),
    ),
)


def keys(way: Walk) -> list[str]:
    return [one.key for one in way.questions()]


def test_a_page_with_nothing_to_show_is_left_out() -> None:
    assert [page.key for page in walk(WAY, {}, {}).pages] == ["p0"]
    assert keys(walk(WAY, {"score": 3}, {})) == ["score", "reason"]
    assert keys(walk(WAY, {"score": 0}, {})) == ["score", "reason"]
    assert keys(walk(WAY, {"score": 9}, {("language", ""): "fr"})) == ["score", "bye"]


def test_an_answer_to_a_question_that_is_not_shown_does_not_count() -> None:
    answers: Answers = {"score": 3, "reason": "Late", "detail": "Very"}
    changed = walk(WAY, {**answers, "score": 9}, {})

    assert keys(walk(WAY, answers, {})) == ["score", "reason", "detail"]
    assert keys(changed) == ["score"]
    assert changed.answers == {"score": 9}
    assert ("answer", "reason") not in changed.facts


def test_a_condition_sees_only_what_is_written_before_it() -> None:
    early = question("nps", key="early", show_if=when("answer", "late", "known"))
    itself = question("nps", key="itself", show_if=when("answer", "itself", "known"))
    way = walk(
        survey((early, itself), (question("nps", key="late"),)),
        {"early": 1, "itself": 2, "late": 3},
        {},
    )

    assert keys(way) == ["late"]


def test_conditions_see_rows_of_a_matrix() -> None:
    grid = question(
        "matrix", key="grid", choices=choices("good", "bad"), rows=choices("price")
    )
    why = question(
        "short_text", key="why", show_if=when("answer", "grid.price", "is", "bad")
    )
    asked = survey((grid, why))

    assert keys(walk(asked, {"grid": {"price": "bad"}}, {})) == ["grid", "why"]
    assert keys(walk(asked, {"grid": {"price": "good"}}, {})) == ["grid"]


def test_required_questions_without_an_answer_are_open() -> None:
    way = walk(WAY, {"score": 3, "reason": "Late"}, {})

    assert [one.key for one in way.open_questions()] == ["detail"]
    assert walk(WAY, {"score": 9}, {}).open_questions() == ()


def test_the_way_goes_on_from_a_page_that_is_no_longer_shown() -> None:
    way = walk(WAY, {"score": 9}, {("language", ""): "fr"})

    assert [page.key for page in way.pages] == ["p0", "p2"]
    assert key_of(next_page(way, "p1")) == "p2"
    assert key_of(previous_page(way, "p1")) == "p0"
    assert key_of(next_page(way, "nowhere")) == "p0"
    assert key_of(next_page(way, None)) == "p0"
    assert key_of(previous_page(way, None)) == "p2"
    assert next_page(way, "p2") is None
    assert previous_page(way, "p0") is None


def key_of(page: object) -> str | None:
    return getattr(page, "key", None)


def ending(key: str, show_if: Rule | None = None) -> Ending:
    return Ending(key=key, title={"en": key}, show_if=show_if)


def test_the_first_ending_whose_rule_holds_is_shown() -> None:
    asked = survey(
        (question("nps", key="score"),),
        endings=(
            ending("plain"),
            ending("sorry", LOW),
            ending("unhappy", when("answer", "score", "at_most", 8)),
            ending("thanks", Rule(conditions=())),
        ),
    )

    assert walk(asked, {"score": 2}, {}).ending.key == "sorry"
    assert walk(asked, {"score": 7}, {}).ending.key == "unhappy"
    assert walk(asked, {"score": 10}, {}).ending.key == "thanks"
    assert walk(asked, {}, {}).ending.key == "thanks"


def test_somebody_without_an_ending_is_thanked_all_the_same() -> None:
    asked = survey((question("nps", key="score"),), endings=(ending("sorry", LOW),))

    assert walk(asked, {"score": 10}, {}).ending.title["en"] == "Thank you!"


MANY = choices(*"abcdefgh")
SHUFFLED = question("single", choices=MANY, shuffle=True, none=True, other=True)


def test_an_order_is_the_same_for_one_person_and_keeps_when_one_is_gone() -> None:
    order = order_of(MANY, "ada")

    assert order == order_of(MANY, "ada") == order_of(reversed(MANY), "ada")
    assert order != order_of(MANY, "grace")
    assert order_of(MANY[1:], "ada") == [one for one in order if one.key != "a"]


def test_every_choice_comes_first_about_as_often() -> None:
    firsts = Counter(order_of(MANY, f"person {n}")[0].key for n in range(4000))

    assert set(firsts) == set("abcdefgh")
    assert all(400 < count < 600 for count in firsts.values())


def test_none_and_other_stand_last_in_any_order() -> None:
    shown = [one.key for one in choices_of(SHUFFLED, "ada")]

    assert shown[8:] == ["none", "other"]
    assert shown[:8] != list("abcdefgh")
    assert sorted(shown[:8]) == list("abcdefgh")
    assert [one.key for one in choices_of(SHUFFLED, "")][:8] == list("abcdefgh")


def test_rows_and_questions_are_shuffled_where_it_is_wanted() -> None:
    grid = question("matrix", choices=choices("good", "bad"), rows=MANY, shuffle=True)
    many = tuple(question("nps", key=f"q{n}") for n in range(8))
    page = Page(key="p", shuffle=True, questions=many)
    asked = Questionnaire(
        title={"en": "?"}, languages=("en",), default_language="en", pages=(page,)
    )

    assert rows_of(grid, "ada") != MANY
    assert rows_of(grid, "") == rows_of(question("matrix", rows=MANY), "ada") == MANY
    assert choices_of(grid, "ada") == grid.choices
    assert walk(asked, {}, {}).pages[0].questions == many
    shuffled = walk(asked, {}, {}, seed="ada").pages[0].questions
    assert shuffled != many
    assert sorted(shuffled, key=many.index) == list(many)


def test_a_condition_on_a_shuffled_page_keeps_to_the_order_written() -> None:
    first = question("nps", key="first")
    second = question("nps", key="second", show_if=when("answer", "first", "known"))
    page = Page(key="p", shuffle=True, questions=(first, second))
    asked = Questionnaire(
        title={"en": "?"}, languages=("en",), default_language="en", pages=(page,)
    )

    for n in range(20):
        way = walk(asked, {"first": 1}, {}, seed=f"person {n}")
        assert {one.key for one in way.questions()} == {"first", "second"}
