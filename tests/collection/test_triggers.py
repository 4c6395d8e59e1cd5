"""Triggers: what can be kept is kept, what cannot is said by field."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.matching import TriggerRule
from feedback.collection.models import Trigger
from feedback.collection.terms import Channel, InvitationState
from feedback.collection.timing import SendWindow, read_window, write_window
from feedback.collection.trigger_draft import TriggerDraft
from feedback.collection.triggers import (
    archive_trigger,
    change_trigger,
    create_trigger,
    rules_for,
    switch_trigger,
)
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import AuditEntry
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.models import Survey, SurveyState
from tests.conftest import StoppedClock
from tests.factories import Factories

GERMAN = Rule(conditions=(Condition(subject="language", operator="is", value="de"),))


class Workshop:
    """A survey, and triggers that lead to it."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session = session
        self.clock = clock
        self.survey: Survey = factories.survey()

    def draft(self, **changes: Any) -> TriggerDraft:
        """A draft that can be kept, unless the changes forbid it."""
        said: dict[str, Any] = {
            "name": "After delivery",
            "survey": self.survey.public_id,
            "event_type": "order.delivered",
        }
        return TriggerDraft(**{**said, **changes})

    def make(self, **changes: Any) -> str:
        """Create a trigger."""
        return create_trigger(
            self.session,
            self.survey.journey_id,
            self.draft(**changes),
            actor_id=None,
            now=self.clock.now(),
        )

    def switch(self, public_id: str, *, on: bool) -> None:
        """Switch a trigger."""
        switch_trigger(
            self.session, public_id, on=on, actor_id=None, now=self.clock.now()
        )

    def faults(self, **changes: Any) -> dict[str, str]:
        """Return why a draft cannot be kept."""
        with pytest.raises(Invalid) as caught:
            self.make(**changes)
        return caught.value.fields

    def listening(self) -> tuple[TriggerRule, ...]:
        """Return the triggers that are on."""
        return rules_for(self.session, ["order.delivered"]).get("order.delivered", ())


@pytest.fixture
def workshop(session: Session, factories: Factories, clock: StoppedClock) -> Workshop:
    return Workshop(session, factories, clock)


def test_a_new_trigger_is_off_and_at_the_touchpoint_of_its_survey(
    workshop: Workshop, session: Session
) -> None:
    public_id = workshop.make()

    trigger = session.scalars(select(Trigger)).one()
    assert trigger.public_id == public_id
    assert not trigger.is_on
    assert trigger.touchpoint_id == workshop.survey.touchpoint_id
    assert workshop.listening() == ()


