"""Whether a trigger wants an event, and by which channel the person can be asked.

Pure: what is known goes in, an outcome with its reason comes out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from feedback.collection.incoming import IncomingEvent
from feedback.collection.terms import Channel, OutcomeKind, StopReason
from feedback.collection.timing import SendWindow
from feedback.surveys.conditions import Facts, Rule, holds, write_rule

#: why an address that is known is not written to
STOPPED: Mapping[StopReason, str] = {
    StopReason.OPT_OUT: "opted_out",
    StopReason.BOUNCE: "address_bounced",
    StopReason.COMPLAINT: "complained",
}


@dataclass(frozen=True, kw_only=True)
class TriggerRule:
    """What a trigger listens to, and what it leads to."""

    id: int
    public_id: str
    journey_id: int
    survey_id: int
    touchpoint_id: int
    event_type: str
    rule: Rule | None
    #: in the order in which they are tried
    channels: tuple[Channel, ...]
    delay: timedelta
    window: SendWindow | None
    #: 0 to 1
    share: float
    quota: int | None
    priority: int
    lifetime: timedelta
    starts_at: datetime | None
    ends_at: datetime | None
    anonymous: bool
    is_survey_open: bool
    #: answers that were completed so far; counted when there is a quota
    completed: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What comes of an event at one trigger."""

    kind: OutcomeKind
    #: lower_snake code
    reason: str
    #: what fills the words of the reason
    detail: Mapping[str, Any] = field(default_factory=dict)
    #: of who is invited
    channel: Channel | None = None


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where a person can be written to, and where not any more."""

    addresses: Mapping[Channel, str] = field(default_factory=dict)
    stopped: Mapping[str, StopReason] = field(default_factory=dict)
    #: ways that the installation does not have
    closed: frozenset[Channel] = frozenset()
    preferred: Channel | None = None


def judge(
    trigger: TriggerRule,
    event: IncomingEvent,
    facts: Facts,
    reach: Reach | None,
    *,
    now: datetime,
) -> Outcome:
    """Return what comes of an event at a trigger of its type.

    Not matched, as the trigger does not want it: `not_started`, `ended` (by the
    moment of the event), `condition_not_met` (the first that failed, or all when one
    would be enough), `not_in_sample`. Held back, as it cannot be asked:
    `nobody_to_ask`, `survey_closed`, `quota_full`, `too_late` (the invitation would
    have expired), `no_address`, `no_gateway` (no way out for text messages),
    `opted_out`, `address_bounced`, `complained`.
    Otherwise invited: `matched`.

    Whether an event is in the sample depends on it and on the trigger alone: told
    again, the answer is the same.
    """
    refused = _unwanted(trigger, event, facts) or _in_the_way(trigger, event, now=now)
    if refused is not None:
        return refused
    if reach is None:
        return _held("nobody_to_ask")
    channel, reason = choose_channel(trigger.channels, reach)
    if channel is None:
        return _held(reason, channels=[str(one) for one in trigger.channels])
    return Outcome(kind=OutcomeKind.INVITED, reason="matched", channel=channel)


def _unwanted(
    trigger: TriggerRule, event: IncomingEvent, facts: Facts
) -> Outcome | None:
    if trigger.starts_at is not None and event.occurred_at < trigger.starts_at:
        return _not_matched("not_started", starts_at=trigger.starts_at.isoformat())
    if trigger.ends_at is not None and event.occurred_at >= trigger.ends_at:
        return _not_matched("ended", ends_at=trigger.ends_at.isoformat())
    if not holds(trigger.rule, facts):
        return _not_matched("condition_not_met", **_failed(trigger.rule, facts))
    if not is_in_sample(trigger, event):
        return _not_matched("not_in_sample", share=trigger.share)
    return None


def _in_the_way(
    trigger: TriggerRule, event: IncomingEvent, *, now: datetime
) -> Outcome | None:
    if not trigger.is_survey_open:
        return _held("survey_closed")
    if trigger.quota is not None and trigger.completed >= trigger.quota:
        return _held("quota_full", quota=trigger.quota)
    if event.occurred_at + trigger.delay + trigger.lifetime <= now:
        return _held("too_late", days=trigger.lifetime.days)
    return None


def _not_matched(reason: str, **detail: object) -> Outcome:
    return Outcome(kind=OutcomeKind.NOT_MATCHED, reason=reason, detail=detail)


def _held(reason: str, **detail: object) -> Outcome:
    return Outcome(kind=OutcomeKind.HELD_BACK, reason=reason, detail=detail)


def _failed(rule: Rule | None, facts: Facts) -> dict[str, Any]:
    """Return the conditions that were in the way, as they stood."""
    if rule is None:
        return {}
    failed = [
        one for one in rule.conditions if not holds(Rule(conditions=(one,)), facts)
    ]
    shown = Rule(conditions=tuple(failed if rule.any else failed[:1]), any=rule.any)
    return write_rule(shown) or {}


def is_in_sample(trigger: TriggerRule, event: IncomingEvent) -> bool:
    """Tell whether an event is among the share that a trigger takes."""
    if trigger.share >= 1:
        return True
    name = f"{trigger.public_id}\n{event.source}\n{event.id}"
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < trigger.share


def choose_channel(
    channels: Sequence[Channel], reach: Reach
) -> tuple[Channel | None, str]:
    """Return the channel by which a person is asked, or None and why there is none.

    The person's own when the trigger has it, then in the trigger's order; one
    without an address, or with an address on the stop list, is passed by.
    """
    reason = "no_address"
    for channel in sorted(channels, key=lambda one: one != reach.preferred):
        address = reach.addresses.get(channel)
        if address is None:
            continue
        if address in reach.stopped:
            reason = STOPPED[reach.stopped[address]]
        elif channel in reach.closed:
            reason = "no_gateway"
        else:
            return channel, ""
    return None, reason


def due_moment(
    trigger: TriggerRule, event: IncomingEvent, *, now: datetime
) -> datetime:
    """Return when an invitation is due: the delay after the event, never before now."""
    return max(event.occurred_at + trigger.delay, now)
