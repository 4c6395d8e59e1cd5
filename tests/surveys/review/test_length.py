"""How long a survey takes."""

import pytest

from feedback.surveys.questionnaire import Page
from feedback.surveys.questions import KINDS
from feedback.surveys.review import review
from feedback.surveys.review.length import SECONDS, estimate_minutes
from tests.surveys.drafts import all_of, choices, question, said, survey, where


def test_every_kind_takes_some_time() -> None:
    assert set(SECONDS) == set(KINDS)


def test_minutes_are_words_to_read_and_seconds_to_answer() -> None:
    drawn = survey(question("q", text=said("word " * 99)), title=said("title"))

    assert estimate_minutes(drawn) == pytest.approx(100 / 200 + 5 / 60)


def test_rows_places_and_fields_take_time_each() -> None:
    grid = survey(question("q", "matrix", rows=choices("a", "b", "c")))
    less = survey(question("q", "matrix", rows=choices("a")))

    assert estimate_minutes(grid) - estimate_minutes(less) == pytest.approx(
        2 / 200 + 2 * 4 / 60
    )


def test_what_only_some_are_shown_counts_by_half() -> None:
    rule = all_of(where("q", "at_most", 6))
    words = {"text": said("word " * 100)}
    always = survey(question("q"), question("x", "long_text", **words))
    some = survey(question("q"), question("x", "long_text", show_if=rule, **words))
    alone = survey(question("q"))

    gained = estimate_minutes(always) - estimate_minutes(alone)
    assert estimate_minutes(some) - estimate_minutes(alone) == pytest.approx(gained / 2)


def test_a_long_survey_is_a_warning() -> None:
    drawn = survey(*(question(f"q{number}", "long_text") for number in range(16)))

    found = {one.code: one.values for one in review(drawn, anonymous=False).findings}

    assert set(found) == {"many_questions", "long_survey"}
    assert found["many_questions"] == {"number": 16, "most": 15}


def test_much_on_a_page_or_in_a_question_is_a_hint() -> None:
    letters = choices(*"abcdefghijklm")
    page = Page(
        key="page",
        questions=(
            question("pick", "single", choices=letters),
            question("list", "dropdown", choices=letters),
            question("order", "ranking", choices=letters[:8]),
            question("grid", "matrix", rows=letters[:8]),
            *(question(f"q{number}") for number in range(5)),
        ),
    )

    found = review(survey(pages=(page,)), anonymous=False).findings

    assert [(one.code, one.question_key) for one in found] == [
        ("many_on_page", None),
        ("many_choices", "pick"),
        ("long_ranking", "order"),
        ("many_rows", "grid"),
    ]
