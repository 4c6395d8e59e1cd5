"""What pages read of triggers and invitations."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.invitation_log import (
    InvitationFilter,
    get_invitation,
    list_invitations,
)
from feedback.collection.models import Contact, Sending
from feedback.collection.opting_out import refuse
from feedback.collection.planning import plan_due
from feedback.collection.queries import (
    ReasonCount,
    count_held_back,
    get_trigger,
    list_triggers,
)
from feedback.collection.stop_list import stop_address
from feedback.collection.taking import House, take, waiting_events
from feedback.collection.terms import (
    Channel,
    InvitationState,
    OutcomeKind,
    SendingKind,
    StopReason,
)
from feedback.collection.triggers import archive_trigger, change_trigger
from feedback.core.errors import NotFound
from feedback.core.pagination import PageRequest
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories

SECRET = "a secret of the tests"
HOUSE = House(locale="fr", country="FR", secret=SECRET)


def look(session: Session, clock: StoppedClock) -> None:
    """Have the triggers look at what waits, and plan what is due."""
    take(session, waiting_events(session), HOUSE, now=clock.now())
    plan_due(session, now=clock.now(), zone=ZONE, secret=SECRET)


def test_a_trigger_is_listed_with_what_came_of_its_events(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    rule = {
        "conditions": [
            {"subject": "event", "name": "vip", "operator": "is", "value": True}
        ]
    }
    trigger = factories.trigger(rule=rule)
    for vip in (True, True, False):
        factories.event(data={"vip": vip})
    stop_address(
        session,
        "gone@example.org",
        StopReason.BOUNCE,
        now=clock.now(),
        secret=SECRET,
    )
    factories.event(data={"vip": True}, customer={"email": "gone@example.org"})
    look(session, clock)
    factories.invitation(trigger=trigger, state=InvitationState.COMPLETE)

    (one,) = list_triggers(session, journey_id=trigger.journey_id)
    assert one.public_id == trigger.public_id
    assert one.met == 4
    assert one.outcomes == {
        OutcomeKind.INVITED: 2,
        OutcomeKind.NOT_MATCHED: 1,
        OutcomeKind.HELD_BACK: 1,
        OutcomeKind.NO_TRIGGER: 0,
    }
    assert one.completed == 1
    assert list_triggers(session, journey_id=trigger.journey_id + 1) == ()


def test_a_trigger_can_be_changed_from_what_is_read_of_it(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger(
        window={"days": [1], "from": "10:00", "to": "12:00"}, reminders=[3]
    )

    read = get_trigger(session, trigger.public_id)
    change_trigger(
        session,
        trigger.public_id,
        read.draft,
        revision=read.revision,
        actor_id=None,
        now=clock.now(),
    )

    again = get_trigger(session, trigger.public_id)
    assert again.draft == read.draft
    assert again.revision == read.revision + 1
    with pytest.raises(NotFound, match="trigger"):
        get_trigger(session, "no-such-one")


def test_an_archived_trigger_is_on_its_own_list(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger()
    archive_trigger(session, trigger.public_id, actor_id=None, now=clock.now())

    assert list_triggers(session) == ()
    assert [one.public_id for one in list_triggers(session, archived=True)] == [
        trigger.public_id
    ]


def test_each_reason_is_counted_once_whenever_it_stood_in_the_way(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger(channels=[Channel.SMS, Channel.EMAIL])
    factories.event(customer={"id": "C1"})  # no address, said at once
    for _ in range(2):  # the second is too much, said when it is due
        factories.event(customer={"id": "C2", "email": "c2@example.org"})
    look(session, clock)
    contact = factories.contact()  # opts out while something is planned
    by_hand = factories.invitation(contact=contact, state=InvitationState.PLANNED)
    clicked = factories.invitation(contact=contact)
    refuse(session, clicked.id, now=clock.now(), secret=SECRET)

    assert count_held_back(session) == (
        ReasonCount(reason="no_address", count=1),
        ReasonCount(reason="opted_out", count=1),
        ReasonCount(reason="same_survey", count=1),
    )
    of_trigger = count_held_back(session, trigger=trigger.public_id)
    assert [one.reason for one in of_trigger] == ["no_address", "same_survey"]
    of_hand = count_held_back(session, journey_id=by_hand.journey_id)
    assert [one.reason for one in of_hand] == ["opted_out"]
    clock.advance(days=1)
    assert count_held_back(session, since=clock.now()) == ()


def test_who_opts_out_is_seen_in_what_came_of_the_event(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    trigger = factories.trigger(delay_minutes=60)
    factories.event(customer={"id": "C1", "email": "c1@example.org"})
    look(session, clock)
    (planned,) = list_invitations(session, PageRequest()).items
    contact = session.scalars(select(Contact).where(Contact.customer == "C1")).one()
    clicked = factories.invitation(contact=contact)

    refuse(session, clicked.id, now=clock.now(), secret=SECRET)

    (one,) = list_triggers(session, journey_id=trigger.journey_id)
    assert one.outcomes[OutcomeKind.HELD_BACK] == 1
    assert get_invitation(session, planned.public_id).reason == "opted_out"


def test_invitations_are_listed_newest_first_and_narrowed(
    session: Session, factories: Factories
) -> None:
    contact, trigger = factories.contact(), factories.trigger()
    survey = factories.survey()
    event = factories.event()
    first = factories.invitation(survey, contact, trigger=trigger, event=event)
    second = factories.invitation(state=InvitationState.HELD_BACK)
    second.reason = "window_full"
    session.flush()

    def found(**wanted: object) -> list[str]:
        page = list_invitations(
            session,
            PageRequest(),
            InvitationFilter(**wanted),  # type: ignore[arg-type]
        )
        return [one.public_id for one in page.items]

    assert found() == [second.public_id, first.public_id]
    assert found(survey=survey.public_id) == [first.public_id]
    assert found(trigger=trigger.public_id) == [first.public_id]
    assert found(contact=contact.public_id) == [first.public_id]
    assert found(journey_id=second.journey_id) == [second.public_id]
    assert found(state=InvitationState.HELD_BACK) == [second.public_id]
    assert found(reason="window_full") == [second.public_id]
    assert found(channel=Channel.SMS) == []
    page = list_invitations(session, PageRequest(size=1))
    assert page.has_next


def test_an_invitation_tells_its_story(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    event = factories.event()
    trigger = factories.trigger()
    invitation = factories.invitation(trigger=trigger, event=event)
    session.add(
        Sending(
            invitation_id=invitation.id,
            kind=SendingKind.INVITATION,
            channel=Channel.EMAIL,
            due_at=clock.now(),
        )
    )
    session.flush()

    story = get_invitation(session, invitation.public_id)

    assert story.trigger_name == trigger.name
    assert story.event == event.public_id
    assert story.event_type == event.type
    assert [one.kind for one in story.messages] == [SendingKind.INVITATION]
    with pytest.raises(NotFound, match="invitation"):
        get_invitation(session, "no-such-one")
