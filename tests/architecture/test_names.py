"""Names and sizes: what the tools cannot see."""

import ast

import pytest

from tests.architecture.source import PACKAGE, ROOT, modules, shown, sources

#: names that say nothing of what lies inside
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}
LONGEST = 400


@pytest.mark.parametrize("top", ["feedback", "tests", "benchmarks"])
def test_no_module_is_a_drawer_for_everything(top: str) -> None:
    drawers = [
        shown(path) for path in (ROOT / top).rglob("*.py") if path.stem in DRAWERS
    ]

    assert drawers == []


def test_every_package_says_what_it_is() -> None:
    silent = [name for name, tree in modules().items() if not ast.get_docstring(tree)]

    assert silent == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in sources()}

    assert [shown(f) for f in folders if not (f / "__init__.py").exists()] == []
    assert PACKAGE in folders


def test_no_file_is_so_long_that_a_second_thing_hides_in_it() -> None:
    lengths = {
        shown(path): len(path.read_text("utf-8").splitlines()) for path in sources()
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}
