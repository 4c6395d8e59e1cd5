"""How often and when people may be asked: one policy for all surveys and channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.fatigue import Limits, Window
from feedback.collection.models import CollectionPolicy
from feedback.collection.timing import EVERY_DAY, QuietTimes
from feedback.core.errors import Conflict, Invalid
from feedback.db.audit import record
from feedback.db.inserts import insert_missing

#: the only row
THE_ONE = 1
MOST_WINDOWS = 5
LONGEST_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What nobody is asked beyond, and when nobody is asked."""

    limits: Limits = field(default_factory=Limits)
    #: None: any hour of any day
    quiet: QuietTimes | None = field(default_factory=QuietTimes)


@dataclass(frozen=True, kw_only=True)
class PolicyInForce:
    """The policy, and the number of its newest change."""

    policy: Policy
    revision: int


def get_policy(session: Session) -> PolicyInForce:
    """Return the policy in force; the default one until somebody changes it."""
    row = session.get(CollectionPolicy, THE_ONE)
    if row is None:
        return PolicyInForce(policy=Policy(), revision=0)
    return PolicyInForce(policy=read_policy(row.rules), revision=row.revision)


def lock_policy(session: Session) -> Policy:
    """Return the policy, and have others who call this wait until the commit.

    Whoever writes into the ledger of askings holds this lock: so one person is
    never decided about twice at the same time. SQLite has one writer anyway.
    """
    return read_policy(_locked(session).rules)


def change_policy(
    session: Session,
    policy: Policy,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Put a policy in force; return its revision.

    Raises:
        Invalid: one code per field: `windows: too_many`, `windows: out_of_range`,
            `gap_days`, `same_survey_days: out_of_range`, `days: never_allowed`.
        Conflict: `changed_meanwhile`, when `revision` is not the newest.
    """
    _check(policy)
    row = _locked(session)
    if row.revision != revision:
        raise Conflict("changed_meanwhile")
    row.rules = write_policy(policy)
    row.revision += 1
    session.flush()
    record(
        session,
        "asking_policy_changed",
        "policy",
        actor_id=actor_id,
        now=now,
        details=row.rules,
    )
    return row.revision


def _locked(session: Session) -> CollectionPolicy:
    wanted = (
        select(CollectionPolicy)
        .where(CollectionPolicy.id == THE_ONE)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalar(wanted)
    if row is None:
        first = {"id": THE_ONE, "revision": 0, "rules": write_policy(Policy())}
        insert_missing(
            session,
            CollectionPolicy,
            [first],
            key=[CollectionPolicy.id],
            returning=CollectionPolicy.id,
        )
        row = session.scalars(wanted).one()
    return row


def _check(policy: Policy) -> None:
    limits, faults = policy.limits, {}
    if len(limits.windows) > MOST_WINDOWS:
        faults["windows"] = "too_many"
    elif not all(
        1 <= one.days <= LONGEST_DAYS and 1 <= one.most <= 100 for one in limits.windows
    ):
        faults["windows"] = "out_of_range"
    if not 0 <= limits.gap_days <= LONGEST_DAYS:
        faults["gap_days"] = "out_of_range"
    if not 0 <= limits.same_survey_days <= 2 * LONGEST_DAYS:
        faults["same_survey_days"] = "out_of_range"
    if policy.quiet is not None and not EVERY_DAY - policy.quiet.days:
        faults["days"] = "never_allowed"
    if faults:
        raise Invalid(faults)


def write_policy(policy: Policy) -> dict[str, Any]:
    """Return the JSON of a policy; reading it back gives an equal one."""
    limits, quiet = policy.limits, policy.quiet
    return {
        "windows": [{"days": one.days, "most": one.most} for one in limits.windows],
        "gap_days": limits.gap_days,
        "same_survey_days": limits.same_survey_days,
        "keep_for_rare": limits.keep_for_rare,
        "quiet": quiet
        and {
            "since": f"{quiet.since:%H:%M}",
            "until": f"{quiet.until:%H:%M}",
            "days": sorted(quiet.days),
        },
    }


def read_policy(document: Mapping[str, Any]) -> Policy:
    """Read the JSON of a policy, as `write_policy` wrote it."""
    quiet = document["quiet"]
    return Policy(
        limits=Limits(
            windows=tuple(
                Window(days=one["days"], most=one["most"])
                for one in document["windows"]
            ),
            gap_days=document["gap_days"],
            same_survey_days=document["same_survey_days"],
            keep_for_rare=document["keep_for_rare"],
        ),
        quiet=quiet
        and QuietTimes(
            since=time.fromisoformat(quiet["since"]),
            until=time.fromisoformat(quiet["until"]),
            days=frozenset(quiet["days"]),
        ),
    )
