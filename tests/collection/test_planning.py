"""Planning: who is asked now, later or not at all, and why."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.fatigue import Limits, Window
from feedback.collection.models import (
    Asking,
    Contact,
    EventOutcome,
    Invitation,
    Sending,
)
from feedback.collection.opting_out import refuse
from feedback.collection.planning import plan_due
from feedback.collection.policy import Policy, change_policy, get_policy
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import (
    Channel,
    InvitationState,
    OutcomeKind,
    SendingKind,
    SendingState,
    StopReason,
)
from feedback.collection.timing import QuietTimes
from feedback.core.errors import Conflict, Invalid
from feedback.db.session import Database
from feedback.surveys.models import SurveyState
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories

SECRET = "a secret of the tests"


class Planner:
    """Invitations that are due, and the decision about them."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session = session
        self.factories = factories
        self.clock = clock

    def planned(self, contact: Contact | None = None, **changes: Any) -> Invitation:
        """An invitation that is due, of a survey of its own unless one is given."""
        changes.setdefault("state", InvitationState.PLANNED)
        return self.factories.invitation(
            changes.pop("survey", None), contact, **changes
        )

    def plan(self) -> int:
        """Decide about all that is due."""
        decided = 0
        while found := plan_due(
            self.session, now=self.clock.now(), zone=ZONE, secret=SECRET
        ):
            decided += found
        return decided

    def policy(self, **changes: Any) -> None:
        """Put another policy in force."""
        change_policy(
            self.session,
            Policy(**changes),
            revision=get_policy(self.session).revision,
            actor_id=None,
            now=self.clock.now(),
        )

    def stands(self, invitation: Invitation) -> tuple[str, str | None]:
        """Return state and reason of an invitation."""
        self.session.refresh(invitation)
        return invitation.state.value, invitation.reason


@pytest.fixture
def planner(session: Session, factories: Factories, clock: StoppedClock) -> Planner:
    return Planner(session, factories, clock)


def test_what_is_due_is_queued_with_its_message_and_a_line_in_the_ledger(
    planner: Planner, session: Session, clock: StoppedClock
) -> None:
    due = planner.planned()
    later = planner.planned(due_at=clock.now() + timedelta(minutes=1))

    assert planner.plan() == 1

    assert planner.stands(due) == ("queued", None)
    assert planner.stands(later) == ("planned", None)
    message = session.scalars(select(Sending)).one()
    assert message.invitation_id == due.id
    assert message.kind == SendingKind.INVITATION
    assert message.number == 0
    assert message.state == SendingState.DUE
    line = session.scalars(select(Asking)).one()
    assert (line.contact_id, line.survey_id) == (due.contact_id, due.survey_id)
    assert line.asked_at == clock.now()


def test_a_second_asking_within_the_week_is_held_back_and_the_event_says_so(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact()
    planner.planned(contact)
    planner.plan()
    clock.advance(days=4)
    trigger, event = factories.trigger(), factories.event()
    session.add(
        EventOutcome(
            event_id=event.id,
            trigger_id=trigger.id,
            kind=OutcomeKind.INVITED,
            reason="matched",
            decided_at=clock.now(),
        )
    )
    again = planner.planned(contact, trigger=trigger, event=event)

    planner.plan()

    assert planner.stands(again) == ("held_back", "window_full")
    outcome = session.scalars(
        select(EventOutcome).execution_options(populate_existing=True)
    ).one()
    assert (outcome.kind, outcome.reason) == (OutcomeKind.HELD_BACK, "window_full")
    assert outcome.detail == {"days": 7, "most": 1, "kept": False}


def test_of_two_due_at_once_the_more_important_is_asked(
    planner: Planner, factories: Factories
) -> None:
    contact = factories.contact()
    low, high = (
        planner.planned(contact, priority=5),
        planner.planned(contact, priority=6),
    )

    planner.plan()

    assert planner.stands(low) == ("held_back", "more_important")
    assert planner.stands(high) == ("queued", None)


def test_a_rare_survey_waits_until_the_gap_is_over_and_is_asked_then(
    planner: Planner, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact()
    planner.planned(contact)
    planner.plan()
    clock.advance(days=1)
    rare = planner.planned(contact, priority=8)

    planner.plan()
    assert planner.stands(rare) == ("planned", "window_full")
    assert rare.due_at == clock.now() + timedelta(days=6)

    clock.advance(days=6)
    frequent = planner.planned(contact)
    planner.plan()
    assert planner.stands(rare) == ("queued", None)
    assert planner.stands(frequent)[0] == "held_back"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (None, datetime(2026, 10, 16, 7, tzinfo=UTC)),
        ("America/New_York", None),
        ("Not/AZone", datetime(2026, 10, 16, 7, tzinfo=UTC)),
    ],
)
def test_nobody_is_asked_at_night_by_their_own_clock(
    planner: Planner,
    factories: Factories,
    clock: StoppedClock,
    zone: str | None,
    expected: datetime | None,
) -> None:
    clock.set(datetime(2026, 10, 15, 19, tzinfo=UTC))
    one = planner.planned(factories.contact(time_zone=zone))

    planner.plan()

    if expected is None:
        assert planner.stands(one) == ("queued", None)
    else:
        assert planner.stands(one) == ("planned", "quiet_time")
        assert one.due_at == expected


