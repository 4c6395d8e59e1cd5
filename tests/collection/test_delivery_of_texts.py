"""What goes out by text message."""

from datetime import datetime, timedelta

import pytest

from feedback.collection.sendings import Pace, next_free_moment, take
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingState,
    StopReason,
)
from tests.collection.gateway import HANG_UP, Gateway
from tests.collection.sender import SENT, Sender
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import PostOffice

PHONE = "+33612345678"


@pytest.fixture(autouse=True)
def text(factories: Factories) -> None:
    """A text message that is due."""
    contact = factories.contact(phone=PHONE)
    factories.sending(
        factories.invitation(
            None, contact, state=InvitationState.QUEUED, channel=Channel.SMS
        )
    )


def test_it_goes_to_the_gateway_once_under_the_same_id(
    sender: Sender, clock: StoppedClock
) -> None:
    gateway = Gateway()
    gateway.answers = [(503, {})]
    with gateway.open() as url:
        sender.send(sms_url=url)
        assert sender.states() == [(SendingState.DUE, InvitationState.QUEUED)]
        clock.advance(minutes=5)
        sender.send(sms_url=url)

    assert sender.states() == [SENT]
    assert [one["id"] for one in gateway.asked] == [sender.message.public_id] * 2
    assert gateway.asked[0]["to"] == PHONE
    assert "https://avis.example/a/" in gateway.asked[0]["text"]
    assert sender.message.message_id == "n1"


def test_who_answers_stop_to_the_gateway_is_written_to_no_more(sender: Sender) -> None:
    gateway = Gateway()
    gateway.answers = [(422, {"reason": "stopped"})]
    with gateway.open() as url:
        sender.send(sms_url=url)

    assert sender.states() == [(SendingState.BOUNCED, InvitationState.BOUNCED)]
    secret = sender.settings.secret()
    assert stopped_among(sender.session, [PHONE], secret=secret) == {
        PHONE: StopReason.OPT_OUT
    }


def test_a_silence_after_it_went_leaves_it_unknown(
    sender: Sender, clock: StoppedClock
) -> None:
    gateway = Gateway()
    gateway.answers = [(HANG_UP, {})]
    with gateway.open() as url:
        sender.send(sms_url=url)
        clock.advance(days=1)
        sender.send(sms_url=url)

    assert sender.states() == [(SendingState.UNKNOWN, InvitationState.UNKNOWN)]
    assert len(gateway.asked) == 1


def test_a_gateway_that_is_away_or_does_not_know_us_costs_no_attempt(
    sender: Sender, clock: StoppedClock
) -> None:
    gateway = Gateway()
    gateway.answers = [(401, {})]
    with gateway.open() as url:
        sender.send(sms_url=url)
    clock.advance(minutes=1)
    sender.send(sms_url=url)

    assert (sender.message.state, sender.message.attempts) == (SendingState.DUE, 0)


def test_a_gateway_that_is_away_does_not_keep_the_mails_back(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    factories.sending()

    sender.send(sms_url="http://127.0.0.1:1")

    assert len(office.taken) == 1


def test_without_a_gateway_it_fails_and_says_so(sender: Sender) -> None:
    sender.send()

    assert sender.states() == [(SendingState.FAILED, InvitationState.FAILED)]
    assert sender.invitation.reason == "no_gateway"


def test_the_pace_of_texts_is_kept_and_slows_no_mail(
    factories: Factories, sender: Sender, clock: StoppedClock, office: PostOffice
) -> None:
    for number in range(4):
        factories.sending(
            factories.invitation(
                None,
                factories.contact(phone=f"+3361234567{number}"),
                state=InvitationState.QUEUED,
                channel=Channel.SMS,
            )
        )
    for _ in range(3):
        factories.sending()
    sender.owe()
    gateway = Gateway()
    sent = []
    with gateway.open() as url:
        slow = sender.worker(sms_url=url, texts_per_second=2)
        for _ in range(5):
            slow.drain()
            sent.append(len(gateway.taken))
            clock.advance(seconds=0.5)

    assert sent == [2, 2, 4, 4, 5]
    assert len(office.taken) == 3


def test_a_text_that_was_lost_with_its_worker_holds_the_pace_for_a_minute_at_most(
    sender: Sender, clock: StoppedClock
) -> None:
    pace = Pace(most=1, within=timedelta(seconds=1))

    def free() -> datetime:
        return next_free_moment(sender.session, Channel.SMS, pace, now=clock.now())

    taken = take(
        sender.session,
        sender.message.id,
        owner="lost",
        now=clock.now(),
        settings=sender.settings,
    )

    assert taken is not None
    clock.advance(seconds=20)
    assert free() == clock.now() + timedelta(seconds=1)
    clock.advance(seconds=40)
    assert free() == clock.now()
