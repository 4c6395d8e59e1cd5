"""Commands and targets: each is in the papers, and what these say can be typed."""

import re
import shlex
from collections.abc import Iterator

import click

from feedback.cli import main
from tests.architecture.source import PAPERS, code_of, document

OPERATIONS = "docs/operations.md"


def commands(group: click.Group, name: str) -> Iterator[str]:
    context = click.Context(group)
    for key in group.list_commands(context):
        command = group.get_command(context, key)
        assert command is not None, f"{name} {key}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {key}")
        else:
            yield f"{name} {key}"


def test_every_command_is_in_the_papers() -> None:
    said = document(OPERATIONS) + document("README.md")
    silent = [one for one in commands(main, "feedback") if one not in said]

    assert silent == []


def test_no_paper_names_a_command_that_is_not_there() -> None:
    known = set(commands(main, "feedback"))
    groups = {one.rpartition(" ")[0] for one in known}
    named = {
        " ".join(words.split()).removeprefix("feedback ")
        for paper in PAPERS
        for block in code_of(paper)
        for words in re.findall(r"\bfeedback((?: [a-z][a-z-]*)+)", block)
    }
    unknown = [
        words
        for words in named
        if not any(
            f"feedback {words} ".startswith(f"{one} ")
            for one in known | groups - {"feedback"}
        )
    ]

    assert unknown == []


def typed() -> Iterator[list[str]]:
    """Yield the words of each command line that a paper sets in a block."""
    for paper in PAPERS:
        for block in re.findall(
            r"```.*?\n(.*?)```", paper.read_text("utf-8"), re.DOTALL
        ):
            for line in block.splitlines():
                found = re.match(r"(?:\S+=\S+ )?(?:\.venv/bin/)?feedback (.*)", line)
                if found:
                    yield shlex.split(found[1].partition(" #")[0])


def test_every_command_line_in_the_papers_has_options_that_exist() -> None:
    lines = list(typed())

    assert len(lines) > 5
    for words in lines:
        command: click.Command | None = main
        while isinstance(command, click.Group) and words:
            command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None, words
        known = {option for one in command.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", document("Makefile"), re.MULTILINE))


def test_every_target_that_the_papers_or_the_makefile_name_is_there() -> None:
    declared = re.search(
        r"^\.PHONY:((?:.*\\\n)*.*)$", document("Makefile"), re.MULTILINE
    )
    assert declared
    named = set(declared[1].replace("\\", " ").split())
    for paper in PAPERS:
        for block in code_of(paper):
            named |= set(re.findall(r"\bmake ([a-z-]+)", block))

    assert named - targets() == set()
