"""The personas of a journey: typical customers, what moves and what holds them back.

Every function is one change, with the arguments and errors that `service` tells of.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from sqlalchemy.orm import Session

from feedback.journey.edits import find_persona, free_key, put_persona
from feedback.journey.plan import Names, PlannedPersona, tidy_brake, tidy_names
from feedback.journey.revisions import Act, open_map


def add_persona(
    session: Session,
    journey_key: str,
    *,
    names: Names,
    motivations: Sequence[Names] = (),
    brakes: Sequence[Names] = (),
    key: str | None = None,
    **act: Unpack[Act],
) -> str:
    """Add a persona at the end and return its key.

    `motivations` are locale to text; each of `brakes` has its family under `brake`
    besides.

    Raises:
        Conflict: `key_taken`, for a key that was given.
    """
    opened = open_map(session, journey_key, act)
    key = free_key(key, names, [persona.key for persona in opened.plan.personas])
    persona = _persona(PlannedPersona(key=key, names={}), names, motivations, brakes)
    opened.save(put_persona(opened.plan, persona), "persona_added", key)
    return key


def change_persona(
    session: Session,
    journey_key: str,
    persona_key: str,
    *,
    names: Names,
    motivations: Sequence[Names],
    brakes: Sequence[Names],
    **act: Unpack[Act],
) -> None:
    """Give a persona another name, other motivations and brakes."""
    opened = open_map(session, journey_key, act)
    before = find_persona(opened.plan, persona_key)
    persona = _persona(before, names, motivations, brakes)
    opened.save(put_persona(opened.plan, persona), "persona_changed", persona_key)


def move_persona(
    session: Session,
    journey_key: str,
    persona_key: str,
    *,
    position: int,
    **act: Unpack[Act],
) -> None:
    """Put a persona at a position; see `move_phase`."""
    opened = open_map(session, journey_key, act)
    persona = find_persona(opened.plan, persona_key)
    wanted = put_persona(opened.plan, persona, position)
    opened.save(wanted, "persona_moved", persona_key)


def remove_persona(
    session: Session, journey_key: str, persona_key: str, **act: Unpack[Act]
) -> None:
    """Archive a persona."""
    opened = open_map(session, journey_key, act)
    persona = replace(find_persona(opened.plan, persona_key), is_archived=True)
    opened.save(put_persona(opened.plan, persona), "persona_removed", persona_key)


def restore_persona(
    session: Session, journey_key: str, persona_key: str, **act: Unpack[Act]
) -> None:
    """Bring an archived persona back, at the end."""
    opened = open_map(session, journey_key, act)
    persona = replace(find_persona(opened.plan, persona_key), is_archived=False)
    opened.save(put_persona(opened.plan, persona), "persona_restored", persona_key)


def _persona(
    before: PlannedPersona,
    names: Names,
    motivations: Sequence[Names],
    brakes: Sequence[Names],
) -> PlannedPersona:
    return replace(
        before,
        names=tidy_names(names),
        motivations=tuple(tidy_names(reason) for reason in motivations),
        brakes=tuple(
            tidy_brake(
                reason.get("brake", ""),
                {name: text for name, text in reason.items() if name != "brake"},
            )
            for reason in brakes
        ),
    )
