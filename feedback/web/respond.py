"""Blueprint respond: a survey answered by its link, page by page.

A GET shows and never writes. No route asks for a log-in, and none sets a cookie: the
link says who comes, and the signed step of a page that it was made here.
"""

from flask import Blueprint, abort, make_response, request, send_file
from flask.wrappers import Response

from feedback.collection.answering import find_theme
from feedback.collection.invitations import find_invitation, mark_opened
from feedback.collection.responses import Door
from feedback.surveys.theming import is_logo, theme_css
from feedback.web.context import current_session, now, settings
from feedback.web.reception import reception
from feedback.web.respond_errors import Told
from feedback.web.respond_flow import (
    Entrance,
    Page,
    call_back,
    new_key,
    refuse_guesses,
    show,
    take,
)
from feedback.web.respond_words import UNKNOWN
from feedback.web.security import public

blueprint = Blueprint("respond", __name__)

FOREVER = "public, max-age=31536000, immutable"


@blueprint.get("/a/<token>")
@public
def personal(token: str) -> Page:
    """Show a personal link where its person stands."""
    return show(_personal(token))


@blueprint.post("/a/<token>")
@public
def take_personal(token: str) -> Page:
    """Take a page of a personal link, and show what comes next."""
    return take(_personal(token))


@blueprint.post("/a/<token>/opened")
@public
def opened(token: str) -> Response:
    """Note that a page was seen by a person, and not by a mail scanner."""
    refuse_guesses()
    invitation = find_invitation(current_session(), token)
    if invitation is None:
        reception().guesses.note(request.remote_addr)
        raise Told(UNKNOWN)
    mark_opened(current_session(), invitation.id, now=now())
    return Response(status=204)


@blueprint.post("/a/<token>/callback")
@public
def call_back_personal(token: str) -> Page:
    """Take the wish to be called back after a personal link."""
    return call_back(_personal(token))


@blueprint.get("/s/<slug>")
@public
def open_link(slug: str) -> Response:
    """Show the first page behind an open link."""
    response = make_response(show(_open(slug, key=new_key())))
    # Kept for the button "back" of a browser without script: read anew, it would
    # begin another response.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("/s/<slug>")
@public
def take_open(slug: str) -> Page:
    """Take a page of an open link, and show what comes next."""
    return take(_open(slug))


@blueprint.post("/s/<slug>/callback")
@public
def call_back_open(slug: str) -> Page:
    """Take the wish to be called back after an open link."""
    return call_back(_open(slug))


@blueprint.get("/s/theme/<checksum>.css")
@public
def theme(checksum: str) -> Response:
    """Give the style sheet of a version's colours; a version never changes."""
    found = find_theme(current_session(), checksum)
    if found is None:
        abort(404)
    return Response(
        theme_css(found), mimetype="text/css", headers={"Cache-Control": FOREVER}
    )


@blueprint.get("/s/logo/<name>")
@public
def logo(name: str) -> Response:
    """Give the picture of a theme."""
    path = settings().folder("logos") / name
    if not is_logo(name) or not path.is_file():
        abort(404)
    answer = send_file(path)
    answer.headers["Cache-Control"] = FOREVER
    return answer


def _personal(token: str) -> Entrance:
    return Entrance(door=Door(token=token), path=f"/a/{token}", why=f"/why/{token}")


def _open(slug: str, *, key: str = "") -> Entrance:
    return Entrance(door=Door(slug=slug, key=key), path=f"/s/{slug}")
