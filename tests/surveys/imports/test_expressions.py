"""Conditions of other programs, said with rules of ours or not at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.conditions import Condition, Rule, read_rule, write_rule
from feedback.surveys.imports.expressions import (
    Comparison,
    UnreadableExpression,
    parse,
)
from feedback.surveys.imports.translation import (
    Target,
    conditions_on,
    to_common_rule,
    to_rule,
)

TARGETS = {
    "score": Target(key="score", kind="nps"),
    "way": Target(key="way", kind="single", choices={"b": "bus", "2": "two"}),
    "why": Target(key="why", kind="multiple", choices={"p": "price", "s": "speed"}),
    "yes": Target(key="yes", kind="single", choices={"true": "yes", "false": "no"}),
    "spent": Target(key="spent", kind="number", is_whole=False),
    "text": Target(key="text", kind="long_text"),
    "rank": Target(key="rank", kind="ranking"),
}


def resolve(comparison: Comparison) -> tuple[Condition, ...]:
    if comparison.variable not in TARGETS:
        raise UnreadableExpression
    return conditions_on(TARGETS[comparison.variable], comparison)


def said(expression: str) -> tuple[bool, list[tuple[str, str, Any]]] | None:
    rule = to_rule(parse(expression), resolve)
    if rule is None:
        return None
    return rule.any, [(one.name, one.operator, one.value) for one in rule.conditions]


@pytest.mark.parametrize(
    ("expression", "name", "operator", "value"),
    [
        ("{score} = 3", "score", "is", 3),
        ("{score} <> 3", "score", "is_not", 3),
        ("score.x == 3", "", "", None),
        ("score >= 9", "score", "at_least", 9),
        ("score ge 9", "score", "at_least", 9),
        ("{score} < 7", "score", "at_most", 6),
        ("{score} > 6.5", "score", "at_least", 7),
        ("9 <= {score}", "score", "at_least", 9),
        ("{score} = '3'", "score", "is", 3),
        ("!({score} < 7)", "score", "at_least", 7),
        ("not (score le 6)", "score", "at_least", 7),
        ("{score} notempty", "score", "known", None),
        ("{score} empty", "score", "unknown", None),
        ("is_empty(score)", "score", "unknown", None),
        ("!is_empty(score)", "score", "known", None),
        ('score != ""', "score", "known", None),
        ('score == ""', "score", "unknown", None),
        ("{score}", "score", "known", None),
        ("{score} anyof [9, 10]", "score", "any_of", (9, 10)),
        ("{way} = 'b'", "way", "is", "bus"),
        ("{way} = 2", "way", "is", "two"),
        ("{way} = 2 or {way} = 'b'", "way", "any_of", ("two", "bus")),
        ("{way} noneof ['b']", "way", "none_of", ("bus",)),
        ("{why} contains 'p'", "why", "contains", "price"),
        ("{why} *= 'p'", "why", "contains", "price"),
        ("{why} notcontains 'p'", "why", "is_not", "price"),
        ("{yes} = true", "yes", "is", "yes"),
        ("{yes} = false", "yes", "is", "no"),
        ("{spent} >= 2.5", "spent", "at_least", 2.5),
        ("{text} contains 'it\\'s'", "text", "contains", "it's"),
        ('{text} = "a b"', "text", "is", "a b"),
    ],
)
def test_a_comparison_becomes_a_condition(
    expression: str, name: str, operator: str, value: object
) -> None:
    if not name:
        with pytest.raises(UnreadableExpression):
            said(expression)
    else:
        assert said(expression) == (False, [(name, operator, value)])


def test_all_and_any_stay_what_they_are() -> None:
    assert said("{score} > 3 and {way} = 'b' && {why} notempty") == (
        False,
        [("score", "at_least", 4), ("way", "is", "bus"), ("why", "known", None)],
    )
    assert said("{score} > 3 || {way} = 'b'") == (
        True,
        [("score", "at_least", 4), ("way", "is", "bus")],
    )


def test_a_flat_rule_is_found_in_a_nested_expression() -> None:
    assert said("((({way} = 'b' or {way} = 2)) and ({score} = 1 and {score} = 2))") == (
        False,
        [("way", "any_of", ("bus", "two")), ("score", "is", 1), ("score", "is", 2)],
    )
    assert said("!({score} = 1 or {way} = 'b')") == (
        False,
        [("score", "is_not", 1), ("way", "is_not", "bus")],
    )


def test_all_of_several_choices_and_numbers_between_need_two_conditions() -> None:
    assert said("{why} allof ['p', 's']") == (
        False,
        [("why", "contains", "price"), ("why", "contains", "speed")],
    )
    assert said("{spent} > 2.5") == (
        False,
        [("spent", "at_least", 2.5), ("spent", "is_not", 2.5)],
    )


@pytest.mark.parametrize("expression", ["1", "(1)", "1 and 1", "{score} = 1 or 1"])
def test_what_always_holds_needs_no_rule(expression: str) -> None:
    assert said(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "(",
        "{score} =",
        "= 3",
        "{score} = {way}",
        "{gone} = 3",
        "{score} = 1 and ({way} = 'b' or {why} contains 'p')",
        "{spent} > 2.5 or {score} = 1",
        "iif({score} > 3, 1, 0)",
        "{score} + 1 > 3",
        "{way} > 'b'",
        "{way} = 'z'",
        "{text} > 3",
        "{text} notcontains 'x'",
        "{rank} = 'a'",
        "{score} = 'many'",
        "{score} = ['a']",
        "0",
        "!1",
        "'a' contains {text}",
        "{score} = 3 {way} = 'b'",
        "(" * 40 + "{score} = 3" + ")" * 40,
        "{score} = 3 and " * 30 + "{score} = 3",
        "{score} = 1" + "0" * 5000,
        "{text} = '" + "x" * 600 + "'",
    ],
)
def test_what_a_rule_cannot_say_is_refused(expression: str) -> None:
    with pytest.raises(UnreadableExpression):
        said(expression)


def test_of_several_expressions_those_are_kept_that_can_be_said() -> None:
    rule, left_out = to_common_rule(
        ["{score} > 3", "age({x}) > 4", "{way} = 'b' or {score} = 1"], resolve
    )

    assert rule == Rule(
        conditions=(
            Condition(subject="answer", name="score", operator="at_least", value=4),
        )
    )
    assert left_out == ("age({x}) > 4", "{way} = 'b' or {score} = 1")


SIGNS = "and or ! ( ) = < >= 'p' 3 -1.5 contains anyof [ ] , empty x \" {"
PIECES = st.sampled_from([*(f"{{{name}}}" for name in TARGETS), *SIGNS.split()])


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join)))
def test_any_text_is_a_rule_that_can_be_kept_or_refused(expression: str) -> None:
    rule, left_out = to_common_rule([expression], resolve)

    assert left_out in {(), (expression,)}
    assert read_rule(write_rule(rule)) == rule
