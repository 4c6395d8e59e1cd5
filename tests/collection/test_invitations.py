"""Invitations: links that cannot be guessed, and ends that nothing follows."""

from datetime import timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.expiry import expire_due
from feedback.collection.invitations import (
    ANSWERABLE,
    ENDED,
    InvitationRead,
    find_invitation,
    hash_token,
    mark_complete,
    mark_opened,
    mark_started,
    new_token,
    withdraw,
)
from feedback.collection.models import Invitation, InvitationToken, Sending
from feedback.collection.opting_out import refuse
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
    StopReason,
)
from feedback.core.errors import Conflict, NotFound
from feedback.surveys.models import SurveyState
from tests.conftest import StoppedClock
from tests.factories import Factories

SECRET = "a secret of the tests"


def found(session: Session, invitation: Invitation) -> InvitationRead:
    one = find_invitation(session, new_token(session, invitation.id))
    assert one is not None
    return one


def owed(
    session: Session,
    invitation: Invitation,
    clock: StoppedClock,
    *,
    kind: SendingKind = SendingKind.REMINDER,
    number: int = 1,
) -> Sending:
    sending = Sending(
        invitation_id=invitation.id,
        kind=kind,
        number=number,
        channel=Channel.EMAIL,
        due_at=clock.now() + timedelta(days=3),
    )
    session.add(sending)
    session.flush()
    return sending


def state_of(session: Session, row: Invitation | Sending) -> str:
    session.refresh(row)
    return row.state.value


def test_a_link_finds_its_invitation_with_all_that_its_pages_say(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact(email="zoe@example.org", phone="+33612345678")
    trigger = factories.trigger()
    survey = factories.survey()
    event = factories.event(type="order.delivered")
    invitation = factories.invitation(
        survey,
        contact,
        trigger=trigger,
        event=event,
        facts={"event": {"order.total": 12.5}, "language": "fr"},
    )

    one = found(session, invitation)

    assert one.id == invitation.id
    assert one.contact_email == "zoe@example.org"
    assert one.contact_phone == "+33612345678"
    assert one.survey_public_id == survey.public_id
    assert one.version_number == 1
    assert one.version_checksum is not None
    assert one.trigger_name == trigger.name
    assert one.event_type == "order.delivered"
    assert one.event_occurred_at == clock.now()
    assert one.facts == {("event", "order.total"): 12.5, ("language", ""): "fr"}
    assert one.can_be_answered(clock.now())


def test_a_link_is_found_by_one_statement(
    session: Session, factories: Factories
) -> None:
    token = new_token(session, factories.invitation().id)
    session.expire_all()
    statements = []
    sql_event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _u, statement, *_r: statements.append(statement),
    )

    find_invitation(session, token)

    assert len(statements) == 1


def test_the_database_keeps_the_sum_of_a_token_and_never_the_token(
    session: Session, factories: Factories
) -> None:
    token = new_token(session, factories.invitation().id)

    kept = session.scalars(select(InvitationToken.token_hash)).all()

    assert len(token) == 43
    assert kept == [hash_token(token)]
    assert token not in kept


def test_each_message_has_a_link_of_its_own_to_the_same_invitation(
    session: Session, factories: Factories
) -> None:
    invitation = factories.invitation()

    first, second = (new_token(session, invitation.id) for _ in range(2))

    assert first != second
    assert find_invitation(session, first) == find_invitation(session, second)


@pytest.mark.parametrize("change", range(0, 43, 7))
def test_a_link_with_one_changed_character_finds_nothing(
    session: Session, factories: Factories, change: int
) -> None:
    token = new_token(session, factories.invitation().id)
    other = "A" if token[change] != "A" else "B"

    assert (
        find_invitation(session, token[:change] + other + token[change + 1 :]) is None
    )


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 44, "A" * 42 + "\0"])
def test_what_is_no_token_finds_nothing(session: Session, token: str) -> None:
    assert find_invitation(session, token) is None


