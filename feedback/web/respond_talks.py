"""Blueprint respond_talks: somebody who was asked to talk takes a slot, or none.

Reached by the personal link alone, without log-in. A GET shows; only a POST takes a
slot or gives it back.
"""

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from feedback.core.errors import Conflict, NotFound
from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.formats import format_moment
from feedback.i18n.locales import choose
from feedback.interviews.booking import (
    FILE_NAME,
    InviteeRead,
    appointment_of,
    find_invitee,
    give_up,
    take_slot,
)
from feedback.interviews.calendar import MEDIA_TYPE
from feedback.interviews.consent import scope_name
from feedback.interviews.terms import ConsentScope
from feedback.web.context import current_session, now, settings
from feedback.web.forms.interviews import WAYS
from feedback.web.reception import reception
from feedback.web.respond_errors import Told, render
from feedback.web.respond_flow import refuse_guesses
from feedback.web.respond_words import UNKNOWN
from feedback.web.security import public

blueprint = Blueprint("respond_talks", __name__)
Answer = str | tuple[str, int]

REFUSED = {
    "slot_taken": mark("Somebody else has just taken this moment. Choose another one."),
    "slot": mark("Choose one of the moments."),
    "slot_chosen": mark("You have a moment already. Give it back to choose another."),
    "appeal_closed": mark("We are not looking for anybody any more. Thank you!"),
}


@blueprint.get("/t/<token>")
@public
def show(token: str) -> str:
    """Show what the talk is about, and the moments to choose from."""
    return _page(token, _invitee(token))


@blueprint.post("/t/<token>")
@public
def take(token: str) -> Answer:
    """Take a moment; of two who do, the second is told and chooses again."""
    invitee = _invitee(token)
    language = _language(invitee)
    scopes = tuple(
        one for one in ConsentScope if one.value in request.form.getlist("scopes")
    )
    try:
        take_slot(
            current_session(),
            token,
            request.form.get("slot", ""),
            language=language,
            scopes=scopes,
            link=_link(token),
            now=now(),
            zone=settings().zone,
        )
    except Conflict as error:
        return _page(token, invitee, fault=error.code), 409
    return _page(token, _invitee(token))


@blueprint.post("/t/<token>/cancel")
@public
def cancel(token: str) -> str:
    """Give a moment back, or say that none is wanted."""
    _invitee(token)
    give_up(current_session(), token, now=now())
    return _page(token, _invitee(token))


@blueprint.get("/t/<token>/interview.ics")
@public
def calendar(token: str) -> Response:
    """Give the appointment as a file of a calendar."""
    invitee = _invitee(token)
    file = appointment_of(invitee, _language(invitee), link=_link(token), now=now())
    if file is None:
        raise Told(UNKNOWN)
    response = make_response(file)
    response.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return response


def _invitee(token: str) -> InviteeRead:
    refuse_guesses()
    try:
        found = find_invitee(current_session(), token, now=now())
    except NotFound:
        found = None
    if found is None:
        reception().guesses.note(request.remote_addr)
        raise Told(UNKNOWN)
    return found


def _language(invitee: InviteeRead) -> str:
    return choose(request.args.get("lang") or invitee.locale, [settings().locale])


def _link(token: str) -> str:
    return f"{settings().base_url}/t/{token}"


def _page(token: str, invitee: InviteeRead, *, fault: str | None = None) -> str:
    language = _language(invitee)
    zone = settings().zone
    return render(
        "respond/talk.html",
        language,
        token=token,
        invitee=invitee,
        subject=invitee.subject(language),
        consent=invitee.consent(language),
        way=gettext(language, WAYS[invitee.way]),
        when=invitee.appointment
        and format_moment(invitee.appointment, language, zone=zone),
        slots=[
            (one.public_id, format_moment(one.starts_at, language, zone=zone))
            for one in invitee.slots
        ],
        scopes=[(one.value, scope_name(one, language)) for one in ConsentScope],
        chosen=request.form.get("slot"),
        fault=fault and gettext(language, REFUSED[fault]),
    )
