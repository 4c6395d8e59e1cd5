"""The map of a journey, as pages, reports and imports read it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ScalarResult, ScalarSelect, func, select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.journey.models import (
    Journey,
    Kind,
    Persona,
    Phase,
    Revision,
    Touchpoint,
)

Row = TypeVar("Row", Phase, Touchpoint, Persona)


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
class JourneyOnShelf:
    """A journey with what it holds, archived parts not counted."""

    key: str
    names: Mapping[str, str]
    offers: Mapping[str, str]
    revision: int
    changed_at: datetime
    phases: int
    touchpoints: int
    personas: int


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


def list_shelf(
    session: Session, *, archived: bool = False
) -> tuple[JourneyOnShelf, ...]:
    """List the journeys with counts of what they hold, the newest change first.

    Args:
        session: the caller's.
        archived: whether to list those that are archived instead of the others.
    """
    changed_at = (
        select(func.max(Revision.created_at))
        .where(Revision.journey_id == Journey.id)
        .scalar_subquery()
    )
    touchpoints = (
        select(func.count())
        .select_from(Touchpoint)
        .join(Phase, Phase.id == Touchpoint.phase_id)
        .where(
            Touchpoint.journey_id == Journey.id,
            Touchpoint.archived_at.is_(None),
            Phase.archived_at.is_(None),
        )
        .scalar_subquery()
    )
    newest = func.coalesce(changed_at, Journey.created_at)
    rows = session.execute(
        select(Journey, newest, _count(Phase), touchpoints, _count(Persona))
        .where(Journey.archived_at.is_not(None) == archived)
        .order_by(newest.desc(), Journey.id.desc())
        .limit(200)
    )
    return tuple(
        JourneyOnShelf(
            key=journey.key,
            names=journey.names,
            offers=journey.offers,
            revision=journey.revision,
            changed_at=changed,
            phases=phases,
            touchpoints=points,
            personas=personas,
        )
        for journey, changed, phases, points, personas in rows
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
    return read_map(session, journey, archived=archived)


def read_map(session: Session, journey: Journey, *, archived: bool) -> JourneyMap:
    """Return the map of a journey, with archived parts only when asked for."""
    points: dict[int, list[TouchpointOnMap]] = defaultdict(list)
    for row in _rows(session, Touchpoint, journey):
        if archived or row.archived_at is None:
            points[row.phase_id].append(_touchpoint(row))
    phases = _rows(session, Phase, journey)
    personas = _rows(session, Persona, journey)
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


def _count(model: type[Phase | Persona]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(model)
        .where(model.journey_id == Journey.id, model.archived_at.is_(None))
        .scalar_subquery()
    )


def _rows(session: Session, model: type[Row], journey: Journey) -> ScalarResult[Row]:
    # populate_existing: what was read before waiting for a lock may be old
    return session.scalars(
        select(model)
        .where(model.journey_id == journey.id)
        .order_by(model.position, model.id)
        .execution_options(populate_existing=True)
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
