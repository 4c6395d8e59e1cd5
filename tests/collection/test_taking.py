"""The triggers look at events: each of them gets its outcome, also after a kill."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.events import (
    CustomerData,
    IncomingEvent,
    Receipt,
    receive,
)
from feedback.collection.invitations import mark_complete
from feedback.collection.models import (
    Asking,
    Contact,
    Event,
    EventOutcome,
    Invitation,
    Response,
    Trigger,
)
from feedback.collection.stop_list import stop_address
from feedback.collection.taking import House, take, waiting_events
from feedback.collection.terms import (
    Channel,
    EventState,
    InvitationState,
    OutcomeKind,
    ResponseState,
    StopReason,
)
from feedback.config import Settings
from feedback.db.session import Database
from feedback.surveys.models import SurveyVersion
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from tests.collection.happening import happened
from tests.conftest import StoppedClock
from tests.factories import Factories

HOUSE = House(locale="fr", country="FR", secret="a secret of the tests")


def tell(session: Session, clock: StoppedClock, *events: IncomingEvent) -> int:
    """Receive events and have the triggers look at them."""
    receive(session, events, now=clock.now())
    return take(session, waiting_events(session), HOUSE, now=clock.now())


def outcomes(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(EventOutcome.kind, EventOutcome.reason).order_by(
            EventOutcome.event_id, EventOutcome.trigger_id
        )
    )
    return [(kind.value, reason) for kind, reason in rows]


def invitations(session: Session) -> Sequence[Invitation]:
    return session.scalars(select(Invitation).order_by(Invitation.id)).all()


def test_an_event_becomes_a_planned_invitation_with_what_is_known(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger(delay_minutes=60, priority=7)

    tell(session, clock, happened(1, clock))

    assert outcomes(session) == [("invited", "matched")]
    (one,) = invitations(session)
    assert one.state == InvitationState.PLANNED
    assert one.trigger_id == trigger.id
    assert one.due_at == clock.now() + timedelta(hours=1)
    assert one.expires_at == one.due_at + timedelta(days=14)
    assert one.priority == 7
    assert one.locale == "en"
    assert one.facts["event"]["order.total"] == 10.0
    assert one.facts["event"]["type"] == "order.delivered"
    event = session.scalars(select(Event)).one()
    assert event.state == EventState.PROCESSED
    assert event.contact_id == one.contact_id


def test_of_an_anonymous_survey_nothing_known_is_kept_with_the_invitation(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger(factories.survey(anonymous=True))

    tell(session, clock, happened(1, clock))

    (one,) = invitations(session)
    assert one.facts == {}


def test_each_trigger_of_the_type_gets_its_own_outcome(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger()
    rich = {
        "conditions": [
            {
                "subject": "event",
                "name": "order.total",
                "operator": "at_least",
                "value": 15,
            }
        ]
    }
    factories.trigger(rule=rich)
    factories.trigger(is_on=False)
    factories.trigger(event_type="order.paid")

    tell(session, clock, happened(1, clock), happened(2, clock))

    assert outcomes(session) == [
        ("invited", "matched"),
        ("not_matched", "condition_not_met"),
        ("invited", "matched"),
        ("invited", "matched"),
    ]


def test_a_type_that_nobody_knows_is_kept_and_said_to_have_no_trigger(
    session: Session, clock: StoppedClock
) -> None:
    tell(session, clock, happened(1, clock, type="parcel.lost_in_space"))

    assert outcomes(session) == [("no_trigger", "no_trigger")]
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_an_event_about_nobody_is_told_so(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger()

    tell(session, clock, happened(1, clock, customer=CustomerData(name="Zoé")))

    assert outcomes(session) == [("held_back", "nobody_to_ask")]
    assert invitations(session) == []


def test_a_stopped_address_is_not_invited(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger()
    stop_address(
        session,
        "C1@example.org",
        StopReason.OPT_OUT,
        now=clock.now(),
        secret=HOUSE.secret,
    )

    tell(session, clock, happened(1, clock))

    assert outcomes(session) == [("held_back", "opted_out")]


def test_a_quota_is_full_by_completed_answers_alone(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger(quota=1)
    tell(session, clock, happened(1, clock), happened(2, clock))
    first, _ = invitations(session)
    first.state = InvitationState.SENT
    session.flush()
    tell(session, clock, happened(3, clock))
    mark_complete(session, first.id, anonymous=False, now=clock.now())
    tell(session, clock, happened(4, clock))

    assert trigger.id
    assert outcomes(session) == [
        ("invited", "matched"),
        ("invited", "matched"),
        ("invited", "matched"),
        ("held_back", "quota_full"),
    ]


def test_past_answers_and_askings_can_be_conditions(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    survey = factories.survey()
    contact = factories.contact("C1", email="c1@example.org")
    version = session.scalars(
        select(SurveyVersion).where(SurveyVersion.survey_id == survey.id)
    ).one()
    scale = next(
        question["key"]
        for page in version.document["pages"]
        for question in page["questions"]
        if question["kind"] == "nps"
    )
    session.add(
        Response(
            key_hash="k",
            journey_id=survey.journey_id,
            survey_id=survey.id,
            version_id=version.id,
            touchpoint_id=survey.touchpoint_id,
            contact_id=contact.id,
            channel=Channel.EMAIL,
            language="fr",
            state=ResponseState.COMPLETE,
            answers={scale: 3},
            day=clock.now().date(),
            saved_at=clock.now() - timedelta(days=20),
        )
    )
    session.add(
        Asking(
            contact_id=contact.id,
            survey_id=survey.id,
            channel=Channel.EMAIL,
            asked_at=clock.now() - timedelta(days=21),
        )
    )
    session.flush()

    def wants(name: str, operator: str, value: object) -> Trigger:
        condition = {
            "subject": "past",
            "name": name,
            "operator": operator,
            "value": value,
        }
        return factories.trigger(survey, rule={"conditions": [condition]})

    wants("last_class", "is", "low")
    wants("answered_days", "at_least", 20)
    wants("answered_days", "at_least", 21)
    wants("asked_days", "is", 21)
    wants("count", "is", 1)

    tell(session, clock, happened(1, clock), happened(2, clock))

    assert [kind for kind, _ in outcomes(session)][:5] == [
        "invited",
        "invited",
        "not_matched",
        "invited",
        "invited",
    ]
    assert {kind for kind, _ in outcomes(session)[5:]} == {"not_matched"}


def test_a_late_event_is_taken_and_a_very_late_one_is_held_back(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger(delay_minutes=24 * 60)

    late = happened(1, clock, occurred_at=clock.now() - timedelta(days=10))
    very_late = happened(2, clock, occurred_at=clock.now() - timedelta(days=15))
    tell(session, clock, late, very_late)

    assert outcomes(session) == [("invited", "matched"), ("held_back", "too_late")]
    assert [one.due_at for one in invitations(session)] == [clock.now()]


def test_taking_an_event_twice_changes_nothing(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.trigger()
    receive(session, [happened(1, clock)], now=clock.now())
    numbers = waiting_events(session)

    assert take(session, numbers, HOUSE, now=clock.now()) == 1
    assert take(session, numbers, HOUSE, now=clock.now()) == 0
    assert len(invitations(session)) == 1


def test_many_events_take_no_more_statements_than_one(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    for _ in range(3):
        factories.trigger()
    receive(session, [happened(n, clock) for n in range(200)], now=clock.now())
    numbers = waiting_events(session)
    statements = []
    sql_event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _u, statement, *_r: statements.append(statement),
    )

    take(session, numbers, HOUSE, now=clock.now())

    assert len(statements) < 40
    assert len(outcomes(session)) == 600


def test_the_worker_takes_what_was_received_and_the_sweep_what_was_left(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    factories.trigger(delay_minutes=60)
    receive(session, [happened(1, clock)], now=clock.now())
    factories.event()  # of which nobody owes anything
    session.commit()

    worker.run_once()
    session.expire_all()
    assert len(outcomes(session)) == 2

    factories.event()
    session.commit()
    clock.advance(minutes=1)
    worker.sweep()
    worker.run_once()
    session.expire_all()
    assert len(outcomes(session)) == 3


def test_an_event_that_makes_the_rules_fail_does_not_keep_others_from_theirs(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    factories.trigger(delay_minutes=60)
    for number in range(3):
        receive(session, [happened(number, clock)], now=clock.now())
    broken = factories.trigger(event_type="order.paid", delay_minutes=60)
    broken.channels = ["pigeon"]
    receive(session, [happened(9, clock, type="order.paid")], now=clock.now())
    session.commit()

    worker.run_once()

    assert sorted(outcomes(session)) == [
        ("held_back", "not_understood"),
        *[("invited", "matched")] * 3,
    ]
    states = session.scalars(select(Event.state)).all()
    assert set(states) == {EventState.PROCESSED}


class Killed(BaseException):
    """The process is gone."""


def test_after_a_kill_in_the_midst_every_acknowledged_event_has_its_outcome(
    database: Database,
    session: Session,
    factories: Factories,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    factories.trigger(delay_minutes=60)
    receipts: list[Receipt] = []
    for start in range(0, 40, 10):
        events = [happened(number, clock) for number in range(start, start + 10)]
        receipts += receive(session, events, now=clock.now())
    session.commit()
    left = [3, 11, 23, 31]  # statements after which a worker dies

    @sql_event.listens_for(database.engine, "before_cursor_execute")
    def _die(*_: object) -> None:
        if left:
            left[0] -= 1
            if left[0] <= 0:
                left.pop(0)
                raise Killed

    for life in range(20):
        one = Worker(
            database,
            settings=settings,
            clock=clock,
            handlers=HANDLERS,
            owner=f"elsewhere:{life}",
        )
        try:
            one.sweep()
            while one.run_once():
                pass
        except Killed:
            pass
        clock.advance(minutes=5)

    assert not left
    with database.transaction(writes=False) as fresh:
        rows = fresh.execute(
            select(Event.public_id, func.count(EventOutcome.id))
            .outerjoin(EventOutcome, EventOutcome.event_id == Event.id)
            .group_by(Event.public_id)
        )
        assert dict(rows.all()) == {one.public_id: 1 for one in receipts}
        planned = fresh.scalar(select(func.count()).select_from(Invitation))
        assert planned == len(receipts)


@pytest.mark.postgres
def test_two_workers_share_the_events_and_each_is_taken_once(
    database: Database,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    factories.trigger()
    # each customer has two events, which may fall to different workers
    events = [
        happened(number, clock, customer=CustomerData(customer=f"C{number % 100}"))
        for number in range(200)
    ]
    receive(session, events, now=clock.now())
    session.commit()
    taken: list[int] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                with database.transaction() as mine:
                    numbers = waiting_events(mine, most=15)
                    if not numbers:
                        return
                    taken.append(take(mine, numbers, HOUSE, now=clock.now()))
        except BaseException as error:
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert faults == []
    assert sum(taken) == 200
    with database.transaction(writes=False) as fresh:
        assert fresh.scalar(select(func.count()).select_from(EventOutcome)) == 200
        assert fresh.scalar(select(func.count()).select_from(Contact)) == 100
        held = fresh.scalar(
            select(func.count()).where(EventOutcome.kind == OutcomeKind.HELD_BACK)
        )
        assert held == 200  # no address


def test_events_that_come_in_any_order_lead_to_the_same_contact(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    def said(hours: int, tier: str) -> IncomingEvent:
        moment: datetime = clock.now() - timedelta(hours=hours)
        return happened(
            hours,
            clock,
            occurred_at=moment,
            customer=CustomerData(customer="C1", attributes={"tier": tier}),
        )

    tell(session, clock, said(1, "gold"))
    tell(session, clock, said(3, "bronze"), said(2, "silver"))

    assert session.scalars(select(Contact.attributes)).all() == [{"tier": "gold"}]
