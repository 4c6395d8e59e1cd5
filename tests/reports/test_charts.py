"""Charts: what they show, what they leave out, and that a page may carry them."""

import re
from datetime import date

import pytest
from altair.utils.schemapi import debug_mode

from feedback.core.periods import add_months
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.scales import Scale
from feedback.reports.charts import (
    Bar,
    feeling_shares,
    friction_bars,
    score_distribution,
    score_trend,
)
from feedback.reports.drawing import Chart, Frame, ticks
from feedback.reports.trends import MonthFigure

MONTHS = [add_months(date(2017, 5, 1), number) for number in range(12)]


def estimate(value: float, n: int, half: float = 9.0) -> Estimate:
    return Estimate(value=value, low=value - half, high=value + half, n=n)


def shares(n: int = 200) -> list[MonthFigure]:
    return [
        MonthFigure(month=month, estimate=share_estimate(20 + number, n))
        for number, month in enumerate(MONTHS)
    ]


def every_chart(locale: str) -> list[Chart]:
    bars = [
        Bar(
            label="<b>Prix</b> & frais",
            estimate=Estimate(value=0.2, low=0.1, high=0.3, n=200),
        )
    ]
    scores = [MonthFigure(month=month, estimate=estimate(12, 90)) for month in MONTHS]
    drawn = score_distribution(
        {1: 4, 5: 20}, scale=Scale.CSAT, name="CSAT", locale=locale
    )
    assert drawn is not None
    return [
        score_trend(scores, scale=Scale.NPS, name="NPS", locale=locale),
        feeling_shares(shares(), shares(), locale=locale),
        friction_bars(bars, name="Part", locale=locale),
        drawn,
    ]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_chart_may_stand_on_a_page_with_a_strict_content_policy(locale: str) -> None:
    for chart in every_chart(locale):
        assert not re.search(
            r"<style|<script|\bstyle=|\bid=|\bclass=|\bon\w+=", chart.svg
        )
        assert "http" not in chart.svg.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_chart_says_in_words_and_in_a_table_what_it_draws(locale: str) -> None:
    for chart in every_chart(locale):
        assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in chart.svg
        assert chart.svg.index("<title>") < chart.svg.index("<g")
        assert len(chart.text) > 20
        assert chart.table.rows
        assert len(chart.table.rows) == len(chart.table.shown)


def test_every_chart_follows_the_schema_of_vega_lite() -> None:
    with debug_mode(True):
        assert len(every_chart("en")) == 4


def test_a_name_is_text_in_a_chart_and_never_markup() -> None:
    chart = every_chart("fr")[2]

    assert "<b>" not in chart.svg
    assert "&lt;b&gt;Prix&lt;/b&gt; &amp; frais" in chart.svg


def test_the_same_figures_are_drawn_in_the_same_way() -> None:
    first, second = every_chart("en"), every_chart("en")

    assert [chart.svg for chart in first] == [chart.svg for chart in second]


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    french, english = every_chart("fr")[3].svg, every_chart("en")[3].svg

    assert "83\N{NARROW NO-BREAK SPACE}%" in french
    assert "83%" in english


def test_a_month_of_fewer_than_ten_answers_is_left_out_and_said_to_be() -> None:
    figures = [
        MonthFigure(month=month, estimate=estimate(12, 9 if number == 3 else 90))
        for number, month in enumerate(MONTHS)
    ]

    chart = score_trend(figures, scale=Scale.NPS, name="NPS", locale="en")

    assert len(chart.table.rows) == 11
    assert "1 month has fewer than ten answers and is not drawn." in chart.text


def test_a_month_without_neighbours_keeps_its_interval_as_a_whisker() -> None:
    figures = [
        MonthFigure(month=month, estimate=estimate(12, 90) if number == 5 else None)
        for number, month in enumerate(MONTHS)
    ]
    alone = score_trend(figures, scale=Scale.NPS, name="NPS", locale="en")
    none = score_trend(
        [MonthFigure(month=month, estimate=None) for month in MONTHS],
        scale=Scale.NPS,
        name="NPS",
        locale="en",
    )

    whisker = 'stroke="#0B5F66" stroke-width="1.2"'
    assert alone.svg.count(whisker) == 1
    assert whisker not in none.svg
    assert none.text == "NPS: in no month were there ten answers."


def test_a_distribution_of_fewer_than_ten_answers_is_not_drawn() -> None:
    drawn = score_distribution({5: 9}, scale=Scale.CSAT, name="CSAT", locale="en")

    assert drawn is None


def test_a_share_on_a_small_base_is_grey() -> None:
    def bar(n: int) -> Chart:
        share = Estimate(value=0.2, low=0.1, high=0.3, n=n)
        return friction_bars([Bar(label="Prix", estimate=share)], name="", locale="en")

    assert 'fill="#0B5F66"' in bar(30).svg
    assert 'fill="#9AA1A9"' in bar(29).svg
    assert 'fill="#0B5F66"' not in bar(29).svg


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0.37, [0, 0.1, 0.2, 0.3, 0.4]),
        (-12, 45, [-20, 0, 20, 40, 60]),
        (3.2, 5.9, [3, 4, 5, 6]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_ticks_are_round_and_span_the_values(
    low: float, high: float, expected: list[float]
) -> None:
    assert ticks(low, high) == expected


def test_a_frame_leaves_its_margins_to_the_plot() -> None:
    frame = Frame(width=100, height=80, left=10, right=20, top=5, bottom=15)

    assert frame.plot == {"width": 70, "height": 60}
