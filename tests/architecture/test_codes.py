"""The codes of errors: well formed, and each with words somewhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import DOCS, modules

ERRORS = {"NotFound", "Conflict", "Forbidden"}
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def raised() -> set[str]:
    """Codes that the domain raises, found where they are written out."""
    return {
        code
        for name, tree in modules().items()
        if name != "feedback.core.errors"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for code in codes_in(function)
    }


def codes_in(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        if name in ERRORS and node.args:
            yield from literals(node.args[0])
        elif name == "Invalid" and node.args:
            given = node.args[0]
            yield from values_of(given)
            if isinstance(given, ast.Name):
                yield from collected(part, given.id)


def values_of(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from literals(value)


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def collected(part: ast.AST, name: str) -> Iterator[str]:
    """Yield the codes that a function puts into a dict before it raises it."""
    for node in ast.walk(part):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                is_item = isinstance(target, ast.Subscript)
                holder = target.value if isinstance(target, ast.Subscript) else target
                if getattr(holder, "id", "") == name:
                    yield from (
                        literals(node.value) if is_item else values_of(node.value)
                    )
        elif isinstance(node, ast.AnnAssign | ast.DictComp):
            if isinstance(node, ast.DictComp):
                yield from literals(node.value)
            elif getattr(node.target, "id", "") == name and node.value:
                yield from values_of(node.value)


@cache
def codes_with_words() -> frozenset[str]:
    """Codes that some table turns into words for a person."""
    return frozenset(
        key.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and any(
            isinstance(one, ast.Call) and getattr(one.func, "id", "") == "mark"
            for one in ast.walk(value)
        )
    )


def codes_in_papers() -> set[str]:
    return {
        code
        for path in DOCS.glob("*.md")
        for code in re.findall(r"`([a-z0-9_]+)`", path.read_text("utf-8"))
    }


def yielded() -> set[str]:
    """Codes that a check yields beside the place of the fault."""
    return {
        code
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Yield)
        and isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 2
        for code in literals(node.value.elts[1])
    }


def test_every_code_of_an_error_is_lower_snake() -> None:
    assert sorted(code for code in raised() if not CODE.fullmatch(code)) == []


def test_every_code_of_an_error_has_words_or_is_in_the_papers() -> None:
    found = raised() | yielded()

    assert len(found) > 20
    assert sorted(found - codes_with_words() - codes_in_papers()) == []
