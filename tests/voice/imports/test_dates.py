"""Dates as files write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.voice.imports.dates import (
    DAY_FIRST,
    EPOCH,
    EXCEL,
    ISO,
    MONTH_FIRST,
    READINGS,
    WRITTEN,
    is_reading,
    read_moment,
    recognise_dates,
)

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "reading", "moment"),
    [
        ("2018-04-05", ISO, (2018, 4, 4, 22, 0)),
        ("2018-04-05T14:30:00Z", ISO, (2018, 4, 5, 14, 30)),
        ("2018-04-05 14:30:00.123+02:00", ISO, (2018, 4, 5, 12, 30)),
        ("2018/04/05 14:30", ISO, (2018, 4, 5, 12, 30)),
        ("05/04/2018", DAY_FIRST, (2018, 4, 4, 22, 0)),
        ("5.4.18 14h30", DAY_FIRST, (2018, 4, 5, 12, 30)),
        ("05/04/2018 à 14:30", DAY_FIRST, (2018, 4, 5, 12, 30)),
        ("04/05/2018 2:30 PM", MONTH_FIRST, (2018, 4, 5, 12, 30)),
        ("04/05/2018 12:00 am", MONTH_FIRST, (2018, 4, 4, 22, 0)),
        ("5 avril 2018", WRITTEN, (2018, 4, 4, 22, 0)),
        ("1er août 2018", WRITTEN, (2018, 7, 31, 22, 0)),
        ("jeudi 5 juil. 2018", WRITTEN, (2018, 7, 4, 22, 0)),
        ("12 JUIN 2018 14:30", WRITTEN, (2018, 6, 12, 12, 30)),
        ("April 5, 2018", WRITTEN, (2018, 4, 4, 22, 0)),
        ("3 Feb 2018", WRITTEN, (2018, 2, 2, 23, 0)),
        ("43195", EXCEL, (2018, 4, 4, 22, 0)),
        ("43195.604166667", EXCEL, (2018, 4, 5, 12, 30)),
        ("1522931400", EPOCH, (2018, 4, 5, 12, 30)),
        ("1522931400000", EPOCH, (2018, 4, 5, 12, 30)),
        ("20180405", "%Y%m%d", (2018, 4, 4, 22, 0)),
    ],
)
def test_a_date_is_read_in_the_zone_of_the_installation(
    text: str, reading: str, moment: tuple[int, ...]
) -> None:
    year, month, day, hour, minute = moment

    found = read_moment(text, reading, PARIS)

    assert found == datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("31/02/2018", DAY_FIRST),
        ("13/13/2018", DAY_FIRST),
        ("yesterday", ISO),
        ("2018-04-05 25:00", ISO),
        ("04/05/2018 14:30 PM", MONTH_FIRST),
        ("1899-12-31", ISO),
        ("0001-01-01", ISO),
        ("9999-12-31T23:59:59-14:00", ISO),
        ("5 brumaire 2018", WRITTEN),
        ("7", EXCEL),
    ],
)
def test_what_is_no_date_is_not_read_as_one(text: str, reading: str) -> None:
    assert read_moment(text, reading, PARIS) is None


def test_one_day_above_twelve_decides_between_day_and_month() -> None:
    day_first = recognise_dates(["01/02/2018", "25/02/2018", ""])
    month_first = recognise_dates(["01/02/2018", "02/25/2018"])

    assert day_first is not None
    assert (day_first.reading, day_first.is_ambiguous) == (DAY_FIRST, False)
    assert month_first is not None
    assert month_first.reading == MONTH_FIRST


def test_dates_that_could_be_either_are_day_first_and_said_to_be_ambiguous() -> None:
    found = recognise_dates(["01/02/2018", "03/04/2018 10:00"])

    assert found is not None
    assert (found.reading, found.is_ambiguous) == (DAY_FIRST, True)


def test_a_column_of_something_else_is_no_column_of_dates() -> None:
    assert recognise_dates(["8", "9", "10"]) is None
    assert recognise_dates(["2018-04-05", "soon", "later"]) is None
    assert recognise_dates(["", " "]) is None


def test_a_pattern_has_to_give_a_whole_date() -> None:
    assert is_reading("%d/%m/%Y %H:%M")
    assert is_reading("%d.%m.%y")
    assert is_reading(DAY_FIRST)
    assert not is_reading("%d/%m")
    assert not is_reading("%d/%m/%Y %Q")
    assert not is_reading("jj/mm/aaaa")


@given(st.text(max_size=40), st.sampled_from([*READINGS, "%d/%m/%Y"]))
def test_no_text_whatever_makes_the_reading_fail(text: str, reading: str) -> None:
    found = read_moment(text, reading, PARIS)

    assert found is None or found.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1970, 1, 3), max_value=datetime(9990, 1, 1)))  # noqa: DTZ001 - cells have no zone
def test_every_moment_is_read_back_as_it_was_written(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    wanted = moment.replace(tzinfo=UTC)

    for text, reading in (
        (moment.isoformat(), ISO),
        (f"{moment:%d/%m/}{moment.year:04} {moment:%H:%M:%S}", DAY_FIRST),
        (f"{moment:%m-%d-}{moment.year:04}, {moment:%I:%M:%S %p}", MONTH_FIRST),
    ):
        assert read_moment(text, reading, ZoneInfo("UTC")) == wanted
