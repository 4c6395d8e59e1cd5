"""The made-up company: its two journeys, its personas, its people.

Both journeys tell of Nell: she wants a baguette and has only a card, and she wants
tickets for a concert and meets pop-ups, full dates and fees.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey import exchange, service

DATA = Path(__file__).with_name("data")
JOURNEYS = ("baguette", "concert")


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody who may log in to look around."""

    name: str
    email: str
    role: Role


PEOPLE = (
    DemoPerson(
        name="Alice Moreau", email="admin@demo.example", role=Role.ADMINISTRATOR
    ),
    DemoPerson(name="Basile Lefort", email="analyst@demo.example", role=Role.ANALYST),
    DemoPerson(name="Claire Dumas", email="manager@demo.example", role=Role.MANAGER),
)


def draw_journeys(session: Session, *, now: datetime) -> None:
    """Draw both journeys from their files, marked as demonstration."""
    for key in JOURNEYS:
        plan = exchange.read_json((DATA / f"journey_{key}.json").read_bytes())
        service.create_from_plan(
            session, plan, key=key, author_id=None, now=now, is_demo=True
        )


def words(locale: str) -> Mapping[str, Any]:
    """Return the invented words of a language, see `data/words_fr.toml`."""
    return tomllib.loads((DATA / f"words_{locale}.toml").read_text(encoding="utf-8"))
