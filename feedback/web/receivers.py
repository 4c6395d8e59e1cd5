"""Blueprint receivers: systems that are told by webhook, and what they were told."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.happenings.types import HappeningType
from feedback.i18n.catalogs import mark
from feedback.web.context import current_session, now, principal, settings
from feedback.web.forms.receivers import ReceiverForm
from feedback.web.happening_words import type_words
from feedback.web.language import gettext, ngettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires
from feedback.webhooks.calling import Failure
from feedback.webhooks.delivering import replay, replay_dead, send_test
from feedback.webhooks.endpoints import (
    change_endpoint,
    create_endpoint,
    renew_secret,
    resume_endpoint,
    secrets_of,
    stop_endpoint,
)
from feedback.webhooks.places import read_networks
from feedback.webhooks.queries import (
    count_deliveries,
    get_delivery,
    get_endpoint,
    list_attempts,
    list_deliveries,
    list_endpoints,
)
from feedback.webhooks.terms import DeliveryState

blueprint = Blueprint("receivers", __name__, url_prefix="/connections/receivers")

STATES = {
    DeliveryState.WAITING: mark("Being tried"),
    DeliveryState.DELIVERED: mark("Arrived"),
    DeliveryState.DEAD: mark("Given up"),
}
FAILURES = {
    Failure.STATUS: mark("The receiver did not take it"),
    Failure.REDIRECTED: mark("The receiver pointed elsewhere; nobody follows"),
    Failure.TIMEOUT: mark("No answer within 15 seconds"),
    Failure.UNREACHABLE: mark("Nobody was reached"),
    Failure.PRIVATE: mark("The address is private: it is not called"),
    Failure.NOT_ENCRYPTED: mark("The address is not encrypted: it is not called"),
    Failure.UNSIGNED: mark("The secret cannot be read any more: renew it"),
    Failure.GONE: mark("The receiver wants no message any more"),
}


@blueprint.app_template_filter("happening_type")
def happening_type(kind: HappeningType | str) -> str:
    """Return what a kind of happening is called."""
    return type_words(kind)


@blueprint.app_template_filter("delivery_state")
def delivery_state(state: DeliveryState | str) -> str:
    """Return where a message stands, in words."""
    return gettext(STATES[DeliveryState(state)])


@blueprint.app_template_filter("call_failure")
def call_failure(failure: Failure | str) -> str:
    """Return why a message did not arrive."""
    return gettext(FAILURES[Failure(failure)])


@blueprint.get("/")
@requires(Permission.CONNECT_SYSTEMS)
def index() -> str:
    """List who is told, and how many messages stand where."""
    session = current_session()
    return render_template(
        "receivers/index.html",
        endpoints=list_endpoints(session),
        counts=count_deliveries(session),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CONNECT_SYSTEMS)
def new() -> str | tuple[str, int] | Response:
    """Add a receiver."""
    form = ReceiverForm()
    if not form.validate_on_submit():
        return render_template("receivers/new.html", form=form)
    try:
        public_id = create_endpoint(
            current_session(),
            name=form.name.data or "",
            url=form.url.data or "",
            types=form.chosen(),
            allowed=read_networks(settings().webhook_networks),
            sealing=settings().secret(),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return render_template("receivers/new.html", form=form), 422
    return redirect(url_for("receivers.show", public_id=public_id))


@blueprint.get("/<public_id>")
@requires(Permission.CONNECT_SYSTEMS)
def show(public_id: str) -> str:
    """Show a receiver with the log of its messages."""
    return _page(public_id, None)


def _page(public_id: str, form: ReceiverForm | None, *, changed: bool = False) -> str:
    session = current_session()
    endpoint = get_endpoint(session, public_id)
    asked = request.args.get("state", "")
    state = DeliveryState(asked) if asked in set(DeliveryState) else None
    return render_template(
        "receivers/show.html",
        endpoint=endpoint,
        form=form
        or ReceiverForm(
            formdata=None,
            name=endpoint.name,
            url=endpoint.url,
            types=[one.value for one in endpoint.types],
            revision=endpoint.revision,
        ),
        is_open=form is not None,
        changed=changed,
        secrets=_secrets(public_id),
        counts=count_deliveries(session).get(public_id, {}),
        state=state,
        states=list(DeliveryState),
        deliveries=turned(
            list_deliveries(session, public_id, wanted_page(), state=state)
        ),
    )


def _secrets(public_id: str) -> tuple[str, ...]:
    sealing = settings().secret()
    try:
        return secrets_of(current_session(), public_id, sealing=sealing, now=now())
    except Conflict:
        return ()


@blueprint.post("/<public_id>")
@requires(Permission.CONNECT_SYSTEMS)
def change(public_id: str) -> str | tuple[str, int] | Response:
    """Change a receiver; what somebody else changed meanwhile is shown first."""
    form = ReceiverForm()
    form.validate()
    try:
        change_endpoint(
            current_session(),
            public_id,
            name=form.name.data or "",
            url=form.url.data or "",
            types=form.chosen(),
            revision=form.seen(),
            allowed=read_networks(settings().webhook_networks),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(public_id, form), 422
    except Conflict:
        newest = get_endpoint(current_session(), public_id).revision
        form.revision.data = str(newest)
        form.revision.raw_data = [str(newest)]
        return _page(public_id, form, changed=True), 409
    flash(gettext("The receiver is changed."), "success")
    return _back(public_id)


@blueprint.post("/<public_id>/test")
@requires(Permission.CONNECT_SYSTEMS)
def test(public_id: str) -> Response:
    """Send a message that says nothing, and show what comes of it."""
    delivery = send_test(
        current_session(), public_id, source=settings().base_url, now=now()
    )
    flash(gettext("The test is on its way. Load this page again to see the answer."))
    return redirect(url_for("receivers.delivery", public_id=delivery))


@blueprint.post("/<public_id>/secret")
@requires(Permission.CONNECT_SYSTEMS)
def renew(public_id: str) -> Response:
    """Make a new secret; the old one signs beside it for a day."""
    renew_secret(
        current_session(),
        public_id,
        sealing=settings().secret(),
        author_id=principal().id,
        now=now(),
    )
    flash(
        gettext("There is a new secret. The one before signs beside it for 24 hours."),
        "success",
    )
    return _back(public_id)


@blueprint.post("/<public_id>/stop")
@requires(Permission.CONNECT_SYSTEMS)
def stop(public_id: str) -> Response:
    """Tell a receiver nothing more."""
    stop_endpoint(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The receiver is stopped. What waits for it is kept."))
    return _back(public_id)


@blueprint.post("/<public_id>/resume")
@requires(Permission.CONNECT_SYSTEMS)
def resume(public_id: str) -> Response:
    """Tell a receiver again."""
    resume_endpoint(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The receiver is told again of what happens."), "success")
    return _back(public_id)


@blueprint.post("/<public_id>/replay")
@requires(Permission.CONNECT_SYSTEMS)
def again_all(public_id: str) -> Response:
    """Send all that was given up again."""
    count = replay_dead(
        current_session(), public_id, author_id=principal().id, now=now()
    )
    flash(
        ngettext(
            "%(n)s message is sent again.", "%(n)s messages are sent again.", count
        ),
        "success",
    )
    return _back(public_id)


@blueprint.get("/messages/<public_id>")
@requires(Permission.CONNECT_SYSTEMS)
def delivery(public_id: str) -> str:
    """Show a message and every attempt at it."""
    session = current_session()
    found = get_delivery(session, public_id)
    return render_template(
        "receivers/delivery.html",
        delivery=found,
        endpoint=get_endpoint(session, found.endpoint),
        attempts=list_attempts(session, public_id),
    )


@blueprint.post("/messages/<public_id>/replay")
@requires(Permission.CONNECT_SYSTEMS)
def again(public_id: str) -> Response:
    """Send one message again, with the same id."""
    replay(current_session(), public_id, now=now())
    flash(gettext("The message is sent again, with the same id."), "success")
    return redirect(url_for("receivers.delivery", public_id=public_id))


def _back(public_id: str) -> Response:
    return redirect(url_for("receivers.show", public_id=public_id))
