"""What opens a case by itself, until when it is due, and who hears of what is late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.cases.hours import Calendar, from_json, to_json
from feedback.cases.models import CaseSettings
from feedback.cases.terms import CaseReason
from feedback.core.errors import Conflict, Invalid
from feedback.db.audit import record
from feedback.measures.scales import Scale, is_on_scale

#: working hours until a case is due, at most
LONGEST_HOURS = 400
#: angrier than this is -1, the worst that the analysis says
ANGER = {"strong": -0.75, "clear": -0.5, "any": -0.2}
#: scores from there down are very low
USUAL_LOW = {Scale.NPS: 2, Scale.CSAT: 1, Scale.CES: 1, Scale.STARS: 1}


@dataclass(frozen=True, kw_only=True)
class OpeningRules:
    """What opens a case in one journey."""

    callback: bool = True
    #: scale to the highest score that opens one; a scale that is missing opens none
    low: Mapping[Scale, int] = field(default_factory=lambda: dict(USUAL_LOW))
    #: a key of ANGER, "" for none
    anger: str = "strong"
    #: working hours until it is due
    callback_hours: int = 4
    other_hours: int = 16
    #: whose case it is at first
    team: str = ""

    def hours_for(self, reason: CaseReason) -> timedelta:
        """Return the working time until a case is due."""
        is_call = reason is CaseReason.CALLBACK
        return timedelta(hours=self.callback_hours if is_call else self.other_hours)


@dataclass(frozen=True, kw_only=True)
class SettingsRead:
    """The settings of cases."""

    revision: int
    calendar: Calendar
    rules: Mapping[str, OpeningRules]
    #: number of the account, None when nobody is named
    escalate_to: int | None

    def rules_of(self, journey_key: str) -> OpeningRules:
        """Return what opens a case in a journey, the usual unless somebody said."""
        return self.rules.get(journey_key, OpeningRules())


def judge(
    rules: OpeningRules,
    *,
    wants_call: bool,
    ratings: list[tuple[Scale, int]],
    tempers: list[float],
) -> CaseReason | None:
    """Return why a response opens a case, None when it does not.

    A wish to be called comes before a very low score, and this before an angry text.

    Args:
        rules: what opens a case in the journey.
        wants_call: whether the customer asked to be called back.
        ratings: scale and answer of each score.
        tempers: of each text that was judged negative, its score from -1 to 1.
    """
    if wants_call and rules.callback:
        return CaseReason.CALLBACK
    if any(
        scale in rules.low and value <= rules.low[scale] for scale, value in ratings
    ):
        return CaseReason.LOW_SCORE
    limit = ANGER.get(rules.anger)
    if limit is not None and any(one <= limit for one in tempers):
        return CaseReason.ANGRY_TEXT
    return None


def read_settings(session: Session, *, zone: ZoneInfo) -> SettingsRead:
    """Return the settings of cases, the usual ones before anybody has said."""
    row = session.scalar(select(CaseSettings).limit(1))
    if row is None:
        return SettingsRead(
            revision=0, calendar=from_json({}, zone=zone), rules={}, escalate_to=None
        )
    return SettingsRead(
        revision=row.revision,
        calendar=from_json(row.calendar, zone=zone),
        rules={key: _read(kept) for key, kept in row.rules.items()},
        escalate_to=row.escalate_to,
    )


def change_calendar(
    session: Session,
    calendar: Calendar,
    *,
    escalate_to: str,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> None:
    """Keep when the house works and who hears of what is late.

    Args:
        session: the caller's transaction.
        calendar: the working hours.
        escalate_to: public id of a person, "" for nobody.
        revision: the one that the person saw.
        author_id: who changes it.
        now: the moment.

    Raises:
        Conflict: `changed_meanwhile`.
        Invalid: `escalate_to`: `account`.
    """
    row = _row(session, revision)
    number = None
    if escalate_to:
        number = session.scalar(
            select(Account.id).where(Account.public_id == escalate_to, Account.active)
        )
        if number is None:
            raise Invalid({"escalate_to": "account"})
    row.calendar, row.escalate_to = to_json(calendar), number
    record(session, "case_calendar_changed", "", actor_id=author_id, now=now)


def change_rules(
    session: Session,
    journey_key: str,
    rules: OpeningRules,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> None:
    """Keep what opens a case in a journey.

    Raises:
        Conflict: `changed_meanwhile`.
        Invalid: `low_` and a scale: `not_on_scale`; `callback_hours`, `other_hours`:
            `not_a_number`; `team`: `too_long`.
    """
    _check(rules)
    row = _row(session, revision)
    row.rules = {**row.rules, journey_key: _written(rules)}
    record(session, "case_rules_changed", journey_key, actor_id=author_id, now=now)


def _check(rules: OpeningRules) -> None:
    faults = {}
    for scale, value in rules.low.items():
        if not is_on_scale(scale, value):
            faults[f"low_{scale.value}"] = "not_on_scale"
    for name in ("callback_hours", "other_hours"):
        if not 1 <= getattr(rules, name) <= LONGEST_HOURS:
            faults[name] = "not_hours_count"
    if rules.anger and rules.anger not in ANGER:
        faults["anger"] = "missing"
    if len(rules.team) > 120:
        faults["team"] = "too_long"
    if faults:
        raise Invalid(faults)


def _row(session: Session, revision: int) -> CaseSettings:
    """Return the one row, its revision raised.

    Raises:
        Conflict: `changed_meanwhile`.
    """
    row = session.scalar(select(CaseSettings).limit(1).with_for_update())
    if row is None:
        row = CaseSettings(id=1, revision=0, calendar={}, rules={})
        session.add(row)
    if row.revision != revision:
        raise Conflict("changed_meanwhile")
    row.revision += 1
    return row


def _written(rules: OpeningRules) -> dict[str, Any]:
    return {
        "callback": rules.callback,
        "low": {scale.value: value for scale, value in rules.low.items()},
        "anger": rules.anger,
        "callback_hours": rules.callback_hours,
        "other_hours": rules.other_hours,
        "team": rules.team,
    }


def _read(kept: Mapping[str, Any]) -> OpeningRules:
    low = {Scale(key): value for key, value in kept["low"].items()}
    return OpeningRules(**{**kept, "low": low})
