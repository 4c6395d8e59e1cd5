"""Curves: where the points lie, and what is left out."""

import re

from feedback.insights.drawing import (
    COLUMN,
    HEIGHT,
    CurvePoint,
    draw_curve,
    emotion_curve,
    top_of_axis,
)
from feedback.measures.evidence import Base
from feedback.measures.intervals import Estimate


def _point(value: float, base: Base = Base.PRINTABLE) -> CurvePoint:
    estimate = Estimate(value=value, low=value - 0.2, high=value + 0.2, n=50)
    return CurvePoint(estimate=estimate, base=base)


NOBODY = CurvePoint(estimate=None, base=Base.HIDDEN)


def test_the_best_emotion_lies_at_the_top_and_none_in_the_middle() -> None:
    curve = emotion_curve([_point(2), _point(0), _point(-2)])
    assert [drop.point for drop in curve.drops] == [
        "M50 0.0h0",
        "M150 50.0h0",
        "M250 100.0h0",
    ]
    assert curve.width == 3 * COLUMN
    assert len(curve.lines) == len(curve.bands) == 2
    assert not curve.bridges


def test_what_may_not_be_printed_is_not_drawn_and_bridged_without_a_band() -> None:
    hidden = _point(1, Base.HIDDEN)
    curve = emotion_curve([_point(1), hidden, _point(-1), NOBODY])
    assert len(curve.drops) == 2
    assert len(curve.bridges) == 1
    assert not curve.lines
    assert not curve.bands


def test_a_small_base_is_marked() -> None:
    curve = emotion_curve([_point(1, Base.SMALL), _point(1)])
    assert [drop.is_small for drop in curve.drops] == [True, False]


def test_the_line_never_goes_beyond_the_points_that_it_joins() -> None:
    (line,) = emotion_curve([_point(1.5), _point(-0.5)]).lines
    heights = [float(y) for y in re.findall(r"\d+ (\d+\.?\d*)", line)]
    assert set(heights) == {12.5, 62.5}


def test_nothing_at_all_is_an_empty_plane() -> None:
    curve = draw_curve([], lowest=0, highest=1)
    assert curve.drops == ()
    assert curve.zero == f"M0 {float(HEIGHT)}H{COLUMN}"


def test_the_axis_ends_above_every_interval() -> None:
    assert top_of_axis([]) == 0.02
    low = Estimate(value=0.1, low=0.05, high=0.19, n=100)
    assert top_of_axis([low]) == 0.2
    assert top_of_axis([low, Estimate(value=1, low=0.9, high=1, n=50)]) == 1.0
