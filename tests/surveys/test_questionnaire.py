"""Questionnaire: its JSON, read back the same, and refused by place."""

from typing import Any

import pytest

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
    Theme,
    WordingByScore,
    read_questionnaire,
    write_questionnaire,
)

LOW = Rule(
    conditions=(Condition(subject="class", name="score", operator="is", value="low"),)
)
WHOLE = Questionnaire(
    title={"fr": "Votre livraison", "en": "Your delivery"},
    introduction={"fr": "Deux questions."},
    languages=("fr", "en"),
    default_language="fr",
    pages=(
        Page(
            key="p1",
            shuffle=True,
            questions=(
                Question(
                    key="score",
                    kind="nps",
                    text={"fr": "Nous recommanderiez-vous ?"},
                    required=True,
                    options={"low": {"fr": "Pas du tout"}},
                ),
                Question(
                    key="why",
                    kind="long_text",
                    text={"fr": "Pourquoi ?"},
                    wording=WordingByScore(
                        question="score",
                        texts={"low": {"fr": "Qu’est-ce qui vous a déplu ?"}},
                    ),
                ),
            ),
        ),
        Page(
            key="p2",
            questions=(
                Question(
                    key="where",
                    kind="single",
                    text={"fr": "Où ?"},
                    help={"fr": "Une seule réponse"},
                    show_if=LOW,
                    choices=(Choice(key="store", text={"fr": "En magasin"}),),
                    rows=(Choice(key="r1", text={}),),
                ),
            ),
        ),
    ),
    endings=(Ending(key="sorry", title={"fr": "Merci"}, show_if=LOW, callback=True),),
    theme=Theme(accent="#123456", logo="logo.png"),
)


def document(**changes: Any) -> dict[str, Any]:
    return {
        "title": {"fr": "Titre"},
        "languages": ["fr"],
        "default_language": "fr",
        "pages": [],
        **changes,
    }


def test_a_questionnaire_written_and_read_is_the_same() -> None:
    assert read_questionnaire(write_questionnaire(WHOLE)) == WHOLE


def test_words_missing_in_a_language_are_those_of_the_default() -> None:
    assert WHOLE.say({"fr": "oui", "en": "yes"}, "en") == "yes"
    assert WHOLE.say({"fr": "oui"}, "en") == "oui"
    assert WHOLE.say({"de": "ja"}, "en") == "ja"
    assert WHOLE.say({}, "en") == ""


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ([], ("questionnaire", "not_an_object")),
        (document(format=2), ("format", "unknown_format")),
        (document(languages=[]), ("languages", "missing")),
        (document(default_language="en"), ("default_language", "not_a_choice")),
        (document(pages={}), ("pages", "not_a_list")),
        (document(title={"fr": 3}), ("title.fr", "not_text")),
        (document(title={"fr": "x" * 4001}), ("title.fr", "too_long")),
        (document(title={"fr": "a\0b"}), ("title.fr", "not_text")),
        (document(pages=[{"key": "p"}, {"key": "p"}]), ("pages", "duplicate_key")),
        (document(pages=[{"key": "a b"}]), ("pages.0.key", "bad_key")),
        (
            document(pages=[{"key": "p", "questions": [{"key": "q"}]}]),
            ("pages.0.questions.0.kind", "missing"),
        ),
        (
            document(
                pages=[
                    {
                        "key": "p",
                        "questions": [
                            {"key": "q", "kind": "nps", "show_if": {"conditions": 1}}
                        ],
                    }
                ]
            ),
            ("pages.0.questions.0.show_if.conditions", "not_a_list"),
        ),
        (document(theme={"accent": 3}), ("theme.accent", "not_text")),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_by_place(
    given: object, fault: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        read_questionnaire(given)

    place, code = fault
    assert caught.value.fields[place] == code
