"""Inserts that leave rows alone which are there already."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.db.base import Base


def insert_missing(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[InstrumentedAttribute[Any]],
    returning: InstrumentedAttribute[Any] | type[Base],
) -> list[Any]:
    """Insert the rows whose `key` columns are not taken; return what of those.

    `returning` names one column of the new rows, or the model for the rows. Rows
    that are there already, or are being written by somebody else, are left as they
    are, without an error.
    """
    if not rows:
        return []
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(model)
        .on_conflict_do_nothing(index_elements=[column.key for column in key])
        .returning(returning)
    )
    return list(session.scalars(statement, [dict(row) for row in rows]))
