"""`feedback import`: bring feedback in from files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from feedback.cli.environment import open_database, read_settings
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.errors import Invalid
from feedback.db.session import Database
from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_number
from feedback.jobs.queries import get_job
from feedback.journey.queries import get_map
from feedback.voice.imports import service
from feedback.voice.imports.mapping import describe
from feedback.voice.imports.preview import Preview, preview
from feedback.voice.imports.queries import (
    ImportedFile,
    count_reasons,
    get_import,
    iterate_refused,
)
from feedback.voice.imports.words import (
    DATE_READINGS,
    DOUBTS,
    FAULTS,
    REASONS,
    describe_layout,
    refused_as_csv,
    say,
)
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker

POLL_SECONDS = 0.1


@click.group()
def group() -> None:
    """Bring feedback in from files."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--journey", required=True, metavar="KEY", help="Journey to fill.")
@click.option(
    "--map",
    "words",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a column is: text, nps, csat, ces, stars, date, touchpoint, channel, "
    "language, customer, persona, id or attribute. A text may carry its question, "
    "text=COLUMN:QUESTION, and a date its format, date=COLUMN:%d/%m/%Y. What is said "
    "replaces what was recognised; FIELD= leaves it out.",
)
@click.option("--touchpoint", metavar="KEY", help="For lines that name none.")
@click.option("--channel", metavar="NAME", help="For lines that name none.")
@click.option("--language", metavar="CODE", help="For lines that name none.")
@click.option("--date", metavar="YYYY-MM-DD", help="For lines that name none.")
@click.option(
    "--create-touchpoints",
    metavar="PHASE",
    help="Create unknown touchpoints in this phase; their lines are refused otherwise.",
)
@click.option(
    "--refused",
    "refused_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the refused lines; FILE-refused.csv here unless given.",
)
@click.option("--preview", "only_preview", is_flag=True, help="Show, import nothing.")
@click.option("--wait", is_flag=True, help="Do the analysis too, then come back.")
def verbatims(
    file: Path,
    journey: str,
    words: tuple[str, ...],
    refused_to: Path | None,
    *,
    only_preview: bool,
    wait: bool,
    **fixed: str | None,
) -> None:
    """Import the verbatims and scores of FILE: CSV, Excel or JSON Lines.

    The same file twice changes nothing. Lines that cannot be imported are written to
    a file with their numbers and the reasons.
    """
    settings = read_settings()
    with open_database(settings) as database, _faults_in_words(settings.locale):
        public_id = _prepare(database, settings, file, journey)
        try:
            with database.transaction() as session:
                found = service.remap_in_words(
                    session, public_id, words, _fixed(fixed), settings=settings
                )
            seen = _preview(database, settings, found)
            _show_mapping(found, seen, settings.locale)
            if only_preview:
                _show_preview(seen, settings.locale)
                _discard(database, settings, public_id)
                return
            job_id = _start(database, settings, public_id)
        except Invalid:
            _discard(database, settings, public_id)
            raise
        done = _watch(database, settings, public_id, job_id)
        target = refused_to or Path(f"{file.stem}-refused.csv")
        _conclude(database, done, target, settings.locale)
        if wait:
            _worker(database, settings).drain()
        elif done.imported:
            _echo(settings.locale, "The texts wait for the worker to analyse them.")


@contextmanager
def _faults_in_words(locale: str) -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        about = "".join(f" ({value})" for value in error.values.values())
        faults = (say(FAULTS, code, locale) for code in error.fields.values())
        raise click.ClickException(" ".join(faults) + about) from error


def _echo(locale: str, message: str, **values: object) -> None:
    click.echo(gettext(locale, message, **values))


def _prepare(
    database: Database, settings: Settings, file: Path, journey_key: str
) -> str:
    with database.transaction() as session, file.open("rb") as source:
        return service.prepare(
            session,
            journey_key,
            file_name=file.name,
            source=source,
            settings=settings,
            author_id=None,
            now=SystemClock().now(),
        )


def _start(database: Database, settings: Settings, public_id: str) -> int | None:
    with database.transaction() as session:
        return service.start(
            session,
            public_id,
            settings=settings,
            author_id=None,
            now=SystemClock().now(),
        )


def _fixed(given: dict[str, str | None]) -> dict[str, str | None]:
    """Return the options that hold for all lines under the mapping's own names."""
    others = given.pop("create_touchpoints")
    named = {f"fixed_{name}": value for name, value in given.items()}
    return {**named, "create_others_in": others}


