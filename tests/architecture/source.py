"""The source as data: modules, their syntax trees, calls and the names in them."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "feedback"
TEMPLATES = ROOT / "templates"
DOCS = ROOT / "docs"
#: what is written for people who run or change the product
PAPERS = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: generated or frozen: neither follows the rules of the house
LEFT_OUT = ("migrations", "node_modules", "vendor")


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module of the product by its dotted name."""
    return {
        dotted(path): ast.parse(path.read_text("utf-8"), filename=str(path))
        for path in sources()
    }


def sources() -> list[Path]:
    """Return the files of the product."""
    return sorted(
        path
        for path in PACKAGE.rglob("*.py")
        if not set(LEFT_OUT) & set(path.relative_to(PACKAGE).parts)
    )


def dotted(path: Path) -> str:
    """Return the name by which a file of the product is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def shown(path: Path) -> str:
    """Return a path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the module and the call wherever a function of this name is called."""
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == name:
                yield module, node


def called(call: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def value_of(module: str, node: ast.expr) -> Any:
    """Return what a literal, or a name or attribute of a module, stands for.

    Raises:
        AttributeError: the name is made while the program runs.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Attribute):
        return getattr(value_of(module, node.value), node.attr)
    if isinstance(node, ast.Name):
        return getattr(import_module(module), node.id)
    raise AttributeError(ast.unparse(node))


def strings(tree: ast.AST) -> set[str]:
    """Return every string that is written out in a piece of source."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def document(name: str) -> str:
    """Return the text of a paper of the product."""
    return (ROOT / name).read_text("utf-8")


def code_of(paper: Path) -> list[str]:
    """Return what a paper sets as code, in a block or within a line."""
    text = paper.read_text("utf-8")
    within = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return blocks_of(paper) + re.findall(r"`([^`\n]+)`", within)


def blocks_of(paper: Path) -> list[str]:
    """Return the blocks of code of a paper."""
    return re.findall(r"```.*?\n(.*?)```", paper.read_text("utf-8"), re.DOTALL)


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads(document("pyproject.toml"))
