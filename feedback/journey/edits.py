"""The changes of a map, each from a plan to a plan.

Nothing is ever taken away: what is removed is archived, and stands last among its
like. Positions count from 0 among what is not archived; one beyond the end is the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from feedback.core.errors import Conflict, NotFound
from feedback.core.ids import free_slug, slug
from feedback.core.text import fold
from feedback.i18n.locales import SUPPORTED
from feedback.journey.plan import (
    LONGEST_KEY,
    Names,
    Plan,
    PlannedPersona,
    PlannedPhase,
    PlannedTouchpoint,
    tidy_names,
)

Part = TypeVar("Part", PlannedPhase, PlannedTouchpoint, PlannedPersona)
#: room for the number of a second thing of the same name
_ROOM = 5


def new_key(names: Names, taken: Iterable[str]) -> str:
    """Return a key made of a name, French before English, that is not taken."""
    name = next((names[locale] for locale in SUPPORTED if names.get(locale)), "")
    words = fold(name).replace("’", " ")
    return free_slug(slug(words, longest=LONGEST_KEY - _ROOM), set(taken))


def free_key(wanted: str | None, names: Names, taken: Sequence[str]) -> str:
    """Return the wanted key, or one made of a name, see `new_key`.

    Raises:
        Conflict: `key_taken`, for a wanted key.
    """
    if wanted is None:
        return new_key(tidy_names(names), taken)
    if wanted in taken:
        raise Conflict("key_taken", key=wanted)
    return wanted


def find_phase(plan: Plan, key: str) -> PlannedPhase:
    """Return a phase by its key.

    Raises:
        NotFound: `phase`.
    """
    return _find(plan.phases, key, "phase")


def find_touchpoint(plan: Plan, key: str) -> tuple[PlannedPhase, PlannedTouchpoint]:
    """Return a touchpoint by its key, with the phase that it is in.

    Raises:
        NotFound: `touchpoint`.
    """
    for phase in plan.phases:
        for point in phase.touchpoints:
            if point.key == key:
                return phase, point
    raise NotFound("touchpoint", key=key)


def find_persona(plan: Plan, key: str) -> PlannedPersona:
    """Return a persona by its key.

    Raises:
        NotFound: `persona`.
    """
    return _find(plan.personas, key, "persona")


def put_phase(plan: Plan, phase: PlannedPhase, position: int | None = None) -> Plan:
    """Return the plan with a phase, new or in the place of the one with its key.

    Without a position an old one stays where it is and a new one comes last.
    """
    return replace(plan, phases=_put(plan.phases, phase, position))


def put_persona(
    plan: Plan, persona: PlannedPersona, position: int | None = None
) -> Plan:
    """Return the plan with a persona, as `put_phase` does."""
    return replace(plan, personas=_put(plan.personas, persona, position))


def put_touchpoint(
    plan: Plan, phase_key: str, point: PlannedTouchpoint, position: int | None = None
) -> Plan:
    """Return the plan with a touchpoint in a phase, taken out of any other.

    Raises:
        NotFound: `phase`.
    """
    find_phase(plan, phase_key)
    return replace(
        plan,
        phases=tuple(
            replace(phase, touchpoints=_put(phase.touchpoints, point, position))
            if phase.key == phase_key
            else replace(phase, touchpoints=_without(phase.touchpoints, point.key))
            for phase in plan.phases
        ),
    )


def supersede(current: Plan, wanted: Plan) -> Plan:
    """Return `wanted` with everything of `current` that it lacks, archived."""
    kept_points = {point.key for point in wanted.touchpoints}
    old = {phase.key: phase for phase in current.phases}
    phases = [
        _with_leftovers(phase, old.pop(phase.key, None), kept_points)
        for phase in wanted.phases
    ]
    phases += [
        _with_leftovers(
            replace(phase, touchpoints=(), is_archived=True), phase, kept_points
        )
        for phase in old.values()
    ]
    kept_personas = {persona.key for persona in wanted.personas}
    personas = [
        *wanted.personas,
        *(
            replace(persona, is_archived=True)
            for persona in current.personas
            if persona.key not in kept_personas
        ),
    ]
    return replace(wanted, phases=_ordered(phases), personas=_ordered(personas))


def _with_leftovers(
    phase: PlannedPhase, old: PlannedPhase | None, kept: set[str]
) -> PlannedPhase:
    """Return the phase with the old one's touchpoints that stand nowhere else.

    They are archived, unless their phase is, which takes them along.
    """
    left = [
        point if phase.is_archived else replace(point, is_archived=True)
        for point in (old.touchpoints if old else ())
        if point.key not in kept
    ]
    return replace(phase, touchpoints=_ordered([*phase.touchpoints, *left]))


def _find(parts: tuple[Part, ...], key: str, what: str) -> Part:
    for part in parts:
        if part.key == key:
            return part
    raise NotFound(what, key=key)


def _put(parts: tuple[Part, ...], part: Part, position: int | None) -> tuple[Part, ...]:
    keys = [other.key for other in parts]
    others = list(_without(parts, part.key))
    if position is None:
        position = keys.index(part.key) if part.key in keys else _live(parts)
    if part.is_archived:
        position = len(others)
    others.insert(min(max(position, 0), len(others)), part)
    return _ordered(others)


def _live(parts: tuple[Part, ...]) -> int:
    return sum(not part.is_archived for part in parts)


def _without(parts: tuple[Part, ...], key: str) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.key != key)


def _ordered(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: part.is_archived))
