"""Zendesk: tickets solved, from a trigger with our JSON or from its own event."""

from collections.abc import Mapping
from typing import Any

from feedback.collection.webhooks.deliveries import (
    Delivery,
    Told,
    event,
    filled,
    part,
    text,
)
from feedback.core.text import fold

STATUS_CHANGED = "zen:event-type:ticket.status_changed"
_LANGUAGES = {"fran": "fr", "french": "fr", "engl": "en", "angl": "en"}
#: what is pasted into a trigger; Zendesk fills the places in
TRIGGER_BODY = """{
  "ticket": {
    "id": "{{ticket.id}}",
    "status": "solved",
    "updated_at": "{{ticket.updated_at_with_timestamp}}",
    "tags": "{{ticket.tags}}",
    "via": "{{ticket.via}}",
    "group": "{{ticket.group.name}}"
  },
  "requester": {
    "id": "{{ticket.requester.id}}",
    "email": "{{ticket.requester.email}}",
    "name": "{{ticket.requester.name}}",
    "locale": "{{ticket.requester.language}}"
  }
}"""


def read(_delivery: Delivery, document: Mapping[str, Any]) -> Told:
    """Return what a delivery tells.

    Zendesk's own event knows the number of the requester and no address: such a
    customer can be asked only when another event has told the address.
    """
    if text(document.get("type")) == STATUS_CHANGED:
        return _from_event(document)
    if "ticket" in document:
        return _from_trigger(document)
    return Told(ignored="topic_not_used")


def _from_event(document: Mapping[str, Any]) -> Told:
    if text(part(document, "event").get("current")).lower() != "solved":
        return Told(ignored="not_solved")
    ticket = part(document, "detail")
    one = event(
        "ticket.solved",
        event_id=f"ticket/{text(ticket.get('id'))}/{text(document.get('id'))}",
        time=text(document.get("time")),
        customer={"id": _requester(ticket.get("requester_id"))},
        data={
            "ticket": filled(
                {
                    "id": text(ticket.get("id")),
                    "title": ticket.get("subject"),
                    "priority": text(ticket.get("priority")).lower(),
                    "kind": text(ticket.get("type")).lower(),
                    "tags": ticket.get("tags"),
                    "via": part(ticket, "via").get("channel"),
                }
            )
        },
    )
    return Told(events=(one,))


def _from_trigger(document: Mapping[str, Any]) -> Told:
    ticket, person = part(document, "ticket"), part(document, "requester")
    if text(ticket.get("status")).lower() != "solved":
        return Told(ignored="not_solved")
    moment = text(ticket.get("updated_at"))
    one = event(
        "ticket.solved",
        # a ticket may be solved, opened again, and solved again
        event_id=f"ticket/{text(ticket.get('id'))}/{moment or 'solved'}",
        time=moment,
        customer={
            "id": _requester(person.get("id")),
            "email": person.get("email"),
            "name": person.get("name"),
            "locale": _language(person.get("locale")),
        },
        data={
            "ticket": filled(
                {
                    "id": text(ticket.get("id")),
                    "tags": text(ticket.get("tags")).split(),
                    "via": text(ticket.get("via")).lower(),
                    "group": ticket.get("group"),
                }
            )
        },
    )
    return Told(events=(one,))


def _language(value: object) -> str | None:
    """Return the code of a language that Zendesk writes as a word."""
    found = fold(text(value))
    named = (code for word, code in _LANGUAGES.items() if found.startswith(word))
    return next(named, found or None)


def _requester(value: object) -> str | None:
    """Return a customer number that is no shop's by chance."""
    found = text(value)
    return f"zendesk:{found}" if found else None
