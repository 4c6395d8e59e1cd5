"""Blueprint respond_places: open links on a tablet in a shop, and in a page of a site.

The same survey and the same flow as by an open link, in other surroundings: a kiosk
begins anew for whoever comes next, a widget stands in a frame that its sites alone may
show. Neither sets a cookie.
"""

from flask import Blueprint, current_app, g, make_response, request, send_from_directory
from flask.wrappers import Response

from feedback.collection.open_links import find_link
from feedback.collection.responses import Door
from feedback.web.context import current_session, now
from feedback.web.respond_flow import Entrance, Page, call_back, new_key, show, take
from feedback.web.respondent import Manner
from feedback.web.security import public

blueprint = Blueprint("respond_places", __name__)

WIDGET_SCRIPT = "js/widget.js"
#: sites load it again and again; an hour is how long a newer one may take to arrive
SCRIPT_KEPT = "public, max-age=3600"


@blueprint.get("/widget.js")
@public
def widget_script() -> Response:
    """Give the script that a site puts into its pages."""
    folder = current_app.static_folder or ""
    answer = send_from_directory(folder, WIDGET_SCRIPT, mimetype="text/javascript")
    answer.headers["Cache-Control"] = SCRIPT_KEPT
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@blueprint.get("/k/<slug>")
@public
def kiosk(slug: str) -> Page:
    """Show the first page to whoever stands before the tablet."""
    return show(_entrance(slug, Manner.KIOSK, key=new_key()))


@blueprint.post("/k/<slug>")
@public
def take_kiosk(slug: str) -> Page:
    """Take a page of the tablet, and show what comes next."""
    return take(_entrance(slug, Manner.KIOSK))


@blueprint.post("/k/<slug>/callback")
@public
def call_back_kiosk(slug: str) -> Page:
    """Take the wish to be called back, left at the tablet."""
    return call_back(_entrance(slug, Manner.KIOSK))


@blueprint.get("/w/<slug>")
@public
def widget(slug: str) -> Response:
    """Show the first page in a frame of somebody else's site."""
    _note_sites(slug)
    return make_response(show(_entrance(slug, Manner.WIDGET, key=new_key())))


@blueprint.post("/w/<slug>")
@public
def take_widget(slug: str) -> Page:
    """Take a page of the frame, and show what comes next."""
    _note_sites(slug)
    return take(_entrance(slug, Manner.WIDGET))


@blueprint.post("/w/<slug>/callback")
@public
def call_back_widget(slug: str) -> Page:
    """Take the wish to be called back, left in the frame."""
    _note_sites(slug)
    return call_back(_entrance(slug, Manner.WIDGET))


def _entrance(slug: str, manner: Manner, *, key: str = "") -> Entrance:
    return Entrance(
        door=Door(slug=slug, key=key), path=f"/{manner.value[0]}/{slug}", manner=manner
    )


def _note_sites(slug: str) -> None:
    """Find which sites may show the frame, before anything can go wrong in it."""
    link = find_link(current_session(), slug, now())
    g.sites = link.origins if link else ()


def frame_ancestors() -> str:
    """Return who may show this answer in a frame, as the CSP says it."""
    sites = g.get("sites") if request.blueprint == blueprint.name else None
    return " ".join(sites) if sites else "'none'"
