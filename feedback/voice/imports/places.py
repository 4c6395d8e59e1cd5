"""The touchpoints and personas that the values of a file stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from feedback.core.text import fold
from feedback.journey.queries import JourneyMap
from feedback.voice.imports.mapping import FileMapping

#: number of a touchpoint that will be there once the import runs
PLANNED = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A touchpoint: its number and the channel that goes with it."""

    id: int
    key: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Places:
    """What values mean in one journey; values are folded."""

    touchpoints: Mapping[str, Place]
    personas: Mapping[str, int] = field(default_factory=dict)

    def touchpoint(self, value: str) -> Place | None:
        """Return the touchpoint that a value names."""
        return self.touchpoints.get(fold(value))

    def persona(self, value: str) -> int | None:
        """Return the number of the persona that a value names."""
        return self.personas.get(fold(value))

    def planned(self, mapping: FileMapping, values: Iterable[str]) -> "Places":
        """Return these places as they will be when the mapping's are created."""
        added = {
            fold(value): Place(id=PLANNED, key=value, channel="")
            for value in values
            if self.touchpoint(value) is None and phase_for(mapping, value)
        }
        return replace(self, touchpoints={**self.touchpoints, **added})


def places_of(journey: JourneyMap, mapping: FileMapping) -> Places:
    """Return what a journey's parts are called: key, names, and the mapping's table.

    What a person decided goes before a name, and a key before a name in any language.
    """
    by_key = {
        point.key: Place(id=point.id, key=point.key, channel=point.channel)
        for point in journey.touchpoints
    }
    named = {
        fold(name): by_key[point.key]
        for point in reversed(journey.touchpoints)
        for name in point.names.values()
    }
    keyed = {fold(key): place for key, place in by_key.items()}
    decided = {
        value: by_key[key]
        for value, key in mapping.touchpoints.items()
        if key in by_key
    }
    personas = {
        fold(name): persona.id
        for persona in reversed(journey.personas)
        for name in (*persona.names.values(), persona.key)
    }
    return Places(touchpoints={**named, **keyed, **decided}, personas=personas)


def phase_for(mapping: FileMapping, value: str) -> str | None:
    """Return the phase in which an unknown value becomes a touchpoint, if any."""
    return mapping.creations.get(fold(value), mapping.create_others_in) or None
