"""The papers say what is there: settings, pages, functions, formulas, tables."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from feedback.accounts.roles import Permission, Role, allows
from feedback.config import PREFIX, Settings
from feedback.measures.comparison import smallest_detectable_nps
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.nps import score_of_classes
from feedback.nlp.pipeline import VERSION
from feedback.schema import metadata
from feedback.web import BLUEPRINTS
from feedback.worker.handlers import HANDLERS
from tests.architecture.source import (
    PACKAGE,
    PAPERS,
    ROOT,
    document,
    modules,
    strings,
)

OPERATIONS = "docs/operations.md"


def table_of_settings() -> list[tuple[str, str, str]]:
    """The rows of the one table: name, default, meaning."""
    row = re.compile(r"^\| `(FEEDBACK_\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
    return row.findall(document(OPERATIONS))


def default_of(value: object) -> str:
    if value == "":
        return ""
    if isinstance(value, bool):
        return f"`{int(value)}`"
    if isinstance(value, Path) and value.is_absolute():
        return f"`{value.relative_to(ROOT)}/`"
    return f"`{value}/`" if isinstance(value, Path) else f"`{value}`"


def test_the_one_table_of_settings_is_what_the_settings_are() -> None:
    said = {name: (default, meaning) for name, default, meaning in table_of_settings()}
    there = {
        PREFIX + one.name.upper(): (default_of(one.default), one.metadata["meaning"])
        for one in fields(Settings)
    }

    assert said == there
    assert len(table_of_settings()) == len(there)


def test_no_paper_names_a_setting_that_nothing_reads() -> None:
    known = {PREFIX + one.name.upper() for one in fields(Settings)}
    # where the tests look for servers; the product never reads them
    known |= {f"FEEDBACK_TEST_{one}" for one in ("POSTGRES", "REDIS", "RABBITMQ")}
    named = {
        name
        for paper in PAPERS
        for name in re.findall(r"\bFEEDBACK_[A-Z_]+\b", paper.read_text("utf-8"))
    }

    assert named - known == set()


def test_every_blueprint_is_in_the_paper_on_architecture() -> None:
    said = document("docs/architecture.md")

    assert [one.name for one in BLUEPRINTS if f"`{one.name}`" not in said] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_file_that_a_paper_points_at_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)

    assert [name for name in linked if not (paper.parent / name).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_module_that_a_paper_names_is_there(paper: Path) -> None:
    """Paths such as `feedback/voice/intake.py`; NAME in capitals stands for any."""
    named = re.findall(r"`((?:feedback|templates|tests)/[\w/.-]+)`", paper.read_text())
    real = [name for name in named if not re.search(r"[A-Z]{4,}", name)]

    assert [name for name in real if not (ROOT / name).exists()] == []


def test_every_step_on_the_way_of_a_response_is_a_function() -> None:
    """The drawing names functions as `package.module.function`."""
    section = document("docs/architecture.md").partition("## The way of one response")[
        2
    ]
    drawing = section.split("```")[1]
    named = re.findall(r"\b([a-z_]+(?:\.[A-Za-z_]+)+)", drawing)
    known = set(HANDLERS) | {
        f"{name.removeprefix('feedback.')}.{node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }

    assert named
    assert [name for name in named if name not in known] == []


def test_the_worked_examples_are_what_the_measures_say() -> None:
    rows = re.findall(
        r"^\| (nps|share) \| ([\d/]+) \| (\S+) \| (\S+) \| (\S+) \|$",
        document("docs/measures.md"),
        re.MULTILINE,
    )

    assert {measure for measure, *_ in rows} == {"nps", "share"}
    for measure, counts, *shown_figures in rows:
        found = estimate(measure, [int(count) for count in counts.split("/")])
        decimals = 1 if measure == "nps" else 3
        assert found is not None
        assert [f"{x:.{decimals}f}" for x in (found.value, found.low, found.high)] == (
            shown_figures
        )


def estimate(measure: str, counts: list[int]) -> Estimate | None:
    if measure == "share":
        return share_estimate(*counts)
    return score_of_classes(
        promoters=counts[0], passives=counts[1], detractors=counts[2]
    )


def test_the_table_of_detectable_differences_is_right() -> None:
    rows = re.findall(
        r"^\| (\d+) \| (\d+\.\d) \|$", document("docs/measures.md"), re.MULTILINE
    )

    assert len(rows) > 3
    for n, points in rows:
        assert f"{smallest_detectable_nps(int(n), int(n)):.1f}" == points


def test_the_paper_on_measures_names_the_version_of_the_analysis() -> None:
    assert f"`{VERSION}`" in document("docs/measures.md")


def test_the_table_of_permissions_is_what_the_roles_may_do() -> None:
    rows = re.findall(
        r"^\| `(\w+)`: .*? \| (yes|no) \| (yes|no) \| (yes|no) \|$",
        document("docs/privacy.md"),
        re.MULTILINE,
    )
    roles = (Role.ADMINISTRATOR, Role.ANALYST, Role.MANAGER)

    assert [tuple(row) for row in rows] == [
        (one.value, *("yes" if allows(role, one) else "no" for role in roles))
        for one in Permission
    ]


def test_every_table_that_the_paper_on_privacy_names_is_there() -> None:
    known = {
        name
        for table in metadata.sorted_tables
        for name in (table.name, *(f"{table.name}.{c.name}" for c in table.columns))
    }
    kept = document("docs/privacy.md").partition("## What is kept")[2]
    rows = re.findall(
        r"^\| [^|]+ \| ([^|]+) \|", kept.partition("\n## ")[0], re.MULTILINE
    )
    named = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}

    assert named - known == set()


def tree() -> list[str]:
    """The paths that the tree in the paper names, folders with their parents."""
    drawing = document("docs/architecture.md").partition("## Tree")[2].split("```")[1]
    found: list[str] = []
    parents: dict[int, str] = {}
    for line in drawing.strip().splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        parent = parents.get(depth - 1, "") if depth else ""
        names = re.split(r" {3,}", line.strip())[0].split()
        parents[depth] = parent + names[0]
        found += [parent + name for name in names]
    return found


def test_the_tree_in_the_paper_names_what_is_there_and_every_package() -> None:
    named = tree()
    packages = {
        f"feedback/{path.name}/" for path in PACKAGE.iterdir() if path.is_dir()
    } - {"feedback/__pycache__/"}

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert packages - set(named) == set()


def test_every_job_is_in_the_paper_on_architecture() -> None:
    said = document("docs/architecture.md").partition("## The ledger of work")[2]

    assert [name for name in HANDLERS if f"| `{name}` |" not in said] == []


def test_no_paper_holds_a_path_of_one_machine() -> None:
    for paper in PAPERS:
        assert not re.search(
            r"(?<![\w.])/(work|tmp|home|root)/\w", paper.read_text()
        ), paper


def test_the_words_of_settings_stand_in_one_place_only() -> None:
    meanings = {one.metadata["meaning"] for one in fields(Settings)}
    elsewhere = {
        text
        for name, tree in modules().items()
        if name != "feedback.config"
        for text in strings(tree)
    }

    assert meanings & elsewhere == set()
