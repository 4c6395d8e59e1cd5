"""Read what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.happenings.models import Happening
from feedback.happenings.types import Cause, HappeningType

MOST_READ = 500


@dataclass(frozen=True, kw_only=True)
class HappeningRead:
    """Something that happened."""

    id: int
    public_id: str
    type: HappeningType
    subject: str
    data: Mapping[str, Any]
    at: datetime
    cause: Cause


def read_happenings(
    session: Session, numbers: Sequence[int]
) -> tuple[HappeningRead, ...]:
    """Return happenings by their numbers, oldest first; those gone are left out."""
    rows = session.scalars(
        select(Happening).where(Happening.id.in_(numbers)).order_by(Happening.id)
    )
    return tuple(map(_as_read, rows))


def get_happening(session: Session, public_id: str) -> HappeningRead:
    """Return one happening.

    Raises:
        NotFound: `happening`.
    """
    row = session.scalar(select(Happening).where(Happening.public_id == public_id))
    if row is None:
        raise NotFound("happening")
    return _as_read(row)


def list_newest(
    session: Session, types: Collection[HappeningType], *, most: int
) -> tuple[HappeningRead, ...]:
    """List what happened of some types, newest first, 500 at most."""
    rows = session.scalars(
        select(Happening)
        .where(Happening.type.in_(types))
        .order_by(Happening.id.desc())
        .limit(min(most, MOST_READ))
    )
    return tuple(map(_as_read, rows))


def _as_read(row: Happening) -> HappeningRead:
    return HappeningRead(
        id=row.id,
        public_id=row.public_id,
        type=row.type,
        subject=row.subject,
        data=row.data,
        at=row.at,
        cause=Cause(chain=tuple(row.chain)),
    )