def test_a_trigger_that_is_on_listens_with_all_that_was_said(
    workshop: Workshop, factories: Factories, clock: StoppedClock
) -> None:
    window = SendWindow(days=frozenset({0, 4}), since=time(10), until=time(17))
    public_id = workshop.make(
        rule=GERMAN,
        channels=["sms", "email"],
        delay_minutes=90,
        window=window,
        share=0.5,
        quota=100,
        priority=8,
        expires_after_days=20,
        reminders=[3, 7],
        thanks=True,
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=30),
    )
    workshop.switch(public_id, on=True)
    factories.invitation(
        workshop.survey,
        trigger=workshop.session.scalars(select(Trigger)).one(),
        state=InvitationState.COMPLETE,
    )

    (rule,) = workshop.listening()
    assert rule.rule == GERMAN
    assert rule.channels == (Channel.SMS, Channel.EMAIL)
    assert rule.delay == timedelta(minutes=90)
    assert rule.window == window
    assert (rule.share, rule.quota, rule.priority) == (0.5, 100, 8)
    assert rule.lifetime == timedelta(days=20)
    assert rule.completed == 1
    assert rule.is_survey_open


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, {"name": "missing"}),
        ({"name": "n" * 256}, {"name": "too_long"}),
        ({"survey": "no-such-one"}, {"survey": "not_a_choice"}),
        ({"touchpoint_id": 10**6}, {"touchpoint": "not_a_choice"}),
        ({"event_type": "Order!"}, {"event_type": "bad_type"}),
        ({"channels": []}, {"channels": "missing"}),
        ({"channels": ["kiosk"]}, {"channels": "not_a_choice"}),
        ({"channels": ["email", "email"]}, {"channels": "not_a_choice"}),
        ({"delay_minutes": -1}, {"delay_minutes": "out_of_range"}),
        ({"delay_minutes": 60 * 24 * 60 + 1}, {"delay_minutes": "out_of_range"}),
        ({"share": 0}, {"share": "out_of_range"}),
        ({"share": 1.1}, {"share": "out_of_range"}),
        ({"quota": 0}, {"quota": "out_of_range"}),
        ({"priority": 10}, {"priority": "out_of_range"}),
        ({"expires_after_days": 0}, {"expires_after_days": "out_of_range"}),
        ({"reminders": [1, 2, 3, 4]}, {"reminders": "too_many"}),
        ({"reminders": [0]}, {"reminders": "out_of_range"}),
        ({"reminders": [7, 3]}, {"reminders": "not_ascending"}),
        ({"reminders": [3, 3]}, {"reminders": "not_ascending"}),
        ({"reminders": [14]}, {"reminders": "after_expiry"}),
        ({"window": SendWindow(days=frozenset())}, {"window": "empty_window"}),
        (
            {"window": SendWindow(since=time(12), until=time(11))},
            {"window": "empty_window"},
        ),
        (
            {"window": SendWindow(since=time(21), until=time(23))},
            {"window": "never_allowed"},
        ),
        ({"window": SendWindow(days=frozenset({6}))}, {"window": "never_allowed"}),
    ],
)
def test_each_fault_is_said_by_its_field(
    workshop: Workshop, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert workshop.faults(**changes) == expected


def test_conditions_may_not_ask_for_answers_that_nobody_gave_yet(
    workshop: Workshop,
) -> None:
    on_answer = Rule(
        conditions=(Condition(subject="answer", name="q1", operator="is", value="yes"),)
    )

    assert workshop.faults(rule=on_answer) == {"rule": "not_a_choice"}


def test_an_end_lies_after_the_start(workshop: Workshop, clock: StoppedClock) -> None:
    now = clock.now()

    assert workshop.faults(starts_at=now, ends_at=now) == {
        "ends_at": "ends_before_start"
    }


def test_survey_and_touchpoint_are_of_the_same_journey(
    workshop: Workshop, factories: Factories
) -> None:
    elsewhere = factories.survey()

    assert workshop.faults(survey=elsewhere.public_id) == {"survey": "not_a_choice"}
    assert workshop.faults(touchpoint_id=elsewhere.touchpoint_id) == {
        "touchpoint": "not_a_choice"
    }


def test_the_later_of_two_changes_is_told(
    workshop: Workshop, session: Session, clock: StoppedClock
) -> None:
    public_id = workshop.make()

    def change(revision: int) -> int:
        return change_trigger(
            session,
            public_id,
            workshop.draft(name="Renamed"),
            revision=revision,
            actor_id=None,
            now=clock.now(),
        )

    assert change(0) == 1
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change(0)
    with pytest.raises(NotFound, match="trigger"):
        change_trigger(
            session,
            "no-such-one",
            workshop.draft(),
            revision=0,
            actor_id=None,
            now=clock.now(),
        )


def test_a_trigger_is_switched_on_only_when_its_survey_can_be_answered(
    workshop: Workshop, session: Session, factories: Factories
) -> None:
    workshop.survey.state = SurveyState.CLOSED
    public_id = workshop.make()

    with pytest.raises(Conflict, match="survey_not_open"):
        workshop.switch(public_id, on=True)

    workshop.survey.state = SurveyState.OPEN
    workshop.switch(public_id, on=True)
    workshop.switch(public_id, on=True)
    assert len(workshop.listening()) == 1
    workshop.switch(public_id, on=False)
    assert workshop.listening() == ()


def test_an_archived_trigger_listens_no_more_and_cannot_be_changed(
    workshop: Workshop, session: Session, clock: StoppedClock
) -> None:
    public_id = workshop.make()
    workshop.switch(public_id, on=True)

    archive_trigger(session, public_id, actor_id=None, now=clock.now())

    assert workshop.listening() == ()
    with pytest.raises(NotFound, match="trigger"):
        workshop.switch(public_id, on=True)
    assert session.scalars(select(AuditEntry.action)).all()[-3:] == [
        "trigger_created",
        "trigger_switched_on",
        "trigger_archived",
    ]


@pytest.mark.parametrize(
    "window",
    [
        None,
        SendWindow(),
        SendWindow(days=frozenset({1}), since=time(9, 30), until=time(18)),
    ],
)
def test_windows_come_back_from_their_json(window: SendWindow | None) -> None:
    assert read_window(write_window(window)) == window
