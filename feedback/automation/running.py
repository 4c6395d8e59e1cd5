"""Rules look at what happened: each once, each look with its reason."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.automation.actions import ACTIONS, Moment
from feedback.automation.drafts import judge
from feedback.automation.models import AutomationRun
from feedback.automation.queries import RuleRead, list_on
from feedback.automation.terms import Outcome
from feedback.config import Settings
from feedback.core.errors import FeedbackError
from feedback.db.inserts import insert_missing
from feedback.happenings.queries import HappeningRead, read_happenings

log = logging.getLogger("feedback.automation")


def run_rules(
    session: Session, numbers: Sequence[int], *, settings: Settings, now: datetime
) -> int:
    """Have the rules that are on look at happenings; return how many looks there were.

    A rule looks at a happening once, however often it is told. What an action did
    before it failed is taken back, and the other rules go on.
    """
    happened = read_happenings(session, numbers)
    rules = list_on(session, {one.type for one in happened})
    looks = 0
    for happening in happened:
        for rule in rules.get(happening.type, ()):
            looks += _look(session, rule, happening, settings=settings, now=now)
    return looks


def _look(
    session: Session,
    rule: RuleRead,
    happening: HappeningRead,
    *,
    settings: Settings,
    now: datetime,
) -> int:
    outcome, reason = judge(rule.conditions, happening, rule=rule.public_id)
    row = {
        "rule_id": rule.id,
        "happening_id": happening.id,
        "at": now,
        "outcome": outcome,
        "reason": reason,
    }
    key = [AutomationRun.rule_id, AutomationRun.happening_id]
    looked = insert_missing(
        session, AutomationRun, [row], key=key, returning=AutomationRun.id
    )
    if looked and outcome is Outcome.RAN:
        moment = Moment(
            session=session, settings=settings, rule=rule, happening=happening, now=now
        )
        _act(moment, looked[0])
    return len(looked)


def _act(moment: Moment, run_id: int) -> None:
    session, reason = moment.session, ""
    try:
        with session.begin_nested():
            ACTIONS[moment.rule.action.kind](moment)
            session.flush()
    except FeedbackError as error:
        reason = error.code
    except OperationalError:
        raise  # of the database and its locks: the job is tried again
    except Exception:
        log.exception("rule %s failed", moment.rule.public_id)
        reason = "unexpected"
    if reason:
        session.execute(
            update(AutomationRun)
            .where(AutomationRun.id == run_id)
            .values(outcome=Outcome.FAILED, reason=reason[:60])
        )
