"""Surveys of LimeSurvey, of both ways in which its files hold words."""

from pathlib import Path
from typing import Any

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Rule
from feedback.surveys.exchange import read_file
from feedback.surveys.imports import Imported
from feedback.surveys.questionnaire import Question

DATA = Path(__file__).parents[1] / "data"
SIX = (DATA / "limesurvey_6.lss").read_bytes()
TWO = (DATA / "limesurvey_2.lss").read_bytes()


@pytest.fixture(scope="module")
def six() -> Imported:
    return read_file(SIX, "six.lss")


@pytest.fixture(scope="module")
def two() -> Imported:
    return read_file(TWO, "two.lss")


def asked(imported: Imported) -> dict[str, Question]:
    return {one.key: one for one in imported.questionnaire.questions()}


def rule(imported: Imported, key: str) -> list[tuple[str, str, Any]]:
    found = asked(imported)[key].show_if or Rule(conditions=())
    return [(one.name, one.operator, one.value) for one in found.conditions]


def remarks(imported: Imported) -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in imported.remarks}


def test_words_of_tables_of_their_own_are_joined(six: Imported) -> None:
    questionnaire = six.questionnaire

    assert questionnaire.languages == ("fr", "en")
    assert questionnaire.default_language == "fr"
    assert questionnaire.title == {"fr": "Votre visite", "en": "Your visit"}
    assert questionnaire.introduction == {"fr": "Bienvenue.", "en": "Welcome."}
    assert asked(six)["reco"].text["fr"] == "Nous recommanderiez-vous\u00a0?"
    assert asked(six)["country"].choices[1].text == {"fr": "Belgique", "en": "Belgium"}


def test_words_of_a_row_a_language_are_joined(two: Imported) -> None:
    questionnaire = two.questionnaire

    assert questionnaire.languages == ("en", "fr")
    assert questionnaire.introduction["fr"] == "Sur le magasin"
    assert asked(two)["q1"].text == {"en": "How?", "fr": "Comment ?"}
    assert [one.text["fr"] for one in asked(two)["q1"].choices] == ["À pied", "En bus"]


def test_groups_are_pages_and_their_words_statements(six: Imported) -> None:
    pages = six.questionnaire.pages

    assert [page.key for page in pages] == ["g1", "g2", "g3"]
    assert pages[1].questions[0].kind == "statement"
    assert pages[1].questions[0].help["fr"] == "Quelques questions de plus"


def test_a_survey_question_by_question_has_a_page_for_each(two: Imported) -> None:
    assert [len(page.questions) for page in two.questionnaire.pages] == [1] * 12


def test_every_type_has_its_kind(six: Imported, two: Imported) -> None:
    assert {key: one.kind for key, one in asked(six).items()} == {
        "reco": "nps",
        "stars": "csat",
        "group_2": "statement",
        "reasons": "multiple",
        "why": "long_text",
        "grid": "matrix",
        "till": "short_text",
        "member": "single",
        "spent": "number",
        "times_web": "number",
        "times_app": "number",
        "country": "dropdown",
        "order": "ranking",
        "when": "date",
        "dual": "matrix",
        "dual_second": "matrix",
        "bye": "statement",
        "extra": "multiple",
    }
    assert {key: one.kind for key, one in asked(two).items()} == {
        "q1": "single",
        "q2": "multiple",
        "q3": "long_text",
        "q4": "short_text",
        "q5": "single",
        "q6_first": "short_text",
        "q6_last": "short_text",
        "q7": "matrix",
        "q8": "matrix",
        "q9": "matrix",
        "q11": "long_text",
        "q12": "long_text",
    }


def test_settings_become_options(six: Imported) -> None:
    questions = asked(six)

    assert questions["reco"].required
    assert questions["reasons"].options == {
        "shuffle": True,
        "other": True,
        "other_text": {"fr": "Autre chose", "en": "Something else"},
        "at_most": 2,
    }
    assert questions["why"].options == {"at_most": 300}
    assert questions["till"].options == {"pattern": "^[A-Z].*$"}
    assert questions["spent"].options == {"at_least": 0, "unit": {"fr": "€", "en": "€"}}
    assert questions["order"].options["places"] == 2
    assert questions["when"].options == {"earliest": "2020-01-01"}
    assert [row.key for row in questions["grid"].rows] == ["till", "shop"]


