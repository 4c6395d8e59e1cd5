"""Draw and change a journey; every change is one revision with the map after it.

Nothing is deleted, because feedback may refer to it: what is removed is archived and
can be brought back. Every function that changes takes `author_id`, `now`, and
`revision`, the number of the newest revision that its author saw (None: whatever it
is); it raises Conflict `changed_meanwhile` when there is a newer one, NotFound
`journey`, `phase`, `touchpoint` or `persona` for what is not there, and Invalid as
`plan.check` for what is out of bounds. A change that changes nothing leaves no trace.
"""

from dataclasses import replace
from datetime import datetime
from typing import Unpack, cast

from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.inserts import insert_missing
from feedback.journey.channels import channel_key
from feedback.journey.edits import (
    find_phase,
    find_touchpoint,
    free_key,
    new_key,
    put_phase,
    put_touchpoint,
    supersede,
)
from feedback.journey.models import Journey
from feedback.journey.plan import (
    Names,
    Plan,
    PlannedPhase,
    PlannedTouchpoint,
    check,
    is_key,
    tidy,
    tidy_names,
)
from feedback.journey.revisions import Act, OpenMap, Signed, open_map
from feedback.journey.template import five_phases
from feedback.journey.terms import Kind


def create_journey(
    session: Session,
    *,
    key: str | None = None,
    names: Names,
    offers: Names,
    template: bool,
    is_demo: bool = False,
    **signed: Unpack[Signed],
) -> str:
    """Create a journey and return its key.

    Args:
        session: the caller's transaction.
        key: name in addresses; made of the journey's name unless given.
        names: locale to name.
        offers: locale to what is offered to the customer.
        template: whether to begin with the five phases and their touchpoints.
        is_demo: whether it belongs to the demonstration company.
        signed: `author_id`, who creates it, and `now`.

    Raises:
        Conflict: `key_taken`, for a key that was given.
        Invalid: as `plan.check`.
    """
    plan = Plan(
        names=tidy_names(names),
        offers=tidy_names(offers),
        phases=five_phases() if template else (),
    )
    return create_from_plan(session, plan, key=key, is_demo=is_demo, **signed)


def create_from_plan(
    session: Session,
    plan: Plan,
    *,
    key: str | None = None,
    is_demo: bool = False,
    action: str = "journey_created",
    **signed: Unpack[Signed],
) -> str:
    """Create a journey with a whole map and return its key; see `create_journey`."""
    check(plan)
    made = _insert(session, key, plan, is_demo=is_demo, now=signed["now"])
    empty = Plan(names=plan.names, offers=plan.offers)
    by = Act(author_id=signed["author_id"], now=signed["now"])
    opened = OpenMap(session=session, journey=made, plan=empty, act=by)
    opened.draw(plan, action)
    return made.key


def rename_journey(
    session: Session,
    journey_key: str,
    *,
    names: Names,
    offers: Names,
    **act: Unpack[Act],
) -> None:
    """Give a journey another name, or its offer other words."""
    opened = open_map(session, journey_key, act)
    wanted = replace(opened.plan, names=tidy_names(names), offers=tidy_names(offers))
    opened.save(wanted, "journey_renamed")


def archive_journey(session: Session, journey_key: str, **act: Unpack[Act]) -> None:
    """Put a journey out of sight, with all that it holds."""
    opened = open_map(session, journey_key, act)
    opened.journey.archived_at = act["now"]
    opened.note("journey_archived")


def restore_journey(session: Session, journey_key: str, **act: Unpack[Act]) -> None:
    """Bring an archived journey back."""
    opened = open_map(session, journey_key, act, archived=True)
    opened.journey.archived_at = None
    opened.note("journey_restored")


def add_phase(
    session: Session,
    journey_key: str,
    *,
    names: Names,
    key: str | None = None,
    **act: Unpack[Act],
) -> str:
    """Add a phase at the end and return its key.

    Raises:
        Conflict: `key_taken`, for a key that was given.
    """
    opened = open_map(session, journey_key, act)
    key = free_key(key, names, [phase.key for phase in opened.plan.phases])
    phase = PlannedPhase(key=key, names=tidy_names(names))
    opened.save(put_phase(opened.plan, phase), "phase_added", key)
    return key


def rename_phase(
    session: Session,
    journey_key: str,
    phase_key: str,
    *,
    names: Names,
    **act: Unpack[Act],
) -> None:
    """Give a phase another name."""
    opened = open_map(session, journey_key, act)
    phase = replace(find_phase(opened.plan, phase_key), names=tidy_names(names))
    opened.save(put_phase(opened.plan, phase), "phase_renamed", phase_key)


def move_phase(
    session: Session,
    journey_key: str,
    phase_key: str,
    *,
    position: int,
    **act: Unpack[Act],
) -> None:
    """Put a phase at a position, counted from 0; beyond the end is the end."""
    opened = open_map(session, journey_key, act)
    phase = find_phase(opened.plan, phase_key)
    opened.save(put_phase(opened.plan, phase, position), "phase_moved", phase_key)


def remove_phase(
    session: Session, journey_key: str, phase_key: str, **act: Unpack[Act]
) -> None:
    """Archive a phase; its touchpoints go and come back with it."""
    opened = open_map(session, journey_key, act)
    phase = replace(find_phase(opened.plan, phase_key), is_archived=True)
    opened.save(put_phase(opened.plan, phase), "phase_removed", phase_key)


