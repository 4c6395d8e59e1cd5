"""The drawing of the layers is the contract that import-linter keeps."""

import re
from typing import Any

from tests.architecture.source import PACKAGE, document, project

#: they know HTTP, or put together what does
EDGES = {"__main__", "cli", "app", "web", "api", "schema"}


def contract(key: str) -> dict[str, Any]:
    contracts = project()["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["id"] == key)


def drawn() -> list[str]:
    """The layers as docs/architecture.md draws them, the highest first."""
    section = document("docs/architecture.md").partition("## Layers")[2]
    drawing = section.split("```")[1].strip()
    return [re.split(r" {2,}", line.strip())[0] for line in drawing.splitlines()]


def rooms() -> dict[str, bool]:
    """Each package and module at the top, and whether it may be missing."""
    return {
        name.strip("() "): "(" in name
        for layer in contract("layers")["layers"]
        for name in layer.split("|")
    }


def test_the_drawing_shows_the_layers_that_are_enforced() -> None:
    assert drawn() == contract("layers")["layers"]


def test_only_rooms_that_do_not_stand_yet_are_in_brackets() -> None:
    stands = {
        name
        for name in rooms()
        if (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir()
    }

    assert {name for name, is_optional in rooms().items() if not is_optional} == stands


def test_the_paper_says_where_the_rooms_to_come_will_stand() -> None:
    section = document("docs/architecture.md").partition("## Rooms to come")[2]
    section = section.partition("\n## ")[0]
    to_come = {name for name, is_optional in rooms().items() if is_optional}

    assert {name for name in to_come if f"`{name}`" not in section} == set()


def test_no_package_below_the_edges_escapes_the_ban_on_http() -> None:
    kept = {
        name.removeprefix("feedback.")
        for name in contract("no-web-below")["source_modules"]
    }
    below = {name for name, is_optional in rooms().items() if not is_optional} - EDGES

    assert below - kept == set()
