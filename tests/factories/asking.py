"""Builders for events, triggers, contacts and invitations."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from feedback.collection.models import (
    Contact,
    ContactIdentity,
    Event,
    Invitation,
    Sending,
    Trigger,
)
from feedback.collection.terms import (
    Channel,
    IdentityKind,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.core.ids import new_public_id
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey


class _Clock(Protocol):
    def now(self) -> datetime: ...


class AskingFactories:
    """Builds what asking people is about."""

    session: Session
    _clock: _Clock

    def _next(self) -> int:
        raise NotImplementedError

    def survey(
        self, touchpoint: Touchpoint | None = None, *, anonymous: bool = False
    ) -> Survey:
        """A survey; see Factories."""
        raise NotImplementedError

    def contact(
        self,
        customer: str | None = None,
        *,
        email: str | None = "",
        phone: str | None = None,
        locale: str | None = "en",
        time_zone: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Contact:
        """A customer with a number and an address, recognised by both."""
        number = self._next()
        customer = customer or f"C{number}"
        email = f"customer{number}@example.org" if email == "" else email
        contact = Contact(
            customer=customer,
            name=f"Customer {number}",
            email=email,
            phone=phone,
            locale=locale,
            time_zone=time_zone,
            attributes=dict(attributes or {}),
            created_at=self._clock.now(),
        )
        self._add(contact)
        marks = {
            IdentityKind.CUSTOMER: customer,
            IdentityKind.EMAIL: email,
            IdentityKind.PHONE: phone,
        }
        for kind, value in marks.items():
            if value:
                self._add(
                    ContactIdentity(contact_id=contact.id, kind=kind, value=value)
                )
        return contact

    def trigger(
        self,
        survey: Survey | None = None,
        *,
        event_type: str = "order.delivered",
        rule: Mapping[str, Any] | None = None,
        channels: Sequence[Channel] = (Channel.EMAIL,),
        delay_minutes: int = 0,
        window: Mapping[str, Any] | None = None,
        share: float = 1.0,
        quota: int | None = None,
        priority: int = 5,
        reminders: Sequence[int] = (),
        thanks: bool = False,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        is_on: bool = True,
    ) -> Trigger:
        """A trigger that is on and takes every event of its type."""
        survey = survey or self.survey()
        trigger = Trigger(
            journey_id=survey.journey_id,
            survey_id=survey.id,
            touchpoint_id=survey.touchpoint_id,
            name=f"Trigger {self._next()}",
            event_type=event_type,
            rule=dict(rule) if rule else None,
            channels=[str(one) for one in channels],
            delay_minutes=delay_minutes,
            window=dict(window) if window else None,
            share=share,
            quota=quota,
            priority=priority,
            reminders=list(reminders),
            thanks=thanks,
            starts_at=starts_at,
            ends_at=ends_at,
            is_on=is_on,
            created_at=self._clock.now(),
        )
        self._add(trigger)
        return trigger

    def event(
        self,
        *,
        type: str = "order.delivered",  # noqa: A002 - as CloudEvents name it
        customer: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        occurred_at: datetime | None = None,
    ) -> Event:
        """An event that was received and waits for the triggers."""
        number = self._next()
        event = Event(
            source="https://shop.example",
            event_id=f"event-{number}",
            type=type,
            occurred_at=occurred_at or self._clock.now(),
            received_at=self._clock.now(),
            customer=dict(
                {"id": f"C{number}", "email": f"customer{number}@example.org"}
                if customer is None
                else customer
            ),
            data=dict(data or {}),
        )
        self._add(event)
        return event

    def invitation(
        self,
        survey: Survey | None = None,
        contact: Contact | None = None,
        *,
        trigger: Trigger | None = None,
        event: Event | None = None,
        state: InvitationState = InvitationState.SENT,
        channel: Channel = Channel.EMAIL,
        priority: int = 5,
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Invitation:
        """An invitation of two weeks, sent unless another state is given."""
        survey = survey or self.survey()
        due_at = due_at or self._clock.now()
        invitation = Invitation(
            origin_key=f"factory:{new_public_id()}",
            journey_id=survey.journey_id,
            survey_id=survey.id,
            touchpoint_id=survey.touchpoint_id,
            trigger_id=trigger.id if trigger else None,
            event_id=event.id if event else None,
            contact_id=(contact or self.contact()).id,
            channel=channel,
            locale="en",
            state=state,
            priority=priority,
            due_at=due_at,
            expires_at=expires_at or due_at + timedelta(days=14),
            sent_at=due_at if state == InvitationState.SENT else None,
            facts=dict(facts or {}),
            created_at=self._clock.now(),
        )
        self._add(invitation)
        return invitation

    def sending(
        self,
        invitation: Invitation | None = None,
        *,
        kind: SendingKind = SendingKind.INVITATION,
        number: int = 0,
        state: SendingState = SendingState.DUE,
        due_at: datetime | None = None,
        sent_at: datetime | None = None,
    ) -> Sending:
        """A message that is due, by default of an invitation that waits for it."""
        invitation = invitation or self.invitation(state=InvitationState.QUEUED)
        sending = Sending(
            invitation_id=invitation.id,
            kind=kind,
            number=number,
            channel=invitation.channel,
            state=state,
            due_at=due_at or self._clock.now(),
            sent_at=sent_at,
        )
        self._add(sending)
        return sending

    def _add(self, row: object) -> None:
        self.session.add(row)
        self.session.flush()
