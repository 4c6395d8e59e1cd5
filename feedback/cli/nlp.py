"""`feedback nlp`: analyse texts from a file, or those that are there once more."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from feedback.cli.environment import open_database, read_settings
from feedback.core.clock import SystemClock
from feedback.jobs.ledger import enqueue
from feedback.journey.queries import get_journey_id
from feedback.nlp.annotation import Annotation, Document
from feedback.nlp.pipeline import Analyser

BATCH = 200
_analyser = Analyser()


@dataclass(frozen=True)
class Line:
    """One line of the input: its number, and its document or what is wrong with it."""

    number: int
    key: object = None
    document: Document | None = None
    fault: str = ""


@click.group()
def group() -> None:
    """Analyse texts: language, feeling, themes, personal data."""


@group.command()
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON Lines: {"id", "text", "lang"?, "question"?}.',
)
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON Lines, one per text, in the same order.",
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1))
def analyse(source: Path, target: Path, processes: int) -> None:
    """Analyse each line of a file; exit code 1 when a line could not be read."""
    faults = 0
    total = source.stat().st_size
    with (
        source.open("rb") as lines,
        target.open("w", encoding="utf-8", errors="backslashreplace") as out,
        click.progressbar(
            length=total, label="Analysing", file=sys.stderr, hidden=not _watched()
        ) as bar,
    ):
        for answers, wrong, place in _answers(lines, processes):
            out.writelines(answers)
            for fault in wrong:
                click.echo(fault, err=True)
            faults += len(wrong)
            bar.update(place - bar.pos)
    if faults:
        sys.exit(1)


@group.command()
@click.option("--journey", metavar="KEY", help="Of this journey; of all unless given.")
def again(journey: str | None) -> None:
    """Owe the analysis of all texts once more, after a new version of it.

    The worker does it batch by batch. Old answers stand until new ones take their
    place; corrections stay on top.
    """
    with (
        open_database(read_settings()) as database,
        database.transaction() as session,
    ):
        enqueue(
            session,
            "voice.annotate_again",
            {"journey_id": get_journey_id(session, journey) if journey else None},
            due_at=SystemClock().now(),
            dedupe_key=f"voice.annotate_again:{journey or ''}",
        )


def _watched() -> bool:
    return sys.stderr.isatty()


def _answers(
    lines: BinaryIO, processes: int
) -> Iterator[tuple[list[str], list[str], int]]:
    """Yield, batch by batch, the output lines, the faults and the place reached."""
    if processes == 1:
        for batch, place in _batches(lines):
            yield *_analyse_batch(batch), place
        return
    with ProcessPoolExecutor(processes) as pool:
        batches = _batches(lines)
        # A few batches ahead of the pool at most, so that memory stays flat.
        while ahead := list(islice(batches, 2 * processes)):
            done = pool.map(_analyse_batch, (batch for batch, _ in ahead))
            for (answers, wrong), (_, place) in zip(done, ahead, strict=True):
                yield answers, wrong, place


def _batches(lines: BinaryIO) -> Iterator[tuple[list[tuple[int, bytes]], int]]:
    numbered = enumerate(lines, 1)
    while batch := list(islice(numbered, BATCH)):
        yield batch, lines.tell()


def _analyse_batch(batch: list[tuple[int, bytes]]) -> tuple[list[str], list[str]]:
    read = [_read(number, raw) for number, raw in batch if raw.strip()]
    good = [line for line in read if line.document is not None]
    documents = (line.document for line in good if line.document is not None)
    annotations = _analyser.analyse_many(documents)
    answers = [
        _write(line.key, annotation)
        for line, annotation in zip(good, annotations, strict=True)
    ]
    return answers, [f"line {line.number}: {line.fault}" for line in read if line.fault]


def _read(number: int, raw: bytes) -> Line:
    try:
        fields = json.loads(raw)
    except ValueError as error:
        return Line(number, fault=f"not JSON ({error})")
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        return Line(number, fault="no text")
    if "id" not in fields:
        return Line(number, fault="no id")
    for name in ("lang", "question"):
        if not isinstance(fields.get(name), str | None):
            return Line(number, fault=f"{name} is not a text")
    document = Document(
        text=fields["text"],
        language=fields.get("lang"),
        question=fields.get("question"),
    )
    return Line(number, key=fields["id"], document=document)


def _write(key: object, annotation: Annotation) -> str:
    fields = {
        "id": key,
        "lang": annotation.language,
        "lang_confidence": annotation.language_confidence,
        "sentiment": {
            "label": annotation.sentiment.label,
            "score": annotation.sentiment.score,
        },
        "themes": [
            {
                "key": theme.key,
                "polarity": theme.polarity,
                "start": theme.start,
                "end": theme.end,
                "source": theme.source,
                "confidence": theme.confidence,
            }
            for theme in annotation.themes
        ],
        "types": annotation.types,
        "pii": [
            {"kind": item.kind, "start": item.start, "end": item.end}
            for item in annotation.personal_data
        ],
        "version": annotation.version,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"
