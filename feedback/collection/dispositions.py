"""What came of the people who were asked, counted; and the rates made of it.

A few grouped statements, and no row is loaded. Which count is what in the terms of
AAPOR is written in docs/measures.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.collection.models import Invitation, Response, Sending
from feedback.collection.settling import UNKNOWN
from feedback.collection.terms import (
    Channel,
    InvitationState,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.core.periods import Period
from feedback.measures.response_rates import (
    COMPLETE_SHARE,
    PARTIAL_SHARE,
    Completeness,
    Outcomes,
    Rates,
    rates,
)

#: channels on which nobody knows who was asked
UNCOUNTED = frozenset({Channel.OPEN, Channel.KIOSK, Channel.WIDGET})


class By(StrEnum):
    """What counts are told apart by."""

    SURVEY = "survey"
    TRIGGER = "trigger"
    TOUCHPOINT = "touchpoint"
    CHANNEL = "channel"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which invitations are counted; None asks for all."""

    journey_id: int | None = None
    survey_id: int | None = None
    trigger_id: int | None = None
    touchpoint_id: int | None = None
    channel: Channel | None = None
    #: moments at which the invitation was planned, `since <= t < until`
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Dispositions:
    """What came of a number of invitations.

    `invited` is the sum of `waiting`, `held_back`, `sent`, `bounced`, `failed` and
    `unknown`. Of those sent, some are `started`, `refused`, `expired` or `withdrawn`,
    and the rest may still answer; of those started, some are `complete`, `partial` or
    `broken_off`.
    """

    invited: int = 0
    #: planned or queued
    waiting: int = 0
    #: never sent, by reason
    held_back: Mapping[str, int] = field(default_factory=dict)
    #: taken by the receiving side, or handed over as a link
    sent: int = 0
    bounced: int = 0
    #: given up after the last attempt, or not to be made
    failed: int = 0
    #: a kill or a broken line left unknown whether it went
    unknown: int = 0
    #: where it is known: not of anonymous surveys
    opened: int = 0
    started: int = 0
    complete: int = 0
    partial: int = 0
    broken_off: int = 0
    refused: int = 0
    expired: int = 0
    withdrawn: int = 0

    @property
    def not_sent(self) -> int:
        """How many were held back, for whatever reason."""
        return sum(self.held_back.values())

    @property
    def may_answer(self) -> int:
        """How many have it, have not begun, and still can."""
        ended = self.refused + self.expired + self.withdrawn
        return self.sent - self.started - ended

    @property
    def outcomes(self) -> Outcomes:
        """The counts in the terms of AAPOR, as of today."""
        return Outcomes(
            complete=self.complete,
            partial=self.partial,
            refused=self.refused + self.broken_off,
            non_contact=self.expired + self.may_answer,
            other=self.withdrawn,
            unknown=self.bounced + self.failed + self.unknown,
        )

    @property
    def rates(self) -> Rates:
        """The rates as of today; those who may still answer count as not reached."""
        return rates(self.outcomes)


@dataclass(frozen=True, kw_only=True)
class Participation:
    """How many came by open links; of how many who saw them, nobody knows."""

    complete: int = 0
    partial: int = 0


#: trigger, survey, touchpoint by number (None: without one), or channel
Group = int | Channel | None


def count_dispositions(
    session: Session, wanted: Scope, *, by: By | None = None
) -> Mapping[Group, Dispositions]:
    """Count invitations by what came of them, in two statements.

    Without `by` there is one entry at most, under None. Of an anonymous survey nobody
    knows how far somebody got: all who began and did not end count as broken off.
    """
    counts: dict[Group, _Count] = defaultdict(_Count)
    for key, state, reason, was_sent, was_opened, n in session.execute(
        _grouped(
            _group(Invitation, by),
            Invitation.state,
            case((Invitation.state.in_(_WITH_REASON), Invitation.reason)),
            Invitation.sent_at.is_not(None) | (Invitation.channel == Channel.LINK),
            Invitation.opened_at.is_not(None),
            within=lambda query: _invited(query, wanted),
        )
    ):
        counts[key].add(state, reason, n, was_sent=was_sent, was_opened=was_opened)
    for key, kind, n in session.execute(
        _grouped(
            _group(Invitation, by),
            _completeness(),
            within=lambda query: _invited(
                query.select_from(Invitation).join(
                    Response, Response.invitation_id == Invitation.id
                ),
                wanted,
            ).where(Invitation.state == InvitationState.STARTED),
        )
    ):
        counts[key].got_so_far(Completeness(kind), n)
    return {key: count.total() for key, count in counts.items()}


def count_messages(
    session: Session, wanted: Scope
) -> Mapping[tuple[SendingKind, SendingState], int]:
    """Count the messages of invitations: of what kind, and where they stand."""
    rows = session.execute(
        _grouped(
            Sending.kind,
            Sending.state,
            within=lambda query: _invited(
                query.join(Invitation, Invitation.id == Sending.invitation_id), wanted
            ),
        )
    )
    return {(kind, state): n for kind, state, n in rows}


