"""What the review and the import say: every code, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from flask import Flask, g

from feedback.surveys import imports
from feedback.surveys.exchange import read_file
from feedback.surveys.imports import Remark
from feedback.surveys.questionnaire import Questionnaire, Theme, WordingByScore
from feedback.surveys.review import SEVERITIES, review
from feedback.web.survey_words import (
    COLOURS,
    FINDINGS,
    PARTS,
    REMARKS,
    fault_words,
    finding_words,
    remark_words,
)
from tests.surveys.drafts import (
    all_of,
    choices,
    ending,
    question,
    said,
    survey,
    where,
)
from tests.surveys.made_up import make_up

DATA = Path(__file__).parents[1] / "surveys" / "data"


@pytest.fixture(params=["fr", "en"])
def language(application: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with application.test_request_context():
        g.locale = request.param
        yield request.param


def test_every_finding_has_words() -> None:
    assert set(FINDINGS) == set(SEVERITIES)


def test_a_finding_names_question_and_choice_as_people_read_them(
    application: Flask,
) -> None:
    drawn = survey(
        question("pick", "single", text={"fr": "Lequel ?", "en": "Which one?"}),
        question("x", show_if=all_of(where("pick", "is", "z"))),
    )
    (found,) = review(drawn, anonymous=False).findings

    with application.test_request_context():
        g.locale = "en"
        assert finding_words(found, drawn) == (
            "A condition names the choice “z”, which “Which one?” does not offer."
        )


def test_a_missing_translation_is_said_with_the_name_of_the_language(
    application: Flask,
) -> None:
    drawn = survey(question("q", text={"fr": "Bonjour"}))
    (found,) = review(drawn, anonymous=False).findings

    with application.test_request_context():
        g.locale = "en"
        assert "(English)" in finding_words(found, drawn)
        g.locale = "fr"
        assert "(anglais)" in finding_words(found, drawn)


def test_a_contrast_is_rounded_down(application: Flask) -> None:
    drawn = survey(question("q"), theme=Theme(text="#777777", background="#ffffff"))
    found = review(drawn, anonymous=False).findings[0]

    with application.test_request_context():
        g.locale = "en"
        words = finding_words(found, drawn)

    assert words.startswith("Text colour on Background: the contrast is 4.4 to 1.")


def test_every_place_of_a_finding_has_a_name(language: str) -> None:
    assert set(COLOURS) >= {*vars(Theme()), "on_accent"}
    assert len(PARTS) == 10


def test_whatever_is_found_can_be_said(language: str) -> None:
    said = set()
    for drawn in [faulty(), *(make_up(Random(number)) for number in range(150))]:
        for anonymous in (True, False):
            for found in review(drawn, anonymous=anonymous).findings:
                words = finding_words(found, drawn)
                assert "%(" not in words
                said.add(found.code)

    assert len(said) > 35


def faulty() -> Questionnaire:
    """Return a survey with as many faults as fit in one."""
    rule = all_of(
        where("gone", "is", 1),
        where("pick", "is", "z"),
        where("grid.z", "is", "a"),
        where("pick", "is", "low", "class"),
        where("q", "is", "best", "class"),
        where("q", "is", 12),
        where("", "is", "de", "language"),
        where("hello", "known"),
    )
    wording = WordingByScore(question="pick", texts={"low": said("Why?")})
    return survey(
        question("q", text=said("{answer:q} {answer:gone} {x} {attribute:a}")),
        question("pick", "single", choices=()),
        question("grid", "matrix", rows=()),
        question("hello", "statement", text={"fr": "Bonjour"}),
        question("how", "hologram"),
        question("who", "contact", required=True, options={"fields": []}),
        question("number", "number", options={"at_least": 0.2, "at_most": 0.8}),
        question("x", "csat", show_if=rule, text=said("Isn’t it cheap and fast?")),
        question("y", "long_text", wording=wording, text=said("word " * 40)),
        question("order", "ranking", choices=choices(*"abcdefghij")),
        question("many", "matrix", rows=choices(*"abcdefghij")),
        question("one", "single", choices=choices(*"abcdefghijklmn")),
        theme=Theme(accent="red", font="x", logo="x", text="#eeeeee"),
        endings=(ending("a", callback=True), ending("b")),
    )


def test_whatever_an_import_leaves_out_can_be_said(language: str) -> None:
    for path in sorted(DATA.iterdir()):
        remarks = read_file(path.read_bytes(), path.name).remarks
        assert len(remarks) >= 3
        for remark in remarks:
            assert "%(" not in remark_words(remark)


def test_every_remark_that_a_reader_makes_has_words() -> None:
    made = {
        code
        for path in Path(imports.__file__).parent.glob("*.py")
        for code in re.findall(r'\badd\(\s*"(\w+)"', path.read_text())
    }

    assert len(made) > 10
    assert made <= set(REMARKS)


def test_a_remark_and_a_refused_file_have_words(language: str) -> None:
    taken = Remark(code="taken_as", place="q1", values={"kind": "nps"})

    assert "NPS" in remark_words(taken)
    assert fault_words("newer_format")
