"""A journey opened for one change, and the revision that the change leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.journey.exchange import from_document, to_document
from feedback.journey.models import Journey, Persona, Phase, Revision, Touchpoint
from feedback.journey.plan import (
    Plan,
    PlannedPersona,
    PlannedPhase,
    PlannedTouchpoint,
    check,
)
from feedback.journey.queries import JourneyMap, read_map

Row = TypeVar("Row", Phase, Touchpoint, Persona)


class Signed(TypedDict):
    """Who does something, and when."""

    author_id: int | None
    now: datetime


class Act(Signed):
    """Who changes a journey, when, and which revision they saw."""

    #: number of the newest revision when the person looked; None: whatever it is
    revision: NotRequired[int | None]


def plan_of(shown: JourneyMap) -> Plan:
    """Return a map without the numbers of its rows."""
    return Plan(
        names=shown.names,
        offers=shown.offers,
        phases=tuple(
            PlannedPhase(
                key=phase.key,
                names=phase.names,
                is_archived=phase.is_archived,
                touchpoints=tuple(
                    PlannedTouchpoint(
                        key=point.key,
                        names=point.names,
                        channel=point.channel,
                        kind=point.kind,
                        is_moment_of_truth=point.is_moment_of_truth,
                        is_archived=point.is_archived,
                    )
                    for point in phase.touchpoints
                ),
            )
            for phase in shown.phases
        ),
        personas=tuple(
            PlannedPersona(
                key=persona.key,
                names=persona.names,
                motivations=persona.motivations,
                brakes=persona.brakes,
                is_archived=persona.is_archived,
            )
            for persona in shown.personas
        ),
    )


@dataclass(kw_only=True)
class OpenMap:
    """A journey that nobody else can change until the transaction ends."""

    session: Session
    journey: Journey
    #: the map as it stands, archived parts included
    plan: Plan
    act: Act

    def save(self, wanted: Plan, action: str, subject: str = "") -> None:
        """Write the wanted map and its revision; a map that stays the same leaves none.

        Raises:
            Invalid: as `plan.check`.
        """
        if wanted != self.plan:
            check(wanted)
            self.draw(wanted, action, subject)

    def draw(self, wanted: Plan, action: str, subject: str = "") -> None:
        """Write a map that was checked, and its revision."""
        self._write(wanted)
        self.plan = wanted
        self.note(action, subject)

    def note(self, action: str, subject: str = "") -> None:
        """Add a revision: what was done, and the map as it stands now."""
        self.journey.revision += 1
        self.session.add(
            Revision(
                journey_id=self.journey.id,
                number=self.journey.revision,
                author_id=self.act["author_id"],
                created_at=self.act["now"],
                action=action,
                subject=subject,
                snapshot=to_document(self.plan),
            )
        )
        self.session.flush()

    def snapshot(self, number: int) -> Plan:
        """Return the map as a revision left it.

        Raises:
            NotFound: `revision`.
        """
        found = self.session.scalar(
            select(Revision.snapshot).where(
                Revision.journey_id == self.journey.id, Revision.number == number
            )
        )
        if found is None:
            raise NotFound("revision", number=number)
        return from_document(found)

    def _write(self, wanted: Plan) -> None:
        self.journey.names = dict(wanted.names)
        self.journey.offers = dict(wanted.offers)
        phases = self._rows(Phase, [phase.key for phase in wanted.phases])
        for position, phase in enumerate(wanted.phases):
            self._settle(phases[phase.key], phase, position)
        self.session.flush()  # new touchpoints need the numbers of new phases
        points = self._rows(Touchpoint, [point.key for point in wanted.touchpoints])
        for phase in wanted.phases:
            for position, point in enumerate(phase.touchpoints):
                row = points[point.key]
                row.phase_id = phases[phase.key].id
                row.channel, row.kind = point.channel, point.kind
                row.is_moment_of_truth = point.is_moment_of_truth
                self._settle(row, point, position)
        personas = self._rows(Persona, [persona.key for persona in wanted.personas])
        for position, persona in enumerate(wanted.personas):
            one = personas[persona.key]
            one.motivations = [dict(reason) for reason in persona.motivations]
            one.brakes = [dict(reason) for reason in persona.brakes]
            self._settle(one, persona, position)

    def _rows(self, model: type[Row], keys: Sequence[str]) -> dict[str, Row]:
        """Return the row of each key, new ones for keys that have none yet."""
        rows = self.session.scalars(
            select(model).where(model.journey_id == self.journey.id)
        )
        found = {row.key: row for row in rows}
        return {
            key: found.get(key) or model(journey_id=self.journey.id, key=key)
            for key in keys
        }

    def _settle(
        self,
        row: Phase | Touchpoint | Persona,
        part: PlannedPhase | PlannedTouchpoint | PlannedPersona,
        position: int,
    ) -> None:
        row.names = dict(part.names)
        row.position = position
        if not part.is_archived:
            row.archived_at = None
        elif row.archived_at is None:
            row.archived_at = self.act["now"]
        self.session.add(row)


def open_map(
    session: Session, key: str, act: Act, *, archived: bool = False
) -> OpenMap:
    """Open a journey for a change; others who want the same wait for their turn.

    Args:
        session: the caller's transaction, one that writes.
        key: of the journey.
        act: who, when, and the revision that they saw.
        archived: whether the journey is one that was archived.

    Raises:
        NotFound: `journey`.
        Conflict: `changed_meanwhile`.
    """
    journey = session.scalar(
        select(Journey)
        .where(Journey.key == key, Journey.archived_at.is_not(None) == archived)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if journey is None:
        raise NotFound("journey", key=key)
    seen = act.get("revision")
    if seen is not None and seen != journey.revision:
        raise Conflict("changed_meanwhile")
    plan = plan_of(read_map(session, journey, archived=True))
    return OpenMap(session=session, journey=journey, plan=plan, act=act)
