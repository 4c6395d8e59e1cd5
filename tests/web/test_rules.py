"""Rules in a form: what can be compared, and that a form gives back what it shows."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.editing import add_question
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.web.rules import (
    OPERATORS,
    ShownRule,
    Subject,
    list_subjects,
    read_rule,
    rule_words,
    show_rule,
)
from tests.factories import score_and_comment

COLOURS = Question(
    key="colour",
    kind="single",
    text={"en": "Which colour?"},
    choices=(
        Choice(key="choice-1", text={"en": "Red"}),
        Choice(key="choice-2", text={"en": "Blue"}),
    ),
    options={"other": True},
)
TABLE = Question(
    key="table",
    kind="matrix",
    text={"en": "How was it?"},
    choices=(Choice(key="choice-1", text={"en": "Good"}),),
    rows=(Choice(key="row-1", text={"en": "Price"}),),
)
DAY = Question(key="day", kind="date", text={"en": "When?"})


@pytest.fixture(autouse=True)
def _in_a_request(application: Flask) -> object:
    """The words are those of the language of a request."""
    with application.test_request_context(headers={"Accept-Language": "en"}):
        application.preprocess_request()
        yield
        application.do_teardown_request()


def _draft() -> Questionnaire:
    draft = score_and_comment()
    for question in (COLOURS, TABLE, DAY):
        draft = add_question("page-1", question).apply(draft)
    return draft


def _subjects(before: str | None = None) -> tuple[Subject, ...]:
    return list_subjects(_draft(), before, "en", [("nell", "Nell")])


def _form(shown: ShownRule) -> MultiDict[str, str]:
    """Return what a browser sends for a rule that is shown."""
    form = MultiDict([("rule.mode", shown.mode)])
    for one in shown.conditions:
        prefix = f"rule.{one.place}"
        form.add(f"{prefix}.subject", one.subject.value)
        form.add(f"{prefix}.name", one.name)
        form.add(f"{prefix}.operator", one.operator)
        for value in one.values if one.subject.form == "choice" else [one.value]:
            form.add(f"{prefix}.value", value)
    return form


def test_a_rule_sees_what_was_asked_before_and_nothing_later() -> None:
    values = [one.value for one in _subjects("colour")]

    assert values[:3] == ["class:score", "answer:score", "answer:comment"]
    assert {"language", "persona", "attribute", "event"} < set(values[3:])
    assert not any(one.startswith(("class:", "answer:")) for one in values[3:])


def test_each_kind_of_answer_is_compared_in_its_own_way() -> None:
    forms = {one.value: one.form for one in _subjects()}

    assert forms["class:score"] == "choice"
    assert forms["answer:score"] == "number"
    assert forms["answer:comment"] == "text"
    assert forms["answer:colour"] == "choice"
    assert forms["answer:table.row-1"] == "choice"
    assert forms["answer:day"] == "day"
    colour = next(one for one in _subjects() if one.value == "answer:colour")
    assert colour.choices == (
        ("choice-1", "Red"),
        ("choice-2", "Blue"),
        ("other", "Other"),
    )


@st.composite
def rules(draw: st.DrawFn) -> list[tuple[int, int, list[int], str]]:
    return draw(
        st.lists(
            st.tuples(
                st.integers(0, 30),
                st.integers(0, 30),
                st.lists(st.integers(0, 10), max_size=3),
                st.sampled_from(["6", "6.5", "blue", "007", "", "1e9", "-3", "nan"]),
            ),
            min_size=1,
            max_size=5,
        )
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=rules(), any_=st.booleans())
def test_a_rule_comes_back_from_the_form_that_shows_it(
    drawn: list[tuple[int, int, list[int], str]], any_: bool
) -> None:
    subjects = _subjects()
    form = MultiDict([("rule.mode", "any" if any_ else "all")])
    for place, (which, how, chosen, typed) in enumerate(drawn):
        subject = subjects[which % len(subjects)]
        form.add(f"rule.{place}.subject", subject.value)
        form.add(f"rule.{place}.name", "city")
        operators = OPERATORS[subject.form]
        form.add(f"rule.{place}.operator", operators[how % len(operators)])
        keys = [key for key, _ in subject.choices]
        for value in [keys[one % len(keys)] for one in chosen] if keys else [typed]:
            form.add(f"rule.{place}.value", value)

    rule = read_rule(form, subjects)

    assert rule is not None
    assert read_rule(_form(show_rule(rule, subjects)), subjects) == rule


def test_no_rule_is_made_of_always() -> None:
    assert read_rule(MultiDict([("rule.mode", "always")]), _subjects()) is None
    assert show_rule(None, _subjects()).mode == "always"


def test_a_new_rule_begins_with_the_nearest_score() -> None:
    form = MultiDict([("rule.mode", "all")])

    rule = read_rule(form, _subjects("comment"))

    assert rule == Rule(
        conditions=(
            Condition(subject="class", name="score", operator="any_of", value=("low",)),
        )
    )


def test_conditions_are_added_and_removed_by_their_buttons() -> None:
    shown = show_rule(read_rule(MultiDict([("rule.mode", "any")]), _subjects()), ())
    form = _form(shown)

    more = read_rule(form, _subjects(), "rule-add")
    assert more is not None
    assert len(more.conditions) == 2
    assert more.any
    assert read_rule(form, _subjects(), "rule-remove-0") is None


def test_what_does_not_go_with_a_subject_becomes_what_does() -> None:
    form = MultiDict(
        [
            ("rule.mode", "all"),
            ("rule.0.subject", "answer:colour"),
            ("rule.0.operator", "at_least"),
            ("rule.0.value", "7"),
        ]
    )

    rule = read_rule(form, _subjects())

    assert rule is not None
    assert rule.conditions[0] == Condition(
        subject="answer", name="colour", operator="any_of", value=()
    )


def test_a_question_that_is_gone_is_named_by_its_key() -> None:
    rule = Rule(
        conditions=(
            Condition(subject="answer", name="gone", operator="at_least", value=6),
        )
    )

    shown = show_rule(rule, _subjects())

    assert shown.conditions[0].subject.label == "gone (not asked before)"
    assert read_rule(_form(shown), _subjects()) is not None


def test_rules_of_other_programs_are_shown_as_ours_would_be() -> None:
    rule = Rule(
        conditions=(
            Condition(subject="answer", name="colour", operator="is", value="choice-2"),
        )
    )

    shown = show_rule(rule, _subjects())

    assert shown.conditions[0].operator == "any_of"
    assert rule_words(rule, _subjects()) == "“3. Which colour?” is one of Blue"
    assert rule_words(replace(rule, conditions=()), _subjects()) == ""
