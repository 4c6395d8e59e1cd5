"""The description of the API in OpenAPI 3.1, completed from what the routes state."""

from collections.abc import Sequence
from typing import Any

from apiflask import APIFlask

from feedback.accounts.api_keys import Scope
from feedback.api.bodies import JSON
from feedback.api.problems import MEDIA_TYPE
from feedback.collection.cloudevents import LONGEST, MOST_AT_ONCE
from feedback.collection.event_types import EVENT_TYPES, SYNTAX

VERSION = "1"
SCHEME = "key"
PATH = "/api/openapi.json"
#: what a scope allows, for developers
SCOPES = {
    Scope.EVENTS_WRITE: "send events",
    Scope.EVENTS_READ: "read what came of an event",
    Scope.CONTACTS_WRITE: "add, change and stop customers",
    Scope.CONTACTS_READ: "see contact details that customers left in answers",
    Scope.INVITATIONS_WRITE: "ask one customer by hand",
    Scope.SURVEYS_READ: "list the surveys",
    Scope.RESPONSES_READ: "read what customers answered",
    Scope.VERBATIMS_READ: "read what customers said, masked, and its analysis",
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "code", "detail"],
                "properties": {
                    "place": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
#: texts without control characters; what stands in them besides is anybody's
_WORD = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST,
    "pattern": r"^[^\x00-\x1f\x7f-\x9f\xad\u0600-\u061c\u06dd\u070f\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]+$",
}
#: what is empty is as good as left out
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
CUSTOMER = {
    "type": ["object", "null"],
    "description": "who it happened to; one of id, email and phone lets them be asked",
    "properties": {
        "id": {
            "type": ["string", "integer", "null"],
            "description": "the customer number of the shop",
        },
        "email": _MAYBE,
        "phone": _MAYBE,
        "name": _MAYBE,
        "locale": _MAYBE | {"examples": ["fr", "en-GB"]},
        "time_zone": _MAYBE | {"examples": ["Europe/Paris"]},
        "attributes": {"type": ["object", "null"]},
        "preferred_channel": {"enum": ["email", "sms", "", None]},
        "persona": _MAYBE,
    },
}
EVENT = {
    "type": "object",
    "description": "CloudEvents 1.0",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _WORD,
        "source": _WORD,
        "type": {
            "type": "string",
            "pattern": f"^{SYNTAX.pattern}$",
            "examples": list(EVENT_TYPES)[:5],
        },
        "time": {
            "type": ["string", "null"],
            "description": "when it happened, with its zone; now when left out",
            "examples": ["2026-10-15T09:30:00+02:00"],
        },
        "data": {
            "type": ["object", "null"],
            "description": "at most 64 KB; conditions see all but the customer",
            "properties": {"customer": {"$ref": "#/components/schemas/Customer"}},
        },
    },
}
_ONE = {"$ref": "#/components/schemas/Event"}
_MANY = {"type": "array", "minItems": 1, "maxItems": MOST_AT_ONCE, "items": _ONE}
#: what is read by routes that read it themselves
CONTENTS: dict[str, dict[str, Any]] = {
    "post_api_send_events": {
        "application/json": {"schema": {"oneOf": [_ONE, _MANY]}},
        "application/cloudevents+json": {"schema": _ONE},
        "application/cloudevents-batch+json": {"schema": _MANY},
    },
    "post_api_hook": {JSON: {"schema": {}}},
}
#: how every call may be refused
REFUSALS = {
    "400": "The call cannot be read",
    "401": "No key, or a key that is unknown or revoked",
    "403": "The key lacks the scope",
    "422": "Something in what was sent is wrong",
    "429": "Too many calls; see Retry-After",
}
REFUSALS_OF_CONTENT = {
    "413": "More than 2 MB",
    "415": "The content is not said to be JSON",
}
FURTHER_REFUSALS = {"404": "Nothing of this name", "409": "Not in this state"}
FURTHER = {
    "get_api_responses": ("404",),
    "get_api_verbatims": ("404",),
    "post_api_hook": ("409",),
    "post_api_send_invitation": ("404", "409"),
}


def configure(app: APIFlask, *, address: str) -> None:
    """Set the frame of the description up; the routes fill it."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SERVERS=[{"url": address.rstrip("/")}],
        DESCRIPTION="Events in, answers out. See docs/api.md.",
        SECURITY_SCHEMES={
            SCHEME: {
                "type": "http",
                "scheme": "bearer",
                "description": "A key of the page Connections. Scopes: "
                + "; ".join(f"{scope}: {what}" for scope, what in SCOPES.items()),
            }
        },
        AUTO_TAGS=False,
        AUTO_200_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )

    @app.spec_processor
    def _complete(spec: dict[str, Any] | str) -> dict[str, Any] | str:
        assert isinstance(spec, dict)  # noqa: S101 - the format is JSON
        return complete(app, spec)


def complete(app: APIFlask, spec: dict[str, Any]) -> dict[str, Any]:
    """Add what the library leaves out: scopes, refusals, that a body must be there."""
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Problem": PROBLEM, "Customer": CUSTOMER, "Event": EVENT}
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            name = operation["operationId"]
            view = app.view_functions[_endpoint(name)]
            if name in CONTENTS:
                operation["requestBody"] = {"content": CONTENTS[name]}
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            scope = getattr(view, "scope", None)
            operation["security"] = [{SCHEME: [scope.value]}] if scope else []
            further = ("404",) if "{" in path else ()
            _refusals(operation, (*further, *FURTHER.get(name, ())))
            _contents(operation)
    return spec


def _contents(operation: dict[str, Any]) -> None:
    """Give each good answer the content of the first: they have one shape."""
    good = [one for status, one in operation["responses"].items() if status < "300"]
    shape = next(one["content"] for one in good if one["content"][JSON]["schema"])
    for one in good:
        one["content"] = shape


def _endpoint(operation_id: str) -> str:
    """Return the endpoint that `AUTO_OPERATION_ID` named `get_api_surveys`."""
    return operation_id.partition("_")[2].replace("_", ".", 1)


def _refusals(operation: dict[str, Any], further: Sequence[str]) -> None:
    refusals = dict(REFUSALS)
    if "requestBody" in operation:
        refusals |= REFUSALS_OF_CONTENT
    refusals |= {status: FURTHER_REFUSALS[status] for status in further}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in refusals.items():
        operation["responses"].setdefault(
            status, {"description": description, "content": content}
        )
