"""What can never be seen, and what always is."""

from random import Random
from time import perf_counter

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.answers import check_page
from feedback.surveys.branching import Answers, Walk, walk
from feedback.surveys.conditions import Condition, Facts, Rule
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.review import review
from tests.surveys.drafts import all_of, ending, one_of, question, survey, where
from tests.surveys.made_up import make_up, make_up_forms, make_up_known

REASONED = {
    "never_shown",
    "always_shown",
    "condition_never",
    "condition_always",
    "ending_never_shown",
    "ending_covered",
    "ending_uncovered",
}


def reasoned(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    found = review(questionnaire, anonymous=False).findings
    return [(one.code, one.place) for one in found if one.code in REASONED]


def after(kind: str, rule: Rule, **more: object) -> Questionnaire:
    return survey(question("q", kind, **more), question("next", "csat", show_if=rule))


def of_class(*classes: str, operator: str = "any_of", name: str = "q") -> Condition:
    return where(name, operator, classes, subject="class")


NEVER = [
    ("nps", all_of(where("q", "at_least", 9), where("q", "at_most", 6))),
    ("nps", all_of(where("q", "at_least", 9), of_class("low"))),
    ("nps", all_of(of_class("low"), of_class("high"))),
    ("nps", all_of(where("q", "known"), where("q", "unknown"))),
    ("csat", all_of(where("q", "none_of", (1, 2, 3, 4, 5)), where("q", "known"))),
    ("single", all_of(where("q", "is", "a"), where("q", "is", "b"))),
    ("dropdown", all_of(where("q", "is", "a"), where("q", "none_of", ("a", "b")))),
    ("multiple", all_of(where("q", "contains", "a"), where("q", "is_not", "a"))),
    ("ranking", all_of(where("q", "is", "a"), where("q", "is", "c"))),
    ("matrix", all_of(where("q.price", "is", "a"), where("q.price", "is", "b"))),
    ("number", all_of(where("q", "at_least", 10), where("q", "at_most", 3))),
    ("short_text", all_of(where("q", "is", "yes"), where("q", "is", "no"))),
    (
        "date",
        all_of(where("q", "at_least", "2026-05-01"), where("q", "is", "2025-01-01")),
    ),
    (
        "nps",
        all_of(where("", "is", "fr", "language"), where("", "is", "en", "language")),
    ),
    (
        "nps",
        all_of(
            where("x", "at_least", 5, "attribute"),
            where("x", "unknown", None, "attribute"),
        ),
    ),
    (
        "nps",
        all_of(where("x", "at_least", 50, "past"), where("x", "at_most", 20, "past")),
    ),
]

POSSIBLE = [
    ("nps", all_of(where("q", "at_least", 9))),
    ("nps", all_of(where("q", "at_most", 6), where("q", "is_not", 0))),
    ("single", all_of(where("q", "none_of", ("a", "b")))),
    ("multiple", all_of(where("q", "contains", "a"), where("q", "contains", "b"))),
    (
        "multiple",
        all_of(where("q", "contains", "c"), where("q", "none_of", ("a", "b"))),
    ),
    ("matrix", all_of(where("q.price", "is", "a"), where("q.speed", "is", "b"))),
    ("number", all_of(where("q", "at_least", 3), where("q", "at_most", 3))),
    ("number", all_of(where("q", "at_least", 3), where("q", "is_not", 3))),
    (
        "short_text",
        all_of(where("q", "contains", "late"), where("q", "contains", "box")),
    ),
    (
        "short_text",
        all_of(where("q", "contains", "late"), where("q", "is_not", "late")),
    ),
    (
        "date",
        all_of(
            where("q", "at_least", "2026-05-01"), where("q", "is_not", "2026-05-01")
        ),
    ),
    # an attribute may be a list
    (
        "nps",
        all_of(
            where("tags", "is", "gold", "attribute"),
            where("tags", "is", "new", "attribute"),
        ),
    ),
    ("nps", all_of(where("vip", "is", True, "attribute"))),
    ("nps", all_of(where("vip", "is_not", True, "attribute"))),
    (
        "nps",
        all_of(
            where("total", "at_least", 5, "event"),
            where("total", "at_most", 6, "event"),
        ),
    ),
    ("contact", all_of(where("q", "known"))),
]


@pytest.mark.parametrize(("kind", "rule"), NEVER)
def test_a_question_whose_conditions_contradict_is_never_shown(
    kind: str, rule: Rule
) -> None:
    assert reasoned(after(kind, rule)) == [
        ("never_shown", "pages.1.questions.0.show_if")
    ]


@pytest.mark.parametrize(("kind", "rule"), POSSIBLE)
def test_nothing_is_said_of_conditions_that_can_hold_and_fail(
    kind: str, rule: Rule
) -> None:
    assert reasoned(after(kind, rule)) == []


def test_a_condition_that_every_answer_meets_is_named() -> None:
    rule = all_of(where("q", "at_least", 0))

    assert reasoned(after("nps", rule, required=True)) == [
        ("always_shown", "pages.1.questions.0.show_if")
    ]
    assert reasoned(after("nps", rule)) == []


def test_one_condition_of_several_that_changes_nothing_is_named() -> None:
    always = all_of(where("q", "at_most", 10), of_class("low"))
    never = one_of(where("q", "any_of", ()), of_class("low"))

    place = "pages.1.questions.0.show_if.conditions.0"
    assert reasoned(after("nps", always, required=True)) == [
        ("condition_always", place)
    ]
    assert reasoned(after("nps", never)) == [("condition_never", place)]


def test_a_question_after_one_that_is_not_shown_has_no_answer_to_look_at() -> None:
    drawn = survey(
        question("score"),
        question("why", "short_text", show_if=all_of(of_class("low", name="score"))),
        question(
            "more",
            "csat",
            show_if=all_of(where("why", "known"), of_class("high", name="score")),
        ),
    )

    assert reasoned(drawn) == [("never_shown", "pages.2.questions.0.show_if")]


def test_limits_of_a_question_are_reckoned_with() -> None:
    rule = all_of(where("q", "at_least", 20))
    both = all_of(where("q", "contains", "a"), where("q", "contains", "b"))

    assert reasoned(after("number", rule, options={"at_most": 10})) != []
    assert reasoned(after("number", rule, options={"at_most": 20})) == []
    assert reasoned(after("multiple", both, options={"at_most": 1})) != []


def test_an_ending_that_no_answer_leads_to_is_named() -> None:
    drawn = survey(
        question("q"),
        endings=(
            ending("low", all_of(of_class("low"))),
            ending("also-low", all_of(where("q", "at_most", 5))),
            ending("never", all_of(of_class("low"), of_class("high"))),
            ending("plain"),
            ending("rest"),
        ),
    )

    assert reasoned(drawn) == [
        ("ending_never_shown", "endings.2.show_if"),
        ("ending_covered", "endings.1"),
        ("ending_covered", "endings.3"),
    ]


def test_the_last_ending_is_named_when_the_others_take_everybody() -> None:
    drawn = survey(
        question("q", required=True),
        endings=(
            ending("low", all_of(of_class("low"))),
            ending("others", all_of(of_class("middle", "high"))),
            ending("rest"),
        ),
    )

    assert reasoned(drawn) == [("ending_covered", "endings.2")]


def test_people_for_whom_no_ending_was_written_are_named() -> None:
    drawn = survey(question("q"), endings=(ending("low", all_of(of_class("low"))),))

    assert reasoned(drawn) == [("ending_uncovered", "endings")]
    assert reasoned(survey(question("q"))) == []


def test_nothing_is_said_of_what_depends_on_a_faulty_rule() -> None:
    drawn = survey(
        question("a"),
        question("b", show_if=all_of(where("gone", "is", 3))),
        question("c", show_if=all_of(where("b", "at_least", 3))),
    )

    assert reasoned(drawn) == []


def test_nothing_is_said_where_there_are_too_many_cases() -> None:
    asked = [question(f"q{number}", "single") for number in range(12)]
    rule = all_of(*(where(f"q{number}", "is", "a") for number in range(12)))

    assert reasoned(survey(*asked, question("last", show_if=rule))) == []


def test_sixty_questions_are_reviewed_in_the_time_of_a_page() -> None:
    asked: list[Question] = []
    for number in range(60):
        rule = None
        if number > 3:
            rule = one_of(
                *(where(f"q{number - back}", "at_most", back + 3) for back in (1, 2, 3))
            )
        asked.append(question(f"q{number}", show_if=rule))
    drawn = survey(*asked)

    before = perf_counter()
    review(drawn, anonymous=False)

    assert perf_counter() - before < 3


@pytest.mark.parametrize("part", range(4))
def test_what_is_said_never_to_happen_does_not_happen(part: int) -> None:
    for number in range(part, 600, 4):
        rng = Random(number)
        drawn = make_up(rng)
        found = review(drawn, anonymous=False).findings
        never = {one.question_key for one in found if one.code == "never_shown"}
        always = {one.question_key for one in found if one.code == "always_shown"}
        covered = {
            drawn.endings[int(one.place.split(".")[1])].key
            for one in found
            if one.code in {"ending_never_shown", "ending_covered"}
        }
        for _ in range(25):
            way = gone(rng, drawn)
            if way is None:
                continue
            shown = {one.key for one in way.questions()}
            assert not shown & never, number
            assert always <= shown, number
            assert way.ending.key not in covered, number


def gone(rng: Random, drawn: Questionnaire) -> Walk | None:
    """Return the way of a made-up person, None when they did not come to the end."""
    known: Facts = {
        **make_up_known(rng),
        ("language", ""): rng.choice(drawn.languages),
    }
    answers: Answers = {}
    forms = make_up_forms(rng, drawn)
    for page in drawn.pages:
        try:
            answers = check_page(
                drawn, page.key, forms[page.key], answers, known, language="fr"
            )
        except Invalid:
            return None
    way = walk(drawn, answers, known)
    return None if way.open_questions() else way
