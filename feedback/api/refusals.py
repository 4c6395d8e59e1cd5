"""Calls that came to nothing are counted, so that the log can show them."""

from collections.abc import Mapping

from feedback.api.context import current_session, now, services
from feedback.collection.unused import note_unused


def note_refusals(
    sender: str, faults: Mapping[str, str], *, is_refused: bool = True
) -> None:
    """Count codes by place, in a transaction of their own.

    The call's own transaction is rolled back with a refusal; it has to be over, as
    SQLite lets one write at a time.
    """
    current_session().rollback()
    with services().database.transaction() as session:
        note_unused(session, sender, faults, is_refused=is_refused, now=now())
