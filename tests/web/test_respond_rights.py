"""Why somebody was asked, and how they stop it: by the link alone."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import (
    CustomerRequest,
    Invitation,
    StoppedAddress,
)
from feedback.collection.terms import InvitationState, RequestKind, StopReason
from tests.factories import Factories

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def token(session: Session, factories: Factories) -> str:
    """The secret of an invitation that an event led to."""
    survey = factories.survey()
    trigger = factories.trigger(survey)
    trigger.name = "A week after the delivery"
    invitation = factories.invitation(
        survey, trigger=trigger, event=factories.event(type="order.delivered")
    )
    address = factories.personal_link(invitation)
    session.commit()
    return address.removeprefix("/a/")


def state_of(session: Session) -> InvitationState:
    session.rollback()
    found = session.scalars(select(Invitation.state)).one()
    session.rollback()
    return found


def test_the_page_tells_what_happened_which_rule_and_until_when(
    client: FlaskClient, token: str
) -> None:
    page = client.get(f"/why/{token}?lang=en").text

    assert "Order delivered, on 15 October 2026" in page
    assert "A week after the delivery" in page
    assert "Votre avis" in page
    assert "This link can be used until 29 October 2026." in page
    assert "we forget on 14 October 2029 who gave them" in page
    assert f'href="/stop/{token}"' in page
    assert f'href="/a/{token}"' in page
    assert '<html lang="fr">' in client.get(f"/why/{token}?lang=fr").text
    assert "15 octobre 2026" in client.get(f"/why/{token}?lang=fr").text


def test_somebody_invited_by_hand_is_told_so(
    session: Session, client: FlaskClient, factories: Factories
) -> None:
    address = factories.personal_link(factories.invitation())
    session.commit()

    page = client.get(address.replace("/a/", "/why/")).text
    assert "Somebody at Essai invited you personally." in page


def test_an_anonymous_survey_says_that_it_is(
    session: Session, client: FlaskClient, factories: Factories
) -> None:
    invitation = factories.invitation(factories.survey(anonymous=True))
    address = factories.personal_link(invitation)
    session.commit()

    assert (
        "This survey is anonymous." in client.get(address.replace("/a/", "/why/")).text
    )


def test_one_asks_to_be_forgotten_once(
    session: Session, client: FlaskClient, token: str
) -> None:
    for _ in range(3):
        page = client.post(f"/why/{token}")
        assert page.status_code == 200
        assert "Your wish to be forgotten is noted." in page.text

    wish = session.scalars(select(CustomerRequest)).one()
    assert wish.kind == RequestKind.ERASURE
    assert wish.contact_id == session.scalars(select(Invitation.contact_id)).one()


def test_looking_stops_nothing_and_a_button_does(
    session: Session, client: FlaskClient, token: str
) -> None:
    page = client.get(f"/stop/{token}")
    assert page.status_code == 200
    assert "Stop asking me" in page.text
    assert f'action="/stop/{token}"' in page.text
    client.head(f"/stop/{token}")
    assert state_of(session) == InvitationState.SENT
    assert session.scalars(select(StoppedAddress)).all() == []
    session.rollback()

    done = client.post(f"/stop/{token}")

    assert done.status_code == 200
    assert "You get no more surveys from us" in done.text
    assert state_of(session) == InvitationState.REFUSED
    reasons = set(session.scalars(select(StoppedAddress.reason)))
    assert reasons == {StopReason.OPT_OUT}
    session.rollback()
    assert "You get no more surveys from us" in client.get(f"/stop/{token}").text
    assert client.get(f"/a/{token}").status_code == 410


def test_one_click_of_a_mail_program_needs_nothing_else(
    session: Session, client: FlaskClient, token: str
) -> None:
    for _ in range(2):
        answer = client.post(f"/stop/{token}", data=ONE_CLICK)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers

    assert state_of(session) == InvitationState.REFUSED
    assert client.post("/stop/" + "x" * 43, data=ONE_CLICK).status_code == 404


def test_who_has_answered_may_still_stop(
    session: Session, client: FlaskClient, token: str
) -> None:
    session.scalars(select(Invitation)).one().state = InvitationState.COMPLETE
    session.commit()
    client.post(f"/stop/{token}", data=ONE_CLICK)

    assert state_of(session) == InvitationState.COMPLETE
    assert len(session.scalars(select(StoppedAddress)).all()) > 0
