"""A survey of SurveyJS, and what is said of the parts that are left out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Rule
from feedback.surveys.exchange import read_file
from feedback.surveys.imports import Imported
from feedback.surveys.imports.surveyjs import is_surveyjs, read_surveyjs
from feedback.surveys.questionnaire import Question

FILE = Path(__file__).parents[1] / "data" / "surveyjs_shop.json"


@pytest.fixture(scope="module")
def shop() -> Imported:
    return read_file(FILE.read_bytes(), "shop.json")


def asked(imported: Imported) -> dict[str, Question]:
    return {one.key: one for one in imported.questionnaire.questions()}


def rule(imported: Imported, key: str) -> list[tuple[str, str, Any]]:
    found = asked(imported)[key].show_if or Rule(conditions=())
    return [(one.name, one.operator, one.value) for one in found.conditions]


def remarks(imported: Imported) -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in imported.remarks}


def only(*elements: Mapping[str, Any], **more: Any) -> Imported:
    return read_surveyjs({"elements": list(elements), **more}, title="file")


def test_pages_panels_and_titles_become_pages_with_statements(shop: Imported) -> None:
    pages = shop.questionnaire.pages

    assert [page.key for page in pages] == ["start", "details"]
    assert [(one.key, one.kind) for one in pages[0].questions] == [
        ("start_heading_1", "statement"),
        ("recommend", "nps"),
        ("stars", "csat"),
        ("effort", "ces"),
        ("grade", "single"),
    ]
    assert asked(shop)["staffPanel_heading_2"].text == {"en": "About the staff"}


def test_every_type_has_its_kind(shop: Imported) -> None:
    kinds = {key: one.kind for key, one in asked(shop).items()}

    assert {key: kinds[key] for key in list(kinds)[5:]} == {
        "reasons": "multiple",
        "staffPanel_heading_2": "statement",
        "staffWhy": "long_text",
        "when": "date",
        "way": "single",
        "country": "dropdown",
        "member": "single",
        "memberNumber": "short_text",
        "spent": "number",
        "persons": "number",
        "mail": "contact",
        "order": "ranking",
        "grid": "matrix",
        "why": "short_text",
        "picture": "multiple",
        "two_first": "short_text",
        "two_last": "short_text",
        "note": "statement",
        "last": "long_text",
        "deep": "long_text",
    }


def test_texts_keep_their_languages(shop: Imported) -> None:
    questionnaire = shop.questionnaire

    assert questionnaire.languages == ("en", "fr")
    assert questionnaire.default_language == "en"
    assert questionnaire.title == {"en": "Your visit", "fr": "Votre visite"}
    assert asked(shop)["recommend"].text["fr"] == "Nous recommanderiez-vous ?"
    assert [one.text for one in asked(shop)["member"].choices] == [
        {"en": "Yes", "fr": "Oui"},
        {"en": "No", "fr": "Non"},
    ]


def test_settings_become_options(shop: Imported) -> None:
    questions = asked(shop)

    assert questions["recommend"].required
    assert questions["recommend"].options["high"]["fr"] == "Très probable"
    assert questions["stars"].options["look"] == "faces"
    assert questions["reasons"].options == {
        "shuffle": True,
        "other": True,
        "none": True,
        "other_text": {"en": "Something else"},
        "at_most": 2,
    }
    assert questions["staffWhy"].options == {"at_most": 300}
    assert questions["when"].options == {"earliest": "2020-01-01"}
    assert questions["memberNumber"].options["pattern"] == "^[0-9]{5}$"
    assert questions["spent"].options == {"at_least": 0, "at_most": 500, "decimals": 2}
    assert questions["persons"].options == {"at_least": 1, "at_most": 9}
    assert questions["grid"].required
    assert questions["two_last"].required


def test_choices_keep_their_words_and_order(shop: Imported) -> None:
    questions = asked(shop)

    assert [one.key for one in questions["reasons"].choices] == [
        "price",
        "2",
        "the_staff",
    ]
    assert [one.key for one in questions["way"].choices] == ["a", "b"]
    assert [one.text["en"] for one in questions["grade"].choices] == [
        "1 – Bad",
        "2",
        "3 – Good",
    ]


def test_conditions_are_those_of_the_question_and_all_around_it(shop: Imported) -> None:
    assert rule(shop, "reasons") == [("recommend", "at_most", 6)]
    assert rule(shop, "staffWhy") == [
        ("reasons", "contains", "the_staff"),
        ("recommend", "known", None),
        ("stars", "at_least", 2),
    ]
    assert rule(shop, "way") == [
        ("reasons", "any_of", ("price", "2")),
        ("reasons", "unknown", None),
    ]
    assert rule(shop, "memberNumber") == [("member", "is", "yes")]
    assert rule(shop, "why") == [("grid.till", "is", "bad")]
    assert rule(shop, "last") == [
        ("country", "any_of", ("FR", "BE")),
        ("member", "is_not", "yes"),
    ]


def test_endings_have_their_first_line_as_title(shop: Imported) -> None:
    sorry, thanks = shop.questionnaire.endings

    assert sorry.title == {"en": "We are sorry"}
    assert sorry.show_if is not None
    assert thanks.title == {"en": "Thank you!", "fr": "Merci !"}
    assert thanks.text == {"en": "See you soon.", "fr": "À bientôt."}


def test_answers_repeated_in_words_keep_their_place(shop: Imported) -> None:
    assert asked(shop)["staffWhy"].text["en"].endswith("given {answer:recommend|…}?")
    assert asked(shop)["last"].text["en"] == "Anything else, {nobody}?"


def test_what_is_left_out_is_said(shop: Imported) -> None:
    assert remarks(shop) == {
        ("hidden_left_out", "hidden"),
        ("taken_as", "recommend"),
        ("taken_as", "stars"),
        ("taken_as", "effort"),
        ("consent_needed", "mail"),
        ("media_left_out", "picture"),
        ("split_up", "two"),
        ("links_left_out", "note"),
        ("question_left_out", "table"),
        ("question_left_out", "sign"),
        ("setting_left_out", "last"),
        ("formatting_left_out", "last"),
        ("piping_left_out", "last"),
        ("condition_left_out", "deep"),
        ("setting_left_out", ""),
        ("formatting_left_out", ""),
        ("ending_left_out", ""),
    }


def test_a_survey_without_pages_is_one_page() -> None:
    found = only({"type": "comment", "name": "x"}, title="T", locale="fr")

    assert [page.key for page in found.questionnaire.pages] == ["page1"]
    assert found.questionnaire.title == {"fr": "T"}
    assert found.questionnaire.default_language == "fr"
    assert asked(found)["x"].text == {"fr": "x"}


def test_a_survey_without_a_title_is_called_after_its_file() -> None:
    content = b'{"elements": [{"type": "comment", "name": "x"}]}'

    found = read_file(content, "my_first survey.json")

    assert found.questionnaire.title == {"en": "my first survey"}


def test_a_default_language_without_words_gives_way_to_one_with() -> None:
    found = only({"type": "comment", "name": "x", "title": {"fr": "Oui ?"}})

    assert found.questionnaire.default_language == "fr"


def test_names_that_are_no_keys_and_names_that_repeat_are_given_keys() -> None:
    found = only(
        {"type": "comment", "name": "q 1 / é"},
        {"type": "comment", "name": "q-1-e"},
        {"type": "comment", "name": "q-1-e"},
        {"type": "comment"},
        {"type": "text", "name": "last", "visibleIf": "{q 1 / é} notempty"},
    )

    assert list(asked(found)) == ["q_1_e", "q_1_e_2", "question1", "last"]
    assert rule(found, "last") == [("q_1_e", "known", None)]
    assert remarks(found) == {("name_taken", "q-1-e")}


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ({"rateValues": [1, 2, 3, 4, 5]}, "csat"),
        ({"rateValues": [{"value": 1, "text": "bad"}, 2, 3, 4, 5]}, "single"),
        ({"rateMin": 0, "rateMax": 10}, "single"),
        ({"rateCount": 7}, "ces"),
        ({"rateMax": 100000}, "number"),
        ({"rateMin": 5, "rateMax": 1}, "number"),
        ({"rateStep": 0.5, "rateMax": 2}, "single"),
        ({}, "csat"),
    ],
)
def test_ratings_become_the_scale_that_they_are(
    setting: dict[str, Any], kind: str
) -> None:
    found = only({"type": "rating", "name": "q", "title": "How?", **setting})

    assert asked(found)["q"].kind == kind


def test_a_boolean_keeps_its_own_words_and_values() -> None:
    found = only(
        {
            "type": "boolean",
            "name": "q",
            "labelTrue": "Sure",
            "valueTrue": "Y",
            "valueFalse": "N",
        },
        {"type": "text", "name": "x", "visibleIf": "{q} = 'Y'"},
    )

    assert [one.text for one in asked(found)["q"].choices] == [
        {"en": "Sure"},
        {"en": "No"},
    ]
    assert rule(found, "x") == [("q", "is", "yes")]


@pytest.mark.parametrize(
    "document",
    [
        {"elements": []},
        {"pages": [{"elements": [{"type": "signaturepad", "name": "x"}]}]},
        {"pages": [{"elements": [{"type": "html", "name": "x"}]}]},
        {"pages": [{"visible": False, "elements": [{"type": "text", "name": "x"}]}]},
    ],
)
def test_a_survey_of_which_nothing_remains_is_refused(document: dict[str, Any]) -> None:
    assert is_surveyjs(document)
    with pytest.raises(Invalid, match="nothing_to_import"):
        read_surveyjs(document, title="x")


def test_too_much_is_cut_with_a_remark() -> None:
    found = only(
        *({"type": "comment", "name": f"q{number}"} for number in range(199)),
        {"type": "radiogroup", "name": "long", "choices": list(range(250))},
        {"type": "comment", "name": "beyond"},
    )

    assert len(asked(found)) == 200
    assert len(asked(found)["long"].choices) == 200
    assert remarks(found) == {("questions_left_out", ""), ("choices_left_out", "long")}
