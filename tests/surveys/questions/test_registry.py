"""What every kind of question keeps to."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feedback
from feedback.core.errors import Invalid
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions import KINDS, by_name, kind_of
from feedback.surveys.questions.base import OptionForm, QuestionKind
from feedback.surveys.questions.scales import Nps
from feedback.web.respond_words import FAULTS
from tests.surveys.asking import answer, choices, question, refusal, survey
from tests.surveys.made_up import make_up_form

ICONS = Path(feedback.__file__).parent / "static/vendor/icons.txt"
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a", "b", "r", "none", "other", "choice", "2026-01-31", "7"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["choice", "choices", "other", "a", "r", "consent", "name"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
every_answered = pytest.mark.parametrize(
    "kind",
    [one for one in KINDS.values() if one.takes_answer],
    ids=lambda one: one.name,
)


def asked(kind: QuestionKind, *, required: bool = False, **options: Any) -> Question:
    return question(
        kind.name,
        required=required,
        choices=choices("a", "b", "c") if kind.has_choices else (),
        rows=choices("r", "s") if kind.name == "matrix" else (),
        **(kind.default_options() | options),
    )


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two kinds of question are named nps"):
        by_name([Nps(), Nps()])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="q: unknown_kind"):
        kind_of(question("hologram"))


@every_kind
def test_a_kind_has_an_icon_that_exists_and_a_template_of_its_name(
    kind: QuestionKind,
) -> None:
    assert kind.icon in ICONS.read_text("utf-8").split()
    assert kind.template == f"respond/questions/{kind.name}.html"


@every_kind
def test_a_new_question_of_a_kind_lacks_nothing(kind: QuestionKind) -> None:
    assert kind.check_definition(asked(kind)) == []


@every_kind
def test_options_of_the_wrong_form_are_named_and_do_not_count(
    kind: QuestionKind,
) -> None:
    for name, option in kind.options.items():
        wrong: Any = 1.5j if option.form is OptionForm.NUMBER else object()
        broken = asked(kind, **{name: wrong})

        assert "bad_option" in kind.check_definition(broken)
        assert kind.option(broken, name) is None


@every_answered
def test_a_required_question_refuses_an_empty_form(kind: QuestionKind) -> None:
    assert answer(asked(kind), {}) is None
    assert answer(asked(kind), {"q.q": ["  "]}) is None
    assert refusal(asked(kind, required=True), {}) == "required"


@every_answered
@given(seed=st.integers(0, 10_000))
def test_an_answer_survives_json_and_a_second_check(
    kind: QuestionKind, seed: int
) -> None:
    one = asked(kind, required=True)
    value = answer(one, make_up_form(Random(seed), one))

    assert value is not None
    again = json.loads(json.dumps(value))
    assert again == value
    assert kind.check(one, again) == value
    assert kind.say(one, value, "fr", survey((one,)))
    assert kind.summarise(one, [value]).count == 1
    assert {one.key, *(f"q.{name}" for name in kind.further_facts(one, value))} <= set(
        kind.outcomes(one)
    )
    assert_is_an_outcome(kind, one, kind.facts(one, value))


def assert_is_an_outcome(kind: QuestionKind, one: Question, fact: Any) -> None:
    outcomes = kind.outcomes(one)[one.key]
    if outcomes is not None:
        items = fact if isinstance(fact, list) else [fact]
        assert set(items) <= set(outcomes)


@every_kind
@given(raw=ANYTHING)
def test_anything_is_an_answer_or_refused_by_a_code_with_words(
    kind: QuestionKind, raw: object
) -> None:
    one = asked(kind)
    try:
        value = kind.check(one, raw)
    except Invalid as error:
        refused = set(error.fields.values())
    else:
        refused = set()
        assert kind.check(one, value) == value
    assert refused <= set(FAULTS)


@every_kind
@given(given_options=st.data())
def test_no_option_makes_a_question_raise(
    kind: QuestionKind, given_options: st.DataObject
) -> None:
    options: dict[str, Any] = given_options.draw(
        st.fixed_dictionaries({}, optional=dict.fromkeys(kind.options, ANYTHING))
    )
    one = asked(kind, **options)
    assert isinstance(kind.check_definition(one), list)
    assert isinstance(kind.limits(one), dict)
    assert isinstance(kind.own_words(one, "bad_pattern"), dict)
    for raw in ("3", {"choice": "a"}, {"choices": ["a"]}, ["a", "b", "c"], {"r": "a"}):
        try:
            kind.check(one, raw)
        except Invalid:
            continue


@every_kind
def test_what_another_kind_kept_is_never_a_fault(kind: QuestionKind) -> None:
    one = asked(kind)
    values: list[Any] = [3, 99, 2.5, "x", ["a"], {"choice": "gone"}, {"r": "a"}, {}]
    kind.summarise(one, values)
    for value in values:
        kind.facts(one, value)
        kind.further_facts(one, value)
        kind.say(one, value, "fr", survey((one,)))
