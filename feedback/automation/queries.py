"""Read rules, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.automation.drafts import Action, judge, read_action
from feedback.automation.models import AutomationRule, AutomationRun
from feedback.automation.terms import Outcome
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.happenings.models import Happening
from feedback.happenings.queries import list_newest
from feedback.happenings.types import HappeningType
from feedback.surveys.conditions import Rule, read_rule

MOST_RULES = 200
#: a rule is tried on so many of the newest happenings
TRIED_ON = 200


@dataclass(frozen=True, kw_only=True)
class RuleRead:
    """A rule."""

    id: int
    public_id: str
    name: str
    type: HappeningType
    conditions: Rule
    action: Action
    is_on: bool
    revision: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class RunRead:
    """What came of one look."""

    at: datetime
    happened_at: datetime
    subject: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a rule would have done with what happened."""

    looked_at: int
    counts: Mapping[Outcome, int]
    #: the newest of those on which it would have run
    examples: tuple[RunRead, ...]


def list_rules(session: Session) -> tuple[RuleRead, ...]:
    """List the rules by name, 200 at most; those put away are left out."""
    rows = session.scalars(
        select(AutomationRule)
        .where(AutomationRule.archived_at.is_(None))
        .order_by(AutomationRule.name, AutomationRule.id)
        .limit(MOST_RULES)
    )
    return tuple(map(_as_read, rows))


def list_on(
    session: Session, kinds: set[HappeningType]
) -> Mapping[HappeningType, tuple[RuleRead, ...]]:
    """List the rules that are on and listen to some kinds, in the order of making."""
    rows = session.scalars(
        select(AutomationRule)
        .where(
            AutomationRule.is_on,
            AutomationRule.archived_at.is_(None),
            AutomationRule.type.in_(kinds),
        )
        .order_by(AutomationRule.id)
        .limit(MOST_RULES)
    )
    found: dict[HappeningType, tuple[RuleRead, ...]] = {}
    for row in rows:
        found[row.type] = (*found.get(row.type, ()), _as_read(row))
    return found


def get_rule(session: Session, public_id: str) -> RuleRead:
    """Return one rule.

    Raises:
        NotFound: `automation_rule`, when it does not exist or was put away.
    """
    row = session.scalar(
        select(AutomationRule).where(
            AutomationRule.public_id == public_id,
            AutomationRule.archived_at.is_(None),
        )
    )
    if row is None:
        raise NotFound("automation_rule")
    return _as_read(row)


def count_runs(session: Session) -> Mapping[str, Mapping[Outcome, int]]:
    """Return how often each rule came to what, by its public id."""
    counts: dict[str, dict[Outcome, int]] = {}
    rows = session.execute(
        select(AutomationRule.public_id, AutomationRun.outcome, func.count())
        .join(AutomationRun, AutomationRun.rule_id == AutomationRule.id)
        .where(AutomationRule.archived_at.is_(None))
        .group_by(AutomationRule.public_id, AutomationRun.outcome)
    )
    for public_id, outcome, count in rows:
        counts.setdefault(public_id, {})[outcome] = count
    return counts


def list_runs(
    session: Session,
    rule: str,
    wanted: PageRequest,
    *,
    outcome: Outcome | None = None,
) -> Page[RunRead]:
    """List the looks of a rule, newest first."""
    query = (
        select(AutomationRun, Happening.at, Happening.subject)
        .join(Happening, Happening.id == AutomationRun.happening_id)
        .join(AutomationRule, AutomationRule.id == AutomationRun.rule_id)
        .where(AutomationRule.public_id == rule)
        .order_by(AutomationRun.id.desc())
    )
    if outcome is not None:
        query = query.where(AutomationRun.outcome == outcome)
    rows = session.execute(query.offset(wanted.offset).limit(wanted.size + 1))
    return page_of(
        [
            RunRead(
                at=run.at,
                happened_at=happened_at,
                subject=subject,
                outcome=run.outcome,
                reason=run.reason,
            )
            for run, happened_at, subject in rows
        ],
        wanted,
    )


def try_rule(
    session: Session, kind: HappeningType, conditions: Rule, *, rule: str = ""
) -> Tried:
    """Return what a rule would have done with the newest happenings of its kind.

    Nothing is done, and nothing is kept.
    """
    happened = list_newest(session, [kind], most=TRIED_ON)
    counts = dict.fromkeys(Outcome, 0)
    examples: list[RunRead] = []
    for one in happened:
        outcome, reason = judge(conditions, one, rule=rule)
        counts[outcome] += 1
        if outcome is Outcome.RAN and len(examples) < 10:
            examples.append(
                RunRead(
                    at=one.at,
                    happened_at=one.at,
                    subject=one.subject,
                    outcome=outcome,
                    reason=reason,
                )
            )
    return Tried(looked_at=len(happened), counts=counts, examples=tuple(examples))


def _as_read(row: AutomationRule) -> RuleRead:
    return RuleRead(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        type=row.type,
        conditions=read_rule(row.conditions) or Rule(conditions=()),
        action=read_action(row.action),
        is_on=row.is_on,
        revision=row.revision,
        created_at=row.created_at,
    )
