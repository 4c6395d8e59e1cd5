"""Blueprint customers: who they are, what they asked of the house, and forgetting."""

import json
from typing import Any

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.roles import Permission
from feedback.collection.customer_exports import export_customer, export_originals
from feedback.collection.customers import (
    get_customer,
    handle_request,
    list_customers,
    list_requests,
    stop_customer,
)
from feedback.collection.erasure import forget_contact
from feedback.collection.terms import Channel, InvitationState, RequestKind, StopReason
from feedback.collection.wording import channel_name
from feedback.core.pagination import PageRequest
from feedback.i18n.catalogs import mark
from feedback.interviews.exports import export_interviews
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.event_words import type_name
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

REQUESTS = {
    RequestKind.CALLBACK: mark("Wants to be called back"),
    RequestKind.ERASURE: mark("Wants to be forgotten"),
}
STATES = {
    InvitationState.PLANNED: mark("Planned"),
    InvitationState.QUEUED: mark("About to go"),
    InvitationState.SENT: mark("Sent"),
    InvitationState.UNKNOWN: mark("Unknown whether it went"),
    InvitationState.BOUNCED: mark("Bounced"),
    InvitationState.FAILED: mark("Could not be sent"),
    InvitationState.HELD_BACK: mark("Held back"),
    InvitationState.STARTED: mark("Begun"),
    InvitationState.COMPLETE: mark("Complete"),
    InvitationState.REFUSED: mark("Refused"),
    InvitationState.EXPIRED: mark("Expired"),
    InvitationState.WITHDRAWN: mark("Withdrawn"),
}
STOPS = {
    StopReason.OPT_OUT: mark("does not want to be asked"),
    StopReason.BOUNCE: mark("the address does not exist"),
    StopReason.COMPLAINT: mark("complained"),
}


@blueprint.app_template_filter("invitation_state")
def state_name(state: InvitationState) -> str:
    """Return where an invitation stands, in words."""
    return gettext(STATES[InvitationState(state)])


@blueprint.app_template_filter("asking_channel")
def asking_channel(channel: Channel) -> str:
    """Return how a person is asked, in words."""
    return channel_name(Channel(channel), locale())


@blueprint.app_template_filter("stop_reason")
def stop_name(reason: StopReason) -> str:
    """Return why an address is written to no more, in words."""
    return gettext(STOPS[reason])


@blueprint.app_template_filter("customer_request")
def request_name(kind: RequestKind) -> str:
    """Return what a customer asked for, in words."""
    return gettext(REQUESTS[kind])


@blueprint.get("/")
@requires(Permission.READ_CONTACTS)
def index() -> str:
    """List the customers, or look for one; say how many requests wait."""
    looked_for = request.args.get("q", "")[:255]
    waiting = list_requests(current_session(), PageRequest(size=100))
    return render_template(
        "customers/index.html",
        customers=turned(
            list_customers(current_session(), wanted_page(), looked_for=looked_for)
        ),
        looked_for=looked_for,
        waiting=len(waiting.items),
    )


@blueprint.get("/requests")
@requires(Permission.READ_CONTACTS)
def requests() -> str:
    """List what customers asked of the house."""
    handled = request.args.get("done") == "1"
    found = list_requests(current_session(), wanted_page(), handled=handled)
    return render_template(
        "customers/requests.html", requests=turned(found), handled=handled
    )


@blueprint.post("/requests/<public_id>/done")
@requires(Permission.READ_CONTACTS)
def handle(public_id: str) -> AnyResponse:
    """Mark a request as done; forget the customer who asked for it."""
    handle_request(current_session(), public_id, actor_id=principal().id, now=now())
    flash(gettext("The request is done."), "success")
    return redirect(url_for("customers.requests"))


@blueprint.get("/<public_id>")
@requires(Permission.READ_CONTACTS)
def show(public_id: str) -> str:
    """Show one customer, with what happened and what they were asked."""
    found = get_customer(current_session(), public_id, secret=settings().secret())
    return render_template("customers/show.html", customer=found, type_name=type_name)


@blueprint.get("/<public_id>/export.json")
@requires(Permission.READ_CONTACTS)
def export(public_id: str) -> Response:
    """Give everything that is kept of a customer, with texts masked."""
    return _file(
        public_id,
        export_customer(current_session(), public_id, secret=settings().secret()),
    )


@blueprint.post("/<public_id>/originals.json")
@requires(Permission.READ_ORIGINALS)
def export_as_given(public_id: str) -> Response:
    """Give the same with texts as they were given; that they were read is recorded."""
    kept = export_originals(
        current_session(),
        public_id,
        secret=settings().secret(),
        reader_id=principal().id,
        now=now(),
    )
    return _file(public_id, kept)


def _file(public_id: str, kept: dict[str, Any]) -> Response:
    kept = kept | export_interviews(current_session(), public_id)
    response = make_response(
        json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
    )
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="customer-{public_id}.json"'
    )
    return response


@blueprint.post("/<public_id>/stop")
@requires(Permission.READ_CONTACTS)
def stop(public_id: str) -> AnyResponse:
    """Ask a customer nothing any more."""
    stop_customer(
        current_session(),
        public_id,
        actor_id=principal().id,
        now=now(),
        secret=settings().secret(),
    )
    flash(gettext("This customer is asked nothing any more."), "success")
    return redirect(url_for("customers.show", public_id=public_id))


@blueprint.post("/<public_id>/erase")
@requires(Permission.READ_CONTACTS)
def erase(public_id: str) -> AnyResponse:
    """Forget a customer and all that they said."""
    gone = forget_contact(
        current_session(), public_id, actor_id=principal().id, now=now()
    )
    flash(
        gettext(
            "The customer is erased, with %(responses)s responses and "
            "%(occasions)s occasions of feedback.",
            responses=gone.responses,
            occasions=gone.occasions,
        ),
        "success",
    )
    return redirect(url_for("customers.index"))