def test_a_window_of_the_trigger_moves_an_invitation_and_too_late_holds_it_back(
    planner: Planner, factories: Factories, clock: StoppedClock
) -> None:
    # now is a Thursday
    trigger = factories.trigger(window={"days": [1], "from": "10:00", "to": "12:00"})
    moved = planner.planned(trigger=trigger)
    missed = planner.planned(
        trigger=trigger, expires_at=clock.now() + timedelta(days=2)
    )

    planner.plan()

    assert planner.stands(moved) == ("planned", "quiet_time")
    assert moved.due_at == datetime(2026, 10, 20, 8, tzinfo=UTC)
    assert planner.stands(missed) == ("held_back", "no_allowed_time")


def test_what_cannot_be_asked_any_more_is_held_back_with_its_reason(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    closed = factories.survey()
    closed.state = SurveyState.CLOSED
    gone = planner.planned()
    gone.contact_id = None
    stopped = factories.contact(email="stopped@example.org")
    stop_address(
        session,
        "Stopped@example.org",
        StopReason.BOUNCE,
        now=clock.now(),
        secret=SECRET,
    )
    full = factories.trigger(quota=1)
    factories.invitation(trigger=full, state=InvitationState.COMPLETE)
    wanted: Mapping[str, Invitation] = {
        "survey_closed": planner.planned(survey=closed),
        "trigger_off": planner.planned(trigger=factories.trigger(is_on=False)),
        "contact_gone": gone,
        "no_address": planner.planned(factories.contact(email=None)),
        "address_bounced": planner.planned(stopped),
        "too_late": planner.planned(expires_at=clock.now()),
        "quota_full": planner.planned(trigger=full),
    }
    by_phone = planner.planned(
        factories.contact(phone="+33612345678"), channel=Channel.SMS
    )
    session.flush()

    planner.plan()

    found = {reason: planner.stands(one) for reason, one in wanted.items()}
    assert found == {reason: ("held_back", reason) for reason in wanted}
    assert planner.stands(by_phone) == ("queued", None)
    assert session.scalar(select(func.count()).select_from(Sending)) == 1


def test_nobody_yields_to_an_invitation_that_cannot_be_sent(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact()
    off = factories.trigger(is_on=False)
    planner.planned(
        contact, trigger=off, priority=9, due_at=clock.now() + timedelta(days=1)
    )
    one = planner.planned(contact)

    planner.plan()

    assert planner.stands(one) == ("queued", None)


def test_who_opted_out_meanwhile_is_left_alone(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact()
    sent = factories.invitation(contact=contact)
    planned = planner.planned(contact)
    refuse(session, sent.id, now=clock.now(), secret=SECRET)

    assert planner.plan() == 0
    assert planner.stands(planned) == ("held_back", "opted_out")


def test_the_policy_can_be_changed_and_the_later_of_two_people_is_told(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    planner.policy(
        limits=Limits(windows=(Window(days=1, most=2),), same_survey_days=0),
        quiet=QuietTimes(since=time(22), until=time(7), days=frozenset()),
    )
    contact = factories.contact()
    both = [planner.planned(contact), planner.planned(contact)]
    planner.plan()

    # one of the two places is kept for rare surveys
    assert sorted(planner.stands(one)[0] for one in both) == ["held_back", "queued"]
    assert get_policy(session).revision == 1
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_policy(session, Policy(), revision=0, actor_id=None, now=clock.now())


@pytest.mark.parametrize(
    ("policy", "fields"),
    [
        (Policy(limits=Limits(windows=(Window(days=0, most=1),))), {"windows"}),
        (Policy(limits=Limits(windows=(Window(days=1, most=1),) * 6)), {"windows"}),
        (Policy(limits=Limits(gap_days=-1)), {"gap_days"}),
        (Policy(limits=Limits(same_survey_days=9999)), {"same_survey_days"}),
        (Policy(quiet=QuietTimes(days=frozenset(range(7)))), {"days"}),
    ],
)
def test_a_policy_out_of_bounds_is_refused(
    session: Session, clock: StoppedClock, policy: Policy, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        change_policy(session, policy, revision=0, actor_id=None, now=clock.now())

    assert set(caught.value.fields) == fields


def test_many_invitations_take_no_more_statements_than_one(
    planner: Planner, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    survey = factories.survey()
    for _ in range(120):
        planner.planned(survey=survey)
    statements = []
    sql_event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _u, statement, *_r: statements.append(statement),
    )

    assert plan_due(session, now=clock.now(), zone=ZONE, secret=SECRET) == 120

    assert len(statements) < 25


@pytest.mark.postgres
def test_two_planners_at_once_ask_nobody_twice(
    database: Database, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    surveys = [factories.survey() for _ in range(3)]
    for _ in range(30):
        contact = factories.contact()
        for survey in surveys:
            factories.invitation(survey, contact, state=InvitationState.PLANNED)
    session.commit()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                with database.transaction() as mine:
                    found = plan_due(
                        mine, now=clock.now(), zone=ZONE, secret=SECRET, most=7
                    )
                if not found:
                    return
        except BaseException as error:
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert faults == []
    with database.transaction(writes=False) as fresh:
        lines = fresh.execute(
            select(Asking.contact_id, func.count()).group_by(Asking.contact_id)
        ).all()
        assert [count for _, count in lines] == [1] * 30
        assert fresh.scalar(select(func.count()).select_from(Sending)) == 30
        left = select(func.count()).where(Invitation.state == InvitationState.PLANNED)
        assert fresh.scalar(left) == 0