def test_a_link_is_not_answered_after_its_time_nor_when_the_survey_is_closed(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    survey = factories.survey()
    invitation = factories.invitation(survey)
    one = found(session, invitation)

    assert one.can_be_answered(one.expires_at - timedelta(seconds=1))
    assert not one.can_be_answered(one.expires_at)

    survey.state = SurveyState.CLOSED
    session.flush()
    assert not found(session, invitation).can_be_answered(clock.now())


def test_answering_goes_from_sent_to_started_to_complete_once(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    invitation = factories.invitation()
    number, now = invitation.id, clock.now()

    assert mark_started(session, number, anonymous=False, now=now)
    assert not mark_started(session, number, anonymous=False, now=now)
    assert mark_complete(session, number, anonymous=False, now=now)
    assert not mark_complete(session, number, anonymous=False, now=now)
    assert not mark_started(session, number, anonymous=False, now=now)

    session.refresh(invitation)
    assert invitation.state == InvitationState.COMPLETE
    assert invitation.started_at == invitation.completed_at == now


def test_of_an_anonymous_survey_the_state_alone_is_kept(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    invitation = factories.invitation(factories.survey(anonymous=True))
    number, now = invitation.id, clock.now()

    mark_opened(session, number, now=now)
    mark_started(session, number, anonymous=True, now=now)
    mark_complete(session, number, anonymous=True, now=now)

    session.refresh(invitation)
    assert invitation.state == InvitationState.COMPLETE
    assert invitation.opened_at is None
    assert invitation.started_at is None
    assert invitation.completed_at is None


def test_opening_is_noted_once(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    invitation = factories.invitation()
    first = clock.now()

    mark_opened(session, invitation.id, now=first)
    mark_opened(session, invitation.id, now=first + timedelta(hours=1))

    session.refresh(invitation)
    assert invitation.opened_at == first


def test_after_an_answer_no_reminder_is_owed_and_thanks_still_are(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    invitation = factories.invitation()
    reminder = owed(session, invitation, clock)
    thanks = owed(session, invitation, clock, kind=SendingKind.THANKS, number=0)

    mark_complete(session, invitation.id, anonymous=False, now=clock.now())

    assert state_of(session, reminder) == SendingState.CANCELLED
    assert state_of(session, thanks) == SendingState.DUE


@pytest.mark.parametrize("end", sorted(ENDED))
def test_nothing_follows_an_end(
    session: Session, factories: Factories, clock: StoppedClock, end: InvitationState
) -> None:
    invitation = factories.invitation(state=end)
    number, now = invitation.id, clock.now()

    assert not mark_started(session, number, anonymous=False, now=now)
    assert not mark_complete(session, number, anonymous=False, now=now)
    refuse(session, number, now=now, secret=SECRET)
    with pytest.raises(Conflict, match="invitation_ended"):
        withdraw(session, invitation.public_id)
    expire_due(session, now=now + timedelta(days=100))

    assert state_of(session, invitation) == end


def test_every_state_is_an_end_or_can_be_answered_or_is_planned() -> None:
    assert ENDED | ANSWERABLE | {InvitationState.PLANNED} == set(InvitationState)
    assert not ENDED & ANSWERABLE


def test_an_invitation_that_is_taken_back_answers_and_reminds_no_more(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    invitation = factories.invitation()
    reminder = owed(session, invitation, clock)

    withdraw(session, invitation.public_id)

    assert not found(session, invitation).can_be_answered(clock.now())
    assert state_of(session, reminder) == SendingState.CANCELLED
    with pytest.raises(NotFound, match="invitation"):
        withdraw(session, "no-such-one")


def test_who_opts_out_is_written_to_no_more_by_any_survey(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact(email="zoe@example.org", phone="+33612345678")
    clicked, planned, sent = (
        factories.invitation(contact=contact, state=state)
        for state in (
            InvitationState.SENT,
            InvitationState.PLANNED,
            InvitationState.SENT,
        )
    )
    reminder = owed(session, sent, clock)
    bystander = factories.invitation(state=InvitationState.PLANNED)

    for _ in range(2):
        refuse(session, clicked.id, now=clock.now(), secret=SECRET)

    assert state_of(session, clicked) == InvitationState.REFUSED
    assert state_of(session, planned) == InvitationState.HELD_BACK
    assert planned.reason == "opted_out"
    assert state_of(session, sent) == InvitationState.SENT
    assert state_of(session, reminder) == SendingState.CANCELLED
    assert state_of(session, bystander) == InvitationState.PLANNED
    assert stopped_among(
        session, ["ZOE@example.org ", "+33612345678", "x@example.org"], secret=SECRET
    ) == {
        "ZOE@example.org ": StopReason.OPT_OUT,
        "+33612345678": StopReason.OPT_OUT,
    }


def test_opting_out_after_the_answer_keeps_the_answer_and_stops_the_rest(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact(email="zoe@example.org")
    invitation = factories.invitation(contact=contact, state=InvitationState.COMPLETE)

    refuse(session, invitation.id, now=clock.now(), secret=SECRET)

    assert state_of(session, invitation) == InvitationState.COMPLETE
    assert stopped_among(session, ["zoe@example.org"], secret=SECRET)


def test_an_unanswered_invitation_expires_and_a_started_one_stays_started(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    sent = factories.invitation()
    started = factories.invitation(state=InvitationState.STARTED)
    reminder = owed(session, sent, clock)

    assert expire_due(session, now=sent.expires_at - timedelta(seconds=1)) == 0
    assert expire_due(session, now=sent.expires_at) == 1

    assert state_of(session, sent) == InvitationState.EXPIRED
    assert state_of(session, started) == InvitationState.STARTED
    assert state_of(session, reminder) == SendingState.CANCELLED
    expired = session.scalar(
        select(func.count()).where(Invitation.state == InvitationState.EXPIRED)
    )
    assert expired == 1
