"""POST /hooks/SOURCE: webhooks of shops and help desks, signed instead of keyed."""

from collections.abc import Mapping
from typing import Any, NoReturn

from apiflask import fields, validators
from flask import request

from feedback.api.blueprint import blueprint
from feedback.api.bodies import parse
from feedback.api.context import current_session, now, services, settings
from feedback.api.fields import Said
from feedback.api.limits import limits
from feedback.api.problems import Problem
from feedback.api.refusals import note_refusals
from feedback.api.security import open_to_keys, refuse
from feedback.collection.deliveries import Taken, take
from feedback.collection.sources import SourceRead, get_source, secret_of
from feedback.collection.terms import SourceKind
from feedback.collection.webhooks.deliveries import Delivery
from feedback.collection.webhooks.signatures import fault_of
from feedback.collection.webhooks.woocommerce import is_ping
from feedback.core.errors import Invalid, NotFound


class DeliveredOut(Said):
    """What became of a delivery."""

    status = fields.String(validate=validators.OneOf(["new", "known", "ignored"]))
    reason = fields.String(
        allow_none=True, metadata={"description": "why no event came of it"}
    )
    events = fields.List(fields.String())


@blueprint.post("/hooks/<source>")
@open_to_keys
@blueprint.output(DeliveredOut, status_code=202)
@blueprint.doc(responses={200: "Known already, or of no use"})
def hook(source: str) -> tuple[dict[str, Any], int]:
    """Deliver what a connected system tells.

    The address stands on the page Connections. The content must be signed with the
    secret of the connection, in the way of its kind. A delivery that is repeated is
    answered 200 and changes nothing.
    """
    limits().count_call(f"hook:{source}")
    content = request.get_data()
    found, secret = _find(source)
    if found.kind is SourceKind.WOOCOMMERCE and is_ping(content):
        return _ignored("ping")
    headers = {name.lower(): value for name, value in request.headers.items()}
    delivery = Delivery(headers=headers, content=content)
    _believe(found, delivery, secret)
    taken = _take(found, delivery)
    if taken.ignored is not None:
        return _ignored(taken.ignored)
    new = any(receipt.is_new for receipt in taken.receipts)
    said = {
        "status": "new" if new else "known",
        "reason": None,
        "events": [receipt.public_id for receipt in taken.receipts],
    }
    return said, 202 if new else 200


def _find(source: str) -> tuple[SourceRead, str]:
    """Return a source and its secret, read before the call's transaction begins."""
    with services().database.session(writes=False) as session:
        try:
            found = get_source(session, source)
        except NotFound:
            limits().count_refusal(request.remote_addr or "")
            raise
        sealing = settings().secret()
        return found, secret_of(session, source, sealing=sealing)


def _believe(source: SourceRead, delivery: Delivery, secret: str) -> None:
    """Refuse a delivery that is not signed as it should be, and count it."""
    if source.closed_at is not None:
        _refuse(source, "source_closed")
    fault = fault_of(source.kind, delivery, secret, now=now())
    if fault is not None:
        _refuse(source, fault)


def _refuse(source: SourceRead, code: str) -> NoReturn:
    _note(source, {"": code})
    refuse(code)


def _take(source: SourceRead, delivery: Delivery) -> Taken:
    try:
        taken = take(
            current_session(),
            source,
            delivery,
            parse(delivery.content),
            now=now(),
            zone=settings().zone,
        )
    except Problem as problem:
        _note(source, {"": problem.code})
        raise
    except Invalid as error:
        _note(source, error.fields)
        raise
    if taken.ignored is not None:
        current_session().commit()  # that it came, before it is counted elsewhere
        _note(source, {"": taken.ignored}, is_refused=False)
    return taken


def _note(
    source: SourceRead, faults: Mapping[str, str], *, is_refused: bool = True
) -> None:
    note_refusals(f"source:{source.public_id}", faults, is_refused=is_refused)


def _ignored(reason: str) -> tuple[dict[str, Any], int]:
    return {"status": "ignored", "reason": reason, "events": []}, 200
