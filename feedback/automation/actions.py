"""What rules can do: a function for each kind, in one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.notices import queue_mail
from feedback.accounts.roles import Permission, allows
from feedback.automation.queries import RuleRead
from feedback.automation.terms import ActionKind
from feedback.cases.handling import assign
from feedback.cases.opening import open_for_response
from feedback.config import Settings
from feedback.core.errors import Conflict, NotFound
from feedback.core.periods import local_day
from feedback.happenings.queries import HappeningRead
from feedback.improvements.draft import ImprovementDraft, Origin
from feedback.improvements.queries import is_taken_up
from feedback.improvements.service import create_improvement
from feedback.improvements.terms import MOST_PLACES, SourceKind
from feedback.journey.queries import get_map
from feedback.webhooks.delivering import send_to
from feedback.webhooks.queries import get_endpoint


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What an action works with."""

    session: Session
    settings: Settings
    rule: RuleRead
    happening: HappeningRead
    now: datetime


def open_case(moment: Moment) -> None:
    """Open a case for the response that is complete, unless it has one."""
    open_for_response(
        moment.session,
        str(moment.happening.data.get("response")),
        now=moment.now,
        zone=moment.settings.zone,
        cause=moment.happening.cause.then(moment.rule.public_id),
    )


def assign_case(moment: Moment) -> None:
    """Give the case an owner, a team, or both."""
    action = moment.rule.action
    owner = _person(moment.session, action.person) if action.person else None
    if owner is not None and not allows(owner.role, Permission.HANDLE_CASES):
        raise Conflict("not_a_handler")
    assign(
        moment.session,
        str(moment.happening.data.get("case")),
        owner_id=owner.id if owner else None,
        team=action.team or None,
        author_id=None,
        now=moment.now,
    )


def open_improvement(moment: Moment) -> None:
    """Note an idea for the improvement of what an alert tells of, once an alert.

    It bears the name of the rule; an alert without a touchpoint is one of all of them.
    """
    session, told = moment.session, moment.happening.data
    origin = Origin(kind=SourceKind.ALERT, ref=str(told.get("alert")))
    if is_taken_up(session, origin):
        return
    journey_map = get_map(session, str(told.get("journey")))
    create_improvement(
        session,
        journey_map.id,
        ImprovementDraft(
            title=moment.rule.name,
            theme_key=told.get("theme"),
            touchpoint_ids=tuple(
                point.id
                for phase in journey_map.phases
                for point in phase.touchpoints
                if told.get("touchpoint") in {None, point.key}
            )[:MOST_PLACES],
        ),
        origin=origin,
        author_id=None,
        now=moment.now,
        today=local_day(moment.now, moment.settings.zone),
    )


def notify(moment: Moment) -> None:
    """Mail a person or an address of the house that something happened."""
    action = moment.rule.action
    to, locale = action.address, moment.settings.locale
    if action.person:
        person = _person(moment.session, action.person)
        to, locale = person.email, person.locale
    kind, _, public_id = moment.happening.subject.partition("/")
    path = (
        f"/cases/{public_id}"
        if kind == "case"
        else f"/automation/{moment.rule.public_id}"
    )
    queue_mail(
        moment.session,
        "rule_notice",
        to=to,
        locale=locale,
        now=moment.now,
        context={"rule": moment.rule.name, "path": path},
    )


def send(moment: Moment) -> None:
    """Send the happening to a receiver of webhooks, whatever types it wants."""
    endpoint = get_endpoint(moment.session, moment.rule.action.receiver)
    if endpoint.stopped is not None:
        raise Conflict("endpoint_stopped")
    send_to(
        moment.session,
        [endpoint.id],
        moment.happening,
        source=moment.settings.base_url,
        now=moment.now,
    )


ACTIONS: Mapping[ActionKind, Callable[[Moment], None]] = {
    ActionKind.OPEN_CASE: open_case,
    ActionKind.ASSIGN_CASE: assign_case,
    ActionKind.OPEN_IMPROVEMENT: open_improvement,
    ActionKind.NOTIFY: notify,
    ActionKind.SEND: send,
}


def _person(session: Session, public_id: str) -> Account:
    """Return somebody who can log in.

    Raises:
        NotFound: `account`.
    """
    found = session.scalar(
        select(Account).where(Account.public_id == public_id, Account.active)
    )
    if found is None:
        raise NotFound("account")
    return found
