"""Figures in words: what is said, and what is withheld."""

import pytest

from feedback.core.periods import parse_period
from feedback.i18n.formats import Unit
from feedback.insights.dashboards import ScoreFigure, cell_figures, share_figure
from feedback.insights.figures import NOTHING, Counts
from feedback.insights.words import (
    EMOTION,
    SHARE,
    Words,
    Written,
    direction_of,
    scale_name,
)
from feedback.measures.comparison import Change
from feedback.measures.evidence import Evidence
from feedback.measures.scales import Scale

GAP = "\N{NO-BREAK SPACE}"
WORDS = Words(locale="en", before=parse_period("2026-03"))


def _nps(*, after: dict[int, int], before: dict[int, int] | None = None) -> ScoreFigure:
    cell = cell_figures(
        Counts(ratings={Scale.NPS: after}),
        Counts(ratings={Scale.NPS: before}) if before else NOTHING,
        state=Evidence.ENOUGH,
    )
    return cell.scores[0]


def test_a_score_is_told_with_interval_base_and_change() -> None:
    told = WORDS.score(
        _nps(after={10: 540, 8: 360, 0: 300}, before={10: 300, 8: 400, 0: 500})
    )
    assert (told.value, told.interval, told.n) == (
        "+20",
        "+15 to +25",
        f"n{GAP}={GAP}1,200",
    )
    assert (told.change, told.direction) == ("up 37 points", "better")
    assert "promoters: 540" in told.basis
    assert "March 2026: −17 (1,200 answers)" in told.basis
    assert f"p{GAP}<{GAP}0.001" in told.basis


def test_what_cannot_be_told_from_chance_says_what_could_have_been() -> None:
    told = WORDS.score(
        _nps(after={10: 60, 8: 30, 0: 40}, before={10: 55, 8: 30, 0: 42})
    )
    assert (told.change, told.direction) == ("no detectable change", "none")
    assert told.verdict is Change.NONE_DETECTABLE
    assert "would be seen four times in five" in told.basis


def test_a_figure_of_fewer_than_ten_answers_is_not_printed() -> None:
    told = WORDS.score(_nps(after={10: 9}, before={0: 100}))
    assert told.value is None
    assert told.interval is None
    assert told.n == f"n{GAP}={GAP}9"
    assert "%" not in told.basis
    assert told.change == "too few to compare"


def test_a_small_base_is_marked_and_not_compared() -> None:
    told = WORDS.score(_nps(after={10: 29}, before={0: 100}))
    assert told.is_small
    assert told.value == "+100"
    assert told.change == "too few to compare"


def test_a_first_period_has_nothing_to_compare_with() -> None:
    told = WORDS.score(_nps(after={10: 100}))
    assert told.change == "nothing to compare with"


def test_more_negative_verbatims_are_for_the_worse() -> None:
    told = WORDS.negative(share_figure(60, 100, 20, 100))
    assert (told.value, told.change, told.direction) == ("60%", "up 40 points", "worse")


def test_nothing_said_is_no_figure() -> None:
    told = WORDS.negative(share_figure(0, 0, 0, 0))
    assert told.value is None
    assert told.n == f"n{GAP}={GAP}0"


@pytest.mark.parametrize(
    ("change", "up", "expected"),
    [
        (Change.UP, "better", "better"),
        (Change.DOWN, "better", "worse"),
        (Change.UP, "worse", "worse"),
        (Change.DOWN, "worse", "better"),
        (Change.UP, "none", "none"),
        (Change.NONE_DETECTABLE, "better", "none"),
        (Change.NOT_ENOUGH_DATA, "worse", "none"),
    ],
)
def test_good_and_bad_follow_from_the_measure(
    change: Change, up: str, expected: str
) -> None:
    assert direction_of(change, up=up) == expected  # type: ignore[arg-type]  # literals


def test_differences_have_the_unit_of_their_measure() -> None:
    assert SHARE.difference(-0.09, "en") == "9 points"
    assert SHARE.difference(0.01, "en") == "1 point"
    assert Written(unit=Unit.SIGNED).difference(12.4, "en") == "12 points"
    assert EMOTION.difference(-0.44, "en") == "0.4"
    assert SHARE.signed(-0.09, "en") == "−9"


def test_scales_have_names() -> None:
    assert scale_name(Scale.NPS, "fr") == "NPS"
    assert scale_name(Scale.STARS, "en") == "Stars"
