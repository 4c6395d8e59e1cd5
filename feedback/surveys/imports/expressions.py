"""Conditions as foreign files write them, read into one shape.

SurveyJS writes `{score} <= 6 and {reasons} contains 'price'`, LimeSurvey writes
`((Q1.NAOK <= 6 and Q2_price.NAOK == "Y"))`. One grammar reads both:

    either   = each (("or" | "||") each)*
    each     = one (("and" | "&&") one)*
    one      = ("!" | "not") one | "(" either ")" | comparison
    comparison = side (operator side?)? | "is_empty" "(" variable ")"
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

LONGEST_EXPRESSION = 4000
_DEEPEST = 30


class UnreadableExpression(ValueError):
    """An expression cannot be said with a rule of ours."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison of a variable of the file.

    Operators are those of conditions, and `all_of`, `not_contains`, `above`, `below`.
    """

    variable: str
    operator: str
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Junction:
    """Parts that must all hold, or one of which must."""

    parts: "tuple[Node, ...]"
    any: bool


Node = Comparison | Junction

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | \{(?P<braced>[^{}]+)\}
    | (?P<sign><=|>=|<>|==|!=|&&|\|\||\*=|=|<|>|!|\(|\)|\[|\]|,)
    | (?P<word>[^\W\d][\w.:]*|\d+X\d+X\w+(?:\.\w+)?)
    )""",
    re.VERBOSE,
)
_SIGNS = {
    "=": "is", "==": "is", "<>": "is_not", "!=": "is_not", "<": "below",
    "<=": "at_most", ">": "above", ">=": "at_least", "*=": "contains",
}  # fmt: skip
_WORDS = {
    "equal": "is", "eq": "is", "notequal": "is_not", "ne": "is_not",
    "less": "below", "lt": "below", "lessorequal": "at_most", "le": "at_most",
    "greater": "above", "gt": "above", "greaterorequal": "at_least", "ge": "at_least",
    "contains": "contains", "contain": "contains", "notcontains": "not_contains",
    "notcontain": "not_contains", "anyof": "any_of", "noneof": "none_of",
    "allof": "all_of", "empty": "unknown", "notempty": "known",
}  # fmt: skip
_OPPOSITES = {
    "is": "is_not", "is_not": "is", "any_of": "none_of", "none_of": "any_of",
    "known": "unknown", "unknown": "known", "contains": "not_contains",
    "not_contains": "contains", "at_least": "below", "below": "at_least",
    "at_most": "above", "above": "at_most",
}  # fmt: skip
#: what a comparison says when its sides change places
_TURNED = {
    "at_least": "at_most",
    "at_most": "at_least",
    "above": "below",
    "below": "above",
    "is": "is",
    "is_not": "is_not",
}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse(expression: str) -> Node:
    """Read an expression.

    Raises:
        UnreadableExpression: it is too long, too deep or not of this grammar.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise UnreadableExpression
    return _Parser(list(_tokens(expression))).whole()


def _tokens(expression: str) -> Iterator[_Token]:
    rest = expression.rstrip()
    at = 0
    while at < len(rest):
        found = _TOKEN.match(rest, at)
        if found is None or found.lastgroup is None:
            raise UnreadableExpression
        yield _Token(found.lastgroup, found[found.lastgroup])
        at = found.end()


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._at < len(self._tokens):
            raise UnreadableExpression
        return node

    def _either(self) -> Node:
        return self._joined(self._each, {"or", "||"}, is_any=True)

    def _each(self) -> Node:
        return self._joined(self._one, {"and", "&&"}, is_any=False)

    def _joined(
        self, part: Callable[[], Node], words: set[str], *, is_any: bool
    ) -> Node:
        parts = [part()]
        while self._takes(words):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return Junction(parts=tuple(parts), any=is_any)

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableExpression
        try:
            if self._takes({"!", "not", "negate"}):
                return opposite(self._one())
            if self._takes({"("}):
                node = self._either()
                self._must_take(")")
                return node
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Node:
        if self._takes({"is_empty", "empty"}):
            self._must_take("(")
            variable = self._variable()
            self._must_take(")")
            return Comparison(variable=variable, operator="unknown")
        side = self._side()
        operator = self._operator()
        if operator in {"known", "unknown"}:
            return Comparison(variable=_name(side), operator=operator)
        if operator is None:
            # a variable by itself holds when it was answered; the number 1 always
            if side == 1:
                return Junction(parts=(), any=False)
            return Comparison(variable=_name(side), operator="known")
        other = self._side()
        if not isinstance(side, _Variable):
            if operator not in _TURNED:
                raise UnreadableExpression
            side, other, operator = other, side, _TURNED[operator]
        if isinstance(other, _Variable):
            raise UnreadableExpression
        return _comparison(_name(side), operator, other)

    def _side(self) -> Any:
        token = self._next()
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        if token.text == "[":
            return self._list()
        if token.kind == "word" and token.text.lower() in {"true", "false"}:
            return token.text.lower() == "true"
        if token.kind in {"braced", "word"}:
            return _Variable(token.text.strip())
        raise UnreadableExpression

    def _list(self) -> list[Any]:
        items: list[Any] = []
        while not self._takes({"]"}):
            item = self._side()
            if isinstance(item, list | _Variable):
                raise UnreadableExpression
            items.append(item)
            self._takes({","})
        return items

    def _operator(self) -> str | None:
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        name = (
            _SIGNS.get(token.text)
            if token.kind == "sign"
            else _WORDS.get(token.text.lower())
            if token.kind == "word"
            else None
        )
        if name is not None:
            self._at += 1
        return name

    def _variable(self) -> str:
        return _name(self._side())

    def _takes(self, words: set[str]) -> bool:
        if self._at == len(self._tokens):
            return False
        token = self._tokens[self._at]
        if token.kind in {"sign", "word"} and token.text.lower() in words:
            self._at += 1
            return True
        return False

    def _must_take(self, word: str) -> None:
        if not self._takes({word}):
            raise UnreadableExpression

    def _next(self) -> _Token:
        if self._at == len(self._tokens):
            raise UnreadableExpression
        self._at += 1
        return self._tokens[self._at - 1]


@dataclass(frozen=True)
class _Variable:
    name: str


def _name(side: object) -> str:
    if not isinstance(side, _Variable):
        raise UnreadableExpression
    return side.name


def _comparison(variable: str, operator: str, value: Any) -> Comparison:
    if value == "" and operator in {"is", "is_not"}:
        operator = "unknown" if operator == "is" else "known"
        return Comparison(variable=variable, operator=operator)
    takes_list = operator in {"any_of", "none_of", "all_of"}
    if takes_list and not isinstance(value, list):
        value = [value]
    if isinstance(value, list) and not takes_list:
        raise UnreadableExpression
    return Comparison(variable=variable, operator=operator, value=value)


def opposite(node: Node) -> Node:
    """Return what holds exactly when a node does not.

    Raises:
        UnreadableExpression: no operator of ours says it.
    """
    if isinstance(node, Comparison):
        if node.operator not in _OPPOSITES:
            raise UnreadableExpression
        return replace(node, operator=_OPPOSITES[node.operator])
    if not node.parts:
        raise UnreadableExpression
    return Junction(parts=tuple(map(opposite, node.parts)), any=not node.any)
