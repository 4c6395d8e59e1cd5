"""POST /events: what happened to customers. GET /events/ID: what came of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from apiflask import fields, validators
from flask import request

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.bodies import JSON, parse
from feedback.api.context import caller, current_session, now
from feedback.api.fields import Said
from feedback.api.problems import Fault, Problem, say_faults
from feedback.api.refusals import note_refusals
from feedback.api.security import requires
from feedback.collection.cloudevents import MOST_AT_ONCE, read_event
from feedback.collection.event_log import OutcomeRead, get_event
from feedback.collection.events import Receipt, faults_of, receive
from feedback.collection.incoming import IncomingEvent
from feedback.collection.terms import EventState, OutcomeKind
from feedback.core.errors import Invalid

#: attributes of a CloudEvent that come as headers in the binary mode
_HEADERS = ("specversion", "id", "source", "type", "time", "subject")


class ReceiptOut(Said):
    """What was kept of one event."""

    position = fields.Integer(metadata={"description": "its place in the call, from 0"})
    source = fields.String()
    id = fields.String()
    event = fields.String(metadata={"description": "its id at Feedback"})
    status = fields.String(validate=validators.OneOf(["new", "known"]))
    location = fields.String(metadata={"description": "where what came of it is read"})


class FaultOut(Said):
    """What is wrong at one place."""

    place = fields.String()
    code = fields.String()
    detail = fields.String()


class RefusalOut(Said):
    """One event that was not taken, and why."""

    position = fields.Integer()
    id = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FaultOut))


class ReceiptsOut(Said):
    """What became of each event of a call."""

    new = fields.Integer()
    known = fields.Integer(metadata={"description": "were there already"})
    refused = fields.Integer()
    receipts = fields.List(fields.Nested(ReceiptOut))
    refusals = fields.List(fields.Nested(RefusalOut))


@blueprint.post("/events")
@requires(Scope.EVENTS_WRITE)
@blueprint.output(ReceiptsOut, status_code=202)
def send_events() -> dict[str, Any]:
    """Send what happened to customers.

    CloudEvents 1.0: one event, or up to 1,000 in a list. An event is known by its
    source and id: sent again, it changes nothing and is answered `known`. Of several
    events the faulty ones alone are refused; when none can be taken the answer is 422.
    """
    documents = _documents()
    taken: dict[int, IncomingEvent] = {}
    refusals: dict[int, Mapping[str, str]] = {}
    for place, document in enumerate(documents):
        try:
            event = read_event(document, now=now())
            faults = faults_of(event, now=now())
        except Invalid as error:
            faults = error.fields
        if faults:
            refusals[place] = faults
        else:
            taken[place] = event
    if refusals:
        faults = {
            f"{n}.{name}": code for n, f in refusals.items() for name, code in f.items()
        }
        note_refusals(f"key:{caller().public_id}", faults)
    told = [_refusal(place, documents[place], refusals[place]) for place in refusals]
    if not taken:
        _refuse_all(refusals, told)
    receipts = receive(current_session(), list(taken.values()), now=now())
    return _answer(dict(zip(taken, receipts, strict=True)), told)


class InvitationStepOut(Said):
    """Where the invitation stands that came of an event."""

    invitation = fields.String()
    state = fields.String()
    channel = fields.String()
    reason = fields.String(allow_none=True)
    due_at = fields.DateTime()
    sent_at = fields.DateTime(allow_none=True)


class OutcomeOut(Said):
    """What came of an event at one trigger, and why."""

    kind = fields.String(validate=validators.OneOf([one.value for one in OutcomeKind]))
    reason = fields.String()
    detail = fields.Dict(metadata={"description": "what the reason speaks of"})
    decided_at = fields.DateTime()
    trigger = fields.String(allow_none=True)
    trigger_name = fields.String(allow_none=True)
    survey = fields.String(allow_none=True)
    invitation = fields.Nested(InvitationStepOut, allow_none=True)


class EventOut(Said):
    """An event, and what came of it."""

    event = fields.String()
    source = fields.String()
    id = fields.String()
    type = fields.String()
    occurred_at = fields.DateTime()
    received_at = fields.DateTime()
    state = fields.String(
        validate=validators.OneOf([one.value for one in EventState]),
        metadata={"description": "received: the triggers are about to look at it"},
    )
    outcomes = fields.List(fields.Nested(OutcomeOut))


@blueprint.get("/events/<event_id>")
@requires(Scope.EVENTS_READ)
@blueprint.output(EventOut)
def read_event_back(event_id: str) -> dict[str, Any]:
    """Read what came of an event, and why.

    `event_id` is the `event` of its receipt. The triggers look at an event within
    seconds; until then there are no outcomes.
    """
    found = get_event(current_session(), event_id)
    return {
        "event": found.public_id,
        "source": found.source,
        "id": found.event_id,
        "type": found.type,
        "occurred_at": found.occurred_at,
        "received_at": found.received_at,
        "state": found.state.value,
        "outcomes": [_outcome(one) for one in found.outcomes],
    }


def _outcome(one: OutcomeRead) -> dict[str, Any]:
    step = one.invitation
    return {
        "kind": one.kind.value,
        "reason": one.reason,
        "detail": one.detail,
        "decided_at": one.decided_at,
        "trigger": one.trigger,
        "trigger_name": one.trigger_name,
        "survey": one.survey,
        "invitation": step
        and {
            "invitation": step.public_id,
            "state": step.state.value,
            "channel": step.channel.value,
            "reason": step.reason,
            "due_at": step.due_at,
            "sent_at": step.sent_at,
        },
    }


def _documents() -> list[Any]:
    """Return the events of the call, however they are carried."""
    if "ce-specversion" in request.headers:
        return [_from_headers()]
    if request.mimetype != JSON and not request.mimetype.endswith("+json"):
        raise Problem(415, "not_json_type")
    body = parse(request.get_data())
    if not isinstance(body, list):
        return [body]
    if not body:
        raise Problem(422, "no_events")
    if len(body) > MOST_AT_ONCE:
        raise Problem(422, "too_many_events", values={"most": MOST_AT_ONCE})
    return body


def _from_headers() -> dict[str, Any]:
    """Return the event of a call in the binary mode: its attributes are headers."""
    attributes = {
        name: unquote(request.headers[f"ce-{name}"])
        for name in _HEADERS
        if f"ce-{name}" in request.headers
    }
    content = request.get_data()
    if content and request.mimetype != JSON and not request.mimetype.endswith("+json"):
        raise Problem(415, "not_json_type")
    return attributes | ({"data": parse(content)} if content else {})


def _refusal(place: int, document: Any, faults: Mapping[str, str]) -> dict[str, Any]:
    event_id = document.get("id") if isinstance(document, Mapping) else None
    return {
        "position": place,
        "id": event_id if isinstance(event_id, str) else None,
        "errors": say_faults(_listed(faults)),
    }


def _refuse_all(
    refusals: Mapping[int, Mapping[str, str]], told: list[dict[str, Any]]
) -> None:
    if len(refusals) == 1:
        raise Problem(422, "invalid", faults=_listed(refusals[0]))
    raise Problem(422, "no_event_accepted", more={"refusals": told})


def _listed(faults: Mapping[str, str]) -> list[Fault]:
    return [Fault(place=place, code=code) for place, code in sorted(faults.items())]


def _answer(
    receipts: Mapping[int, Receipt], told: list[dict[str, Any]]
) -> dict[str, Any]:
    new = sum(receipt.is_new for receipt in receipts.values())
    return {
        "new": new,
        "known": len(receipts) - new,
        "refused": len(told),
        "receipts": [
            {
                "position": place,
                "source": receipt.source,
                "id": receipt.id,
                "event": receipt.public_id,
                "status": "new" if receipt.is_new else "known",
                "location": f"/api/v1/events/{receipt.public_id}",
            }
            for place, receipt in receipts.items()
        ],
        "refusals": told,
    }
