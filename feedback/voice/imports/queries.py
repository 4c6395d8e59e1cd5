"""Imports and the lines that they refused, as pages and the terminal read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.journey.models import Journey
from feedback.voice.imports.layout import Layout
from feedback.voice.imports.mapping import FileMapping, from_json
from feedback.voice.models import (
    Feedback,
    FeedbackImport,
    ImportState,
    RefusedLine,
    Verbatim,
)

__all__ = [
    "BROKEN_OFF",
    "ImportState",  # what the edges, which know no models, name the states by
    "ImportedFile",
    "RefusedOnList",
    "count_reasons",
    "count_to_analyse",
    "get_import",
    "get_import_by_id",
    "iterate_refused",
    "list_imports",
    "list_refused",
]

READ_AT_ONCE = 1_000
#: failure that is not the file's: the job, tried again, goes on where it stopped
BROKEN_OFF = "broken_off"


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """One import: which file, where it goes, how far it is.

    `imported + repeated + refused` is `read`; `total` is None until it is counted.
    """

    id: int
    public_id: str
    journey_id: int
    journey_key: str
    journey_names: dict[str, str]
    file_name: str
    stored_as: str
    layout: Layout
    mapping: FileMapping
    state: ImportState
    author_id: int | None
    created_at: datetime
    finished_at: datetime | None
    total: int | None
    read: int
    imported: int
    repeated: int
    refused: int
    #: code of the reason why it failed
    failure: str | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in {ImportState.DONE, ImportState.FAILED}

    @property
    def is_broken_off(self) -> bool:
        """Whether it stands still half-way, and its job may be tried again."""
        return self.failure == BROKEN_OFF


@dataclass(frozen=True, kw_only=True)
class RefusedOnList:
    """A line that was refused: its number in the file, where and why."""

    line: int
    column: str | None
    reason: str
    excerpt: str


def list_imports(session: Session, wanted: PageRequest) -> Page[ImportedFile]:
    """List the imports, newest first."""
    rows = session.execute(
        _imports()
        .order_by(FeedbackImport.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_as_read(*row) for row in rows], wanted)


def get_import(session: Session, public_id: str) -> ImportedFile:
    """Return one import.

    Raises:
        NotFound: `import`.
    """
    row = session.execute(
        _imports().where(FeedbackImport.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("import")
    return _as_read(*row)


def get_import_by_id(session: Session, import_id: int) -> ImportedFile:
    """Return one import by its number.

    Raises:
        NotFound: `import`.
    """
    row = session.execute(_imports().where(FeedbackImport.id == import_id)).first()
    if row is None:
        raise NotFound("import")
    return _as_read(*row)


def list_refused(
    session: Session, import_id: int, wanted: PageRequest
) -> Page[RefusedOnList]:
    """List the refused lines of an import in the order of the file."""
    rows = session.execute(
        _refused(import_id).offset(wanted.offset).limit(wanted.size + 1)
    )
    return page_of([RefusedOnList(**row) for row in rows.mappings()], wanted)


def iterate_refused(session: Session, import_id: int) -> Iterator[RefusedOnList]:
    """Yield every refused line of an import, read in parts."""
    last = 0
    while (
        rows := session.execute(
            _refused(import_id).where(RefusedLine.line > last).limit(READ_AT_ONCE)
        )
        .mappings()
        .all()
    ):
        yield from (RefusedOnList(**row) for row in rows)
        last = rows[-1]["line"]


def count_reasons(session: Session, import_id: int) -> tuple[tuple[str, int], ...]:
    """Return how many lines were refused for each reason, the commonest first."""
    n = func.count()
    rows = session.execute(
        select(RefusedLine.reason, n)
        .where(RefusedLine.import_id == import_id)
        .group_by(RefusedLine.reason)
        .order_by(n.desc(), RefusedLine.reason)
    )
    return tuple((reason, count) for reason, count in rows)


def count_to_analyse(session: Session, import_id: int) -> int:
    """Return how many texts of an import wait for their analysis."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Verbatim)
            .join(Feedback)
            .where(Feedback.import_id == import_id, Verbatim.text.is_(None))
        )
        or 0
    )


def _imports() -> Any:
    return select(FeedbackImport, Journey.key, Journey.names).join(
        Journey, Journey.id == FeedbackImport.journey_id
    )


def _refused(import_id: int) -> Any:
    return (
        select(
            RefusedLine.line,
            RefusedLine.column,
            RefusedLine.reason,
            RefusedLine.excerpt,
        )
        .where(RefusedLine.import_id == import_id)
        .order_by(RefusedLine.line)
    )


def _as_read(
    row: FeedbackImport, journey_key: str, journey_names: dict[str, str]
) -> ImportedFile:
    layout, mapping = from_json(row.mapping)
    return ImportedFile(
        id=row.id,
        public_id=row.public_id,
        journey_id=row.journey_id,
        journey_key=journey_key,
        journey_names=journey_names,
        file_name=row.file_name,
        stored_as=row.stored_as,
        layout=layout,
        mapping=mapping,
        state=row.state,
        author_id=row.author_id,
        created_at=row.created_at,
        finished_at=row.finished_at,
        total=row.lines_total,
        read=row.lines_read,
        imported=row.lines_imported,
        repeated=row.lines_repeated,
        refused=row.lines_refused,
        failure=row.failure,
    )