def test_types_bring_their_own_answers_in_every_language(two: Imported) -> None:
    questions = asked(two)

    assert [one.text for one in questions["q5"].choices] == [
        {"en": "Female", "fr": "Femme"},
        {"en": "Male", "fr": "Homme"},
    ]
    assert [one.key for one in questions["q7"].choices] == ["1", "2", "3", "4", "5"]
    assert [one.text["fr"] for one in questions["q8"].choices] == [
        "Oui",
        "Sans avis",
        "Non",
    ]
    assert [one.key for one in questions["q9"].choices] == [
        "increase",
        "same",
        "decrease",
    ]


def test_relevance_becomes_a_rule(six: Imported) -> None:
    assert rule(six, "reasons") == [("reco", "at_most", 6)]
    assert rule(six, "why") == [
        ("reasons", "contains", "price"),
        ("stars", "known", None),
    ]
    assert rule(six, "grid") == [("reco", "any_of", (10, 9))]
    assert rule(six, "till") == [("grid.till", "is", "1")]
    assert rule(six, "member") == [("reco", "known", None)]


def test_old_conditions_become_a_rule(two: Imported) -> None:
    assert rule(two, "q3") == [("q2", "contains", "x")]
    assert rule(two, "q4") == [("q1", "any_of", ("a", "b")), ("q2", "is_not", "y")]
    assert rule(two, "q12") == [("q1", "is", "other")]


def test_names_and_answers_in_words_keep_their_place(six: Imported) -> None:
    assert asked(six)["why"].text["en"] == (
        "Why, {attribute:firstname|…}? You gave {answer:reco|…}."
    )


def test_the_end_text_is_the_ending(six: Imported, two: Imported) -> None:
    (ending,) = six.questionnaire.endings

    assert ending.title == {"fr": "Merci !", "en": "Thank you!"}
    assert ending.text == {"fr": "À bientôt.", "en": "See you."}
    assert two.questionnaire.endings == ()


def test_what_is_left_out_is_said(six: Imported, two: Imported) -> None:
    assert remarks(six) == {
        ("taken_as", "reco"),
        ("taken_as", "stars"),
        ("condition_left_out", "spent"),
        ("split_up", "times"),
        ("setting_left_out", "when"),
        ("split_up", "dual"),
        ("question_left_out", "score"),
        ("hidden_left_out", "secret"),
        ("formatting_left_out", "bye"),
        ("links_left_out", "bye"),
        ("setting_left_out", "extra"),
        ("setting_left_out", ""),
        ("was_anonymous", ""),
    }
    assert remarks(two) == {
        ("split_up", "q6"),
        ("condition_left_out", "q11"),
        ("setting_left_out", ""),
    }


def test_a_list_of_points_keeps_its_conditions_by_code() -> None:
    content = SIX.replace(b"((reco.NAOK <= 6))", b'reco.NAOK == "A3"')

    assert rule(read_file(content, "x.lss"), "reasons") == [("reco", "is", 3)]


def test_a_survey_on_one_page_is_one_page() -> None:
    content = SIX.replace(b"<format><![CDATA[G]]>", b"<format><![CDATA[A]]>")

    assert len(read_file(content, "x.lss").questionnaire.pages) == 1


def test_a_survey_of_another_kind_or_without_questions_is_refused() -> None:
    group = SIX.replace(b">Survey<", b">Group<")
    empty = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>"

    for content in (group, empty, b"<html></html>"):
        with pytest.raises(Invalid, match="unknown_file"):
            read_file(content, "x.lss")


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<document><LimeSurveyDocType>&b;</LimeSurveyDocType></document>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><document>&a;</document>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, b"<!DOCTYPE html><html></html>"])
def test_entities_and_document_types_are_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="entities_refused"):
        read_file(content, "x.lss")


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="too_deep"):
        read_file(b"<a>" * 1000, "x.lss")


@pytest.mark.parametrize(
    "content",
    [
        b"<document>",
        b"<document>\xff\xfe</document>",
        b'<?xml version="1.0" encoding="utf-99"?><document/>',
        b'<?xml version="1.0" encoding="utf-7"?><document/>',
        b"<",
    ],
)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="not_readable"):
        read_file(content, "x.lss")
