"""Write rules, switch them on and off, put them away; the log of acts keeps it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.automation.drafts import Draft, checked, write_action
from feedback.automation.models import AutomationRule
from feedback.automation.queries import MOST_RULES
from feedback.core.errors import Conflict, NotFound
from feedback.db.audit import record
from feedback.surveys.conditions import write_rule


def create_rule(
    session: Session, draft: Draft, *, author_id: int | None, now: datetime
) -> str:
    """Keep a rule, switched off; return its public id.

    Raises:
        Invalid: see `drafts.checked`.
        Conflict: `too_many_rules`, when there are 200.
    """
    good = checked(draft)
    count = session.scalar(
        select(func.count())
        .select_from(AutomationRule)
        .where(AutomationRule.archived_at.is_(None))
    )
    if (count or 0) >= MOST_RULES:
        raise Conflict("too_many_rules")
    rule = AutomationRule(
        name=good.name,
        type=good.type,
        conditions=write_rule(good.conditions),
        action=write_action(good.action),
        is_on=False,
        created_at=now,
    )
    session.add(rule)
    session.flush()
    record(session, "rule_added", good.name, actor_id=author_id, now=now)
    return rule.public_id


def change_rule(
    session: Session,
    public_id: str,
    draft: Draft,
    *,
    revision: int,
    author_id: int | None,
    now: datetime,
) -> None:
    """Change a rule; it stays on or off.

    Raises:
        NotFound: `automation_rule`.
        Invalid: see `drafts.checked`.
        Conflict: `changed_meanwhile`, when `revision` is no longer the newest.
    """
    good = checked(draft)
    rule = _get(session, public_id)
    if rule.revision != revision:
        raise Conflict("changed_meanwhile")
    rule.name, rule.type = good.name, good.type
    rule.conditions = write_rule(good.conditions)
    rule.action = write_action(good.action)
    rule.revision += 1
    record(session, "rule_changed", good.name, actor_id=author_id, now=now)


def switch_rule(
    session: Session,
    public_id: str,
    *,
    is_on: bool,
    author_id: int | None,
    now: datetime,
) -> None:
    """Have a rule look at what happens from now on, or no more."""
    rule = _get(session, public_id)
    if rule.is_on != is_on:
        rule.is_on = is_on
        act = "rule_switched_on" if is_on else "rule_switched_off"
        record(session, act, rule.name, actor_id=author_id, now=now)


def archive_rule(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Put a rule away; what it did stays."""
    rule = _get(session, public_id)
    rule.is_on, rule.archived_at = False, now
    record(session, "rule_archived", rule.name, actor_id=author_id, now=now)


def _get(session: Session, public_id: str) -> AutomationRule:
    rule = session.scalar(
        select(AutomationRule)
        .where(
            AutomationRule.public_id == public_id,
            AutomationRule.archived_at.is_(None),
        )
        .with_for_update()
    )
    if rule is None:
        raise NotFound("automation_rule")
    return rule
