"""Bring the lines of a file in, in batches; a run that was cut off goes on."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid
from feedback.journey.queries import get_map
from feedback.voice.imports.places import Places, places_of
from feedback.voice.imports.queries import (
    BROKEN_OFF,
    ImportedFile,
    get_import_by_id,
)
from feedback.voice.imports.reading import Line, read_lines
from feedback.voice.imports.rows import Refusal, RowReader
from feedback.voice.imports.service import path_of
from feedback.voice.imports.touchpoints import create_missing
from feedback.voice.intake import Occasion, record
from feedback.voice.models import FeedbackImport, ImportState, RefusedLine

BATCH = 1_000

#: commits what was done so far: (lines done, lines in all or None)
Step = Callable[[int, int | None], None]


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What does not change while a file is brought in."""

    session: Session
    file: ImportedFile
    settings: Settings
    now: datetime
    step: Step


def load(
    session: Session, import_id: int, *, settings: Settings, now: datetime, step: Step
) -> None:
    """Bring in what an import has not read yet, each batch with its counters.

    The lines read before are read again, without the database, to know how often
    each content came already. Between two steps the session holds a transaction only
    while it writes. The file is deleted when all is in.

    Raises:
        NotFound: `import`.
        Conflict: `lease_lost`, when somebody else brings the same file in.
    """
    found = get_import_by_id(session, import_id)
    run = _Run(session=session, file=found, settings=settings, now=now, step=step)
    if found.is_broken_off or not found.is_over:
        try:
            _load_rest(run)
        except Invalid as error:
            session.rollback()
            _fail(run, error)
    path_of(found, settings).unlink(missing_ok=True)


def break_off(session: Session, import_id: int, *, now: datetime, step: Step) -> None:
    """Say that an import stands still: its job has failed for good.

    What was brought in stays, and so does the file: tried again, the job goes on.

    Raises:
        NotFound: `import`.
        Conflict: `lease_lost`, when somebody else brings the same file in.
    """
    session.rollback()
    found = get_import_by_id(session, import_id)
    session.execute(
        update(FeedbackImport)
        .where(FeedbackImport.id == import_id)
        .values(state=ImportState.FAILED, failure=BROKEN_OFF, finished_at=now)
    )
    step(found.read, found.total)


def _load_rest(run: _Run) -> None:
    path = path_of(run.file, run.settings)
    places = places_of(get_map(run.session, run.file.journey_key), run.file.mapping)
    run.session.rollback()  # what was read is enough; others may write meanwhile
    total = run.file.total
    if run.file.is_broken_off:
        _update(run, state=ImportState.RUNNING, failure=None, finished_at=None)
        run.step(run.file.read, total)
    if total is None:
        total = sum(1 for _ in read_lines(path, run.file.layout))
        _update(run, lines_total=total)
        run.step(run.file.read, total)
    reader = RowReader(
        run.file.mapping,
        journey_key=run.file.journey_key,
        import_id=run.file.id,
        zone=run.settings.zone,
        now=run.now,
    )
    lines = read_lines(path, run.file.layout)
    for line in islice(lines, run.file.read):
        reader.read(line, places)
    counted = replace(run, file=replace(run.file, total=total))
    _load_batches(counted, reader, lines, places)


def _load_batches(
    run: _Run, reader: RowReader, lines: Iterator[Line], places: Places
) -> None:
    done = run.file.read
    while batch := list(islice(lines, BATCH)):
        places = create_missing(
            run.session,
            run.file.journey_key,
            run.file.mapping,
            places,
            {reader.touchpoint_value(line) for line in batch},
            author_id=run.file.author_id,
            now=run.now,
        )
        _load_batch(run, [reader.read(line, places) for line in batch], done)
        done += len(batch)
        run.step(done, run.file.total)
    _update(run, state=ImportState.DONE, finished_at=run.now)
    run.step(done, run.file.total)


def _load_batch(run: _Run, rows: list[Occasion | Refusal], done: int) -> None:
    _claim_lines(run, done, len(rows))
    occasions = [row for row in rows if isinstance(row, Occasion)]
    refusals = [row for row in rows if isinstance(row, Refusal)]
    added = record(
        run.session,
        run.file.journey_id,
        occasions,
        now=run.now,
        zone=run.settings.zone,
    )
    if refusals:
        run.session.execute(
            insert(RefusedLine),
            [{"import_id": run.file.id, **asdict(one)} for one in refusals],
        )
    _update(
        run,
        lines_imported=FeedbackImport.lines_imported + added,
        lines_repeated=FeedbackImport.lines_repeated + len(occasions) - added,
        lines_refused=FeedbackImport.lines_refused + len(refusals),
    )


def _claim_lines(run: _Run, done: int, count: int) -> None:
    """Count the lines as read, unless somebody else did: the row is locked by it."""
    held = run.session.execute(
        update(FeedbackImport)
        .where(FeedbackImport.id == run.file.id, FeedbackImport.lines_read == done)
        .values(lines_read=done + count)
        .returning(FeedbackImport.id)
    ).first()
    if held is None:
        raise Conflict("lease_lost")


def _update(run: _Run, **values: object) -> None:
    run.session.execute(
        update(FeedbackImport).where(FeedbackImport.id == run.file.id).values(**values)
    )


def _fail(run: _Run, error: Invalid) -> None:
    code = next(iter(error.fields.values()))
    _update(run, state=ImportState.FAILED, failure=code, finished_at=run.now)
    run.step(run.file.read, run.file.total)
