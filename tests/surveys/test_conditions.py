"""Conditions: what holds of what is known, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.surveys.conditions import (
    Condition,
    Rule,
    holds,
    read_rule,
    write_rule,
)

SCORE = ("answer", "score")


def rule(operator: str, value: Any = None, *, any_: bool = False) -> Rule:
    one = Condition(subject="answer", name="score", operator=operator, value=value)
    return Rule(conditions=(one,), any=any_)


def test_no_rule_holds_for_everybody() -> None:
    assert holds(None, {})
    assert holds(Rule(conditions=()), {})
    assert holds(Rule(conditions=(), any=True), {})


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("is", 0, 0),
        ("is", "Élodie", "elodie"),
        ("is", 9, "9"),
        ("is", True, "true"),
        ("is", "store", ["web", "store"]),
        ("is_not", 9, 8),
        ("any_of", ("a", "b"), "B"),
        ("none_of", ("a", "b"), "c"),
        ("contains", "retard", "Très en RETARD"),
        ("at_least", 7, 7),
        ("at_most", 6, 0),
        ("at_least", "2026-01-01", "2026-11-21"),
        ("known", None, 0),
        ("unknown", None, ""),
    ],
)
def test_a_comparison_that_is_met(operator: str, value: Any, found: Any) -> None:
    assert holds(rule(operator, value), {SCORE: found})


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("is", 1, True),
        ("is", 9, 8),
        ("at_least", 7, "many"),
        ("at_most", 6, 7),
        ("contains", "retard", "à l’heure"),
        ("any_of", (), "a"),
        ("known", None, []),
        ("unknown", None, 0),
    ],
)
def test_a_comparison_that_is_not_met(operator: str, value: Any, found: Any) -> None:
    assert not holds(rule(operator, value), {SCORE: found})


def test_what_is_unknown_equals_nothing() -> None:
    for operator in ("is", "contains", "at_least", "at_most", "known"):
        assert not holds(rule(operator, 1), {})
    assert not holds(rule("any_of", (1,)), {})
    for operator in ("is_not", "unknown"):
        assert holds(rule(operator, 1), {})
    assert holds(rule("none_of", (1,)), {})


def test_all_conditions_are_asked_for_unless_one_is_enough() -> None:
    low = Condition(subject="answer", name="score", operator="at_most", value=6)
    french = Condition(subject="language", operator="is", value="fr")
    facts = {SCORE: 3, ("language", ""): "en"}

    assert not holds(Rule(conditions=(low, french)), facts)
    assert holds(Rule(conditions=(low, french), any=True), facts)


@pytest.mark.parametrize(
    ("given_rule", "fault"),
    [
        ([], {"": "not_an_object"}),
        ({"conditions": 3}, {"conditions": "not_a_list"}),
        ({"conditions": [None] * 21}, {"conditions": "too_many"}),
        ({"conditions": [1]}, {"conditions.0": "not_an_object"}),
        (
            {"conditions": [{"subject": "answer", "operator": "is", "value": 1}]},
            {"conditions.0.name": "missing"},
        ),
        (
            {"conditions": [{"subject": "weather", "operator": "is", "value": 1}]},
            {"conditions.0.subject": "not_a_choice"},
        ),
        (
            {"conditions": [{"subject": "language", "operator": "like", "value": 1}]},
            {"conditions.0.operator": "not_a_choice"},
        ),
        (
            {"conditions": [{"subject": "language", "operator": "any_of"}]},
            {"conditions.0.value": "not_a_list"},
        ),
        (
            {"conditions": [{"subject": "language", "operator": "is", "value": {}}]},
            {"conditions.0.value": "not_a_value"},
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_by_place(
    given_rule: object, fault: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        read_rule(given_rule)

    assert caught.value.fields == fault


PLAIN = st.one_of(
    st.text(max_size=8).filter(lambda text: "\0" not in text),
    st.integers(-10, 10),
    st.booleans(),
)
CONDITIONS = st.one_of(
    st.builds(
        Condition,
        subject=st.sampled_from(["answer", "class", "attribute", "event", "past"]),
        name=st.sampled_from(["score", "city"]),
        operator=st.sampled_from(["is", "is_not", "contains", "at_least", "at_most"]),
        value=PLAIN,
    ),
    st.builds(
        Condition,
        subject=st.sampled_from(["language", "persona"]),
        operator=st.sampled_from(["any_of", "none_of"]),
        value=st.lists(PLAIN, max_size=4).map(tuple),
    ),
)
RULES = st.builds(
    Rule, conditions=st.lists(CONDITIONS, max_size=4).map(tuple), any=st.booleans()
)


@given(RULES)
def test_a_rule_written_and_read_is_the_same(one: Rule) -> None:
    assert read_rule(write_rule(one)) == one


@given(
    RULES,
    st.dictionaries(
        st.tuples(
            st.sampled_from(["answer", "class", "attribute", "event", "past"]),
            st.sampled_from(["score", "city"]),
        ),
        st.one_of(PLAIN, st.lists(PLAIN, max_size=3)),
    ),
)
def test_every_rule_says_yes_or_no_of_everything(
    one: Rule, facts: dict[tuple[str, str], Any]
) -> None:
    assert holds(one, facts) in {True, False}
