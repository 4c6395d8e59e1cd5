"""`feedback nlp`: analyse texts from a file, or those that are there once more."""

import json
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from feedback.cli.environment import open_database, read_settings
from feedback.core.clock import SystemClock
from feedback.core.errors import Conflict
from feedback.journey.queries import get_journey_id
from feedback.nlp.annotation import Annotation, Document
from feedback.nlp.languages import SUPPORTED
from feedback.nlp.pipeline import Analyser
from feedback.nlp.schooling import FEWEST, FEWEST_OF_A_SIDE, Verdict
from feedback.voice.house import service as house
from feedback.voice.house.queries import LanguageModels, read_models
from feedback.voice.own_answers import read_own_answers
from feedback.voice.reanalysis import start

BATCH = 200
_OUTCOMES = {
    Verdict.BETTER: "better by more than its interval",
    Verdict.NOT_BETTER: "not better by more than its interval: nothing changes",
    Verdict.TOO_FEW: (
        f"too few to compare: it takes {FEWEST} answers, {FEWEST_OF_A_SIDE} of a side"
    ),
    Verdict.WORSE_WITHOUT_SIDE: "worse at mixed and neutral texts: nothing changes",
}
#: batches ahead of the one that is written, for each process
AHEAD = 3
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
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="How many read texts at the same time; each holds its own language models.",
)
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
        try:
            for answers, wrong, place in _answers(lines, processes):
                out.writelines(answers)
                for fault in wrong:
                    click.echo(fault, err=True)
                faults += len(wrong)
                bar.update(place - bar.pos)
        except BrokenProcessPool as error:
            raise click.ClickException("a process was killed; try fewer") from error
    if faults:
        sys.exit(1)


@group.command()
@click.option("--journey", metavar="KEY", help="Of this journey; of all unless given.")
def again(journey: str | None) -> None:
    """Owe the analysis of all texts once more, after a new version of it.

    The worker does it in parts. Old answers stand until all new ones are there;
    corrections stay on top. The page Taxonomy shows how far it is, and stops it.
    """
    try:
        with (
            open_database(read_settings()) as database,
            database.transaction() as session,
        ):
            start(
                session,
                journey_id=get_journey_id(session, journey) if journey else None,
                author_id=None,
                now=SystemClock().now(),
            )
    except Conflict as error:
        raise click.ClickException("all is being analysed again already") from error


@group.command()
@click.option(
    "--language",
    type=click.Choice(SUPPORTED),
    help="Of this language; of both unless given.",
)
def learn(language: str | None) -> None:
    """Learn from the corrections and scored answers that are there; takes minutes.

    What is learned is compared with the shipped analysis on texts that it has not
    learned from, and runs from now on only when it is better by more than its interval.
    """
    with open_database(read_settings()) as database:
        for code in [language] if language else SUPPORTED:
            with database.transaction(writes=False) as session:
                answers = read_own_answers(session, code)
            learned = house.learn(code, answers, alive=_still_alive)
            with database.transaction() as session:
                house.keep(session, learned, author_id=None, now=SystemClock().now())
                models = read_models(session, code)
            _tell(learned, models)


def _still_alive() -> None:
    """Nobody takes a command over."""


def _tell(learned: house.Learned, models: LanguageModels) -> None:
    compared = learned.compared
    click.echo(
        f"{learned.language}: {learned.corrected} corrections, {learned.scored} scored"
        f" answers; {compared.positive} positive, {compared.negative} negative,"
        f" {compared.sideless} mixed or neutral"
    )
    for name in ("shipped", "own", "difference"):
        figure = getattr(compared, name)
        if figure is not None:
            click.echo(
                f"  {name:<10} {figure.value:.3f}"
                f" ({figure.low:.3f} to {figure.high:.3f})"
            )
    if compared.sideless and compared.own:
        click.echo(
            f"  without a side, of {compared.sideless}: shipped"
            f" {compared.sideless_shipped}, own {compared.sideless_own}"
        )
    click.echo(f"  {_OUTCOMES[compared.verdict]}")
    if compared.verdict is Verdict.BETTER and models.is_held:
        click.echo("  somebody went back to the shipped analysis: put it live by hand")


def _watched() -> bool:
    return sys.stderr.isatty()


def _answers(
    lines: BinaryIO, processes: int
) -> Generator[tuple[list[str], list[str], int]]:
    """Yield, batch by batch, the output lines, the faults and the place reached."""
    if processes == 1:
        for batch, place in _batches(lines):
            yield *_analyse_batch(batch), place
        return
    pool = ProcessPoolExecutor(processes, initializer=_leave_interrupts)
    # Some batches ahead of the one that is written, so that memory stays flat.
    ahead: deque[tuple[Future[tuple[list[str], list[str]]], int]] = deque()
    try:
        for batch, place in _batches(lines):
            ahead.append((pool.submit(_analyse_batch, batch), place))
            if len(ahead) > AHEAD * processes:
                done, reached = ahead.popleft()
                yield *done.result(), reached
        for done, reached in ahead:
            yield *done.result(), reached
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that writes: it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
