"""Systems that send webhooks: their secrets are sealed, their mapping is kept."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from feedback.collection.mapping import EventMapping, read_mapping, write_mapping
from feedback.collection.models import EventSource
from feedback.collection.terms import SourceKind
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record
from feedback.db.sealing import seal, unseal

LONGEST_NAME = 120
LONGEST_SECRET = 255
MOST_SOURCES = 100
#: kinds whose secret is made there and pasted here; the others get ours
SECRET_COMES_FROM_THERE = frozenset({SourceKind.SHOPIFY, SourceKind.ZENDESK})


@dataclass(frozen=True, kw_only=True)
class SourceRead:
    """A system that sends webhooks, without its secret."""

    id: int
    public_id: str
    name: str
    kind: SourceKind
    has_secret: bool
    #: None for the kinds that are known, and before somebody has saved one
    mapping: EventMapping | None
    last_received_at: datetime | None
    closed_at: datetime | None
    created_at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether what it sends can become events."""
        mapped = self.kind is not SourceKind.MAPPED or self.mapping is not None
        return self.has_secret and mapped and self.closed_at is None


def source_name(public_id: str) -> str:
    """Return the `source` of the events of a webhook."""
    return f"hook:{public_id}"


def create_source(
    session: Session,
    *,
    name: str,
    kind: SourceKind,
    sealing: str,
    author_id: int | None,
    now: datetime,
) -> str:
    """Add a system and return its public id.

    Where the other side makes the secret, there is none yet; else ours is made.

    Raises:
        Invalid: `name: missing`, `name: too_long`.
        Conflict: `too_many_sources`, when there are 100.
    """
    clean = _clean(name)
    if len(list_sources(session)) >= MOST_SOURCES:
        raise Conflict("too_many_sources")
    ours = "" if kind in SECRET_COMES_FROM_THERE else secrets.token_urlsafe(32)
    source = EventSource(
        name=clean,
        kind=kind,
        sealed_secret=seal(ours, sealing) if ours else "",
        mapping={},
        created_at=now,
    )
    session.add(source)
    session.flush()
    record(session, "source_added", clean, actor_id=author_id, now=now)
    return source.public_id


def list_sources(session: Session) -> tuple[SourceRead, ...]:
    """List the systems by name, at most 100, closed ones last."""
    rows = session.scalars(
        select(EventSource)
        .order_by(EventSource.closed_at.is_not(None), EventSource.name, EventSource.id)
        .limit(MOST_SOURCES)
    )
    return tuple(_as_read(row) for row in rows)


def get_source(session: Session, public_id: str) -> SourceRead:
    """Return one system.

    Raises:
        NotFound: `event_source`.
    """
    return _as_read(_get(session, public_id))


def secret_of(session: Session, public_id: str, *, sealing: str) -> str:
    """Return the secret that both sides share, empty when there is none yet.

    Raises:
        NotFound: `event_source`.
        Conflict: `secret_unreadable`, when it was sealed by another installation.
    """
    sealed = _get(session, public_id).sealed_secret
    return unseal(sealed, sealing) if sealed else ""


def rename_source(session: Session, public_id: str, name: str) -> None:
    """Give a system another name.

    Raises:
        NotFound: `event_source`.
        Invalid: `name: missing`, `name: too_long`.
    """
    _get(session, public_id).name = _clean(name)


def change_secret(
    session: Session,
    public_id: str,
    secret: str,
    *,
    sealing: str,
    author_id: int | None,
    now: datetime,
) -> None:
    """Keep another secret; what is signed with the old one is refused from now on.

    Raises:
        NotFound: `event_source`.
        Invalid: `secret: missing`, `secret: too_long`.
    """
    clean = secret.strip()
    if not clean:
        raise Invalid({"secret": "missing"})
    if len(clean) > LONGEST_SECRET:
        raise Invalid({"secret": "too_long"})
    source = _get(session, public_id)
    source.sealed_secret = seal(clean, sealing)
    record(session, "source_secret_changed", source.name, actor_id=author_id, now=now)


def change_mapping(
    session: Session,
    public_id: str,
    mapping: EventMapping,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Keep how the JSON of a system is read.

    Raises:
        NotFound: `event_source`.
        Conflict: `not_mapped`, for a kind that is known.
    """
    source = _get(session, public_id)
    if source.kind is not SourceKind.MAPPED:
        raise Conflict("not_mapped")
    source.mapping = write_mapping(mapping)
    record(session, "source_mapping_changed", source.name, actor_id=author_id, now=now)


def close_source(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Refuse what a system sends; its events stay."""
    source = _get(session, public_id)
    if source.closed_at is None:
        source.closed_at = now
        record(session, "source_closed", source.name, actor_id=author_id, now=now)


def reopen_source(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Believe a system again, with the secret it had."""
    source = _get(session, public_id)
    if source.closed_at is not None:
        source.closed_at = None
        record(session, "source_reopened", source.name, actor_id=author_id, now=now)


def note_received(session: Session, source_id: int, *, now: datetime) -> None:
    """Note that a delivery was believed, to the minute: many come at once."""
    session.execute(
        update(EventSource)
        .where(
            EventSource.id == source_id,
            or_(
                EventSource.last_received_at.is_(None),
                EventSource.last_received_at < now - timedelta(minutes=1),
            ),
        )
        .values(last_received_at=now)
    )


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise Invalid({"name": "missing"})
    if len(clean) > LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    return clean


def _get(session: Session, public_id: str) -> EventSource:
    source = session.scalar(
        select(EventSource).where(EventSource.public_id == public_id)
    )
    if source is None:
        raise NotFound("event_source")
    return source


def _as_read(source: EventSource) -> SourceRead:
    return SourceRead(
        id=source.id,
        public_id=source.public_id,
        name=source.name,
        kind=source.kind,
        has_secret=bool(source.sealed_secret),
        mapping=_kept(source.mapping),
        last_received_at=source.last_received_at,
        closed_at=source.closed_at,
        created_at=source.created_at,
    )


def _kept(document: Mapping[str, Any]) -> EventMapping | None:
    return read_mapping(document) if document else None
