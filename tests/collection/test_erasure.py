"""Erasure: nothing is left of a customer who asked, and no more than that goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback import schema
from feedback.collection.erasure import forget_contact, forget_events, forget_silent
from feedback.collection.models import (
    Asking,
    Contact,
    ContactIdentity,
    CustomerRequest,
    Event,
    EventOutcome,
    Invitation,
    InvitationToken,
    Response,
    Sending,
)
from feedback.collection.terms import (
    Channel,
    IdentityKind,
    InvitationState,
    OutcomeKind,
    RequestKind,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.core.errors import NotFound
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.questionnaire import write_questionnaire
from feedback.voice.models import Feedback, StaleDay
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.surveys.asking import question, survey

CANARY = "Zoé Quenouille"
ASKED = survey(
    (
        question("long_text", "why"),
        question("contact", "who", fields=["name"], consent={"en": "Yes"}),
    )
)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class House:
    """A survey at a touchpoint, and people who were asked."""

    def __init__(self, session: Session, factories: Factories) -> None:
        self.session = session
        self.factories = factories
        self.touchpoint: Touchpoint = factories.touchpoint()
        self.journey_id = self.touchpoint.journey_id
        self.survey = Survey(
            journey_id=self.journey_id,
            touchpoint_id=self.touchpoint.id,
            name="After",
            draft={},
            created_at=NOW,
        )
        session.add(self.survey)
        session.flush()
        self.version = SurveyVersion(
            survey_id=self.survey.id,
            number=1,
            document=write_questionnaire(ASKED),
            checksum="house".rjust(64, "0"),
            published_at=NOW,
        )
        session.add(self.version)
        session.flush()

    def customer(self, number: str, *, heard: datetime = NOW) -> Contact:
        """A customer with one of everything that may be kept of them."""
        contact = Contact(
            customer=number,
            name=CANARY,
            email=f"{number}@example.org",
            newest_event_at=heard,
            created_at=heard,
            attributes={"note": CANARY},
        )
        self._add(contact)
        event = Event(
            source="shop",
            event_id=number,
            type="order.paid",
            occurred_at=heard,
            received_at=heard,
            customer={"name": CANARY},
            data={"gift": CANARY},
            contact_id=contact.id,
        )
        self._add(event)
        invitation = Invitation(
            origin_key=number,
            journey_id=self.journey_id,
            survey_id=self.survey.id,
            touchpoint_id=self.touchpoint.id,
            event_id=event.id,
            contact_id=contact.id,
            channel=Channel.EMAIL,
            locale="fr",
            state=InvitationState.SENT,
            due_at=heard,
            expires_at=heard,
            created_at=heard,
            facts={"attribute": {"note": CANARY}},
        )
        self._add(invitation)
        response = Response(
            key_hash=number,
            journey_id=self.journey_id,
            survey_id=self.survey.id,
            version_id=self.version.id,
            touchpoint_id=self.touchpoint.id,
            invitation_id=invitation.id,
            contact_id=contact.id,
            channel=Channel.EMAIL,
            language="fr",
            state=ResponseState.COMPLETE,
            answers={"why": "Trop long", "who": {"name": CANARY, "consent": True}},
            facts={"attribute": {"note": CANARY}},
            day=heard.date(),
            saved_at=heard,
        )
        self._add(response)
        self._add(
            EventOutcome(
                event_id=event.id, kind=OutcomeKind.INVITED, reason="", decided_at=heard
            ),
            ContactIdentity(
                contact_id=contact.id, kind=IdentityKind.CUSTOMER, value=number
            ),
            Asking(
                contact_id=contact.id,
                survey_id=self.survey.id,
                channel=Channel.EMAIL,
                asked_at=heard,
            ),
            InvitationToken(token_hash=number, invitation_id=invitation.id),
            Sending(
                invitation_id=invitation.id,
                kind=SendingKind.REMINDER,
                channel=Channel.EMAIL,
                due_at=heard,
            ),
            CustomerRequest(
                kind=RequestKind.CALLBACK,
                contact_id=contact.id,
                name=CANARY,
                reach="0612345678",
                created_at=heard,
            ),
            self._said(f"response:{response.public_id}", number),
        )
        return contact

    def _said(self, key: str, customer: str) -> Feedback:
        said: Feedback = self.factories.feedback(self.touchpoint)
        said.origin_key, said.customer = key, customer
        return said

    def _add(self, *rows: Any) -> None:
        self.session.add_all(rows)
        self.session.flush()


@pytest.fixture
def house(session: Session, factories: Factories) -> House:
    return House(session, factories)


def everything(session: Session) -> str:
    """All that the database holds, as one text."""
    session.flush()
    return "\n".join(
        repr(tuple(row))
        for table in schema.metadata.sorted_tables
        for row in session.execute(select(table))
    )


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_nothing_is_left_of_a_customer_who_asked(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")
    assert CANARY in everything(session)

    forgotten = forget_contact(session, contact.public_id, actor_id=None, now=NOW)

    left = everything(session)
    assert CANARY not in left
    assert "c-1@" not in left
    assert "0612345678" not in left
    assert (forgotten.events, forgotten.invitations) == (1, 1)
    assert (forgotten.responses, forgotten.occasions) == (1, 1)


def test_what_others_said_stays(session: Session, house: House) -> None:
    gone = house.customer("c-1")
    house.customer("c-2")

    forget_contact(session, gone.public_id, actor_id=None, now=NOW)

    assert count(session, Response) == 1
    assert session.scalars(select(Feedback.customer)).all() == ["c-2"]
    assert count(session, InvitationToken) == 1


def test_an_import_of_the_same_customer_goes_too(
    session: Session, house: House, factories: Factories
) -> None:
    contact = house.customer("c-1")
    imported = factories.feedback(house.touchpoint)
    imported.customer = "c-1"
    session.flush()

    forgotten = forget_contact(session, contact.public_id, actor_id=None, now=NOW)

    assert forgotten.occasions == 2
    assert count(session, Feedback) == 0


def test_the_counts_are_owed_again_and_the_link_is_dead(
    session: Session, house: House
) -> None:
    contact = house.customer("c-1")

    forget_contact(session, contact.public_id, actor_id=None, now=NOW)

    session.expire_all()
    assert count(session, StaleDay) > 0
    invitation = session.scalars(select(Invitation)).one()
    assert invitation.state == InvitationState.WITHDRAWN
    assert session.scalars(select(Sending.state)).one() == SendingState.CANCELLED
    assert count(session, InvitationToken) == 0


def test_a_customer_who_is_not_there_is_said_to_be_unknown(session: Session) -> None:
    with pytest.raises(NotFound, match="contact"):
        forget_contact(session, "nobody", actor_id=None, now=NOW)


def test_silence_of_years_takes_the_name_and_leaves_the_answers(
    session: Session, house: House
) -> None:
    house.customer("old", heard=NOW - timedelta(days=1100))
    house.customer("new")

    gone = forget_silent(session, before=NOW - timedelta(days=1095), now=NOW)

    session.expire_all()
    assert gone == 1
    assert session.scalars(select(Contact.customer)).all() == ["new"]
    assert count(session, Response) == 2
    first = session.scalars(select(Response).order_by(Response.id)).first()
    assert first is not None
    assert (first.answers, first.facts) == ({"why": "Trop long"}, {})
    assert first.contact_id is None
    assert set(session.scalars(select(Feedback.customer))) == {None, "new"}


def test_events_of_long_ago_go_with_what_came_of_them(
    session: Session, house: House, clock: StoppedClock
) -> None:
    house.customer("old", heard=NOW - timedelta(days=500))
    house.customer("new")

    assert forget_events(session, received_before=NOW - timedelta(days=400)) == 1

    assert count(session, Event) == 1
    assert count(session, EventOutcome) == 1
    assert count(session, Invitation) == 2
