"""Appointments as iCalendar, read back by a small reader of RFC 5545."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.interviews.calendar import Appointment, calendar_of

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
TEXT = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"),
    max_size=300,
)


def read(file: str) -> dict[str, str]:
    """Unfold the lines, split names from values, unescape the texts."""
    assert file.endswith("\r\n")
    lines = file.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert all("\n" not in line and "\r" not in line for line in lines)
    whole = file.replace("\r\n ", "").split("\r\n")
    return {
        name: unescape(value)
        for name, colon, value in (line.partition(":") for line in whole)
        if colon
    }


def unescape(value: str) -> str:
    text, rest = "", iter(value)
    for one in rest:
        text += {"n": "\n"}.get(mark := next(rest), mark) if one == "\\" else one
    return text


def appointment(**changed: object) -> Appointment:
    given: dict[str, object] = {
        "uid": "abc@feedback",
        "starts_at": NOW + timedelta(days=1),
        "minutes": 45,
        "summary": "A talk",
        "description": "",
        "place": "",
        "url": "https://feedback.example/t/x",
    }
    return Appointment(**{**given, **changed})  # type: ignore[arg-type]  # a test's own values


def test_an_appointment_is_in_utc_and_confirmed() -> None:
    found = read(calendar_of(appointment(), now=NOW))

    assert found["DTSTART"] == "20261016T090000Z"
    assert found["DTEND"] == "20261016T094500Z"
    assert (found["METHOD"], found["STATUS"]) == ("PUBLISH", "CONFIRMED")
    assert "LOCATION" not in found


def test_a_cancelled_one_is_taken_out_of_calendars() -> None:
    made = appointment(changes=2, is_cancelled=True)
    found = read(calendar_of(made, now=NOW))

    assert (found["METHOD"], found["STATUS"]) == ("CANCEL", "CANCELLED")
    assert found["SEQUENCE"] == "2"


@given(TEXT, TEXT, TEXT)
def test_any_text_comes_back_whole(summary: str, description: str, place: str) -> None:
    made = appointment(summary=summary, description=description, place=place)
    found = read(calendar_of(made, now=NOW))

    assert found["SUMMARY"] == summary
    assert found.get("DESCRIPTION", "") == description
    assert found.get("LOCATION", "") == place
