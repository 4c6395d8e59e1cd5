"""Decide about invitations that are due: who is asked now, who later, who not.

One batch is one transaction and a fixed number of statements. The row of the policy is
the lock: of several workers one decides at a time, so that nobody is asked twice for
one place.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from feedback.collection.due import Due, read_due, read_ledger, read_waiting
from feedback.collection.fatigue import Asked, Verdict, Wanted, decide
from feedback.collection.matching import STOPPED
from feedback.collection.models import (
    Asking,
    EventOutcome,
    Invitation,
    Sending,
)
from feedback.collection.owing import owe_planning, owe_sending
from feedback.collection.policy import Policy, lock_policy
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import (
    InvitationState,
    OutcomeKind,
    SendingKind,
    SendingState,
)
from feedback.collection.timing import next_allowed
from feedback.collection.triggers import count_completed

INVITATIONS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class _Held:
    """Why an invitation is not sent."""

    due: Due
    reason: str
    detail: Mapping[str, Any]


def plan_due(
    session: Session,
    *,
    now: datetime,
    zone: ZoneInfo,
    secret: str,
    most: int = INVITATIONS_AT_ONCE,
) -> int:
    """Decide about the invitations that are due, at most `most`; return how many.

    Each is queued, with the message that is owed and its line in the ledger; or moved
    to the next moment that quiet hours, window and limits leave; or held back with
    its reason: `survey_closed`, `trigger_off`, `contact_gone`, `no_address`,
    `opted_out`, `address_bounced`, `complained`, `too_late`, `no_allowed_time`,
    `quota_full`, or what `fatigue.decide` says. The reason stands on the invitation
    and on what came of its event. 0 says that nothing is due.

    Args:
        session: the caller's transaction.
        now: the present moment.
        zone: of people whose own is unknown.
        secret: of the stop list.
        most: how many are decided about at once.
    """
    policy = lock_policy(session)
    due = read_due(session, now=now, zone=zone, most=most)
    if not due:
        return 0
    batch = _Batch(session, policy, due, now=now, zone=zone, secret=secret)
    for one in due:
        batch.judge(one)
    batch.write()
    return len(due)


class _Batch:
    """What is known of the people of a batch, and what is decided about them."""

    def __init__(
        self,
        session: Session,
        policy: Policy,
        due: Sequence[Due],
        *,
        now: datetime,
        zone: ZoneInfo,
        secret: str,
    ) -> None:
        self._session = session
        self._policy = policy
        self._now = now
        contacts = sorted({one.contact_id for one in due if one.contact_id is not None})
        others = read_waiting(
            session,
            contacts,
            until=now + policy.limits.horizon,
            besides=[one.wanted.id for one in due],
            zone=zone,
        )
        self._stopped = stopped_among(
            session,
            {one.address for one in (*due, *others) if one.address},
            secret=secret,
        )
        self._waiting: dict[int | None, list[Wanted]] = defaultdict(list)
        for one in (*due, *others):
            if one.may_be_asked(self._stopped):
                self._waiting[one.contact_id].append(one.wanted)
        self._asked = read_ledger(session, contacts, policy.limits, now=now)
        self._completed = count_completed(
            session,
            sorted(
                {
                    one.trigger_id
                    for one in due
                    if one.trigger_id is not None and one.quota is not None
                }
            ),
        )
        self._queued: list[Due] = []
        self._moved: list[tuple[Due, datetime, str]] = []
        self._held: list[_Held] = []

    def judge(self, one: Due) -> None:
        """Decide about one invitation."""
        reason = self._in_the_way(one)
        if reason is not None:
            self._hold_back(one, reason, {})
            return
        moment = next_allowed(self._now, one.zone, self._policy.quiet, one.window)
        if moment is None or moment >= one.wanted.expires_at:
            self._hold_back(one, "no_allowed_time", {})
        elif moment > self._now:
            self._move(one, moment, "quiet_time")
        else:
            self._weigh(one)

    def _in_the_way(self, one: Due) -> str | None:
        checks = {
            "survey_closed": not one.is_survey_open,
            "trigger_off": not one.is_trigger_on,
            "contact_gone": one.contact_id is None,
            "no_address": one.address is None,
            "too_late": one.wanted.expires_at <= self._now,
            "quota_full": one.quota is not None
            and self._completed.get(one.trigger_id or 0, 0) >= one.quota,
        }
        if one.address is not None and one.address in self._stopped:
            checks[STOPPED[self._stopped[one.address]]] = True
        return next((reason for reason, stands in checks.items() if stands), None)

    def _weigh(self, one: Due) -> None:
        decision = decide(
            one.wanted,
            asked=self._asked[one.contact_id],
            limits=self._policy.limits,
            now=self._now,
            waiting=self._waiting[one.contact_id],
        )
        reason = decision.reason or ""
        if decision.verdict == Verdict.ALLOW:
            self._queued.append(one)
            self._asked[one.contact_id].append(
                Asked(survey_id=one.wanted.survey_id, at=self._now)
            )
            self._leave(one)
        elif decision.until is not None:
            self._move(one, decision.until, reason)
        else:
            self._hold_back(one, reason, decision.detail)

    def _hold_back(self, one: Due, reason: str, detail: Mapping[str, Any]) -> None:
        self._held.append(_Held(due=one, reason=reason, detail=detail))
        self._leave(one)

    def _move(self, one: Due, moment: datetime, reason: str) -> None:
        self._moved.append((one, moment, reason))
        self._leave(one)
        later = replace(
            one.wanted,
            due_at=moment,
            waits_since=one.wanted.waits_since or one.wanted.due_at,
        )
        self._waiting[one.contact_id].append(later)

    def _leave(self, one: Due) -> None:
        mine = self._waiting[one.contact_id]
        mine[:] = [other for other in mine if other.id != one.wanted.id]

    def write(self) -> None:
        """Write down what was decided, and owe what follows."""
        self._write_queued()
        self._write_moved()
        self._write_held()

    def _write_queued(self) -> None:
        if not self._queued:
            return
        self._session.execute(
            update(Invitation)
            .where(Invitation.id.in_([one.wanted.id for one in self._queued]))
            .values(state=InvitationState.QUEUED, reason=None)
            .execution_options(synchronize_session=False)
        )
        # without the session's bookkeeping: nobody needs these rows as objects
        connection = self._session.connection()
        connection.execute(
            insert(Sending),
            [
                {
                    "invitation_id": one.wanted.id,
                    "kind": SendingKind.INVITATION,
                    "number": 0,
                    "channel": one.channel,
                    "state": SendingState.DUE,
                    "due_at": self._now,
                    "attempts": 0,
                }
                for one in self._queued
            ],
        )
        connection.execute(
            insert(Asking),
            [
                {
                    "contact_id": one.contact_id,
                    "survey_id": one.wanted.survey_id,
                    "channel": one.channel,
                    "asked_at": self._now,
                }
                for one in self._queued
            ],
        )
        owe_sending(self._session, now=self._now)

    def _write_moved(self) -> None:
        if not self._moved:
            return
        self._session.execute(
            update(Invitation),
            [
                {"id": one.wanted.id, "due_at": moment, "reason": reason}
                for one, moment, reason in self._moved
            ],
        )
        owe_planning(
            self._session, [moment for _, moment, _ in self._moved], now=self._now
        )

    def _write_held(self) -> None:
        if not self._held:
            return
        self._session.execute(
            update(Invitation),
            [
                {
                    "id": one.due.wanted.id,
                    "state": InvitationState.HELD_BACK,
                    "reason": one.reason,
                }
                for one in self._held
            ],
        )
        of_events = [
            {
                "of_event": one.due.event_id,
                "of_trigger": one.due.trigger_id,
                "reason": one.reason,
                "detail": dict(one.detail),
            }
            for one in self._held
            if one.due.event_id is not None and one.due.trigger_id is not None
        ]
        if of_events:
            self._session.connection().execute(
                update(EventOutcome)
                .where(
                    EventOutcome.event_id == bindparam("of_event"),
                    EventOutcome.trigger_id == bindparam("of_trigger"),
                )
                .values(
                    kind=OutcomeKind.HELD_BACK,
                    reason=bindparam("reason"),
                    detail=bindparam("detail"),
                    decided_at=self._now,
                ),
                of_events,
            )
