"""What the review finds, place by place, and that nothing makes it fail."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from feedback.surveys.questionnaire import (
    Page,
    Questionnaire,
    Theme,
    WordingByScore,
    read_questionnaire,
    write_questionnaire,
)
from feedback.surveys.review import SEVERITIES, Severity, review
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


def codes(drawn: Questionnaire, *, anonymous: bool = False) -> list[tuple[str, str]]:
    found = review(drawn, anonymous=anonymous).findings
    return [(one.code, one.place) for one in found]


def test_a_sound_survey_has_no_findings() -> None:
    drawn = survey(question("q", required=True), question("why", "long_text"))

    assert codes(drawn) == []
    assert codes(drawn, anonymous=True) == []


def test_a_survey_that_asks_nothing_cannot_be_published() -> None:
    assert codes(survey()) == [("nothing_asked", "pages")]
    assert codes(survey(question("hello", "statement"))) == [("nothing_asked", "pages")]


def test_a_page_without_questions_is_named_by_its_number() -> None:
    drawn = survey(question("q"))
    drawn = replace(drawn, pages=(*drawn.pages, Page(key="empty")))

    (found,) = review(drawn, anonymous=False).findings

    assert (found.code, found.values) == ("empty_page", {"number": 2})


def test_a_kind_that_nobody_knows_is_an_error() -> None:
    drawn = survey(question("q"), question("x", "hologram"))

    (found,) = review(drawn, anonymous=False).findings

    assert (found.code, found.question_key) == ("unknown_kind", "x")
    assert found.severity is Severity.ERROR


def test_a_definition_that_cannot_be_asked_is_an_error_of_its_kind() -> None:
    drawn = survey(
        question("q"),
        question("one", "single", choices=choices("a")),
        question("rows", "matrix", rows=()),
        question("pattern", "short_text", options={"pattern": "(a+)+b"}),
        question("who", "contact", options={"fields": ["email"]}),
        question("list", "single", choices=choices("a", "none")),
        question("flag", "single", options={"other": "yes"}),
    )

    assert [code for code, _ in codes(drawn)] == [
        "choices_missing",
        "rows_missing",
        "pattern_too_free",
        "consent_words_missing",
        "reserved_key",
        "bad_option",
    ]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("single", {"choices": ()}),
        ("multiple", {"options": {"at_least": 4}}),
        ("matrix", {"rows": ()}),
        ("contact", {"options": {"fields": [], "consent": said("yes")}}),
        ("number", {"options": {"at_least": 5, "at_most": 3}}),
        ("number", {"options": {"at_least": 5.2, "at_most": 5.8}}),
        ("short_text", {"options": {"at_least": 20, "at_most": 5}}),
        ("date", {"options": {"earliest": "2026-02-01", "latest": "2026-01-01"}}),
    ],
)
def test_a_required_question_that_nobody_can_answer_is_a_dead_end(
    kind: str, more: dict[str, Any]
) -> None:
    blocking = survey(question("q"), question("x", kind, required=True, **more))
    passing = survey(question("q"), question("x", kind, **more))

    assert "dead_end" in [code for code, _ in codes(blocking)]
    assert "dead_end" not in [code for code, _ in codes(passing)]


def test_missing_words_are_named_by_language_and_place() -> None:
    drawn = survey(
        question("q", text={"fr": "Bonjour"}),
        question("x", "single", text={"en": "Hello"}),
        question("y", text={}, help={"en": "Help"}),
        introduction={"fr": "Bienvenue", "en": " "},
        endings=(replace(ending("end"), text={"fr": "Merci"}),),
    )

    found = review(drawn, anonymous=False).findings

    assert [(one.code, one.place, one.values.get("language")) for one in found] == [
        ("missing_default", "pages.1.questions.0.text", "fr"),
        ("missing_text", "pages.2.questions.0.text", None),
        ("missing_default", "pages.2.questions.0.help", "fr"),
        ("missing_translation", "introduction", "en"),
        ("missing_translation", "pages.0.questions.0.text", "en"),
        ("missing_translation", "endings.0.text", "en"),
    ]


def test_words_in_options_wordings_choices_and_rows_are_looked_at_too() -> None:
    wording = WordingByScore(question="q", texts={"low": {"fr": "Pourquoi ?"}})
    drawn = survey(
        question("q", options={"low": {"fr": "Pas du tout"}}),
        question("why", "long_text", wording=wording),
        question("x", "matrix"),
    )
    (x,) = drawn.pages[2].questions
    x = replace(
        x,
        rows=(replace(x.rows[0], text={}), x.rows[1]),
        choices=(replace(x.choices[0], text={"fr": "a"}), *x.choices[1:]),
    )
    drawn = replace(drawn, pages=(*drawn.pages[:2], Page(key="p", questions=(x,))))

    assert codes(drawn) == [
        ("missing_text", "pages.2.questions.0.rows.0"),
        ("missing_translation", "pages.0.questions.0.options.low"),
        ("missing_translation", "pages.1.questions.0.wording.texts.low"),
        ("missing_translation", "pages.2.questions.0.choices.0"),
    ]


def test_a_statement_may_be_a_heading_or_words_alone() -> None:
    heading = question("a", "statement")
    words = question("b", "statement", text={}, help=said("Words"))
    nothing = question("c", "statement", text={})

    assert codes(survey(question("q"), heading, words, nothing)) == [
        ("missing_text", "pages.3.questions.0.text")
    ]


def test_choices_that_read_alike_are_a_warning() -> None:
    twice = choices("a", "b", "c")
    twice = (*twice, replace(twice[0], key="d", text={"fr": "Â", "en": "z"}))

    (found,) = review(
        survey(question("q", "single", choices=twice)), anonymous=False
    ).findings

    assert (found.code, found.place) == (
        "duplicate_choices",
        "pages.0.questions.0.choices.3",
    )
    assert found.values == {"words": "Â", "language": "fr"}


FAULTY = [
    (where("gone", "is", 3), "condition_unknown_question"),
    (where("last", "is", 3), "condition_later_question"),
    (where("x", "is", 3), "condition_later_question"),
    (where("hello", "known"), "condition_unanswerable"),
    (where("pick", "is", "z"), "condition_unknown_choice"),
    (where("pick", "any_of", ("a", "z")), "condition_unknown_choice"),
    (where("grid.colour", "is", "a"), "condition_unknown_row"),
    (where("grid.price", "is", "z"), "condition_unknown_choice"),
    (where("pick", "is", "low", "class"), "condition_not_a_score"),
    (where("score", "is", "best", "class"), "condition_unknown_class"),
    (where("score", "is", 11), "condition_off_scale"),
    (where("score", "at_least", 12), "condition_off_scale"),
    (where("score", "is", "a"), "condition_off_scale"),
    (where("", "is", "de", "language"), "condition_unknown_language"),
]


@pytest.mark.parametrize(("condition", "code"), FAULTY)
def test_conditions_on_what_there_is_not_are_errors(condition: Any, code: str) -> None:
    drawn = survey(
        question("score"),
        question("hello", "statement"),
        question("pick", "single"),
        question("grid", "matrix"),
        question("x", show_if=all_of(condition)),
        question("last"),
    )

    assert codes(drawn) == [(code, "pages.4.questions.0.show_if.conditions.0")]
    assert SEVERITIES[code] is Severity.ERROR


def test_an_ending_may_look_at_every_question() -> None:
    low = all_of(where("last", "at_most", 6))
    drawn = survey(question("q"), question("last"), endings=(ending("low", low),))

    assert codes(drawn) == [("ending_uncovered", "endings")]


def test_a_condition_on_the_same_page_is_a_hint() -> None:
    page = Page(
        key="page",
        questions=(question("q"), question("x", show_if=all_of(where("q", "is", 3)))),
    )

    assert codes(survey(pages=(page,))) == [
        ("condition_same_page", "pages.0.questions.1.show_if.conditions.0")
    ]


def test_words_after_the_score_need_a_score_on_a_page_before() -> None:
    def drawn(after: str, *, together: bool = False) -> Questionnaire:
        wording = WordingByScore(question=after, texts={"low": said("Why")})
        asked = (
            question("score"),
            question("pick", "single"),
            question("why", "long_text", wording=wording),
        )
        if together:
            return survey(pages=(Page(key="page", questions=asked),))
        return survey(*asked)

    assert codes(drawn("score")) == []
    assert codes(drawn("score", together=True)) == [
        ("wording_same_page", "pages.0.questions.2.wording")
    ]
    for after in ("pick", "why", "gone"):
        assert codes(drawn(after)) == [
            ("wording_not_a_score", "pages.2.questions.0.wording")
        ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{answer:q}", ["piping_without_fallback"]),
        ("{answer:q|it}", []),
        ("{answer:sure}", []),
        ("{answer:gone|it}", ["piping_unknown_question"]),
        ("{answer:x|it}", ["piping_later_question"]),
        ("{answer:last|it}", ["piping_later_question"]),
        ("{attribute:first_name}", ["piping_without_fallback"]),
        ("{attribute:first_name|you}", []),
        ("{event:order.total| }", ["piping_without_fallback"]),
        ("{first_name}", ["piping_broken"]),
        ("{answer:q} {answer:q}", ["piping_without_fallback"]),
    ],
)
def test_what_words_are_filled_in_with_must_be_known_by_then(
    words: str, expected: list[str]
) -> None:
    drawn = survey(
        question("q"),
        question("sure", required=True),
        question("x", text=said(words)),
        question("last"),
    )

    assert [code for code, _ in codes(drawn)] == expected


def test_an_answer_of_the_same_page_is_not_known_yet() -> None:
    asked = (question("q"), question("x", help=said("{answer:q|it}")))

    assert codes(survey(pages=(Page(key="page", questions=asked),))) == [
        ("piping_same_page", "pages.0.questions.1.help")
    ]


def test_an_anonymous_survey_may_not_ask_or_use_who_answers() -> None:
    drawn = survey(
        question("q", text=said("Hello {attribute:first_name|you}")),
        question("who", "contact"),
        question("x", show_if=all_of(where("tier", "is", "gold", "attribute"))),
        question("y", show_if=all_of(where("", "is", "fr", "language"))),
        endings=(ending("end", callback=True),),
    )

    assert codes(drawn) == []
    assert codes(drawn, anonymous=True) == [
        ("anonymous_piping", "pages.0.questions.0.text"),
        ("anonymous_contact", "pages.1.questions.0"),
        ("anonymous_condition", "pages.2.questions.0.show_if.conditions.0"),
        ("anonymous_callback", "endings.0.callback"),
    ]


def test_a_theme_that_cannot_be_read_forbids_publishing() -> None:
    found = review(
        survey(question("q"), theme=Theme(accent="#ffcc00", font="Comic")),
        anonymous=False,
    )

    assert [(one.code, one.place) for one in found.errors] == [
        ("low_contrast", "theme.accent"),
        ("low_contrast", "theme.accent"),
        ("unknown_font", "theme.font"),
    ]
    assert found.errors[0].values["behind"] == "background"


def test_errors_come_first_and_then_the_order_of_the_survey() -> None:
    drawn = survey(
        question("a", text={"fr": "Bonjour"}),
        question("b", "single", choices=()),
        endings=(ending("plain"), ending("rest")),
    )

    found = review(drawn, anonymous=False)

    assert [one.code for one in found.findings] == [
        "choices_missing",
        "missing_translation",
        "ending_covered",
    ]
    assert [one.code for one in found.of_question("b")] == ["choices_missing"]


def test_made_up_surveys_are_reviewed_without_a_code_that_nobody_knows() -> None:
    seen = set()
    for number in range(400):
        found = review(make_up(Random(number)), anonymous=number % 2 == 0)
        assert found.minutes >= 0
        seen |= {one.code for one in found.findings}

    assert seen <= set(SEVERITIES)
    assert len(seen) > 15


def test_options_of_any_shape_are_reviewed() -> None:
    odd: list[object] = [None, [], {}, "x", -1, 1e300, True, {"fr": 3}, [[]], {"a": []}]
    names = ["at_least", "at_most", "decimals", "fields", "consent", "other", "pattern"]
    kinds = ["number", "multiple", "contact", "short_text", "date", "ranking", "matrix"]
    for kind in kinds:
        for value in odd:
            drawn = survey(question("q", kind, options=dict.fromkeys(names, value)))
            review(read_questionnaire(write_questionnaire(drawn)), anonymous=True)
