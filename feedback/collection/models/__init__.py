"""The tables of collection, one module a subject."""

from feedback.collection.models.answers import Response
from feedback.collection.models.asking import (
    IS_PLANNED,
    IS_UNANSWERED,
    Invitation,
    InvitationToken,
    OpenLink,
    Sending,
)
from feedback.collection.models.customers import (
    Asking,
    CollectionPolicy,
    Contact,
    ContactIdentity,
    CustomerRequest,
    StoppedAddress,
)
from feedback.collection.models.events import (
    IS_WAITING,
    Event,
    EventOutcome,
    EventSource,
    Trigger,
    UnusedDelivery,
)

__all__ = [
    "IS_PLANNED",
    "IS_UNANSWERED",
    "IS_WAITING",
    "Asking",
    "CollectionPolicy",
    "Contact",
    "ContactIdentity",
    "CustomerRequest",
    "Event",
    "EventOutcome",
    "EventSource",
    "Invitation",
    "InvitationToken",
    "OpenLink",
    "Response",
    "Sending",
    "StoppedAddress",
    "Trigger",
    "UnusedDelivery",
]
