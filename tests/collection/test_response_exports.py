"""Responses one by one and as files: readable for good, and private where they are."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from feedback.collection.response_exports import Reading, csv_lines, write_xlsx
from feedback.collection.response_filter import ResponseFilter
from feedback.collection.response_list import get_response, list_responses
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.core.errors import NotFound
from feedback.core.pagination import PageRequest
from feedback.surveys.models import Survey
from tests.factories import Factories
from tests.surveys.asking import choices, question, survey, when

ASKED = survey(
    (
        question("nps", "score", text={"en": "Recommend, {attribute:name|you}?"}),
        question("long_text", "why", show_if=when("class", "score", "is", "low")),
    ),
    (
        question("multiple", "used", choices=choices("app", "shop"), other=True),
        question(
            "matrix",
            "grid",
            choices=choices("good", "bad"),
            rows=choices("price", "speed"),
        ),
        question("number", "spent", decimals=2),
        question("date", "visit"),
        question("contact", "reach", fields=["email"], consent={"en": "Yes"}),
    ),
)
ANSWERS = {
    "score": 3,
    "why": "=HYPERLINK(1) too slow",
    "used": {"choices": ["shop"], "other": "Call Ada"},
    "grid": {"price": "bad"},
    "spent": 12.5,
    "visit": "2026-10-01",
    "reach": {"email": "ada@example.org", "consent": True},
}


@pytest.fixture
def asked(factories: Factories) -> Survey:
    return factories.survey(questionnaire=ASKED)


def table(
    session: Session, one: Survey, *, is_full: bool = True, locale: str = "en"
) -> list[list[str]]:
    reading = Reading(
        locale=locale, places={one.touchpoint_id: "Till"}, is_full=is_full
    )
    parts = csv_lines(session, ResponseFilter(survey_id=one.id), reading)
    text = b"".join(parts).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";" if locale == "fr" else ","))


def column(rows: Sequence[Sequence[str]], heading: str) -> list[str]:
    place = list(rows[0]).index(heading)
    return [row[place] for row in rows[1:]]


def test_a_file_says_answers_in_words_and_numbers_as_numbers(
    session: Session, factories: Factories, asked: Survey
) -> None:
    contact = factories.contact("C7")
    flags = (Flag.SPEEDER,)
    one = factories.response(
        asked, ANSWERS, contact=contact, flags=flags, language="en"
    )
    factories.analysed(one, "=HYPERLINK(1) too slow", "Call Ada")

    rows = table(session, asked)

    assert rows[0][10:] == [
        "Customer",
        "Recommend, you?",
        "why?",
        "used?",
        "grid? – Price",
        "grid? – Speed",
        "spent?",
        "visit?",
        "reach?",
    ]
    assert rows[1][1:] == [
        "2026-10-15",
        "Till",
        "E-mail",
        "English",
        "1",
        "complete",
        "too fast",
        "",
        "0.0",
        "C7",
        "3",
        "'=HYPERLINK(1) too slow",
        "Shop, Call Ada",
        "Bad",
        "",
        "12.5",
        "2026-10-01",
        "ada@example.org",
    ]


def test_who_may_not_see_customers_gets_neither_texts_nor_details(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, ANSWERS, contact=factories.contact("C7"))

    rows = table(session, asked, is_full=False)

    assert not {"why?", "reach?", "Customer"} & set(rows[0])
    assert column(rows, "used?") == ["Shop, Other"]
    assert not any("Ada" in cell or "slow" in cell for cell in rows[1])


def test_old_answers_are_said_in_the_words_of_their_version(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 9, "used": {"choices": ["app"]}})
    page = ASKED.pages[1]
    used = replace(page.questions[0], choices=choices("site", "shop"))
    later = replace(ASKED, pages=(ASKED.pages[0], replace(page, questions=(used,))))
    factories.next_version(asked, later)
    factories.response(asked, {"score": 9, "used": {"choices": ["site"]}})

    rows = table(session, asked)

    assert column(rows, "used?") == ["Site", "App"]
    assert column(rows, "Version") == ["2", "1"]
    assert "spent?" in rows[0], "a question that is gone keeps its column"


def test_answers_that_do_not_count_are_not_in_the_file(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 10, "why": "left over"})
    factories.response(asked, {"score": 1}, is_test=True)

    assert column(table(session, asked), "why?") == [""]


def test_a_workbook_says_the_same_and_runs_nothing(
    session: Session, factories: Factories, asked: Survey
) -> None:
    one = factories.response(asked, ANSWERS)
    factories.analysed(one, "=HYPERLINK(1) too slow", "Call Ada")
    file = BytesIO()
    reading = Reading(locale="fr", places={}, is_full=True)

    write_xlsx(session, ResponseFilter(survey_id=asked.id), reading, file)

    file.seek(0)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert rows[1][11:14] == [3.0, "=HYPERLINK(1) too slow", "Shop shop, Call Ada"]


def test_a_list_is_turned_over_and_each_response_opened(
    session: Session, factories: Factories, asked: Survey
) -> None:
    link = factories.open_link(asked)
    for day in (1, 2, 3):
        factories.response(asked, {"score": day}, day=date(2026, 10, day))
    part = factories.response(
        asked,
        {"score": 2},
        state=ResponseState.PARTIAL,
        seconds={"p0": 4.0},
        channel=Channel.OPEN,
        is_test=True,
    )
    part.open_link_id = link.id
    session.flush()
    wanted = ResponseFilter(survey_id=asked.id)

    first = list_responses(session, wanted, PageRequest(size=2))
    second = list_responses(session, wanted, PageRequest(number=2, size=2))
    one = get_response(session, asked.id, part.public_id)

    assert [item.answers["score"] for item in first.items] == [3, 2]
    assert (first.has_next, second.has_next) == (True, False)
    assert [item.answers["score"] for item in second.items] == [1]
    assert [question.key for question in one.shown] == ["score", "why"]
    assert (one.state, one.link, one.seconds) == (ResponseState.PARTIAL, "Receipt", 4.0)
    with pytest.raises(NotFound):
        get_response(session, asked.id + 1, part.public_id)
