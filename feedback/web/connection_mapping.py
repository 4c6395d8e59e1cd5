"""The mapping page of connections: an example, what it becomes, and keeping it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.collection.cloudevents import read_event
from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.events import faults_of
from feedback.collection.mapping import EventMapping, map_event
from feedback.collection.mapping_guesses import guess_mapping, suggest_values
from feedback.collection.moments import DateFormat
from feedback.collection.sources import (
    SourceRead,
    change_mapping,
    get_source,
    source_name,
)
from feedback.collection.terms import SourceKind
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.catalogs import mark
from feedback.web.connections import blueprint
from feedback.web.context import current_session, now, principal, settings
from feedback.web.event_words import fault_words
from feedback.web.forms.mapping import (
    CUSTOMER,
    path_options,
    read_example,
    read_form,
    show_form,
    show_mapping,
)
from feedback.web.language import gettext
from feedback.web.security import requires

__all__ = ["blueprint"]

DATE_FORMATS = {
    DateFormat.AUTO: mark("found out by itself"),
    DateFormat.ISO: mark("2026-10-15 09:30 (year first)"),
    DateFormat.EPOCH: mark("seconds or milliseconds since 1970"),
    DateFormat.DAY_FIRST: mark("15/10/2026 (day first)"),
    DateFormat.MONTH_FIRST: mark("10/15/2026 (month first)"),
}
#: further faults of a mapping, in words
FAULTS = {
    "missing": mark("This must be filled in."),
    "too_long": mark("This is too long."),
    "too_many": mark("Too many rows."),
    "not_a_path": mark("This place cannot be read."),
    "not_a_choice": mark("This is none of the values that are possible here."),
    "bad_name": mark("A name has letters, digits, underscores and single dots."),
    "not_an_address": mark("This is not an e-mail address."),
    "nothing_meant": mark(
        "The example’s value stands for no event yet: say what it means."
    ),
    "nobody": mark(
        "The event would name nobody: choose a mail address, a phone or a number."
    ),
}
#: place of a fault to the words of its field
PLACES = {
    "type": mark("Type of the event"),
    "id": mark("What names the event"),
    "time": mark("When it happened"),
    "example": mark("Example"),
    "data": mark("Data"),
    "data.customer.email": mark("Mail address"),
    "data.customer.phone": mark("Phone number"),
    "data.customer.locale": mark("Language"),
    "data.customer": mark("Customer"),
}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What an example becomes by a mapping."""

    #: the CloudEvent as JSON, None when none comes of it
    event: str | None = None
    type: str = ""
    #: (field, words) of each fault
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether it may be kept."""
        return self.event is not None and not self.faults


@blueprint.get("/<public_id>/mapping")
@requires(Permission.CONNECT_SYSTEMS)
def mapping(public_id: str) -> str:
    """Ask for an example of what the system sends."""
    return render_template(
        "connections/example.html", source=_source(public_id), example="", fault=""
    )


@blueprint.post("/<public_id>/mapping")
@requires(Permission.CONNECT_SYSTEMS)
def try_mapping(public_id: str) -> str | tuple[str, int] | Response:
    """Show what an example becomes, by a proposal or by what was chosen; or keep it."""
    source = _source(public_id)
    example = request.form.get("example", "")
    try:
        document = read_example(example)
    except Invalid as error:
        fault = _words(error.fields["example"])
        page = render_template(
            "connections/example.html", source=source, example=example, fault=fault
        )
        return page, 422
    chosen, faults = _chosen(source, document)
    tried = _try(source, chosen, document) if chosen else Tried(faults=faults)
    if "keep" in request.form and chosen is not None and tried.is_good:
        return _keep(source, chosen)
    page = _page(source, example, document, chosen, tried)
    return (page, 422) if "keep" in request.form else page


def _source(public_id: str) -> SourceRead:
    source = get_source(current_session(), public_id)
    if source.kind is not SourceKind.MAPPED:
        raise Conflict("not_mapped")
    return source


def _chosen(
    source: SourceRead, document: Any
) -> tuple[EventMapping | None, list[tuple[str, str]]]:
    """Return the mapping that is tried: chosen in the form, kept, or proposed."""
    if "chosen" not in request.form:
        return source.mapping or guess_mapping(document, zone=settings().zone), []
    try:
        return read_form(request.form, source.mapping), []
    except Invalid as error:
        return None, _listed(error.fields)


def _try(source: SourceRead, chosen: EventMapping, document: Any) -> Tried:
    try:
        made = map_event(
            chosen,
            document,
            source=source_name(source.public_id),
            content_id=gettext("(a sum of the content)"),
            now=now(),
            zone=settings().zone,
        )
        if made is None:
            return Tried(faults=_listed({"type": "nothing_meant"}))
        event = read_event(made, now=now())
        faults = dict(faults_of(event, now=now()))
    except Invalid as error:
        return Tried(faults=_listed(error.fields))
    if faults.get("type") == "bad_type" and chosen.type.paths:
        faults["type"] = "nothing_meant"
    who = event.customer
    if not (who.customer or who.email or who.phone):
        faults["data.customer"] = "nobody"
    written = json.dumps(made, ensure_ascii=False, indent=2)
    return Tried(event=written, type=event.type, faults=_listed(faults))


def _listed(faults: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_place(place), _words(code)) for place, code in faults.items()]


def _place(place: str) -> str:
    known = PLACES.get(place) or PLACES.get(place.partition(".")[0])
    return gettext(known) if place in PLACES and known else place


def _words(code: str) -> str:
    return gettext(FAULTS[code]) if code in FAULTS else fault_words(code)


def _keep(source: SourceRead, chosen: EventMapping) -> Response:
    change_mapping(
        current_session(),
        source.public_id,
        chosen,
        author_id=principal().id,
        now=now(),
    )
    flash(gettext("The mapping is kept: what arrives becomes events."), "success")
    return redirect(url_for("connections.source", public_id=source.public_id))


def _page(
    source: SourceRead,
    example: str,
    document: Any,
    chosen: EventMapping | None,
    tried: Tried,
) -> str:
    asked = suggest_values(chosen, document) if chosen else {}
    if chosen is None or "chosen" in request.form:
        shown = show_form(request.form, raw_values=asked)
    else:
        shown = show_mapping(chosen, raw_values=asked)
    return render_template(
        "connections/mapping.html",
        source=source,
        example=example,
        shown=shown,
        options=path_options(document, shown),
        types=list(EVENT_TYPES),
        customer_fields={name: gettext(words) for name, words in CUSTOMER.items()},
        date_formats=[(one.value, gettext(DATE_FORMATS[one])) for one in DateFormat],
        tried=tried,
        is_proposal="chosen" not in request.form and source.mapping is None,
    )
