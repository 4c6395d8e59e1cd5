"""What goes out by mail: once, and whatever the other side answers."""

import threading
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from feedback.collection.invitations import find_invitation
from feedback.collection.models import Contact, InvitationToken, Sending
from feedback.collection.owing import SEND
from feedback.collection.settling import MOST_ATTEMPTS, WAITS
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import InvitationState, SendingState, StopReason
from feedback.jobs.ledger import enqueue
from feedback.jobs.models import Job, JobState
from feedback.surveys.questionnaire import Page, Question, Questionnaire
from tests.collection.sender import SENT, Sender, body_of, mails, token_of
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.mail.post_office import HANG_UP, PostOffice


def test_a_person_gets_a_mail_that_leads_to_their_own_invitation(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending()
    sender.send()

    (mail,) = mails(office)
    invitation = find_invitation(sender.session, token_of(mail))
    message = sender.message
    assert mail["To"] == sender.contact.email
    assert mail["Subject"] == "Your opinion"
    assert mail["Message-ID"] == f"<{message.public_id}@maison.example>"
    assert mail["List-Unsubscribe"] == f"<https://avis.example/stop/{token_of(mail)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert invitation is not None
    assert invitation.sent_at == clock.now()
    assert sender.states() == [SENT]
    assert (message.sent_at, message.attempts) == (clock.now(), 1)
    assert message.owner is None


def test_the_plain_token_is_nowhere_in_the_database(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    factories.sending()
    sender.send()

    kept = sender.session.scalars(select(InvitationToken.token_hash)).all()
    assert token_of(mails(office)[0]) not in kept
    assert len(kept) == 1


def test_a_batch_goes_over_one_connection(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    for _ in range(7):
        factories.sending()
    sender.send()

    assert len(office.taken) == 7
    assert len(office.connections) == 1
    assert set(office.readers) == set(sender.session.scalars(select(Contact.email)))


def test_nothing_is_sent_before_its_moment_and_nothing_twice(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending(due_at=clock.now() + timedelta(minutes=1))
    sender.send()
    assert office.taken == []

    clock.advance(minutes=1)
    sender.send()
    sender.send()
    assert len(office.taken) == 1


def test_the_sweep_finds_what_became_due(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending(due_at=clock.now() + timedelta(days=3))
    sender.session.commit()
    worker = sender.worker()
    for days, sent in ((2, 0), (1, 1), (1, 1)):
        clock.advance(days=days)
        worker.sweep()
        worker.drain()
        assert len(office.taken) == sent


def test_who_is_to_come_back_later_is_tried_again_with_the_same_message_id(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending()
    office.answers = ["451 4.7.1 Greylisted"]
    sender.send()

    assert sender.states() == [(SendingState.DUE, InvitationState.QUEUED)]
    late = sender.message
    assert (late.due_at, late.error) == (
        clock.now() + WAITS[0],
        "451 4.7.1 Greylisted",
    )
    kept = late.message_id
    clock.advance(minutes=5)
    sender.send()
    assert (sender.states(), sender.message.error) == ([SENT], None)
    assert mails(office)[0]["Message-ID"] == kept


def test_after_the_sixth_attempt_it_has_failed(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    factories.sending()
    office.answer = "451 Not now"
    for wait in (*WAITS, timedelta(days=1)):
        sender.send()
        clock.advance(seconds=wait.total_seconds())

    assert sender.message.attempts == MOST_ATTEMPTS == 6
    assert sender.states() == [(SendingState.FAILED, InvitationState.FAILED)]
    assert sender.invitation.reason == "not_taken"
    office.answer = "250 OK"
    sender.send()
    assert office.taken == []


def test_an_address_without_a_mailbox_is_written_to_no_more(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    contact = factories.contact(email="gone@example.org")
    factories.sending(factories.invitation(None, contact, state=InvitationState.QUEUED))
    office.reader_answers = {"gone@example.org": "550 5.1.1 User unknown"}
    sender.send()

    assert sender.states() == [(SendingState.BOUNCED, InvitationState.BOUNCED)]
    assert sender.invitation.reason == "address_bounced"
    assert stopped_among(
        sender.session, ["gone@example.org"], secret=sender.settings.secret()
    ) == {"gone@example.org": StopReason.BOUNCE}


def test_a_refusal_that_is_not_about_the_address_does_not_stop_it(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    factories.sending()
    office.answer = "554 5.7.1 Looks like spam"
    sender.send()

    assert sender.states() == [(SendingState.BOUNCED, InvitationState.BOUNCED)]
    assert sender.invitation.reason == "refused"
    email = sender.contact.email or ""
    secret = sender.settings.secret()
    assert not stopped_among(sender.session, [email], secret=secret)


def test_a_line_that_breaks_within_a_mail_leaves_it_unknown_and_the_others_go(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    for _ in range(3):
        factories.sending()
    office.answers = ["250 OK", HANG_UP]
    sender.send()

    assert sorted(sender.states()) == sorted(
        [SENT, (SendingState.UNKNOWN, InvitationState.UNKNOWN), SENT]
    )
    clock.advance(days=1)
    sender.send()
    assert len(office.taken) == 3
    assert len(set(office.readers)) == 3


def test_a_server_that_is_away_costs_no_attempt_and_is_seen_on_the_job(
    factories: Factories, sender: Sender, clock: StoppedClock
) -> None:
    factories.sending()
    sender.send(smtp_port=1)

    assert (sender.message.state, sender.message.attempts) == (SendingState.DUE, 0)
    of_sending = select(Job).where(Job.name == SEND)
    job = sender.session.scalars(of_sending).one()
    assert job.state == JobState.DUE
    assert "refused" in (job.last_error or "")
    sender.session.commit()
    sender.worker().sweep()
    assert sender.session.scalars(of_sending).all() == [job]


def test_a_server_that_wants_nothing_from_this_sender_costs_no_attempt_either(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    for _ in range(2):
        factories.sending()
    office.sender_answer = "553 5.1.8 Who are you?"
    sender.send()

    found = sender.session.execute(select(Sending.state, Sending.attempts)).all()
    assert {tuple(one) for one in found} == {(SendingState.DUE, 0)}
    office.sender_answer = "250 OK"
    clock.advance(seconds=10)
    sender.send()
    assert sender.states() == [SENT, SENT]


def test_the_pace_is_kept_over_all_batches(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    for _ in range(7):
        factories.sending()
    sender.owe()
    slow = sender.worker(mails_per_minute=3)
    sent = []
    for _ in range(5):
        slow.drain()
        sent.append(len(office.taken))
        clock.advance(seconds=30)

    assert sent == [3, 3, 6, 6, 7]


def test_a_message_that_cannot_be_made_does_not_keep_the_others_back(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    broken = factories.contact(email="no address at all")
    factories.sending(factories.invitation(None, broken, state=InvitationState.QUEUED))
    factories.sending()
    sender.send()

    assert sender.states() == [(SendingState.FAILED, InvitationState.FAILED), SENT]
    assert len(office.taken) == 1


def test_an_address_that_carries_a_header_reaches_nobody(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    contact = factories.contact(email="a@example.org\r\nBcc: all@example.org")
    factories.sending(factories.invitation(None, contact, state=InvitationState.QUEUED))
    sender.send()

    assert office.taken == []
    assert sender.states() == [(SendingState.FAILED, InvitationState.FAILED)]
    assert sender.invitation.reason == "not_made"


def test_a_name_that_carries_a_header_reaches_nobody_else(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    question = Question(key="q", kind="nps", text={"en": "Well?"})
    survey = factories.survey(
        questionnaire=Questionnaire(
            title={"en": "For {attribute:name}"},
            languages=("en",),
            default_language="en",
            pages=(Page(key="p", questions=(question,)),),
        )
    )
    for name in (
        "Zoé\r\nBcc: all@example.org",
        "Zoé =?utf-8?q?=0D=0ABcc=3A_all=40example=2Eorg?=",
    ):
        facts: Mapping[str, object] = {"attribute": {"name": name}}
        factories.sending(
            factories.invitation(survey, state=InvitationState.QUEUED, facts=facts)
        )
    factories.sending()
    sender.send()

    assert all("Bcc" not in mail for mail in mails(office))
    assert "all@example.org" not in office.readers
    assert sender.states()[0] == sender.states()[2] == SENT
    assert sender.states()[1] == (SendingState.FAILED, InvitationState.FAILED)


def test_an_anonymous_survey_names_nobody_in_its_mail(
    factories: Factories, sender: Sender, office: PostOffice
) -> None:
    survey = factories.survey(anonymous=True)
    factories.sending(factories.invitation(survey, state=InvitationState.QUEUED))
    sender.send()

    assert body_of(mails(office)[0]).startswith("Hello,")


def test_two_workers_send_each_message_once(
    factories: Factories, sender: Sender, office: PostOffice, clock: StoppedClock
) -> None:
    for _ in range(40):
        factories.sending()
    for key in ("one", "two"):
        enqueue(sender.session, SEND, {}, due_at=clock.now(), dedupe_key=f"test:{key}")
    sender.session.commit()
    threads = [
        threading.Thread(target=sender.worker(owner=owner).drain)
        for owner in ("one:1", "two:2")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(office.taken) == 40
    assert len(set(office.readers)) == 40
    counted = sender.session.execute(
        select(Sending.state, func.count()).group_by(Sending.state)
    )
    assert [tuple(one) for one in counted] == [(SendingState.SENT, 40)]
