"""Blueprint preferences: the language of the pages."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from feedback.accounts.service import change_locale
from feedback.i18n.locales import SUPPORTED
from feedback.web.context import current_session, find_principal, remember_locale
from feedback.web.security import public

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")


@blueprint.post("/language")
@public
def language() -> Response:
    """Change the language, for good when the person is logged in, and go back."""
    chosen = request.form.get("locale", "")
    if chosen in SUPPORTED:
        remember_locale(chosen)
        asking = find_principal()
        if asking is not None:
            change_locale(current_session(), asking.id, chosen)
    return redirect(_local_path(request.referrer))


def _local_path(address: str | None) -> str:
    """Return path and query of an address of this site, `/` for any other."""
    parts = urlsplit(address or "")
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return "/"
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path
