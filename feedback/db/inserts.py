"""Inserts that leave rows alone which are there already."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import FromClause
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
    names = tuple(column.key for column in key)
    if isinstance(returning, type):
        statement = _inserting(dialect, model, names).returning(returning)
        return list(session.scalars(statement, [dict(row) for row in rows]))
    statement = _returning_column(dialect, model.__table__, names, returning.key)
    given: Any = [dict(row) for row in rows]
    found = session.connection().scalars(
        statement, given if len(given) > 1 else given[0]
    )
    return list(found)


@cache
def _returning_column(
    dialect: str, table: FromClause, key: tuple[str, ...], name: str
) -> Any:
    """Return the statement on the bare table, which is made once and costs little."""
    return _inserting(dialect, table, key).returning(table.c[name])


def _inserting(dialect: str, into: Any, key: tuple[str, ...]) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(into).on_conflict_do_nothing(index_elements=key)
