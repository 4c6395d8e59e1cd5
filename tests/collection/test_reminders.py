"""Messages after the first: when they come, and who gets none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import Invitation, Sending
from feedback.collection.reminders import plan_reminders, plan_thanks
from feedback.collection.terms import (
    Channel,
    InvitationState,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.jobs.models import Job
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories

PARIS = ZoneInfo("Europe/Paris")
#: a Thursday, 11 o'clock in Paris
THURSDAY = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


def moments(session: Session) -> list[tuple[int, datetime]]:
    rows = session.execute(
        select(Sending.number, Sending.due_at)
        .where(Sending.kind == SendingKind.REMINDER)
        .order_by(Sending.number)
    )
    return [(number, moment) for number, moment in rows]


def kinds(session: Session) -> list[SendingKind]:
    return list(session.scalars(select(Sending.kind).order_by(Sending.id)))


def test_reminders_come_at_the_same_hour_and_never_in_quiet_times(
    factories: Factories, session: Session
) -> None:
    invitation = factories.invitation(trigger=factories.trigger(reminders=[3, 5]))

    plan_reminders(session, invitation.id, sent_at=THURSDAY, zone=PARIS)

    # the third day is a Sunday
    assert moments(session) == [
        (1, datetime(2026, 10, 19, 7, 0, tzinfo=UTC)),
        (2, THURSDAY + timedelta(days=5)),
    ]


def test_the_hours_are_those_of_the_person(
    factories: Factories, session: Session
) -> None:
    contact = factories.contact(time_zone="Asia/Tokyo")
    invitation = factories.invitation(
        None, contact, trigger=factories.trigger(reminders=[1])
    )

    # it is 20 o'clock in Tokyo
    plan_reminders(
        session, invitation.id, sent_at=THURSDAY + timedelta(hours=2), zone=PARIS
    )

    assert moments(session) == [(1, datetime(2026, 10, 17, 0, 0, tzinfo=UTC))]


def test_the_window_of_the_trigger_counts_for_its_reminders(
    factories: Factories, session: Session
) -> None:
    window = {"days": [0, 1], "from": "14:00", "to": "16:00"}
    trigger = factories.trigger(reminders=[1], window=window)
    invitation = factories.invitation(trigger=trigger)

    plan_reminders(session, invitation.id, sent_at=THURSDAY, zone=PARIS)

    assert moments(session) == [(1, datetime(2026, 10, 19, 12, 0, tzinfo=UTC))]


def test_none_comes_after_the_end(factories: Factories, session: Session) -> None:
    trigger = factories.trigger(reminders=[1, 3])
    invitation = factories.invitation(
        trigger=trigger, expires_at=THURSDAY + timedelta(days=3)
    )

    plan_reminders(session, invitation.id, sent_at=THURSDAY, zone=PARIS)

    assert [number for number, _ in moments(session)] == [1]


def test_planning_them_twice_adds_nothing(
    factories: Factories, session: Session
) -> None:
    invitation = factories.invitation(trigger=factories.trigger(reminders=[1, 1, 4]))

    for _ in range(2):
        plan_reminders(session, invitation.id, sent_at=THURSDAY, zone=PARIS)

    assert [number for number, _ in moments(session)] == [1, 2]


def test_without_a_trigger_nobody_is_reminded(
    factories: Factories, session: Session
) -> None:
    invitation = factories.invitation()

    plan_reminders(session, invitation.id, sent_at=THURSDAY, zone=PARIS)

    assert moments(session) == []


@pytest.mark.parametrize(
    ("thanks", "anonymous", "state", "channel", "expected"),
    [
        (True, False, InvitationState.COMPLETE, Channel.EMAIL, True),
        (False, False, InvitationState.COMPLETE, Channel.EMAIL, False),
        (True, True, InvitationState.COMPLETE, Channel.EMAIL, False),
        (True, False, InvitationState.STARTED, Channel.EMAIL, False),
        (True, False, InvitationState.REFUSED, Channel.EMAIL, False),
        (True, False, InvitationState.COMPLETE, Channel.SMS, False),
    ],
)
def test_thanks_go_by_mail_to_who_answered_where_it_is_wanted(
    factories: Factories,
    session: Session,
    clock: StoppedClock,
    thanks: bool,
    anonymous: bool,
    state: InvitationState,
    channel: Channel,
    expected: bool,
) -> None:
    survey = factories.survey(anonymous=anonymous)
    trigger = factories.trigger(survey, thanks=thanks)
    invitation = factories.invitation(
        survey, trigger=trigger, state=state, channel=channel
    )

    for _ in range(2):
        plan_thanks(session, [invitation.id, 0], now=clock.now())

    assert kinds(session) == [SendingKind.THANKS] * expected
    assert bool(session.scalars(select(Job)).all()) is expected


def test_thanks_are_owed_as_soon_as_the_answer_is_recorded(
    factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    session = factories.session
    survey = factories.survey()
    invitation = factories.invitation(
        survey,
        trigger=factories.trigger(survey, thanks=True),
        state=InvitationState.COMPLETE,
    )
    response = factories.response(survey, {"score": 9}, state=ResponseState.COMPLETE)
    response.invitation_id, response.recorded_at = invitation.id, None
    response.saved_at = clock.now()
    session.commit()

    clock.advance(minutes=2)
    worker.sweep()
    worker.drain()

    assert kinds(session) == [SendingKind.THANKS]
    assert session.scalars(select(Sending.state)).one() == SendingState.SENT


def test_nothing_follows_an_answer_or_an_end(
    factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    session = factories.session
    for state in (
        InvitationState.COMPLETE,
        InvitationState.REFUSED,
        InvitationState.EXPIRED,
        InvitationState.WITHDRAWN,
        InvitationState.UNKNOWN,
        InvitationState.BOUNCED,
    ):
        factories.sending(factories.invitation(state=state), kind=SendingKind.REMINDER)
    session.commit()

    worker.sweep()
    worker.drain()
    session.expire_all()

    found = session.execute(
        select(Invitation.state, Sending.state, Sending.error).join(
            Sending, Sending.invitation_id == Invitation.id
        )
    ).all()
    assert {state for _, state, _ in found} == {SendingState.CANCELLED}
    assert {invited: reason for invited, _, reason in found} == {
        InvitationState.COMPLETE: "answered",
        InvitationState.REFUSED: "opted_out",
        InvitationState.EXPIRED: "too_late",
        InvitationState.WITHDRAWN: "withdrawn",
        InvitationState.UNKNOWN: "not_sent",
        InvitationState.BOUNCED: "not_sent",
    }
