"""The map of a journey, as pages, reports and imports read it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.journey.models import Journey, Kind, Persona, Phase, Touchpoint


@dataclass(frozen=True, kw_only=True)
class TouchpointOnMap:
    """Where the customer meets the company, inside a phase."""

    id: int
    phase_id: int
    key: str
    names: Mapping[str, str]
    channel: str
    kind: Kind
    is_moment_of_truth: bool
    is_archived: bool


@dataclass(frozen=True, kw_only=True)
class PhaseOnMap:
    """One stage of the journey with its touchpoints in order."""

    id: int
    key: str
    names: Mapping[str, str]
    is_archived: bool
    touchpoints: tuple[TouchpointOnMap, ...]


@dataclass(frozen=True, kw_only=True)
class PersonaOnMap:
    """A typical customer; `brakes` are (brake, names), `motivations` are names."""

    id: int
    key: str
    names: Mapping[str, str]
    motivations: tuple[Mapping[str, str], ...]
    brakes: tuple[Mapping[str, str], ...]
    is_archived: bool


@dataclass(frozen=True, kw_only=True)
class JourneyOnList:
    """A journey, by its name."""

    id: int
    key: str
    names: Mapping[str, str]
    is_demo: bool


@dataclass(frozen=True, kw_only=True)
class JourneyMap:
    """A whole journey: phases in order, touchpoints inside, personas beside."""

    id: int
    key: str
    names: Mapping[str, str]
    offers: Mapping[str, str]
    revision: int
    is_demo: bool
    phases: tuple[PhaseOnMap, ...]
    personas: tuple[PersonaOnMap, ...]

    @property
    def touchpoints(self) -> tuple[TouchpointOnMap, ...]:
        """Every touchpoint in the order of the map."""
        return tuple(point for phase in self.phases for point in phase.touchpoints)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels in use, sorted."""
        return tuple(sorted({point.channel for point in self.touchpoints}))


def list_journeys(session: Session) -> tuple[JourneyOnList, ...]:
    """List the journeys that are not archived, oldest first."""
    rows = session.scalars(
        select(Journey)
        .where(Journey.archived_at.is_(None))
        .order_by(Journey.id)
        .limit(200)
    )
    return tuple(
        JourneyOnList(id=row.id, key=row.key, names=row.names, is_demo=row.is_demo)
        for row in rows
    )


def get_journey_id(session: Session, key: str) -> int:
    """Return the number of a journey.

    Raises:
        NotFound: `journey`.
    """
    found = session.scalar(
        select(Journey.id).where(Journey.key == key, Journey.archived_at.is_(None))
    )
    if found is None:
        raise NotFound("journey", key=key)
    return found


def get_map(session: Session, key: str, *, archived: bool = False) -> JourneyMap:
    """Return a journey by its key, with archived parts only when asked for.

    Raises:
        NotFound: `journey`.
    """
    journey = session.scalar(
        select(Journey).where(Journey.key == key, Journey.archived_at.is_(None))
    )
    if journey is None:
        raise NotFound("journey", key=key)
    points: dict[int, list[TouchpointOnMap]] = defaultdict(list)
    for row in session.scalars(
        select(Touchpoint)
        .where(Touchpoint.journey_id == journey.id)
        .order_by(Touchpoint.position, Touchpoint.id)
    ):
        if archived or row.archived_at is None:
            points[row.phase_id].append(_touchpoint(row))
    phases = session.scalars(
        select(Phase)
        .where(Phase.journey_id == journey.id)
        .order_by(Phase.position, Phase.id)
    )
    personas = session.scalars(
        select(Persona)
        .where(Persona.journey_id == journey.id)
        .order_by(Persona.position, Persona.id)
    )
    return JourneyMap(
        id=journey.id,
        key=journey.key,
        names=journey.names,
        offers=journey.offers,
        revision=journey.revision,
        is_demo=journey.is_demo,
        phases=tuple(
            PhaseOnMap(
                id=row.id,
                key=row.key,
                names=row.names,
                is_archived=row.archived_at is not None,
                touchpoints=tuple(points[row.id]),
            )
            for row in phases
            if archived or row.archived_at is None
        ),
        personas=tuple(
            _persona(row) for row in personas if archived or row.archived_at is None
        ),
    )


def _touchpoint(row: Touchpoint) -> TouchpointOnMap:
    return TouchpointOnMap(
        id=row.id,
        phase_id=row.phase_id,
        key=row.key,
        names=row.names,
        channel=row.channel,
        kind=row.kind,
        is_moment_of_truth=row.is_moment_of_truth,
        is_archived=row.archived_at is not None,
    )


def _persona(row: Persona) -> PersonaOnMap:
    return PersonaOnMap(
        id=row.id,
        key=row.key,
        names=row.names,
        motivations=tuple(row.motivations),
        brakes=tuple(row.brakes),
        is_archived=row.archived_at is not None,
    )
