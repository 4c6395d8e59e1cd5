"""What came of the people who were asked: each in one count, and in one only."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy.orm import Session

from feedback.collection.dispositions import (
    By,
    Dispositions,
    Participation,
    Scope,
    count_dispositions,
    count_messages,
    count_participation,
)
from feedback.collection.models import Invitation
from feedback.collection.terms import (
    Channel,
    InvitationState,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.core.periods import Period
from feedback.measures.response_rates import Outcomes
from feedback.surveys.models import Survey
from tests.conftest import StoppedClock
from tests.factories import Factories

#: state, reason, whether it was sent, how many
FIELD: Sequence[tuple[InvitationState, str | None, bool, int]] = (
    (InvitationState.PLANNED, "quiet_time", False, 1),
    (InvitationState.QUEUED, None, False, 1),
    (InvitationState.HELD_BACK, "too_soon", False, 3),
    (InvitationState.HELD_BACK, "opted_out", False, 1),
    (InvitationState.SENT, None, True, 4),
    (InvitationState.BOUNCED, "address_bounced", False, 2),
    (InvitationState.FAILED, "not_taken", False, 1),
    (InvitationState.UNKNOWN, "unknown", False, 1),
    (InvitationState.EXPIRED, None, True, 5),
    (InvitationState.EXPIRED, "unknown", False, 1),
    (InvitationState.EXPIRED, None, False, 1),
    (InvitationState.WITHDRAWN, None, True, 1),
    (InvitationState.WITHDRAWN, None, False, 1),
    (InvitationState.REFUSED, None, True, 2),
    (InvitationState.COMPLETE, None, True, 6),
)


def invite(
    factories: Factories,
    survey: Survey,
    state: InvitationState,
    *,
    reason: str | None = None,
    sent: bool = True,
    channel: Channel = Channel.EMAIL,
) -> Invitation:
    invitation = factories.invitation(survey, state=state, channel=channel)
    invitation.reason = reason
    invitation.sent_at = invitation.due_at if sent else None
    factories.session.flush()
    return invitation


def begin(factories: Factories, survey: Survey, share: float) -> Invitation:
    """Somebody who began to answer and got so far."""
    invitation = invite(factories, survey, InvitationState.STARTED)
    response = factories.response(survey, {}, state=ResponseState.PARTIAL)
    response.answered_share = share
    response.invitation_id = None if survey.anonymous else invitation.id
    factories.session.flush()
    return invitation


@pytest.fixture
def survey(factories: Factories) -> Survey:
    """A survey with a field of every state."""
    one = factories.survey()
    for state, reason, sent, n in FIELD:
        for _ in range(n):
            invite(factories, one, state, reason=reason, sent=sent)
    for share in (0.9, 0.8, 0.6, 0.5, 0.4):
        begin(factories, one, share)
    return one


def all_of(session: Session) -> Dispositions:
    return count_dispositions(session, Scope()).get(None, Dispositions())


def test_every_invitation_is_in_its_count(session: Session, survey: Survey) -> None:
    counts = all_of(session)

    assert counts == Dispositions(
        invited=36,
        waiting=2,
        held_back={"too_soon": 3, "opted_out": 1, "too_late": 1, "withdrawn": 1},
        sent=23,
        bounced=2,
        failed=1,
        unknown=2,
        opened=11,
        started=11,
        complete=8,
        partial=2,
        broken_off=1,
        refused=2,
        expired=5,
        withdrawn=1,
    )
    assert counts.may_answer == 4
    assert counts.not_sent == 6


def test_the_counts_add_up(session: Session, survey: Survey) -> None:
    one = all_of(session)

    assert one.invited == (
        one.waiting + one.not_sent + one.sent + one.bounced + one.failed + one.unknown
    )
    assert one.sent == (
        one.started + one.refused + one.expired + one.withdrawn + one.may_answer
    )
    assert one.started == one.complete + one.partial + one.broken_off
    assert one.outcomes.all == one.sent + one.bounced + one.failed + one.unknown


def test_the_rates_are_those_of_the_counts(session: Session, survey: Survey) -> None:
    counts = all_of(session)

    assert counts.outcomes == Outcomes(
        complete=8, partial=2, refused=3, non_contact=9, other=1, unknown=5
    )
    assert counts.rates.rr1 is not None
    assert counts.rates.rr1.value == pytest.approx(8 / 28)
    assert counts.rates.rr6 is not None
    assert counts.rates.rr6.value == pytest.approx(10 / 23)


def test_nobody_invited_has_no_rates(session: Session) -> None:
    assert count_dispositions(session, Scope()) == {}
    assert Dispositions().rates.rr1 is None


def test_counts_are_told_apart_by_whatever_is_asked(
    factories: Factories, session: Session, clock: StoppedClock
) -> None:
    surveys = [factories.survey(), factories.survey()]
    triggers = [factories.trigger(one) for one in surveys]
    for one, trigger in zip(surveys, triggers, strict=True):
        factories.invitation(one, trigger=trigger)
    by_hand = factories.invitation(surveys[0], channel=Channel.LINK)
    by_hand.sent_at = None
    clock.advance(days=40)
    factories.invitation(surveys[1], trigger=triggers[1], channel=Channel.SMS)
    session.flush()

    def sent(by: By, scope: Scope | None = None) -> dict[object, int]:
        found = count_dispositions(session, scope or Scope(), by=by)
        return {key: one.sent for key, one in found.items()}

    first, second = surveys
    assert sent(By.SURVEY) == {first.id: 2, second.id: 2}
    assert sent(By.TRIGGER) == {triggers[0].id: 1, triggers[1].id: 2, None: 1}
    assert sent(By.TOUCHPOINT) == {first.touchpoint_id: 2, second.touchpoint_id: 2}
    assert sent(By.CHANNEL) == {Channel.EMAIL: 2, Channel.LINK: 1, Channel.SMS: 1}
    late = clock.now() - timedelta(days=1)
    assert sent(By.SURVEY, Scope(since=late)) == {second.id: 1}
    assert sent(By.SURVEY, Scope(until=late)) == {first.id: 2, second.id: 1}
    assert sent(By.CHANNEL, Scope(trigger_id=triggers[1].id)) == {
        Channel.EMAIL: 1,
        Channel.SMS: 1,
    }
    assert sent(By.SURVEY, Scope(channel=Channel.LINK)) == {first.id: 1}
    assert sent(By.SURVEY, Scope(journey_id=second.journey_id)) == {second.id: 2}


def test_of_an_anonymous_survey_nobody_knows_how_far_somebody_got(
    factories: Factories, session: Session
) -> None:
    survey = factories.survey(anonymous=True)
    begin(factories, survey, 0.9)
    invite(factories, survey, InvitationState.COMPLETE)

    counts = all_of(session)

    assert (counts.complete, counts.partial, counts.broken_off) == (1, 0, 1)


def test_messages_are_counted_by_kind_and_standing(
    factories: Factories, session: Session
) -> None:
    invitation = factories.invitation()
    factories.sending(invitation, state=SendingState.SENT)
    for number in (1, 2):
        factories.sending(
            invitation,
            kind=SendingKind.REMINDER,
            number=number,
            state=SendingState.UNKNOWN,
        )
    factories.sending()

    assert count_messages(session, Scope(survey_id=invitation.survey_id)) == {
        (SendingKind.INVITATION, SendingState.SENT): 1,
        (SendingKind.REMINDER, SendingState.UNKNOWN): 2,
    }


def test_open_links_have_participation_and_no_rate(
    factories: Factories, session: Session, clock: StoppedClock
) -> None:
    survey = factories.survey()
    today = clock.now().date()
    for channel, state, test in (
        (Channel.OPEN, ResponseState.COMPLETE, False),
        (Channel.OPEN, ResponseState.PARTIAL, False),
        (Channel.KIOSK, ResponseState.COMPLETE, False),
        (Channel.WIDGET, ResponseState.COMPLETE, True),
        (Channel.EMAIL, ResponseState.COMPLETE, False),
    ):
        factories.response(survey, {}, channel=channel, state=state, is_test=test)
    factories.response(survey, {}, channel=Channel.OPEN, day=today - timedelta(days=30))

    assert count_participation(session, survey_id=survey.id) == {
        None: Participation(complete=3, partial=1)
    }
    assert count_participation(
        session, by=By.CHANNEL, period=Period(today, today + timedelta(days=1))
    ) == {
        Channel.OPEN: Participation(complete=1, partial=1),
        Channel.KIOSK: Participation(complete=1),
    }
    assert count_participation(session, touchpoint_id=0) == {}
    assert all_of(session) == Dispositions()


def test_however_many_there_are_it_takes_two_statements(
    session: Session, survey: Survey
) -> None:
    statements: list[str] = []
    bind = session.get_bind()
    sql_event.listen(
        bind, "before_cursor_execute", lambda *given: statements.append(given[2])
    )

    count_dispositions(session, Scope(), by=By.TRIGGER)

    assert len(statements) == 2
