"""Bring a map in from a file: a new journey, or another map for an old one."""

from pathlib import PurePath
from typing import Unpack

from sqlalchemy.orm import Session

from feedback.journey.edits import supersede
from feedback.journey.exchange import read_json
from feedback.journey.plan import LONGEST_NAME, Plan, tidy
from feedback.journey.revisions import Act, open_map
from feedback.journey.service import create_from_plan
from feedback.journey.tabular import read_csv


def import_file(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    locale: str,
    journey_key: str | None = None,
    **act: Unpack[Act],
) -> str:
    """Bring a map in from a file and return the key of its journey.

    A file whose name ends in `.csv` is a table, see `tabular`; any other a document,
    see `exchange`. A table says nothing of names, offers and personas: those of the
    journey stay, and a new journey is called after the file.

    Args:
        session: the caller's transaction.
        content: of the file.
        file_name: as its owner calls it.
        locale: language of the names in a table.
        journey_key: whose map is replaced; None makes a new journey.
        act: as for every change, see `service`.

    Raises:
        Invalid: as `read_json` or `read_csv`.
        NotFound: `journey`.
        Conflict: `changed_meanwhile`.
    """
    path = PurePath(file_name)
    is_table = path.suffix.lower() == ".csv"
    if journey_key is not None:
        opened = open_map(session, journey_key, act)
        plan = _read(content, opened.plan, locale, is_table=is_table)
        opened.save(supersede(opened.plan, plan), "map_imported")
        return journey_key
    names = {locale: tidy(path.stem)[:LONGEST_NAME]}
    plan = _read(content, Plan(names=names, offers=names), locale, is_table=is_table)
    return create_from_plan(
        session,
        plan,
        action="map_imported",
        author_id=act["author_id"],
        now=act["now"],
    )


def _read(content: bytes, onto: Plan, locale: str, *, is_table: bool) -> Plan:
    return read_csv(content, onto, locale=locale) if is_table else read_json(content)
