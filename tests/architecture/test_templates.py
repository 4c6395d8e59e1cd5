"""The templates: whole, used, and free of what belongs into code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from feedback.app import create_app
from feedback.config import Settings
from feedback.db.session import Database
from feedback.i18n.rendering import environment
from tests.architecture.source import TEMPLATES, calls, modules, shown, value_of

FILES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in FILES]
#: rendered outside a request, in the language of their reader
AWAY_FROM_THE_PAGES = ("email/", "print/", "respond/")
#: parts of a mail, as `mail.message.compose` looks for them
MAIL_PARTS = ("subject.txt", "body.txt", "body.html")
ARITHMETIC = (
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Pow,
)
COMPUTING_FILTERS = {"sum", "round", "abs", "int", "float"}
#: what a session or a query answers to
QUERYING = {"execute", "scalar", "scalars", "query", "session", "commit", "flush"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, on a database that nobody asks."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), secret_key="k" * 32)
    database = Database(settings.database)
    yield create_app(settings, database=database)
    database.dispose()


@cache
def tree_of(name: str) -> nodes.Template:
    return parser().parse((TEMPLATES / name).read_text("utf-8"))


@cache
def parser() -> Environment:
    made = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name: str, app: Flask) -> None:
    away = name.startswith(AWAY_FROM_THE_PAGES)
    made = environment(TEMPLATES, "fr") if away else app.jinja_env

    made.get_template(name)


def literal_names(tree: ast.AST) -> Iterator[re.Pattern[str]]:
    """Yield what a module writes out: names of templates, and names with holes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.compile(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(part.value))
                if isinstance(part, ast.Constant)
                else "[^/]+"
                for part in node.values
            ]
            pattern = "".join(parts)
            if re.search(r"\.(html|txt|css)$", pattern.replace("\\", "")):
                yield re.compile(pattern)


def mails() -> Iterator[str]:
    """Yield the parts of each mail that somebody queues, or composes from a table."""
    named = [(module, call.args[1]) for module, call in calls("queue_mail")]
    named += [
        (module, call.args[1])
        for module, call in calls("compose")
        if isinstance(call.args[1], ast.Subscript)
    ]
    for module, node in named:
        names = (
            value_of(module, node.value).values()
            if isinstance(node, ast.Subscript)
            else [value_of(module, node)]
        )
        for name in names:
            yield from (f"email/{name}/{part}" for part in MAIL_PARTS)


def named_by_code() -> set[str]:
    written = {
        pattern for tree in modules().values() for pattern in literal_names(tree)
    }
    exact = {name for name in NAMES if re.compile(re.escape(name)) in written}
    holes = [p for p in written if "[^/]+" in p.pattern]
    return (
        exact
        | {name for name in NAMES if any(hole.fullmatch(name) for hole in holes)}
        | set(mails())
    )


def named_by_templates() -> set[str]:
    return {
        asked
        for name in NAMES
        if not name.endswith(".css")
        for asked in find_referenced_templates(tree_of(name))
        if asked is not None
    }


def test_every_template_is_used(app: Flask) -> None:
    by_security = {
        value
        for key, value in app.config.items()
        if key.startswith("SECURITY_") and key.endswith("_TEMPLATE")
    }
    used = named_by_code() | named_by_templates() | by_security

    assert sorted(set(NAMES) - used) == []


def test_every_template_that_is_named_is_there() -> None:
    asked = (
        named_by_templates()
        | set(mails())
        | {
            name
            for tree in modules().values()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "render_template"
            and isinstance(node.args[0], ast.Constant)
            and isinstance(name := node.args[0].value, str)
        }
    )

    assert sorted(asked - set(NAMES)) == []


def places(name: str, kinds: tuple[type[nodes.Node], ...]) -> Iterator[nodes.Node]:
    yield from tree_of(name).find_all(kinds)


def at(name: str, node: nodes.Node) -> str:
    return f"{shown(TEMPLATES / name)}:{node.lineno}"


TEXTS = [name for name in NAMES if not name.endswith(".css")]


def test_no_template_computes() -> None:
    computed = [at(name, node) for name in TEXTS for node in places(name, ARITHMETIC)]
    computed += [
        at(name, node)
        for name in TEXTS
        for node in tree_of(name).find_all(nodes.Filter)
        if node.name in COMPUTING_FILTERS
    ]

    assert computed == []


def test_no_template_asks_the_database() -> None:
    asked = [
        at(name, node)
        for name in TEXTS
        for node in tree_of(name).find_all(nodes.Getattr)
        if node.attr in QUERYING
    ]

    assert asked == []


def has_reason(path: Path, line: int) -> bool:
    """Tell whether a comment stands on a line or on the one before it."""
    lines = path.read_text("utf-8").splitlines()
    return any("{#" in text or "#}" in text for text in lines[max(0, line - 2) : line])


def test_what_is_not_escaped_has_its_reason_beside_it() -> None:
    bare = [
        at(name, node)
        for name in TEXTS
        for node in tree_of(name).find_all(nodes.Filter)
        if node.name == "safe" and not has_reason(TEMPLATES / name, node.lineno)
    ]

    assert bare == []
