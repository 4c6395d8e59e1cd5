"""Asked to talk by mail, a person takes a slot once, and may give it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import Asking, Contact
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import StopReason
from feedback.core.errors import Conflict
from feedback.interviews.appeals import AppealDraft, ask_to_talk, create_appeal
from feedback.interviews.booking import (
    REMIND,
    appointment_of,
    find_invitee,
    give_up,
    take_slot,
)
from feedback.interviews.candidates import says
from feedback.interviews.consent import find_consent
from feedback.interviews.models import Interview, Slot
from feedback.interviews.terms import (
    ConsentScope,
    ConsentWay,
    InterviewState,
    InviteeState,
    Way,
)
from feedback.jobs.models import Job
from tests.interviews.talks import ZONE, Talks

SECRET = "a secret of the tests"


class Looking:
    """An appeal with two slots, and customers to ask."""

    def __init__(self, talks: Talks) -> None:
        self.talks, self.session = talks, talks.session
        self.public_id = create_appeal(
            self.session,
            talks.point.journey_id,
            AppealDraft(
                name="Queue",
                subject_fr="La caisse",
                subject_en="The till",
                way=Way.VIDEO,
                place="Room 3, first floor",
                minutes=45,
                consent_fr="J’accepte.",
                consent_en="I agree.",
                slots=(
                    talks.now + timedelta(days=3),
                    talks.now + timedelta(days=4),
                ),
                guide="the-purchase",
            ),
            author_id=talks.author.id,
            now=talks.now,
        )

    def contact(self, number: int, email: str | None = None) -> Contact:
        """A customer."""
        made = Contact(
            public_id=f"customer{number:04}",
            email=email or f"c{number}@example.org",
            attributes={},
            locale="en",
            created_at=self.talks.now,
        )
        self.session.add(made)
        self.session.flush()
        return made

    def ask(self, *contacts: Contact) -> int:
        """Write to customers; how many were."""
        asked = ask_to_talk(
            self.session,
            self.public_id,
            [one.public_id for one in contacts],
            base_url="https://feedback.example",
            secret=SECRET,
            locale="fr",
            now=self.talks.now,
        )
        self.session.flush()
        return asked.sent

    def tokens(self) -> list[str]:
        """What stands in the links that were written."""
        jobs = self.session.scalars(select(Job).order_by(Job.id)).all()
        return [
            one.payload["context"]["link"].rpartition("/")[2]
            for one in jobs
            if one.payload.get("template") == "interview_invitation"
        ]

    def slots(self) -> list[str]:
        """The slots in order."""
        rows = self.session.scalars(select(Slot).order_by(Slot.starts_at))
        return [one.public_id for one in rows]

    def take(self, token: str, slot: str, *scopes: ConsentScope) -> None:
        """Take a slot by a link."""
        take_slot(
            self.session,
            token,
            slot,
            language="en",
            scopes=scopes,
            link=f"https://feedback.example/t/{token}",
            now=self.talks.now,
            zone=ZONE,
        )


@pytest.fixture
def asking(talks: Talks) -> Looking:
    return Looking(talks)


def test_asking_is_a_line_in_the_ledger_and_is_done_once(asking: Looking) -> None:
    contact = asking.contact(1)

    assert asking.ask(contact) == 1
    assert asking.ask(contact) == 0
    lines = asking.session.scalars(select(Asking)).all()
    assert [(one.contact_id, one.survey_id) for one in lines] == [(contact.id, None)]


def test_who_opted_out_or_was_asked_lately_is_left_alone(asking: Looking) -> None:
    stopped, lately = asking.contact(1), asking.contact(2)
    stop_address(
        asking.session,
        stopped.email or "",
        StopReason.OPT_OUT,
        now=asking.talks.now,
        secret=SECRET,
    )
    asking.session.add(
        Asking(
            contact_id=lately.id,
            survey_id=None,
            channel="email",
            asked_at=asking.talks.now - timedelta(days=1),
        )
    )
    asking.session.flush()

    assert asking.ask(stopped, lately) == 0


def test_a_slot_is_taken_once_even_by_two(asking: Looking) -> None:
    asking.ask(asking.contact(1), asking.contact(2))
    one, other = asking.tokens()
    slot = asking.slots()[0]

    asking.take(one, slot)
    asking.take(one, slot)
    with pytest.raises(Conflict, match="slot_taken"):
        asking.take(other, slot)

    invitee = find_invitee(asking.session, other, now=asking.talks.now)
    assert invitee is not None
    assert [free.public_id for free in invitee.slots] == asking.slots()[1:]


def test_a_slot_makes_an_interview_with_the_consent_given(asking: Looking) -> None:
    contact = asking.contact(1)
    asking.ask(contact)
    (token,) = asking.tokens()

    asking.take(token, asking.slots()[0], ConsentScope.NOTES)

    interview = asking.session.scalars(select(Interview)).one()
    assert interview.contact == contact.public_id
    assert interview.held_at == asking.talks.now + timedelta(days=3)
    assert interview.guide_version_id is not None
    consent = find_consent(asking.session, interview.id)
    assert consent is not None
    assert (consent.text, consent.way) == ("I agree.", ConsentWay.ONLINE)


def test_the_appointment_goes_along_as_a_calendar_file(asking: Looking) -> None:
    asking.ask(asking.contact(1))
    (token,) = asking.tokens()
    asking.take(token, asking.slots()[0])

    jobs = asking.session.scalars(select(Job)).all()
    (sent,) = [
        one for one in jobs if one.payload.get("template") == "interview_appointment"
    ]
    assert sent.payload["inline"][0]["text"].startswith("BEGIN:VCALENDAR\r\n")
    assert [one.due_at for one in jobs if one.name == REMIND] == [
        asking.talks.now + timedelta(days=2)
    ]
    invitee = find_invitee(asking.session, token, now=asking.talks.now)
    assert invitee is not None
    file = appointment_of(invitee, "en", link="x", now=asking.talks.now)
    assert "LOCATION:Room 3\\, first floor\r\n" in (file or "")


def test_a_slot_that_is_given_back_is_free_again(asking: Looking) -> None:
    asking.ask(asking.contact(1))
    (token,) = asking.tokens()
    asking.take(token, asking.slots()[0])

    give_up(asking.session, token, now=asking.talks.now)
    give_up(asking.session, token, now=asking.talks.now)

    invitee = find_invitee(asking.session, token, now=asking.talks.now)
    assert invitee is not None
    assert invitee.appointment is None
    assert len(invitee.slots) == 2
    interview = asking.session.scalars(select(Interview)).one()
    assert interview.state == InterviewState.CANCELLED


def test_who_declines_is_noted(asking: Looking) -> None:
    asking.ask(asking.contact(1))
    (token,) = asking.tokens()

    give_up(asking.session, token, now=asking.talks.now)

    invitee = find_invitee(asking.session, token, now=asking.talks.now)
    assert invitee is not None
    assert invitee.state == InviteeState.DECLINED


def test_an_unknown_link_leads_nowhere(session: Session, talks: Talks) -> None:
    assert find_invitee(session, "no such token", now=talks.now) is None


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"choice": "yes"}, True),
        ({"choice": "no"}, False),
        ({"choices": ["no", "yes"]}, True),
        (["yes"], True),
        ("yes", True),
        (None, False),
        (5, False),
    ],
)
def test_an_answer_says_a_choice_in_every_form(answer: object, found: bool) -> None:
    assert says(answer, "yes") is found