def count_participation(
    session: Session,
    *,
    survey_id: int | None = None,
    touchpoint_id: int | None = None,
    period: Period | None = None,
    by: By | None = None,
) -> Mapping[Group, Participation]:
    """Count the responses by open links, kiosks and widgets; those of tests are none.

    There is no rate of them: how many were asked is not known. `period` is in days
    of the newest page. By trigger there is nothing to tell apart.
    """
    counts: dict[Group, dict[ResponseState, int]] = defaultdict(dict)

    def within(query: Select[Any]) -> Select[Any]:
        query = query.where(Response.channel.in_(UNCOUNTED), ~Response.is_test)
        if survey_id is not None:
            query = query.where(Response.survey_id == survey_id)
        if touchpoint_id is not None:
            query = query.where(Response.touchpoint_id == touchpoint_id)
        if period is not None:
            query = query.where(
                Response.day >= period.since, Response.day < period.until
            )
        return query

    group = None if by is By.TRIGGER else by
    for key, state, n in session.execute(
        _grouped(_group(Response, group), Response.state, within=within)
    ):
        counts[key][state] = n
    return {
        key: Participation(
            complete=found.get(ResponseState.COMPLETE, 0),
            partial=found.get(ResponseState.PARTIAL, 0),
        )
        for key, found in counts.items()
    }


#: states whose reason tells two counts apart
_WITH_REASON = (InvitationState.HELD_BACK, InvitationState.EXPIRED)
_COLUMNS = {
    By.SURVEY: "survey_id",
    By.TRIGGER: "trigger_id",
    By.TOUCHPOINT: "touchpoint_id",
    By.CHANNEL: "channel",
}


def _group(model: type[Any], by: By | None) -> ColumnElement[Any]:
    return literal(None, Integer) if by is None else getattr(model, _COLUMNS[by])


def _grouped(
    *columns: ColumnElement[Any] | InstrumentedAttribute[Any],
    within: Callable[[Select[Any]], Select[Any]],
) -> Select[Any]:
    """Return a count of rows by columns.

    The columns stand in a query of their own: PostgreSQL would not know one with a
    parameter again when it came a second time.
    """
    named = [one.label(f"column_{place}") for place, one in enumerate(columns)]
    each = within(select(*named)).subquery()
    return select(*each.c, func.count()).group_by(*each.c)


def _invited(query: Select[Any], wanted: Scope) -> Select[Any]:
    for name in ("journey_id", "survey_id", "trigger_id", "touchpoint_id", "channel"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(Invitation, name) == value)
    if wanted.since is not None:
        query = query.where(Invitation.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Invitation.created_at < wanted.until)
    return query


def _completeness() -> ColumnElement[str]:
    return case(
        (Response.answered_share >= COMPLETE_SHARE, Completeness.COMPLETE.value),
        (Response.answered_share >= PARTIAL_SHARE, Completeness.PARTIAL.value),
        else_=Completeness.BREAK_OFF.value,
    )


class _Count:
    """Gathers the counts of one group."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._held: Counter[str] = Counter()

    def add(
        self,
        state: InvitationState,
        reason: str | None,
        n: int,
        *,
        was_sent: bool,
        was_opened: bool,
    ) -> None:
        """Take so many invitations that stand alike."""
        counts = self._counts
        counts["invited"] += n
        match state:
            case InvitationState.PLANNED | InvitationState.QUEUED:
                counts["waiting"] += n
                return
            case InvitationState.HELD_BACK:
                self._held[reason or "unknown"] += n
                return
            case (
                InvitationState.BOUNCED
                | InvitationState.FAILED
                | InvitationState.UNKNOWN
            ):
                counts[state.value] += n
                return
            case InvitationState.EXPIRED if not was_sent and reason == UNKNOWN:
                counts["unknown"] += n
                return
            case InvitationState.EXPIRED | InvitationState.WITHDRAWN if not was_sent:
                self._held[_NEVER_SENT[state]] += n
                return
        counts["sent"] += n
        began = state in {InvitationState.STARTED, InvitationState.COMPLETE}
        if was_opened or began:
            counts["opened"] += n
        if began:
            counts["started"] += n
        if state == InvitationState.STARTED:
            counts["broken_off"] += n
        elif state != InvitationState.SENT:
            counts[state.value] += n

    def got_so_far(self, kind: Completeness, n: int) -> None:
        """Take so many of those who began and did not end, by how far they got."""
        if kind is not Completeness.BREAK_OFF:
            self._counts["broken_off"] -= n
            self._counts[kind.value] += n

    def total(self) -> Dispositions:
        """Return what was gathered."""
        return Dispositions(**self._counts, held_back=dict(self._held))


#: reasons of those that ended before they went
_NEVER_SENT = {
    InvitationState.EXPIRED: "too_late",
    InvitationState.WITHDRAWN: "withdrawn",
}
