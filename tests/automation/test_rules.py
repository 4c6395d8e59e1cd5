"""Rules: what happens sets them off, once, never in a circle, with a reason."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.automation.actions import ACTIONS
from feedback.automation.drafts import Action, Draft, checked
from feedback.automation.queries import RunRead, get_rule, list_runs, try_rule
from feedback.automation.rules import (
    archive_rule,
    change_rule,
    create_rule,
    switch_rule,
)
from feedback.automation.running import run_rules
from feedback.automation.terms import DEEPEST, ActionKind, Outcome
from feedback.cases.models import CustomerCase
from feedback.cases.terms import CaseReason
from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.happenings.models import Happening
from feedback.happenings.queries import list_newest
from feedback.happenings.service import tell
from feedback.happenings.types import Cause, HappeningType
from feedback.improvements.models import Improvement
from feedback.improvements.standing import places_of
from feedback.improvements.terms import SourceKind
from feedback.jobs.models import Job
from feedback.surveys.conditions import Condition, Rule
from feedback.webhooks.endpoints import create_endpoint, stop_endpoint
from feedback.webhooks.models import WebhookDelivery
from feedback.worker.runner import Worker
from tests.cases.conftest import Customers
from tests.conftest import StoppedClock
from tests.factories import Factories

COMPLETED = HappeningType.RESPONSE_COMPLETED
OPENED = HappeningType.CASE_OPENED
OVERDUE = HappeningType.CASE_OVERDUE


def low(value: str = "3") -> Rule:
    one = Condition(subject="event", name="score", operator="at_most", value=value)
    return Rule(conditions=(one,))


def notice(**more: Any) -> Draft:
    action = Action(kind=ActionKind.NOTIFY, address="head@example.org")
    return replace(Draft(name="Tell the head", type=OVERDUE, action=action), **more)


def made(session: Session, draft: Draft, clock: StoppedClock) -> str:
    public_id = create_rule(session, draft, author_id=None, now=clock.now())
    switch_rule(session, public_id, is_on=True, author_id=None, now=clock.now())
    return public_id


def happened(
    session: Session,
    clock: StoppedClock,
    settings: Settings,
    kind: HappeningType = OVERDUE,
    *,
    cause: Cause | None = None,
    **data: Any,
) -> int:
    """Tell of something, and have the rules look; return how many looks there were."""
    public_id = tell(session, kind, "case/abc", data, now=clock.now(), cause=cause)
    number = session.scalars(
        select(Happening.id).where(Happening.public_id == public_id)
    ).one()
    return run_rules(session, [number], settings=settings, now=clock.now())


def runs(session: Session, rule: str) -> tuple[RunRead, ...]:
    return list_runs(session, rule, PageRequest()).items


def mails(session: Session) -> list[str]:
    jobs = session.scalars(select(Job).where(Job.name == "mail.send"))
    return [one.payload["to"] for one in jobs]


def test_a_rule_sends_its_mail_once_however_often_it_is_told(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    rule = made(session, notice(), clock)

    assert happened(session, clock, settings, reason="callback") == 1
    numbers = session.scalars(select(Happening.id)).all()
    assert run_rules(session, numbers, settings=settings, now=clock.now()) == 0
    assert mails(session) == ["head@example.org"]
    assert [one.outcome for one in runs(session, rule)] == [Outcome.RAN]


def test_conditions_that_do_not_hold_are_said(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    one = Condition(subject="event", name="team", operator="is", value="service")
    rule = made(session, notice(conditions=Rule(conditions=(one,))), clock)

    happened(session, clock, settings, team="Shop")
    happened(session, clock, settings, team="Service")

    outcomes = [one.outcome for one in runs(session, rule)]
    assert outcomes == [Outcome.RAN, Outcome.NOT_MET]
    assert len(mails(session)) == 1


def test_a_rule_that_is_off_or_put_away_looks_at_nothing(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    off = create_rule(session, notice(), author_id=None, now=clock.now())
    away = made(session, notice(name="Away"), clock)
    archive_rule(session, away, author_id=None, now=clock.now())

    assert happened(session, clock, settings) == 0
    assert runs(session, off) == ()
    with pytest.raises(NotFound, match="automation_rule"):
        get_rule(session, away)


def test_a_rule_behind_what_happened_is_refused_as_a_loop(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    rule = made(session, notice(), clock)

    happened(session, clock, settings, cause=Cause(chain=("other", rule)))
    deep = tuple(f"rule-{number}" for number in range(DEEPEST))
    happened(session, clock, settings, cause=Cause(chain=deep))
    happened(session, clock, settings, cause=Cause(chain=deep[1:]))

    found = [(one.outcome, one.reason) for one in runs(session, rule)]
    assert found == [
        (Outcome.RAN, ""),
        (Outcome.REFUSED, "too_deep"),
        (Outcome.REFUSED, "loop"),
    ]
    assert len(mails(session)) == 1


def test_a_case_that_a_rule_opened_carries_the_rule(
    session: Session,
    clock: StoppedClock,
    settings: Settings,
    factories: Factories,
    worker: Worker,
) -> None:
    customers = Customers(session, factories, clock)
    action = Action(kind=ActionKind.OPEN_CASE)
    draft = Draft(name="Open", type=COMPLETED, action=action, conditions=low("6"))
    rule = made(session, draft, clock)
    person = factories.account()
    owner = Action(kind=ActionKind.ASSIGN_CASE, person=person.public_id, team="Service")
    made(session, Draft(name="Assign", type=OPENED, action=owner), clock)
    response = customers.answers(score=5)
    data = {"response": response.public_id, "score": 5}
    tell(session, COMPLETED, f"response/{response.public_id}", data, now=clock.now())
    session.commit()
    for _ in range(20):
        if not worker.run_once():
            break

    session.expire_all()
    case = session.scalars(select(CustomerCase)).one()
    assert case.reason == CaseReason.BY_RULE
    assert (case.owner_id, case.team) == (person.id, "Service")
    (told,) = list_newest(session, [OPENED], most=9)
    assert told.cause.chain == (rule,)


def test_a_webhook_is_sent_by_a_rule_to_a_receiver_that_wants_no_type(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    endpoint = create_endpoint(
        session,
        name="CRM",
        url="https://example.org/",
        types=[],
        allowed=(),
        sealing=settings.secret(),
        author_id=None,
        now=clock.now(),
    )
    action = Action(kind=ActionKind.SEND, receiver=endpoint)
    rule = made(session, notice(action=action), clock)

    happened(session, clock, settings)
    assert len(session.scalars(select(WebhookDelivery)).all()) == 1
    stop_endpoint(session, endpoint, author_id=None, now=clock.now())
    happened(session, clock, settings)
    found = [(one.outcome, one.reason) for one in runs(session, rule)]
    assert found == [(Outcome.FAILED, "endpoint_stopped"), (Outcome.RAN, "")]


def test_a_rule_that_fails_says_why_and_leaves_the_others_alone(
    session: Session, clock: StoppedClock, settings: Settings
) -> None:
    missing = Action(kind=ActionKind.ASSIGN_CASE, team="Service")
    failing = made(session, Draft(name="A", type=OVERDUE, action=missing), clock)
    made(session, notice(name="B"), clock)

    assert happened(session, clock, settings, case="gone") == 2
    (run,) = runs(session, failing)
    assert (run.outcome, run.reason) == (Outcome.FAILED, "case")
    assert mails(session) == ["head@example.org"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (notice(name=" "), "name"),
        (notice(name="x" * 121), "name"),
        (notice(type=HappeningType.WEBHOOK_TESTED), "type"),
        (notice(action=Action(kind=ActionKind.OPEN_CASE)), "kind"),
        (notice(action=Action(kind=ActionKind.NOTIFY)), "person"),
        (notice(action=Action(kind=ActionKind.NOTIFY, address="x")), "address"),
        (notice(action=Action(kind=ActionKind.SEND)), "receiver"),
        (notice(conditions=low()), "conditions"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_field(
    draft: Draft, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        checked(draft)
    assert field in caught.value.fields


def test_a_rule_is_tried_without_doing_anything(
    session: Session, clock: StoppedClock
) -> None:
    for score in (0, 3, 9):
        tell(session, COMPLETED, "response/x", {"score": score}, now=clock.now())

    tried = try_rule(session, COMPLETED, low())
    assert tried.looked_at == 3
    assert tried.counts[Outcome.RAN] == 2
    assert tried.counts[Outcome.NOT_MET] == 1
    assert len(tried.examples) == 2
    assert mails(session) == []


def test_of_two_who_change_a_rule_the_second_is_told(
    session: Session, clock: StoppedClock
) -> None:
    rule = create_rule(session, notice(), author_id=None, now=clock.now())
    now = clock.now()
    first = notice(name="First")
    change_rule(session, rule, first, revision=1, author_id=None, now=now)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_rule(session, rule, first, revision=1, author_id=None, now=now)
    assert get_rule(session, rule).name == "First"


def test_every_kind_of_action_can_be_done() -> None:
    assert set(ACTIONS) == set(ActionKind)


def test_an_alert_becomes_an_improvement_once(
    session: Session, clock: StoppedClock, settings: Settings, factories: Factories
) -> None:
    journey = factories.journey()
    till = factories.touchpoint(factories.phase(journey), "till")
    session.commit()
    action = Action(kind=ActionKind.OPEN_IMPROVEMENT)
    raised = HappeningType.ALERT_RAISED
    made(session, Draft(name="Shorten it", type=raised, action=action), clock)

    told: dict[str, Any] = {"alert": "a1", "journey": journey.key, "touchpoint": "till"}
    for _ in range(2):
        happened(session, clock, settings, raised, theme="queue_wait", **told)

    idea = session.scalars(select(Improvement)).one()
    assert (idea.title, idea.theme_key) == ("Shorten it", "queue_wait")
    assert (idea.source_kind, idea.source_ref) == (SourceKind.ALERT, "a1")
    assert places_of(session, [idea.id]) == {idea.id: (till.id,)}
