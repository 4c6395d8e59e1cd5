"""Recommendation, satisfaction, effort."""

import pytest

from feedback.core.errors import Invalid
from feedback.measures.nps import net_promoter_score
from feedback.measures.scales import Scale
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.summaries import ScaleSummary
from tests.surveys.asking import answer, question, refusal, words

BOUNDS = [("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)]


@pytest.mark.parametrize(("kind", "lowest", "highest"), BOUNDS)
def test_every_point_of_a_scale_is_an_answer(
    kind: str, lowest: int, highest: int
) -> None:
    points = range(lowest, highest + 1)

    assert [answer(question(kind), {"q.q": [str(one)]}) for one in points] == [*points]


@pytest.mark.parametrize(("kind", "lowest", "highest"), BOUNDS)
def test_what_lies_beside_a_scale_is_refused(
    kind: str, lowest: int, highest: int
) -> None:
    for text in (str(lowest - 1), str(highest + 1), "3.0", "³", "three", "1e0", "03"):
        assert refusal(question(kind), {"q.q": [text]}) == "not_on_scale"


def test_a_rating_of_zero_is_an_answer_to_a_required_question() -> None:
    assert answer(question("nps", required=True), {"q.q": ["0"]}) == 0


def test_a_truth_value_is_no_point() -> None:
    assert refusal_of(True) == "not_on_scale"
    assert refusal_of(1.0) == "not_on_scale"


def refusal_of(raw: object) -> str:
    with pytest.raises(Invalid) as refused:
        KINDS["nps"].check(question("nps"), raw)
    return refused.value.fields["q"]


def test_answers_are_counted_point_by_point_so_that_measures_can_score_them() -> None:
    values: list[AnswerValue] = [10, 9, 7, 0, 0]
    summary = KINDS["nps"].summarise(question("nps"), values)

    assert isinstance(summary, ScaleSummary)
    assert (summary.count, summary.scale) == (5, Scale.NPS)
    assert list(summary.counts.values()) == [2, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1]
    score = net_promoter_score(summary.counts)
    assert score is not None
    assert score.value == 0


def test_a_point_is_said_in_digits() -> None:
    assert words(question("csat"), 4, "fr") == "4"
