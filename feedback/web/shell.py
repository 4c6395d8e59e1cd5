"""What every page stands in: navigation, company, filters, addresses of assets."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask.wrappers import Response

from feedback.journey.queries import list_journeys
from feedback.web import filters
from feedback.web.context import (
    current_session,
    find_principal,
    locale,
    now,
    settings,
)
from feedback.web.language import form, gettext, named
from feedback.web.places import navigation

#: static files that are worth compressing
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose installation this is."""

    name: str
    is_demo: bool


def init_app(app: Flask) -> None:
    """Give templates their language, filters and surroundings."""
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, form, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.globals["asset"] = asset
    environment.filters.update(filters.FILTERS)
    environment.filters["named"] = named
    app.context_processor(_surroundings)
    app.after_request(_keep_assets)


def asset(path: str) -> str:
    """Return the address of a static file; it changes with the file's content."""
    folder = current_app.static_folder or ""
    return url_for("static", filename=path, v=_fingerprint(Path(folder) / path))


def _keep_assets(response: Response) -> Response:
    """Have a browser keep a static file whose address changes with its content."""
    named_by_content = "v" in request.args or request.path.startswith("/static/vendor/")
    if request.endpoint == "static" and named_by_content and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return _smaller(response) if request.endpoint == "static" else response


def _smaller(response: Response) -> Response:
    """Compress a static text, once a process.

    Pages are left as they are: a compressed page that holds a secret and repeats what
    was typed tells the secret by its length.
    """
    accepted = request.accept_encodings.best_match(["gzip"]) is not None
    if response.status_code != 200 or response.mimetype not in COMPRESSED:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if accepted:
        folder = current_app.static_folder or ""
        path = Path(folder) / (request.view_args or {})["filename"]
        response.close()
        response.direct_passthrough = False
        response.set_data(_compressed(path, path.stat().st_mtime_ns))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _surroundings() -> dict[str, Any]:
    asking = find_principal()
    journeys = list_journeys(current_session())
    return {
        "locale": locale(),
        "now": now(),
        "principal": asking,
        "journeys": journeys if asking else (),
        "navigation": navigation() if asking else [],
        "company": Company(
            name=settings().company_name,
            is_demo=any(journey.is_demo for journey in journeys),
        ),
    }