def restore_phase(
    session: Session, journey_key: str, phase_key: str, **act: Unpack[Act]
) -> None:
    """Bring an archived phase back, at the end."""
    opened = open_map(session, journey_key, act)
    phase = replace(find_phase(opened.plan, phase_key), is_archived=False)
    opened.save(put_phase(opened.plan, phase), "phase_restored", phase_key)


def add_touchpoint(
    session: Session,
    journey_key: str,
    phase_key: str,
    *,
    names: Names,
    channel: str,
    kind: Kind,
    is_moment_of_truth: bool = False,
    key: str | None = None,
    **act: Unpack[Act],
) -> str:
    """Add a touchpoint at the end of a phase and return its key.

    Raises:
        Conflict: `key_taken`, for a key that was given.
    """
    opened = open_map(session, journey_key, act)
    _check_open(opened, phase_key)
    key = free_key(key, names, [point.key for point in opened.plan.touchpoints])
    point = PlannedTouchpoint(
        key=key,
        names=tidy_names(names),
        channel=channel_key(tidy(channel)),
        kind=kind,
        is_moment_of_truth=is_moment_of_truth,
    )
    opened.save(put_touchpoint(opened.plan, phase_key, point), "touchpoint_added", key)
    return key


def change_touchpoint(
    session: Session,
    journey_key: str,
    touchpoint_key: str,
    *,
    names: Names,
    channel: str,
    kind: Kind,
    is_moment_of_truth: bool,
    **act: Unpack[Act],
) -> None:
    """Give a touchpoint other words, another channel, kind or weight."""
    opened = open_map(session, journey_key, act)
    phase, point = find_touchpoint(opened.plan, touchpoint_key)
    changed = replace(
        point,
        names=tidy_names(names),
        channel=channel_key(tidy(channel)),
        kind=kind,
        is_moment_of_truth=is_moment_of_truth,
    )
    wanted = put_touchpoint(opened.plan, phase.key, changed)
    opened.save(wanted, "touchpoint_changed", touchpoint_key)


def move_touchpoint(
    session: Session,
    journey_key: str,
    touchpoint_key: str,
    *,
    phase_key: str,
    position: int,
    **act: Unpack[Act],
) -> None:
    """Put a touchpoint in a phase at a position; see `move_phase`."""
    opened = open_map(session, journey_key, act)
    _check_open(opened, phase_key)
    _, point = find_touchpoint(opened.plan, touchpoint_key)
    wanted = put_touchpoint(opened.plan, phase_key, point, position)
    opened.save(wanted, "touchpoint_moved", touchpoint_key)


def remove_touchpoint(
    session: Session, journey_key: str, touchpoint_key: str, **act: Unpack[Act]
) -> None:
    """Archive a touchpoint."""
    opened = open_map(session, journey_key, act)
    phase, point = find_touchpoint(opened.plan, touchpoint_key)
    wanted = put_touchpoint(opened.plan, phase.key, replace(point, is_archived=True))
    opened.save(wanted, "touchpoint_removed", touchpoint_key)


def restore_touchpoint(
    session: Session, journey_key: str, touchpoint_key: str, **act: Unpack[Act]
) -> None:
    """Bring an archived touchpoint back, at the end of its phase.

    Raises:
        Conflict: `phase_archived`, when its phase has to come back first.
    """
    opened = open_map(session, journey_key, act)
    phase, point = find_touchpoint(opened.plan, touchpoint_key)
    if phase.is_archived:
        raise Conflict("phase_archived")
    restored = replace(point, is_archived=False)
    wanted = put_touchpoint(opened.plan, phase.key, restored)
    opened.save(wanted, "touchpoint_restored", touchpoint_key)


def restore(
    session: Session, journey_key: str, number: int, **act: Unpack[Act]
) -> None:
    """Put the map back as revision `number` left it, by a revision of its own.

    What was added since is archived. The way back is open too.

    Raises:
        NotFound: `revision`.
    """
    opened = open_map(session, journey_key, act)
    wanted = supersede(opened.plan, opened.snapshot(number))
    opened.save(wanted, "map_restored", str(number))


def undo(session: Session, journey_key: str, **act: Unpack[Act]) -> None:
    """Take the newest change back; doing it twice brings the change back.

    Raises:
        Conflict: `nothing_to_undo`.
    """
    opened = open_map(session, journey_key, act)
    before = opened.journey.revision - 1
    if before < 1:
        raise Conflict("nothing_to_undo")
    wanted = supersede(opened.plan, opened.snapshot(before))
    if wanted == opened.plan:
        raise Conflict("nothing_to_undo")
    opened.save(wanted, "map_restored", str(before))


def _insert(
    session: Session, key: str | None, plan: Plan, *, is_demo: bool, now: datetime
) -> Journey:
    """Return a new, empty journey; others may be taking the same key just now."""
    if key is not None and not is_key(key):
        raise Invalid({"key": "bad_key"})
    taken: set[str] = set()
    while True:
        row = {
            "key": key or new_key(plan.names, taken),
            "names": dict(plan.names),
            "offers": dict(plan.offers),
            "is_demo": is_demo,
            "created_at": now,
        }
        made = insert_missing(
            session, Journey, [row], key=[Journey.key], returning=Journey
        )
        if made:
            return cast("Journey", made[0])
        if key is not None:
            raise Conflict("key_taken", key=key)
        taken.add(str(row["key"]))


def _check_open(opened: OpenMap, phase_key: str) -> None:
    if find_phase(opened.plan, phase_key).is_archived:
        raise NotFound("phase", key=phase_key)
