"""What is still wanted, what follows a message, and who has one sent again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from feedback.collection.invitations import mark_complete
from feedback.collection.models import EventOutcome, Sending
from feedback.collection.settling import send_again
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import (
    InvitationState,
    OutcomeKind,
    SendingKind,
    SendingState,
    StopReason,
)
from feedback.core.errors import Conflict, NotFound
from feedback.surveys.models import Survey, SurveyState
from tests.collection.sender import SENT, Sender, mails, token_of
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import HANG_UP, PostOffice


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("answered", "answered"),
        ("refused", "opted_out"),
        ("stopped", "opted_out"),
        ("bounced", "address_bounced"),
        ("expired", "too_late"),
        ("closed", "survey_closed"),
        ("no address", "no_address"),
    ],
)
def test_what_is_no_longer_wanted_is_cancelled_with_its_reason(
    factories: Factories,
    sender: Sender,
    office: PostOffice,
    clock: StoppedClock,
    what: str,
    reason: str,
) -> None:
    session, now = sender.session, clock.now()
    factories.sending(
        factories.invitation(state=InvitationState.SENT), kind=SendingKind.REMINDER
    )
    invitation, contact = sender.invitation, sender.contact
    match what:
        case "answered":
            invitation.state = InvitationState.COMPLETE
        case "refused":
            invitation.state = InvitationState.REFUSED
        case "stopped" | "bounced":
            kind = StopReason.OPT_OUT if what == "stopped" else StopReason.BOUNCE
            secret = sender.settings.secret()
            stop_address(session, contact.email or "", kind, now=now, secret=secret)
        case "expired":
            invitation.expires_at = now
        case "closed":
            session.get_one(Survey, invitation.survey_id).state = SurveyState.CLOSED
        case "no address":
            contact.email = None
    sender.send()

    assert office.taken == []
    assert sender.message.state == SendingState.CANCELLED
    assert sender.message.error == reason


def test_an_invitation_that_is_cancelled_before_it_went_says_why(
    factories: Factories, sender: Sender, clock: StoppedClock
) -> None:
    survey = factories.survey()
    trigger, event = factories.trigger(survey), factories.event()
    factories.sending(
        factories.invitation(
            survey, trigger=trigger, event=event, state=InvitationState.QUEUED
        )
    )
    sender.session.add(
        EventOutcome(
            event_id=event.id,
            trigger_id=trigger.id,
            kind=OutcomeKind.INVITED,
            reason="invited",
            decided_at=clock.now(),
        )
    )
    sender.invitation.expires_at = clock.now()
    sender.send()

    outcome = sender.session.scalars(select(EventOutcome)).one()
    assert sender.invitation.state == InvitationState.HELD_BACK
    assert sender.invitation.reason == "too_late"
    assert (outcome.kind, outcome.reason) == (OutcomeKind.HELD_BACK, "too_late")


def test_who_answers_while_the_mail_is_on_its_way_has_answered(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    """The link may be followed before the server's answer was written down."""
    factories.sending()

    def answer(_mail: bytes) -> None:
        sender.session.rollback()
        number = sender.invitation.id
        mark_complete(sender.session, number, anonymous=False, now=clock.now())
        sender.session.commit()

    office.on_taking = answer
    sender.send()

    assert sender.states() == [(SendingState.SENT, InvitationState.COMPLETE)]
    assert sender.invitation.sent_at == clock.now()


def test_reminders_are_owed_when_the_invitation_went_and_only_then(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    trigger = factories.trigger(reminders=[7, 3, 20])
    for _ in range(2):
        factories.sending(
            factories.invitation(trigger=trigger, state=InvitationState.QUEUED)
        )
    office.answers = ["250 OK", HANG_UP]
    sender.send()

    reminders = sender.session.execute(
        select(Sending.number, Sending.due_at)
        .where(Sending.kind == SendingKind.REMINDER)
        .order_by(Sending.number)
    ).all()
    # the 18th is a Sunday, and the third would come after the end
    assert [tuple(one) for one in reminders] == [
        (1, datetime(2026, 10, 19, 7, 0, tzinfo=UTC)),
        (2, datetime(2026, 10, 22, 9, 0, tzinfo=UTC)),
    ]
    clock.advance(days=7)
    sender.send()
    assert [mail["Subject"] for mail in mails(office)[2:]] == (
        ["Reminder: Your opinion"] * 2
    )
    assert len({mail["Message-ID"] for mail in mails(office)}) == 4
    assert len({token_of(mail) for mail in mails(office)}) == 4


def test_somebody_of_the_house_may_have_an_unknown_one_sent_again(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending()
    office.answers = [HANG_UP]
    sender.send()
    account = factories.account()

    public_id = sender.message.public_id
    send_again(sender.session, public_id, actor_id=account.id, now=clock.now())
    sender.send()

    assert sender.states() == [SENT]
    first, second = mails(office)
    assert first["Message-ID"] == second["Message-ID"]


def test_what_went_is_not_sent_again(
    factories: Factories, sender: Sender, clock: StoppedClock
) -> None:
    factories.sending()
    sender.send()

    for public_id, kind in ((sender.message.public_id, Conflict), ("no", NotFound)):
        with pytest.raises(kind, match="sending"):
            send_again(sender.session, public_id, actor_id=None, now=clock.now())


def test_what_was_answered_is_not_asked_again(
    factories: Factories, sender: Sender, clock: StoppedClock
) -> None:
    factories.sending(
        factories.invitation(state=InvitationState.COMPLETE),
        state=SendingState.UNKNOWN,
    )

    with pytest.raises(Conflict, match="invitation_ended"):
        send_again(
            sender.session, sender.message.public_id, actor_id=None, now=clock.now()
        )


def test_an_address_that_was_stopped_is_not_written_to_by_sending_again(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending()
    office.reader_answers = {sender.contact.email or "": "550 5.1.1 User unknown"}
    sender.send()
    office.reader_answers = {}
    clock.advance(seconds=timedelta(minutes=1).total_seconds())

    public_id = sender.message.public_id
    send_again(sender.session, public_id, actor_id=None, now=clock.now())
    sender.send()

    assert office.taken == []
    assert sender.states() == [(SendingState.CANCELLED, InvitationState.HELD_BACK)]
