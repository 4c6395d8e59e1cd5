"""Take a file in, change what its columns are, start its import or throw it away."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid
from feedback.core.ids import new_public_id
from feedback.core.text import shorten
from feedback.db import audit
from feedback.jobs.ledger import enqueue
from feedback.journey.queries import get_journey_id, get_map
from feedback.voice.imports.layout import Layout, recognise_layout
from feedback.voice.imports.mapping import FileMapping, apply_words, is_date, to_json
from feedback.voice.imports.queries import ImportedFile, get_import
from feedback.voice.imports.reading import clean, column_names, read_sample
from feedback.voice.imports.recognition import recognise, recognise_date_reading
from feedback.voice.models import FeedbackImport, ImportState

FOLDER = "imports"
IMPORT = "voice.import"
#: how long a file waits for somebody to start its import
KEEP_PREPARED = timedelta(days=30)


def prepare(
    session: Session,
    journey_key: str,
    *,
    file_name: str,
    source: BinaryIO,
    settings: Settings,
    author_id: int | None,
    now: datetime,
) -> str:
    """Keep a file and recognise its columns; return the public id of its import.

    Nothing is imported before `start`.

    Raises:
        NotFound: `journey`.
        Invalid: `file`: why it cannot be read, see `recognise_layout` and
            `read_lines`; `no_lines` when it has column names alone.
    """
    journey_id = get_journey_id(session, journey_key)
    public_id = new_public_id()
    name = clean(Path(file_name.replace("\\", "/")).name) or public_id
    suffix = Path(name).suffix.lower()
    stored_as = public_id + (suffix if suffix[1:].isalnum() else "")
    path = settings.folder(FOLDER) / stored_as
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        layout, mapping = _recognise(path)
        session.add(
            FeedbackImport(
                public_id=public_id,
                created_at=now,
                journey_id=journey_id,
                author_id=author_id,
                file_name=shorten(name, 255),
                stored_as=stored_as,
                mapping=to_json(layout, mapping),
                state=ImportState.PREPARED,
            )
        )
        session.flush()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return public_id


def remap(session: Session, public_id: str, mapping: FileMapping) -> None:
    """Say anew what the columns of a prepared file are; see `check` for the rest.

    Raises:
        NotFound: `import`.
        Conflict: `import_started`.
        Invalid: `fixed_date: not_a_date`.
    """
    if mapping.fixed_date and not is_date(mapping.fixed_date):
        raise Invalid({"fixed_date": "not_a_date"})
    found = get_import(session, public_id)
    _change_prepared(session, found, mapping=to_json(found.layout, mapping))


def remap_in_words(
    session: Session,
    public_id: str,
    words: Sequence[str],
    fixed: Mapping[str, str | None],
    *,
    settings: Settings,
) -> ImportedFile:
    """Put what a person said over what was recognised; return the import.

    Args:
        session: the caller's transaction.
        public_id: which import.
        words: as `apply_words` takes them.
        fixed: fields of a mapping that hold for all lines, by their names.
        settings: where the file lies.

    Raises:
        NotFound: `import`.
        Conflict: `import_started`.
        Invalid: as `apply_words` and `remap`.
    """
    found = get_import(session, public_id)
    sample = read_sample(path_of(found, settings), found.layout)
    mapping = apply_words(found.mapping, words, column_names(sample))
    if mapping.date and not mapping.date_reading:
        reading = recognise_date_reading(sample, mapping.date)
        mapping = replace(mapping, date_reading=reading.reading)
    remap(session, public_id, replace(mapping, **cast("dict[str, Any]", fixed)))
    return get_import(session, public_id)


def start(
    session: Session,
    public_id: str,
    *,
    settings: Settings,
    author_id: int | None,
    now: datetime,
) -> int | None:
    """Owe the import of a prepared file to the worker; return the job's id.

    Raises:
        NotFound: `import`.
        Conflict: `import_started`.
        Invalid: as `check`.
    """
    found = get_import(session, public_id)
    if found.state is not ImportState.PREPARED:
        raise Conflict("import_started")
    check(session, found, settings=settings)
    _change_prepared(session, found, state=ImportState.RUNNING)
    audit.record(
        session,
        "import_started",
        found.file_name,
        actor_id=author_id,
        now=now,
        details={"import": public_id, "journey": found.journey_key},
    )
    return enqueue(
        session,
        IMPORT,
        {"import_id": found.id},
        due_at=now,
        dedupe_key=f"{IMPORT}:{found.id}",
    )


def check(session: Session, found: ImportedFile, *, settings: Settings) -> None:
    """Check that a prepared file can be started.

    Raises:
        Invalid: the mapping does not say enough, see `FileMapping.check`;
            `touchpoint: unknown_touchpoint_key` or `phase: unknown_phase` for what
            the journey has not; `file: file_gone`.
    """
    columns = column_names(read_sample(path_of(found, settings), found.layout))
    journey, mapping = get_map(session, found.journey_key), found.mapping
    mapping.check(columns)
    points = {point.key for point in journey.touchpoints}
    named = {*mapping.touchpoints.values(), mapping.fixed_touchpoint} - {None}
    if not named <= points:
        raise Invalid({"touchpoint": "unknown_touchpoint_key"})
    phases = {phase.key for phase in journey.phases}
    if (
        not {*mapping.creations.values(), mapping.create_others_in} - {None, ""}
        <= phases
    ):
        raise Invalid({"phase": "unknown_phase"})


def discard(session: Session, public_id: str, *, settings: Settings) -> None:
    """Throw a prepared file away; nothing of it was imported.

    Raises:
        NotFound: `import`.
        Conflict: `import_started`.
    """
    found = get_import(session, public_id)
    gone = session.execute(
        delete(FeedbackImport)
        .where(
            FeedbackImport.id == found.id, FeedbackImport.state == ImportState.PREPARED
        )
        .returning(FeedbackImport.id)
    ).first()
    if gone is None:
        raise Conflict("import_started")
    path_of(found, settings).unlink(missing_ok=True)


def forget_prepared(session: Session, *, settings: Settings, now: datetime) -> None:
    """Throw away the files whose import nobody started within a month."""
    forgotten = session.scalars(
        delete(FeedbackImport)
        .where(
            FeedbackImport.state == ImportState.PREPARED,
            FeedbackImport.created_at < now - KEEP_PREPARED,
        )
        .returning(FeedbackImport.stored_as)
    ).all()
    for name in forgotten:
        (settings.folder(FOLDER) / name).unlink(missing_ok=True)


def path_of(found: ImportedFile, settings: Settings) -> Path:
    """Return where the file of an import lies; it is gone once all is imported."""
    return settings.folder(FOLDER) / found.stored_as


def _recognise(path: Path) -> tuple[Layout, FileMapping]:
    layout = recognise_layout(path)
    sample = read_sample(path, layout)
    if not sample:
        raise Invalid({"file": "no_lines"})
    return layout, recognise(sample)


def _change_prepared(session: Session, found: ImportedFile, **values: object) -> None:
    changed = session.execute(
        update(FeedbackImport)
        .where(
            FeedbackImport.id == found.id, FeedbackImport.state == ImportState.PREPARED
        )
        .values(**values)
        .returning(FeedbackImport.id)
    ).first()
    if changed is None:
        raise Conflict("import_started")
    session.expire_all()
