"""The application that respondents meet: no session, no log-in, no cookie.

It stands apart from the pages of the house, so that nothing of theirs is done for a
person who answers: whoever they are follows from their link alone.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Request, Response

from feedback.accounts.attempts import Attempts
from feedback.web import (
    context,
    reception,
    respond,
    respond_errors,
    respond_places,
    respond_rights,
    respond_talks,
)
from feedback.web.context import Services
from feedback.web.guesses import Guesses

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: first parts of the addresses that are answered here
SEGMENTS = frozenset({"a", "s", "k", "w", "widget.js", "stop", "why", "t"})
BLUEPRINTS = (
    respond.blueprint,
    respond_places.blueprint,
    respond_rights.blueprint,
    respond_talks.blueprint,
)

#: the largest form of answers, in bytes
LARGEST_FORM = 64 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # the address is the secret
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class NoSession(SessionInterface):
    """Opens none: no cookie is read, and none is set."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Return None."""
        return None

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Do nothing."""


def create_respondents(house: Flask, services: Services) -> Flask:
    """Make the application of the respondents, with the settings of the house."""
    app = Flask(house.import_name, static_folder="static", template_folder=None)
    app.config = house.config
    app.session_interface = NoSession()
    app.extensions[context.EXTENSION] = services
    app.extensions[reception.EXTENSION] = reception.Reception(
        guesses=Guesses(Attempts(services.settings.limits))
    )
    app.before_request(_bound_form)
    context.init_app(app)
    app.after_request(_set_headers)
    respond_errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def beside(
    house: "WSGIApplication", respondents: "WSGIApplication"
) -> "WSGIApplication":
    """Return one application that hands the addresses of respondents to theirs."""

    def serve(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "").split("/", 2)[1:2]
        chosen = respondents if first and first[0] in SEGMENTS else house
        return chosen(environ, start_response)

    return serve


def _bound_form() -> None:
    request.max_content_length = LARGEST_FORM


def _set_headers(response: Response) -> Response:
    headers = response.headers
    ancestors = respond_places.frame_ancestors()
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY + ancestors
    for name, value in HEADERS.items():
        if name not in headers:
            headers[name] = value
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
