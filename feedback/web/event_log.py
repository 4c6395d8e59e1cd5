"""Blueprint event_log: events as they come, triggers they met, what came of them."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.api_keys import list_keys
from feedback.accounts.roles import Permission
from feedback.collection.cloudevents import read_event
from feedback.collection.event_log import (
    LogFilter,
    get_event,
    has_events,
    list_events,
    list_types,
)
from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.events import faults_of, receive
from feedback.collection.sources import list_sources
from feedback.collection.terms import EventState, InvitationState, OutcomeKind
from feedback.collection.unused import list_unused
from feedback.core.errors import Invalid
from feedback.core.ids import new_public_id
from feedback.i18n.locales import SUPPORTED
from feedback.web.context import current_session, now, principal, settings
from feedback.web.event_words import KINDS, fault_words, reason_words, type_name
from feedback.web.forms.events import TestEventForm
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("event_log", __name__, url_prefix="/events")

#: source of the events that people send from the page to try their triggers
TEST_SOURCE = "feedback:test"
#: refused calls are shown for so long
LOOKED_BACK = timedelta(hours=24)
#: invitations that something may still happen to by itself
_MOVING = frozenset({InvitationState.PLANNED, InvitationState.QUEUED})


@blueprint.app_template_filter("outcome_kind")
def outcome_name(kind: OutcomeKind) -> str:
    """Return what came of an event at a trigger, in a word or two."""
    return gettext(KINDS[OutcomeKind(kind)])


@blueprint.app_template_filter("outcome_reason")
def outcome_reason(reason: str, detail: Mapping[str, Any] | None = None) -> str:
    """Return why that came of it."""
    return reason_words(reason, detail)


@blueprint.get("/")
@requires(Permission.ASK_CUSTOMERS)
def index() -> str:
    """Show the events, the newest first; the first page keeps itself up to date."""
    session = current_session()
    looked_for = _filter()
    is_narrowed = looked_for != LogFilter(in_customers=looked_for.in_customers)
    page = turned(list_events(session, wanted_page(), looked_for))
    return render_template(
        "event_log/index.html",
        events=page,
        looked_for=looked_for,
        is_narrowed=is_narrowed,
        is_empty=not page.items and not is_narrowed and not has_events(session),
        types=[(one, type_name(one)) for one in list_types(session)],
        sources=[(one.public_id, one.name) for one in list_sources(session)],
        kinds=[(one.value, outcome_name(one)) for one in OutcomeKind],
        refused=_refused(),
        address=settings().base_url.rstrip("/"),
        live=url_for("event_log.live", **_asked()),
    )


@blueprint.get("/live")
@requires(Permission.ASK_CUSTOMERS)
def live() -> str:
    """Show the part of the page that changes by itself."""
    page = list_events(current_session(), wanted_page(), _filter())
    return render_template("event_log/_list.html", events=page, refused=_refused())


def _asked() -> dict[str, Any]:
    names = ("type", "source", "kind", "q")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _filter() -> LogFilter:
    asked = _asked()
    kind = asked.get("kind", "")
    return LogFilter(
        type=asked.get("type", "")[:120],
        source=asked.get("source", "")[:12],
        kind=OutcomeKind(kind) if kind in set(OutcomeKind) else None,
        looked_for=asked.get("q", "").strip()[:255],
        in_customers=principal().may(Permission.READ_CONTACTS),
    )


def _refused() -> list[dict[str, Any]]:
    """Return the refused calls of the last day, with the names of who called."""
    lines = [
        one
        for one in list_unused(current_session(), since=now() - LOOKED_BACK)
        if one.is_refused
    ]
    names = _names_of_senders() if lines else {}
    return [{"line": one, "name": names.get(one.sender, "")} for one in lines[:10]]


def _names_of_senders() -> dict[str, str]:
    sources = list_sources(current_session())
    keys = list_keys(current_session())
    return {f"source:{one.public_id}": one.name for one in sources} | {
        f"key:{one.public_id}": one.name for one in keys
    }


@blueprint.get("/<public_id>")
@requires(Permission.ASK_CUSTOMERS)
def event(public_id: str) -> str:
    """Show one event: what came, the triggers it met, what came of it and why."""
    return render_template("event_log/event.html", **_story(public_id))


@blueprint.get("/<public_id>/now")
@requires(Permission.ASK_CUSTOMERS)
def present(public_id: str) -> str:
    """Show the part of an event's page that changes by itself."""
    return render_template("event_log/_story.html", **_story(public_id))


def _story(public_id: str) -> dict[str, Any]:
    found = get_event(current_session(), public_id)
    moving = any(
        one.invitation is not None and one.invitation.state in _MOVING
        for one in found.outcomes
    )
    return {
        "event": found,
        "is_done": found.state is EventState.PROCESSED and not moving,
        "data": json.dumps(found.data, ensure_ascii=False, indent=2),
        "customer": json.dumps(found.customer, ensure_ascii=False, indent=2),
        "is_test": found.source == TEST_SOURCE,
    }


@blueprint.route("/test", methods=["GET", "POST"])
@requires(Permission.ASK_CUSTOMERS)
def test() -> str | tuple[str, int] | Response:
    """Send an event by hand, to see the whole way that events go."""
    form = TestEventForm()
    form.offer([*EVENT_TYPES, *list_types(current_session())])
    if request.method == "GET":
        form.email.data = principal().email
        form.locale.data = principal().locale
    if not form.validate_on_submit():
        page = render_template("event_log/test.html", form=form, languages=SUPPORTED)
        return (page, 422) if request.method == "POST" else page
    try:
        sent = read_event(form.cloudevent(TEST_SOURCE, new_public_id()), now=now())
        faults = faults_of(sent, now=now())
    except Invalid as error:
        faults = error.fields
    if faults:
        form.show_faults({place: fault_words(code) for place, code in faults.items()})
        page = render_template("event_log/test.html", form=form, languages=SUPPORTED)
        return page, 422
    (receipt,) = receive(current_session(), [sent], now=now())
    return redirect(url_for("event_log.event", public_id=receipt.public_id))
