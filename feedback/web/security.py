"""Who may do what on the pages: permissions, request forgery, headers."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask.wrappers import Response
from flask_wtf.csrf import CSRFProtect

from feedback.accounts.roles import Permission, allows
from feedback.config import Settings
from feedback.core.errors import Forbidden
from feedback.web import login
from feedback.web.context import find_principal

View = TypeVar("View", bound=Callable[..., Any])

MACHINES = "feedback.machines"
#: endpoints of Flask and Flask-Security that are open to everybody
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        # what other systems may call, for their developers
        "openapi.spec",
        "security.login",
        "security.logout",
        "security.forgot_password",
        "security.reset_password",
        # between the password and the second factor: the session says who it is
        "security.two_factor_token_validation",
        "security.mf_recovery",
        *login.UNUSED_ENDPOINTS,
    }
)
#: endpoints of Flask-Security for a person who is logged in
OWN_ENDPOINTS = frozenset(
    {
        "security.change_password",
        "security.verify",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.mf_recovery_codes",
    }
)
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def requires(permission: Permission) -> Callable[[View], View]:
    """State the permission of a route: others are sent to log in, or refused."""

    def state(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            asking = find_principal()
            if asking is None:
                return redirect(url_for("security.login", next=_wanted()))
            if not allows(asking.role, permission):
                raise Forbidden("not_allowed")
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read below
        return guarded  # type: ignore[return-value]  # same signature as the view

    return state


def public(view: View) -> View:
    """State that a route is open to everybody."""
    view.permission = None  # type: ignore[attr-defined]  # read below
    return view


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """Return what a route asks for, None when it is open to everybody.

    Raises:
        LookupError: the route states nothing; such a route must not exist.
    """
    if endpoint in OPEN_ENDPOINTS:
        return None
    if endpoint in OWN_ENDPOINTS:
        return Permission.OWN_ACCOUNT
    view = app.view_functions[endpoint]
    if not hasattr(view, "permission"):
        raise LookupError(f"{endpoint} states no permission")
    return view.permission  # type: ignore[no-any-return]  # set by requires and public


def _wanted() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def init_app(
    app: Flask, settings: Settings, *, machines: Sequence[Blueprint] = ()
) -> None:
    """Set log-in, second factor, request-forgery protection and headers up.

    `machines` are what other systems call: they prove who they are in each call, so
    that no form of a browser can be forged there, and read their content themselves.
    """
    app.config.update(_configuration(settings))
    forgery = CSRFProtect(app)
    for blueprint in machines:
        forgery.exempt(blueprint)
    app.extensions[MACHINES] = frozenset(one.name for one in machines)
    app.before_request(_refuse_nul)
    login.init_app(app, settings)
    app.after_request(_set_headers)


def _refuse_nul() -> None:
    """Refuse a character that nobody types, and that PostgreSQL does not keep."""
    if request.blueprint in current_app.extensions[MACHINES]:
        return
    sent = (*request.args.listvalues(), *request.form.listvalues(), [request.path])
    if any("\0" in text for texts in sent for text in texts):
        abort(400)


def _configuration(settings: Settings) -> dict[str, Any]:
    secure = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret(),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": settings.largest_upload_mb * 1024 * 1024,
    }


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