def _discard(database: Database, settings: Settings, public_id: str) -> None:
    with database.transaction() as session:
        service.discard(session, public_id, settings=settings)


def _preview(database: Database, settings: Settings, found: ImportedFile) -> Preview:
    with database.transaction(writes=False) as session:
        journey = get_map(session, found.journey_key)
    return preview(
        service.path_of(found, settings),
        found,
        journey,
        zone=settings.zone,
        now=SystemClock().now(),
    )


def _worker(database: Database, settings: Settings) -> Worker:
    return Worker(database, settings=settings, clock=SystemClock(), handlers=HANDLERS)


def _watch(
    database: Database, settings: Settings, public_id: str, job_id: int | None
) -> ImportedFile:
    """Run the job here, unless a worker took it first, and show how far it is.

    The job is an ordinary one: if this process is killed, a worker goes on with it.
    """
    worker = _worker(database, settings)
    work = threading.Thread(
        target=worker.run_once, kwargs={"only": job_id}, daemon=True
    )
    work.start()
    with click.progressbar(
        length=1, label=gettext(settings.locale, "Importing"), show_pos=True
    ) as bar:
        while True:
            work.join(POLL_SECONDS)
            is_here = work.is_alive()
            with database.transaction(writes=False) as session:
                found = get_import(session, public_id)
                error = get_job(session, job_id).last_error if job_id else None
            bar.length = found.total or 1
            bar.update(found.read - bar.pos)
            if found.is_over and not is_here:
                return found
            if error and not is_here:
                raise click.ClickException(error.strip().splitlines()[-1])


def _show_mapping(found: ImportedFile, seen: Preview, locale: str) -> None:
    click.echo(f"{found.file_name}: {describe_layout(found.layout, locale)}")
    for name, column in describe(found.mapping):
        reading = found.mapping.date_reading if name == "date" else ""
        words = f" ({say(DATE_READINGS, reading, locale)})" if reading else ""
        click.echo(f"  {name} = {column}{words}")
    for doubt in seen.doubts:
        click.echo(f"  ! {_about(doubt.column)}{say(DOUBTS, doubt.code, locale)}")
    if seen.unknown and not found.mapping.create_others_in:
        _echo(
            locale,
            "  ! Unknown touchpoints, refused without --create-touchpoints: %(values)s",
            values=", ".join(one.value for one in seen.unknown),
        )


def _show_preview(seen: Preview, locale: str) -> None:
    for row in seen.rows:
        if row.refusal:
            click.echo(f"{row.line:>6}  ✗ {say(REASONS, row.refusal.reason, locale)}")
        elif row.occasion:
            scores = " ".join(
                f"{one.scale} {one.value}" for one in row.occasion.ratings
            )
            texts = " / ".join(one.text for one in row.occasion.texts)
            day = row.day
            click.echo(f"{row.line:>6}  {day}  {row.touchpoint}  {scores}  {texts:.60}")
    _echo(
        locale,
        "Of the first %(read)s lines, %(accepted)s can be imported.",
        read=format_number(seen.read, locale),
        accepted=format_number(seen.accepted, locale),
    )
    for reason in seen.reasons:
        words = say(REASONS, reason.reason, locale)
        click.echo(f"{reason.count:>6}  {_about(reason.column)}{words}")


def _about(column: str | None) -> str:
    return f"{column}: " if column else ""


def _conclude(
    database: Database, done: ImportedFile, target: Path, locale: str
) -> None:
    """Say what became of every line, and write those that were refused to a file."""
    if done.failure:
        raise click.ClickException(say(FAULTS, done.failure, locale))
    _echo(
        locale,
        "%(read)s lines: %(imported)s imported, %(repeated)s already there, "
        "%(refused)s refused.",
        read=format_number(done.read, locale),
        imported=format_number(done.imported, locale),
        repeated=format_number(done.repeated, locale),
        refused=format_number(done.refused, locale),
    )
    if not done.refused:
        return
    with database.transaction(writes=False) as session:
        for reason, count in count_reasons(session, done.id):
            click.echo(f"{count:>6}  {say(REASONS, reason, locale)}")
        with target.open("wb") as file:
            refused = iterate_refused(session, done.id)
            file.writelines(refused_as_csv(refused, locale))
    _echo(locale, "The refused lines are in %(file)s.", file=target)
    if done.refused == done.read:
        raise click.ClickException(gettext(locale, "No line could be imported."))
