"""Several rows on the same columns."""

from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.summaries import MatrixSummary
from tests.surveys.asking import answer, choices, question, refusal, words

GRID = question(
    "matrix", choices=choices("good", "bad"), rows=choices("price", "staff")
)
WHOLE = question(
    "matrix", required=True, choices=choices("good", "bad"), rows=choices("p", "s")
)


def test_each_row_keeps_its_column_in_the_order_of_the_rows() -> None:
    assert answer(GRID, {"q.q.staff": ["bad"], "q.q.price": ["good"]}) == {
        "price": "good",
        "staff": "bad",
    }
    assert answer(GRID, {"q.q.staff": ["bad"]}) == {"staff": "bad"}
    assert refusal(GRID, {"q.q.staff": ["price"]}) == "not_a_choice"


def test_every_row_of_a_required_matrix_is_required() -> None:
    assert refusal(WHOLE, {"q.q.p": ["good"]}) == "row_missing"
    assert refusal(WHOLE, {"q.q.unknown": ["good"]}) == "required"
    assert answer(WHOLE, {"q.q.p": ["good"], "q.q.s": ["bad"]})


def test_conditions_see_every_column_and_that_of_each_row() -> None:
    kind, value = KINDS["matrix"], {"price": "good", "staff": "bad"}

    assert kind.facts(GRID, value) == ["good", "bad"]
    assert kind.further_facts(GRID, value) == value
    assert kind.outcomes(GRID) == dict.fromkeys(
        ("q", "q.price", "q.staff"), ("good", "bad")
    )


def test_rows_are_said_with_the_punctuation_of_the_language() -> None:
    value: AnswerValue = {"price": "good", "gone": "bad"}

    assert words(GRID, value) == "Price: Good; gone: Bad"
    assert words(GRID, value, "fr") == (
        "Price price\N{NO-BREAK SPACE}: Good good\N{NARROW NO-BREAK SPACE}; "
        "gone\N{NO-BREAK SPACE}: Bad bad"
    )


def test_answers_are_counted_by_row_and_column() -> None:
    values: list[AnswerValue] = [{"price": "good"}, {"price": "good", "gone": "bad"}]

    assert KINDS["matrix"].summarise(GRID, values) == MatrixSummary(
        count=2,
        counts={
            "price": {"good": 2, "bad": 0},
            "staff": {"good": 0, "bad": 0},
            "gone": {"bad": 1},
        },
    )


def test_a_matrix_needs_two_columns_and_a_row() -> None:
    bare = question("matrix", choices=choices("good"))

    assert KINDS["matrix"].check_definition(bare) == ["choices_missing", "rows_missing"]
