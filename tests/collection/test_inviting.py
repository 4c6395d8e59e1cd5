"""Inviting by hand: planned like any other, or a link that is handed over."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.invitations import find_invitation
from feedback.collection.inviting import Invited, invite
from feedback.collection.models import Asking, Invitation
from feedback.collection.terms import Channel, InvitationState
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.jobs.models import Job
from feedback.surveys.models import SurveyState
from tests.conftest import StoppedClock
from tests.factories import Factories


class Desk:
    """Invites a contact to a survey by mail, unless something else is said."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session = session
        self.clock = clock
        self.survey = factories.survey()
        self.contact = factories.contact(attributes={"tier": "gold"})

    def __call__(self, **changes: Any) -> Invited:
        """Invite somebody."""
        wish: dict[str, Any] = {
            "contact_id": self.contact.id,
            "channel": Channel.EMAIL,
            "locale": "fr",
            "now": self.clock.now(),
            **changes,
        }
        return invite(self.session, wish.pop("survey_id", self.survey.id), **wish)


@pytest.fixture
def desk(session: Session, factories: Factories, clock: StoppedClock) -> Desk:
    return Desk(session, factories, clock)


def test_a_mail_is_planned_like_any_other(desk: Desk, session: Session) -> None:
    invited = desk()

    one = session.get_one(Invitation, invited.id)
    assert one.state == InvitationState.PLANNED
    assert one.facts["attribute"]["tier"] == "gold"
    assert invited.token is None
    assert session.scalars(select(Asking.id)).all() == []
    assert session.scalars(select(Job.name)).all() == ["collection.plan"]


def test_a_link_is_handed_over_at_once_and_counts_as_an_asking(
    desk: Desk, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    anonymous = factories.survey(anonymous=True)

    invited = desk(survey_id=anonymous.id, channel=Channel.LINK)

    assert invited.token is not None
    found = find_invitation(session, invited.token)
    assert found is not None
    assert found.can_be_answered(clock.now())
    assert found.facts == {}
    assert session.scalars(select(Asking.contact_id)).all() == [desk.contact.id]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"channel": Channel.KIOSK}, {"channel": "no_address"}),
        ({"channel": Channel.SMS}, {"channel": "no_address"}),
        ({"expires_after_days": 0}, {"expires_after_days": "out_of_range"}),
        ({"priority": 10}, {"priority": "out_of_range"}),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    desk: Desk, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        desk(**changes)

    assert caught.value.fields == fields


def test_nobody_is_invited_long_before_or_to_what_is_closed_or_not_there(
    desk: Desk, factories: Factories, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid, match="out_of_range"):
        desk(due_at=clock.now() + timedelta(days=61))
    with pytest.raises(NotFound, match="survey"):
        desk(survey_id=10**6)
    with pytest.raises(NotFound, match="contact"):
        desk(contact_id=10**6)
    with pytest.raises(NotFound, match="touchpoint"):
        desk(touchpoint_id=factories.touchpoint().id)
    desk.survey.state = SurveyState.CLOSED
    with pytest.raises(Conflict, match="survey_not_open"):
        desk()
