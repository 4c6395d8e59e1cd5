"""The headline of a scale is the measure that bears its name."""

import pytest

from feedback.measures.ces import effort
from feedback.measures.csat import satisfaction
from feedback.measures.nps import net_promoter_score
from feedback.measures.scales import Scale
from feedback.measures.scores import score

COUNTS = {1: 4, 3: 2, 5: 9}


def test_each_scale_has_its_measure() -> None:
    assert score(Scale.NPS, COUNTS) == net_promoter_score(COUNTS)
    assert score(Scale.CES, COUNTS) == effort(COUNTS)
    assert score(Scale.CSAT, COUNTS) == satisfaction(COUNTS)
    assert score(Scale.STARS, COUNTS) == satisfaction(COUNTS)


@pytest.mark.parametrize("scale", Scale)
def test_no_answer_gives_no_score(scale: Scale) -> None:
    assert score(scale, {}) is None
