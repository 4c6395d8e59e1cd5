"""Foreign conditions made rules of ours, or refused when ours cannot say them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import Any

from feedback.surveys.conditions import MOST_CONDITIONS, Condition, Rule
from feedback.surveys.imports.expressions import (
    Comparison,
    Junction,
    Node,
    UnreadableExpression,
    parse,
)

_LONGEST_VALUE = 500
_CHOOSING = frozenset({"single", "dropdown", "multiple"})
_COUNTING = frozenset({"nps", "csat", "ces", "number"})
_WRITING = frozenset({"short_text", "long_text", "date"})

#: turns a comparison into conditions that must all hold
Resolve = Callable[[Comparison], Sequence[Condition]]


@dataclass(frozen=True, kw_only=True)
class Target:
    """The question of ours that a variable of a file became."""

    key: str
    kind: str
    #: value of a choice in the file to its key here
    choices: Mapping[str, str] = field(default_factory=dict)
    #: whether its numbers are whole
    is_whole: bool = True


def to_common_rule(
    expressions: Sequence[str], resolve: Resolve
) -> tuple[Rule | None, tuple[str, ...]]:
    """Return the rule of expressions that must all hold, and those it leaves out.

    Left out is what a rule of ours cannot say, alone or together with those before.
    """
    kept: list[Node] = []
    rule: Rule | None = None
    left_out = []
    for expression in expressions:
        try:
            nodes = (*kept, parse(expression))
            rule = to_rule(Junction(parts=nodes, any=False), resolve)
            kept.append(nodes[-1])
        except UnreadableExpression:
            left_out.append(expression)
    return rule, tuple(left_out)


def to_rule(node: Node, resolve: Resolve) -> Rule | None:
    """Return the rule that says what an expression says, None when it always holds.

    Rules of ours are flat. Deeper ones are taken when they can be said flat, as
    "1 or 2" of one question is `any_of`.

    Args:
        node: the expression.
        resolve: gives the conditions for a comparison; raises what `to_rule` raises.

    Raises:
        UnreadableExpression: it cannot be said with a rule of ours.
    """
    flat = _flat(node)
    if isinstance(flat, Comparison):
        flat = Junction(parts=(flat,), any=False)
    conditions: list[Condition] = []
    for part in flat.parts:
        if isinstance(part, Junction):
            raise UnreadableExpression
        found = resolve(part)
        if flat.any and len(flat.parts) > 1 and len(found) != 1:
            raise UnreadableExpression
        conditions.extend(found)
    if len(conditions) > MOST_CONDITIONS or not all(map(_fits, conditions)):
        raise UnreadableExpression
    if not conditions:
        return None
    return Rule(conditions=tuple(conditions), any=flat.any and len(conditions) > 1)


def _flat(node: Node) -> Node:
    if isinstance(node, Comparison):
        return node
    parts: list[Node] = []
    for part in map(_flat, node.parts):
        if isinstance(part, Junction) and part.any == node.any:
            parts.extend(part.parts)
        elif isinstance(part, Junction) and not part.parts:
            # what always holds adds nothing to "and", and decides "or"
            if node.any:
                return part
        else:
            parts.append(part)
    merged = _merged(parts) if node.any else parts
    return (
        merged[0] if len(merged) == 1 else Junction(parts=tuple(merged), any=node.any)
    )


def _merged(parts: list[Node]) -> list[Node]:
    """Join what is asked of one variable in an "or": is 1, is 2 becomes any of 1, 2."""
    merged: list[Node] = []
    for part in parts:
        last = merged[-1] if merged else None
        if (
            isinstance(part, Comparison)
            and isinstance(last, Comparison)
            and part.variable == last.variable
            and {part.operator, last.operator} <= {"is", "any_of"}
        ):
            values = [*_values(last), *_values(part)]
            merged[-1] = replace(last, operator="any_of", value=values)
        else:
            merged.append(part)
    return merged


def _values(comparison: Comparison) -> list[Any]:
    value = comparison.value
    return value if isinstance(value, list) else [value]


def _fits(condition: Condition) -> bool:
    values = (
        condition.value if isinstance(condition.value, tuple) else (condition.value,)
    )
    return len(condition.name) <= 200 and all(
        not isinstance(one, str) or (len(one) <= _LONGEST_VALUE and "\0" not in one)
        for one in values
    )


def conditions_on(target: Target, comparison: Comparison) -> tuple[Condition, ...]:
    """Return the conditions that say a comparison of an answer; all must hold.

    Raises:
        UnreadableExpression: no operator of ours says it of this kind of question.
    """
    operator, value = comparison.operator, comparison.value
    if operator in {"known", "unknown"}:
        return (_on(target, operator),)
    if target.kind in _CHOOSING:
        return _on_choices(target, operator, value)
    if target.kind in _COUNTING:
        return _on_numbers(target, operator, value)
    if target.kind in _WRITING and operator in {"is", "is_not", "contains"}:
        return (_on(target, operator, _text(value)),)
    if target.kind in _WRITING and operator in {"any_of", "none_of"}:
        return (_on(target, operator, tuple(map(_text, value))),)
    raise UnreadableExpression


def _on(target: Target, operator: str, value: Any = None) -> Condition:
    return Condition(subject="answer", name=target.key, operator=operator, value=value)


def _on_choices(target: Target, operator: str, value: Any) -> tuple[Condition, ...]:
    values = value if isinstance(value, list) else [value]
    try:
        keys = tuple(target.choices[_text(one)] for one in values)
    except KeyError:
        raise UnreadableExpression from None
    if operator == "all_of":
        return tuple(_on(target, "contains", key) for key in keys)
    if operator in {"any_of", "none_of"}:
        return (_on(target, operator, keys),)
    if operator == "not_contains":
        # an answer of several choices is not one that it does not hold
        operator = "is_not"
    if operator in {"is", "is_not", "contains"}:
        return (_on(target, operator, keys[0]),)
    raise UnreadableExpression


def _on_numbers(target: Target, operator: str, value: Any) -> tuple[Condition, ...]:
    if operator in {"any_of", "none_of"}:
        return (_on(target, operator, tuple(map(_number, value))),)
    number = _number(value)
    if operator in {"is", "is_not", "at_least", "at_most"}:
        return (_on(target, operator, number),)
    if operator not in {"above", "below"}:
        raise UnreadableExpression
    nearest = "at_least" if operator == "above" else "at_most"
    if target.is_whole:
        bound = floor(number) + 1 if operator == "above" else ceil(number) - 1
        return (_on(target, nearest, bound),)
    return _on(target, nearest, number), _on(target, "is_not", number)


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise UnreadableExpression
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UnreadableExpression from None
    # what is no number fails here too
    if not abs(number) <= 1e15:
        raise UnreadableExpression
    return int(number) if number.is_integer() else number


def _text(value: Any) -> str:
    """Return a value as files write it: `true`, `3`, `3.5`, `abc`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
