"""What came of invitations, by trigger, survey, touchpoint or channel, with names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.dispositions import (
    By,
    Dispositions,
    Group,
    Participation,
    Scope,
    count_dispositions,
    count_participation,
)
from feedback.collection.models import Trigger
from feedback.collection.terms import Channel
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey


@dataclass(frozen=True, kw_only=True)
class CountedGroup:
    """One trigger, survey, touchpoint or channel, and what came of its askings.

    `names` is by language for a touchpoint, and has one entry, under the empty
    language, for what people named themselves; it is empty for a channel and for
    what was asked by hand.
    """

    names: Mapping[str, str]
    channel: Channel | None
    asked: Dispositions
    #: by open links, of which nobody knows how many were asked
    came: Participation


def count_groups(session: Session, wanted: Scope, by: By) -> tuple[CountedGroup, ...]:
    """Count what came of the invitations of a scope; the largest groups first."""
    asked = count_dispositions(session, wanted, by=by)
    came: Mapping[Group, Participation] = {}
    if by != By.TRIGGER:
        came = count_participation(
            session,
            survey_id=wanted.survey_id,
            touchpoint_id=wanted.touchpoint_id,
            by=by,
        )
    groups = {*asked, *came}
    names = _names(session, by, groups)
    counted = [
        CountedGroup(
            names=names.get(group, {}),
            channel=group if isinstance(group, Channel) else None,
            asked=asked.get(group, Dispositions()),
            came=came.get(group, Participation()),
        )
        for group in groups
    ]
    return tuple(
        sorted(counted, key=lambda one: (-one.asked.invited, -one.came.complete))
    )


def _names(
    session: Session, by: By, groups: Collection[Group]
) -> Mapping[Group, Mapping[str, str]]:
    numbers = [one for one in groups if isinstance(one, int)]
    if by == By.TOUCHPOINT:
        found = session.execute(
            select(Touchpoint.id, Touchpoint.names).where(Touchpoint.id.in_(numbers))
        )
        return {row.id: row.names for row in found}
    if by == By.CHANNEL:
        return {}
    model = Trigger if by == By.TRIGGER else Survey
    rows = session.execute(select(model.id, model.name).where(model.id.in_(numbers)))
    return {number: {"": name} for number, name in rows}
