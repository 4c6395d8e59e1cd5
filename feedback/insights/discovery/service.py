"""Owe a look at what has no theme, and decide what becomes of its groups."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.insights.discovery.models import (
    DecisionKind,
    DiscoveredGroup,
    DiscoveryDecision,
    DiscoveryRun,
)
from feedback.insights.discovery.queries import find_decision
from feedback.jobs.ledger import enqueue
from feedback.journey.queries import list_journeys
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice import theming

DISCOVER = "insights.discover"
#: the weekly look: on Mondays, at an hour at which nobody works
_WEEKDAY, _HOUR = 0, 4


def order_look(session: Session, journey_id: int, *, now: datetime) -> int | None:
    """Owe a look at once; return its job, None when one is waiting already."""
    return enqueue(
        session,
        DISCOVER,
        {"journey_id": journey_id},
        due_at=now,
        dedupe_key=f"{DISCOVER}:{journey_id}:now",
    )


def owe_weekly(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe the look of the coming Monday at every journey, unless it waits already."""
    due_at = _next_look(now, zone)
    for journey in list_journeys(session):
        enqueue(
            session,
            DISCOVER,
            {"journey_id": journey.id},
            due_at=due_at,
            dedupe_key=f"{DISCOVER}:{journey.id}:weekly",
        )


def dismiss(
    session: Session, journey_id: int, public_id: str, *, author_id: int, now: datetime
) -> str:
    """Say that a group is no theme; return the decision, by which it is taken back.

    It does not come back at the next look, as long as most of its words are the same.

    Raises:
        NotFound: `group`.
        Conflict: `changed_meanwhile`, when somebody has decided already.
    """
    group = _undecided(session, journey_id, public_id)
    return _decide(
        session,
        journey_id,
        group,
        DecisionKind.DISMISSED,
        author_id=author_id,
        now=now,
    )


def accept(
    session: Session,
    journey_id: int,
    public_id: str,
    *,
    names: Mapping[str, str],
    brake: str,
    phrases: Sequence[OwnPhrase],
    author_id: int,
    now: datetime,
) -> str:
    """Make a theme of a group; return its key.

    Raises:
        NotFound: `group`.
        Conflict: `changed_meanwhile`.
        Invalid: what `theming.add_theme` says.
    """
    group = _undecided(session, journey_id, public_id)
    key = theming.add_theme(
        session,
        names=names,
        brake=brake,
        phrases=phrases,
        author_id=author_id,
        now=now,
    )
    _decide(
        session,
        journey_id,
        group,
        DecisionKind.ACCEPTED,
        theme_key=key,
        author_id=author_id,
        now=now,
    )
    return key


def merge(
    session: Session,
    journey_id: int,
    public_id: str,
    *,
    theme_key: str,
    phrases: Sequence[OwnPhrase],
    author_id: int,
    now: datetime,
) -> None:
    """Give the words of a group to a theme that is there.

    Raises:
        NotFound: `group`, `theme`.
        Conflict: `changed_meanwhile`.
        Invalid: what `theming.add_phrases` says.
    """
    group = _undecided(session, journey_id, public_id)
    theming.add_phrases(session, theme_key, phrases, author_id=author_id, now=now)
    _decide(
        session,
        journey_id,
        group,
        DecisionKind.MERGED,
        theme_key=theme_key,
        author_id=author_id,
        now=now,
    )


def take_back(session: Session, journey_id: int, decision_id: str) -> None:
    """Have a group stand among the others again; what a theme was given stays.

    Raises:
        NotFound: `decision`.
    """
    gone = session.scalar(
        delete(DiscoveryDecision)
        .where(
            DiscoveryDecision.journey_id == journey_id,
            DiscoveryDecision.public_id == decision_id,
        )
        .returning(DiscoveryDecision.id)
    )
    if gone is None:
        raise NotFound("decision")


def _undecided(session: Session, journey_id: int, public_id: str) -> DiscoveredGroup:
    """Read a group that nobody else decides of at the same time."""
    group = session.scalar(
        select(DiscoveredGroup)
        .join(DiscoveryRun, DiscoveryRun.id == DiscoveredGroup.run_id)
        .where(
            DiscoveryRun.journey_id == journey_id,
            DiscoveredGroup.public_id == public_id,
        )
        .with_for_update(of=DiscoveredGroup)
    )
    if group is None:
        raise NotFound("group")
    if find_decision(session, journey_id, group.language, _signature(group)):
        raise Conflict("changed_meanwhile")
    return group


def _decide(
    session: Session,
    journey_id: int,
    group: DiscoveredGroup,
    kind: DecisionKind,
    *,
    theme_key: str | None = None,
    author_id: int,
    now: datetime,
) -> str:
    made = DiscoveryDecision(
        journey_id=journey_id,
        author_id=author_id,
        language=group.language,
        kind=kind,
        signature=_signature(group),
        shown=[str(word["shown"]) for word in group.words],
        theme_key=theme_key,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made.public_id


def _signature(group: DiscoveredGroup) -> list[str]:
    return [str(word["key"]) for word in group.words]


def _next_look(now: datetime, zone: ZoneInfo) -> datetime:
    here = now.astimezone(zone)
    ahead = (_WEEKDAY - here.weekday()) % 7
    due = datetime.combine(here.date() + timedelta(days=ahead), time(_HOUR), zone)
    return (due if due > here else due + timedelta(days=7)).astimezone(UTC)
